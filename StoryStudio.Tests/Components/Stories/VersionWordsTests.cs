using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Web.Components.Stories;
using Xunit;

namespace StoryStudio.Tests.Components.Stories;

public sealed class VersionWordsTests
{
    [Theory]
    [InlineData(1, null, 0, "“Make it night.” Added to the prompt.")]
    [InlineData(1, null, 2, "“Make it night.” Added to the prompt.")]
    [InlineData(3, null, 1, "“Make it night.” Added to the prompt.")]
    [InlineData(3, null, 0, "“Make it night.” Added to the prompt: no picture could go along to what drew it.")]
    [InlineData(3, 2, 1, "“Make it night.” Changed from version 2.")]
    public void Instruction_SaysThatNoPictureWentAlong_OnlyWhereOneCouldHave(int version, int? basedOn, int references, string words) =>
        Assert.Equal(words, VersionWords.Instruction(Of(version) with
        {
            Instruction = "Make it night.",
            BasedOn = basedOn,
            References = [.. Enumerable.Range(0, references).Select(i => new ReferenceDetails(ReferenceRole.Character, "Mira", null, $"{i}"))],
        }));

    [Theory]
    [InlineData("openai", null, ", cost unknown")]
    [InlineData("openai", 0.04, ", $0.04")]
    [InlineData("openai", 0.0, "")]
    [InlineData(ImageProviders.Sketch, null, "")]
    [InlineData(ImageProviders.Sketch, 0.0, "")]
    [InlineData(ImageVersion.Uploaded, null, "")]
    public void Facts_OfAVersionThatSomebodyMadeAtAPriceNobodyKnows_SayThatItIsNotKnown(string provider, double? cost, string expected) =>
        Assert.Contains($"1 × 1{expected}, 1 ", VersionWords.Facts(Of(1) with { Provider = provider, CostUsd = (decimal?)cost }, default), StringComparison.Ordinal);

    private static ImageVersionDetails Of(int version) => new()
    {
        Version = version,
        Url = "/1.png",
        Chosen = true,
        MediaType = "image/png",
        Width = 1,
        Height = 1,
        Bytes = 1,
        Prompt = "",
        Provider = "scripted",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
