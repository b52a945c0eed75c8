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
