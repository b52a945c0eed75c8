using StoryStudio.Core;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Storage;

public sealed class StoryStylesTests
{
    [Fact]
    public async Task Style_ThatTheSettingsNoLongerHave_StaysOrGoes_AndNoOtherStoryGetsIt()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var (story, other) = ((await studio.CreateStoryAsync(1, "clear")).Id, (await studio.CreateStoryAsync(1, "clear")).Id);
        await using (var db = studio.OpenDatabase())
        {
            db.StoryStyles.Add(new() { StoryId = story, Key = "ink", Ordinal = 1 });
            await db.SaveChangesAsync();
        }

        Assert.Equal(["clear", "ink", "illustration"], await ChangeAsync(story, "clear", "ink", "illustration"));
        Assert.Equal(["illustration", "ink"], await ChangeAsync(story, "illustration", "ink"));
        Assert.Equal(["illustration"], await ChangeAsync(story, "illustration"));
        Assert.Contains("styles[1]", (await Assert.ThrowsAsync<InvalidInputException>(() => ChangeAsync(story, "illustration", "ink"))).Errors.Keys);
        Assert.Contains("styles[0]", (await Assert.ThrowsAsync<InvalidInputException>(() => ChangeAsync(other, "ink"))).Errors.Keys);

        async Task<IEnumerable<string>> ChangeAsync(string id, params string[] keys) => (await studio.Library.UpdateAsync(id, new() { Styles = keys })).Styles.Select(s => s.Key);
    }
}
