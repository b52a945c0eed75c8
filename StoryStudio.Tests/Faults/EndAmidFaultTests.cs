using System.Collections.Immutable;
using StoryStudio.Core.Generation;
using Xunit;
using Xunit.Abstractions;

namespace StoryStudio.Tests.Faults;

/// <summary>
/// The process ends while a fault takes its course: amid the answer, before and after the failure is written down, while the image waits to go
/// again, and with the fault coming within the grace of a stop.
/// </summary>
public sealed class EndAmidFaultTests(ITestOutputHelper output)
{
    private static readonly string[] Bodiless = ["reset", "hang", "0 bytes"];
    private static readonly string[] Final = ["refusal"];

    /// <summary>What a stream of events is read for, beside that it is an answer like any other.</summary>
    private static readonly string[] OfTheStream =
        ["slow drip", "stall halfway", "truncated body", "no picture in it", "an error in a 200", "picture of 0 bytes", "HTML for JSON", "half a picture", "declared png, is a PDF", "too large a body"];
    private static readonly string[] OfTheKey = ["401", "Retry-After huge", "Retry-After negative", "Retry-After a date", "Retry-After a date gone by"];

    public static TheoryData<string, string> FaultsWithABody => Ends(Bodiless);

    public static TheoryData<string, string> EveryFault => Ends([]);

    public static TheoryData<string, string> FaultsOfTheStream => Ends([.. ProviderFault.All.Select(f => f.Name).Except(OfTheStream, StringComparer.Ordinal)]);

    /// <summary>A key that is off waits for nothing, and a refusal is the last word.</summary>
    public static TheoryData<string, string> FaultsThatWait => Ends([.. Final, "401"]);

    public static TheoryData<string> FaultNames => [.. ProviderFault.All.Select(f => f.Name)];

    [Theory]
    [InlineData(nameof(Disturbance.Crash), "OpenAI")]
    [InlineData(nameof(Disturbance.Stop), "OpenAI")]
    [InlineData(nameof(Disturbance.Crash), "OpenAI's stream")]
    [InlineData(nameof(Disturbance.Stop), "OpenAI's stream")]
    public async Task EndOfTheProcess_AmidASoundAnswer_CostsNoPictureAndNoAttempt(string end, string dialect)
    {
        var result = await RunAsync(Scenario(end, Moment.AmidTheAnswer) with { Dialect = Dialect.Named(dialect) });

        Assert.All(result.Images, i => Assert.Equal((ImageStatus.Completed, 1), (i.Status, i.Attempt)));
        Assert.Equal((2, 1), (result.CallsBySegment[1], result.KeysBySegment[1]));
    }

    [Theory]
    [MemberData(nameof(FaultsWithABody))]
    public async Task EndOfTheProcess_AmidTheAnswerThatIsAFault_UsesUpNoAttemptAndTheNextOneMeetsIt(string end, string fault)
    {
        var result = await RunAsync(end, Moment.AmidTheAnswer, fault, fault);

        AssertFailedOnce(result, fault, cutOff: [1]);
    }

    [Theory]
    [MemberData(nameof(FaultsOfTheStream))]
    public async Task EndOfTheProcess_AmidAStreamThatIsAFault_UsesUpNoAttemptAndTheNextOneMeetsIt(string end, string fault) =>
        AssertFailedOnce(await RunAsync(Scenario(end, Moment.AmidTheAnswer, fault, fault) with { Dialect = Dialect.OpenAIStream }), fault, cutOff: [1]);

    [Theory]
    [InlineData(nameof(Disturbance.Crash), "reset")]
    [InlineData(nameof(Disturbance.Stop), "reset")]
    [InlineData(nameof(Disturbance.Crash), "0 bytes")]
    [InlineData(nameof(Disturbance.Stop), "0 bytes")]
    public async Task EndOfTheProcess_BeforeAStreamThatNeverBegins_UsesUpNoAttemptAndTheNextOneMeetsIt(string end, string fault) =>
        AssertFailedOnce(await RunAsync(Scenario(end, Moment.Called, fault, fault) with { Dialect = Dialect.OpenAIStream }), fault, cutOff: [1]);

    [Theory]
    [MemberData(nameof(EveryFault))]
    public async Task EndOfTheProcess_BeforeTheFailureIsWrittenDown_LeavesItUnknownAfterAKillAndKnownAfterAStop(string end, string fault)
    {
        var result = await RunAsync(end, Moment.Failed, fault);

        if (end == nameof(Disturbance.Stop))
        {
            AssertFailedOnce(result, fault, CutOffNext(fault));
            return;
        }

        // Nobody knows of the call what became of it: it goes again by the same key, and the service has recovered.
        Assert.All(result.Images, i => Assert.Equal((ImageStatus.Completed, 1), (i.Status, i.Attempt)));
        Assert.Equal((2, 1), (result.CallsBySegment[1], result.KeysBySegment[1]));
    }

    [Theory]
    [MemberData(nameof(EveryFault))]
    public async Task EndOfTheProcess_AfterTheFailureIsWrittenDown_LeavesItAsItIs(string end, string fault) =>
        AssertFailedOnce(await RunAsync(end, Moment.Settled, fault), fault, CutOffNext(fault));

    [Theory]
    [MemberData(nameof(FaultsThatWait))]
    public async Task EndOfTheProcess_WhileAnImageWaitsToGoAgain_HastensItNotAndCostsNoAttempt(string end, string fault) =>
        AssertFailedOnce(await RunAsync(Scenario(end, Moment.BackingOff, fault) with { Keys = 1 }), fault, cutOff: [0]);

    [Theory]
    [MemberData(nameof(FaultNames))]
    public async Task Fault_WithinTheGraceOfAStop_IsWrittenDownAndMendedByTheNextLife(string fault) =>
        AssertFailedOnce(await RunAsync(nameof(Disturbance.Stop), Moment.WithinTheGrace, fault), fault, cutOff: [0]);

    /// <summary>With another key it goes again at once: the end may come before or amid that next call.</summary>
    private static int[] CutOffNext(string fault) => OfTheKey.Contains(fault, StringComparer.Ordinal) ? [0, 1] : [0];

    /// <summary>The fault was met once, and once only.</summary>
    /// <param name="result">What came of it.</param>
    /// <param name="fault">Which.</param>
    /// <param name="cutOff">How many calls the end of the process may have cut off, beside those that were answered.</param>
    private static void AssertFailedOnce(FaultRun.Result result, string fault, int[] cutOff)
    {
        var isFinal = Final.Contains(fault, StringComparer.Ordinal);
        var attempts = isFinal || OfTheKey.Contains(fault, StringComparer.Ordinal) ? 1 : 2;
        Assert.Equal([isFinal ? ImageStatus.Failed : ImageStatus.Completed, ImageStatus.Completed, ImageStatus.Completed], result.Images.Select(i => i.Status));
        Assert.Equal([attempts, 1, 1], result.Images.Select(i => i.Attempt));
        Assert.Contains(result.CallsBySegment[1] - (isFinal ? 1 : 2), cutOff);
    }

    private static TheoryData<string, string> Ends(string[] without)
    {
        var data = new TheoryData<string, string>();
        foreach (var fault in ProviderFault.All.Select(f => f.Name).Except(without, StringComparer.Ordinal))
        {
            data.Add(nameof(Disturbance.Crash), fault);
            data.Add(nameof(Disturbance.Stop), fault);
        }

        return data;
    }

    private static FaultScenario Scenario(string end, Moment moment, params string[] faults) => new()
    {
        Name = $"{string.Join(", ", faults)}, {end} at {moment}",
        Images = 3,
        Faults = ImmutableDictionary<int, IReadOnlyList<ProviderFault>>.Empty.Add(1, [.. faults.Select(ProviderFault.Named)]),
        Disturbance = Enum.Parse<Disturbance>(end),
        Moment = moment,
    };

    private Task<FaultRun.Result> RunAsync(string end, Moment moment, params string[] faults) => RunAsync(Scenario(end, moment, faults));

    private async Task<FaultRun.Result> RunAsync(FaultScenario scenario)
    {
        var result = await new FaultRun(scenario).RunAsync();
        output.WriteLine(result.ToString());
        Assert.Empty(result.Violations);
        Assert.True(result.Disturbed);
        return result;
    }
}
