using System.Reflection;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Figures;
using StoryStudio.Web.Components.Runs;
using Xunit;

namespace StoryStudio.Tests.Components.Runs;

public sealed class AttemptWordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Every code that an attempt may end with.</summary>
    public static TheoryData<string> Codes { get; } =
    [
        .. typeof(AttemptOutcome).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!),
        .. Enum.GetValues<FailureKind>().Select(k => k.Code()),
    ];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Outcome_OfEveryKind_IsASentenceAndNoCode(string code)
    {
        string[] said = [AttemptWords.Outcome(code), AttemptWords.Outcome(Attempt(code)), AttemptWords.Outcome(Attempt(code) with { Error = new(code, "", Retryable: true) })];

        // Of two words and more it is a sentence; what is one word is none that a program knows it by.
        Assert.All(said, s => Assert.DoesNotContain(s, new[] { code, code.Replace('_', ' '), "Failed" }, StringComparer.Ordinal));
        Assert.All(said, s => Assert.Matches("^[A-Z][a-z, ']+", s));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Row_OfEveryKind_BearsTheSignOfAFailureWhereItFailedAndOnlyThere(string code)
    {
        using var host = ComponentHost.With(new ManualTimeProvider());

        var body = await host.RenderAsync<AttemptRow>(("Attempt", Attempt(code)));

        var expected = code switch
        {
            AttemptOutcome.Succeeded or AttemptOutcome.Reused => "done",
            AttemptOutcome.Running => "drawing",
            AttemptOutcome.Interrupted or AttemptOutcome.Cancelled or AttemptOutcome.PutOff => "waiting",
            _ => "failed",
        };
        Assert.True(body.QuerySelector(".sign")!.ClassList.Contains($"sign--{expected}"));
        Assert.Equal(expected == "failed", !AttemptOutcome.Neutral.Contains(code) && code != AttemptOutcome.Succeeded);
        Assert.Equal(AttemptWords.Outcome(Attempt(code)), body.QuerySelector(".outcome")!.TextContent);
    }

    [Fact]
    public void Attempt_ThatTookAnEarlierPicture_NamesNoKeyThatItNeverUsed()
    {
        var attempt = Attempt(AttemptOutcome.Reused) with { KeyTail = "…4f2a", CostUsd = 0, FinishedAt = Now.AddSeconds(0.4) };

        Assert.Equal("Taken from an earlier, identical picture", AttemptWords.Outcome(attempt));
        Assert.Equal(["openai", "0.4 s", "$0"], AttemptWords.Facts(attempt, default));
        Assert.Contains("key …4f2a", AttemptWords.Facts(attempt with { Outcome = AttemptOutcome.Succeeded }, default));
    }

    [Theory]
    [InlineData("timeout", "openai", null, true, "openai, cost unknown")]
    [InlineData("timeout", "openai", null, false, "openai")]
    [InlineData(AttemptOutcome.Running, "openai", null, true, "openai")]
    [InlineData(AttemptOutcome.Succeeded, "openai", null, true, "openai, cost unknown")]
    [InlineData(AttemptOutcome.Succeeded, "openai", 0.04, false, "openai, $0.04")]
    [InlineData(AttemptOutcome.Succeeded, "openai", 0.0, false, "openai")]
    [InlineData(AttemptOutcome.Reused, "openai", 0.0, false, "openai")]
    [InlineData(AttemptOutcome.Succeeded, ImageProviders.Sketch, 0.0, false, "Sketch by the built-in illustrator")]
    [InlineData(AttemptOutcome.Crashed, ImageProviders.Sketch, null, true, "Sketch by the built-in illustrator")]
    public void Attempt_ThatMayHaveBeenCharged_SaysThatNobodyKnowsHowMuch(string outcome, string provider, double? cost, bool mayBeCharged, string expected) =>
        Assert.Equal(expected, AttemptWords.Took(Attempt(outcome) with { Provider = provider, CostUsd = (decimal?)cost, MayBeCharged = mayBeCharged }, default));

    private static AttemptDetails Attempt(string outcome) => new() { Id = "a", Number = 1, StartedAt = Now, Outcome = outcome, Provider = "openai" };
}
