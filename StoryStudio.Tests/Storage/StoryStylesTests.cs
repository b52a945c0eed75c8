using StoryStudio.Core;
using StoryStudio.Core.Generation;
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

    /// <summary>Another window renamed it: nothing of what came with the title is done either.</summary>
    [Fact]
    public async Task Styles_ThatComeWithATitleThatIsRefused_StayAndAreDrawnOn()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await studio.CreateStoryAsync(2, "illustration", "clear");
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.Library.UpdateAsync(story.Id, new() { Title = "Theirs" });

        var refused = await Assert.ThrowsAsync<ConflictException>(() => studio.Library.UpdateAsync(story.Id, new() { Title = "Mine", TitleBasedOn = story.Title, Styles = ["illustration"] }));

        Assert.Equal("title_changed", refused.Code);
        Assert.All((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images, i => Assert.Equal(ImageStatus.Pending, i.Status));
    }
}
