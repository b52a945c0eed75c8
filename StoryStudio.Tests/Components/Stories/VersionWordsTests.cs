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

    [Theory]
    [InlineData(0, "Version 1 is shown.")]
    [InlineData(1, "Version 1 is shown. 1 picture was made from the one before and is marked as from before a change.")]
    [InlineData(1200, "Version 1 is shown. 1,200 pictures were made from the one before and are marked as from before a change.")]
    public void Shown_SaysWhatWasMadeFromTheOneBefore(int madeFrom, string words) => Assert.Equal(words, VersionWords.Shown(1, madeFrom));

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
