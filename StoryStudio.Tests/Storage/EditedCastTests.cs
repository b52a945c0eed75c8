using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;
using static StoryStudio.Tests.Fakes.EditedStory;

namespace StoryStudio.Tests.Storage;

/// <summary>Who appears in pages that are split and joined, where an author has said so against the words.</summary>
public sealed class EditedCastTests
{
    [Fact]
    public async Task Split_KeepsWhoWasPutIntoThePageOrTakenOutOfIt_InBothHalves()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, ["It rains. Tom hears Tom."]);
        await AppearsAsync(studio, story, "Mira", "1.1", true);
        await AppearsAsync(studio, story, "Tom", "1.1", false);

        await Editor(studio).SplitAsync(story, "1.1", new(9));
        await SaysAsync("Mira 1.1 1.2|Tom ");
        await Editor(studio).UndoAsync(story);
        await SaysAsync("Mira 1.1|Tom ");
        await Editor(studio).RedoAsync(story);
        await SaysAsync("Mira 1.1 1.2|Tom ");

        async Task SaysAsync(string told) => Assert.Equal(told, await ToldAsync(studio, story));
    }

    [Theory]
    [InlineData("It rains.", "She runs.", "+Mira 1.2", "Mira 1.2|Tom ", "Mira 1.1|Tom ")]
    [InlineData("It rains.", "Tom runs.", "-Tom 1.2", "Mira |Tom ", "Mira |Tom ")]
    [InlineData("Tom waits.", "Tom runs.", "-Tom 1.1", "Mira |Tom 1.2", "Mira |Tom 1.1")]
    [InlineData("Tom waits.", "Mira runs.", "", "Mira 1.2|Tom 1.1", "Mira 1.1|Tom 1.1")]
    public async Task Join_HasWhoAppearedInEither_AndUndoneThePagesHaveTheirOwnAgain(string first, string second, string said, string before, string joined)
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, [first, second]);
        if (said.Length > 0)
        {
            await AppearsAsync(studio, story, said[1..^4], said[^3..], said[0] == '+');
        }

        Assert.Equal(before, await ToldAsync(studio, story));
        await Editor(studio).JoinAsync(story, "1.1");
        Assert.Equal(joined, await ToldAsync(studio, story));
        await Editor(studio).UndoAsync(story);
        Assert.Equal(before, await ToldAsync(studio, story));
        await Editor(studio).RedoAsync(story);
        Assert.Equal(joined, await ToldAsync(studio, story));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Join_OfAPageWithAListAndOneWithout_HasThoseOfTheListAndThoseOfTheWords(bool listedFirst)
    {
        await using var studio = await Studio.StartAsync(engine: false);
        NewSegment[] pages = [new() { Text = "It rains.", Characters = ["Mira"] }, new() { Text = "Tom runs." }];
        var story = await StoryAsync(studio, listedFirst ? pages : [.. pages.Reverse()]);
        var before = await ToldAsync(studio, story);

        await Editor(studio).JoinAsync(story, "1.1");
        Assert.Equal("Mira 1.1|Tom 1.1", await ToldAsync(studio, story));
        await Editor(studio).UndoAsync(story);
        Assert.Equal(before, await ToldAsync(studio, story));
    }

    [Fact]
    public async Task Undo_OfAJoin_LeavesWhatWasSaidOfThePageSince()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, ["It rains.", "She runs."]);
        await AppearsAsync(studio, story, "Mira", "1.2", true);
        await Editor(studio).JoinAsync(story, "1.1");
        await AppearsAsync(studio, story, "Tom", "1.1", true);
        await AppearsAsync(studio, story, "Mira", "1.1", false);

        await Editor(studio).UndoAsync(story);

        Assert.Equal("Mira 1.2|Tom 1.1", await ToldAsync(studio, story));
    }

    private static Task<string> StoryAsync(Studio studio, string[] texts) => StoryAsync(studio, [.. texts.Select(t => new NewSegment { Text = t })]);

    private static async Task<string> StoryAsync(Studio studio, NewSegment[] pages) => (await studio.Library.CreateAsync(new()
    {
        Title = "A story",
        Segments = pages,
        Characters = [new("Mira", "A girl."), new("Tom", "A boy.")],
        Styles = ["illustration"],
    })).Id;

    private static async Task AppearsAsync(Studio studio, string story, string name, string number, bool appears) =>
        await studio.Cast.SetAppearanceAsync((await studio.Cast.GetAsync(story)).Single(c => c.Name == name).Id, number, appears);

    private static async Task<string> ToldAsync(Studio studio, string story) =>
        string.Join('|', (await studio.Cast.GetAsync(story)).Select(c => $"{c.Name} {string.Join(' ', c.Segments)}"));
}
