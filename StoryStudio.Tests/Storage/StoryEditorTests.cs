using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;
using static StoryStudio.Tests.Fakes.EditedStory;

namespace StoryStudio.Tests.Storage;

/// <summary>Segments cut, joined, moved, put in and taken out.</summary>
public sealed class StoryEditorTests
{
    [Fact]
    public async Task Split_InTheMiddle_MakesTwoAndNumbersThoseBehind()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "The owl flew. The lamp burned.", "The end.");

        var edit = await Editor(studio).SplitAsync(story, "1.1", new(14));

        Assert.Equal("1.1 The owl flew.|1.2 The lamp burned.|1.3 The end.", await ReadAsync(studio, story));
        Assert.Equal(("1.1 split in two", "1.2"), (edit.Words, edit.Segment!.Number));
    }

    [Fact]
    public async Task Split_InsideACharacter_CutsBeforeIt()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "Mara 👩‍👩‍👧 came.");

        await Editor(studio).SplitAsync(story, "1.1", new(7));

        Assert.Equal("1.1 Mara|1.2 👩‍👩‍👧 came.", await ReadAsync(studio, story));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(13)]
    [InlineData(int.MaxValue)]
    public async Task Split_WithNothingOnOneSide_IsRefusedAndChangesNothing(int offset)
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "The owl flew.");

        await Assert.ThrowsAsync<InvalidInputException>(() => Editor(studio).SplitAsync(story, "1.1", new(offset)));

        Assert.Equal("1.1 The owl flew.", await ReadAsync(studio, story));
        Assert.Null((await Editor(studio).GetHistoryAsync(story)).Undo);
    }

    [Fact]
    public async Task Split_OfWordsThatWereNotSavedYet_SavesAndCutsInOneStep()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "The owl flew.");

        await Editor(studio).SplitAsync(story, "1.1", new(15, "  The owl sang. It was late.", "The owl flew."));
        Assert.Equal("1.1 The owl sang.|1.2 It was late.", await ReadAsync(studio, story));
        await Editor(studio).UndoAsync(story);

        Assert.Equal("1.1 The owl flew.", await ReadAsync(studio, story));
    }

    [Fact]
    public async Task Split_AndEdit_OfWordsThatAnotherWindowHasChanged_SaySoAndChangeNothing()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "The owl flew.");
        await studio.Library.UpdateSegmentAsync(story, "1.1", new() { Text = "The owl slept." });

        var split = await Assert.ThrowsAsync<ConflictException>(() => Editor(studio).SplitAsync(story, "1.1", new(8, "The owl sang.", "The owl flew.")));
        var edit = await Assert.ThrowsAsync<ConflictException>(() => studio.Library.UpdateSegmentAsync(story, "1.1", new() { Text = "The owl sang.", BasedOn = "The owl flew." }));

        Assert.Equal(("segment_changed", "segment_changed"), (split.Code, edit.Code));
        Assert.Equal("1.1 The owl slept.", await ReadAsync(studio, story));
    }

    [Fact]
    public async Task Join_OfTwo_PutsTheSecondOnesPicturesAwayAndUndoBringsThemBack()
    {
        await using var studio = await Studio.StartAsync();
        var story = await IllustratedAsync(studio, "The owl flew.", "and sang", "The end.");
        var before = (await studio.Illustrator.GetSnapshotAsync(story)).Images;

        var edit = await Editor(studio).JoinAsync(story, "1.1");

        var joined = (await studio.Illustrator.GetSnapshotAsync(story)).Images;
        Assert.Equal("1.1 The owl flew.\n\nand sang|1.2 The end.", await ReadAsync(studio, story));
        Assert.Equal(["1.1", "1.2"], joined.Select(i => i.Number));
        Assert.Equal([before[0].Url, before[2].Url], joined.Select(i => i.Url));
        Assert.Equal("The pictures of 1.2 are put away. Undo brings them back.", edit.Note);
        Assert.Null(await studio.Services.GetRequiredService<IPictureFiles>().FindAsync(before[1].Id, 1));

        await Editor(studio).UndoAsync(story, edit.Step);

        Assert.Equal("1.1 The owl flew.|1.2 and sang|1.3 The end.", await ReadAsync(studio, story));
        Assert.Equal(before.Select(i => (i.Id, i.Number, i.Url)), (await studio.Illustrator.GetSnapshotAsync(story)).Images.Select(i => (i.Id, i.Number, i.Url)));
        Assert.NotNull(await studio.Services.GetRequiredService<IPictureFiles>().FindAsync(before[1].Id, 1));
    }

    [Fact]
    public async Task Join_OfTwo_KeepsThePromptsThatTheFirstHasNot_AndUndoGivesEachItsOwn()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = (await studio.Library.CreateAsync(new()
        {
            Title = "T",
            Styles = ["clear", "illustration"],
            Segments = [new() { Text = "One.", Prompts = Of(("clear", "A lamp.")) }, new() { Text = "Two.", Prompt = "An owl.", Prompts = Of(("clear", "A mill."), ("illustration", "The sea.")) }, new() { Text = "Three.", Prompt = "A boat." }],
        })).Id;
        var before = await PromptsAsync();

        await Editor(studio).JoinAsync(story, "1.1");
        await Editor(studio).JoinAsync(story, "1.1");
        Assert.Equal("An owl. clear: A lamp. illustration: The sea.", await PromptsAsync());
        await Editor(studio).UndoAsync(story);
        await Editor(studio).UndoAsync(story);

        Assert.Equal(before, await PromptsAsync());

        static Dictionary<string, string> Of(params (string Style, string Words)[] prompts) => prompts.ToDictionary(p => p.Style, p => p.Words, StringComparer.Ordinal);

        async Task<string> PromptsAsync() => string.Join('|', (await studio.Library.GetAsync(story)).Segments.Select(s => $"{s.Prompt} {string.Join(' ', s.Prompts.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}: {p.Value}"))}"));
    }

    [Fact]
    public async Task Join_WhereTheFirstHasAPromptForAllStyles_TakesNoneOfTheSecond()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = (await studio.Library.CreateAsync(new()
        {
            Title = "T",
            Styles = ["clear", "illustration"],
            Segments = [new() { Text = "One.", Prompt = "A lamp." }, new() { Text = "Two.", Prompts = new Dictionary<string, string>(StringComparer.Ordinal) { ["illustration"] = "The sea." } }],
        })).Id;

        await Editor(studio).JoinAsync(story, "1.1");

        var joined = Assert.Single((await studio.Library.GetAsync(story)).Segments);
        Assert.Equal(("A lamp.", 0), (joined.Prompt, joined.Prompts.Count));
    }

    [Fact]
    public async Task Join_WithinASentence_PutsASpaceBetween()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "The owl", "flew.");

        await Editor(studio).JoinAsync(story, "1.1");

        Assert.Equal("1.1 The owl flew.", await ReadAsync(studio, story));
    }

    [Fact]
    public async Task Join_ThatWouldBeTooLong_IsRefused()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, new string('a', 15_000), new string('b', 15_000));

        await Assert.ThrowsAsync<InvalidInputException>(() => Editor(studio).JoinAsync(story, "1.1"));
        Assert.Equal("nothing_to_join", (await Assert.ThrowsAsync<ConflictException>(() => Editor(studio).JoinAsync(story, "1.2"))).Code);
    }

    [Fact]
    public async Task Move_ToTheFront_TakesThePicturesAlongAndNumbersAllOfThem()
    {
        await using var studio = await Studio.StartAsync();
        var story = await IllustratedAsync(studio, "One.", "Two.", "Three.");
        var before = (await studio.Illustrator.GetSnapshotAsync(story)).Images;

        await Editor(studio).MoveAsync(story, "1.3", new() { Before = "1.1" });

        Assert.Equal("1.1 Three.|1.2 One.|1.3 Two.", await ReadAsync(studio, story));
        var after = (await studio.Illustrator.GetSnapshotAsync(story)).Images;
        Assert.Equal([("1.1", before[2].Url), ("1.2", before[0].Url), ("1.3", before[1].Url)], after.Select(i => (i.Number, i.Url)));
        Assert.All(after, i => Assert.True(i.Version > before.First(b => b.Id == i.Id).Version));
        await using var db = studio.OpenDatabase();
        Assert.Equal(["Three.", "One.", "Two."], await db.Images.OrderBy(i => i.Ordinal).Join(db.Segments, i => i.SegmentId, s => s.Id, (i, s) => s.Text).ToListAsync());
    }

    [Theory]
    [InlineData("1.1", 1, "1.1 1|1.2 2|2.1 3|2.2 4")]
    [InlineData("1.1", 2, "1.1 2|1.2 1|2.1 3|2.2 4")]
    [InlineData("1.1", 4, "1.1 2|2.1 3|2.2 4|2.3 1")]
    [InlineData("2.2", 1, "1.1 4|1.2 1|1.3 2|2.1 3")]
    [InlineData("2.1", 2, "1.1 1|1.2 3|1.3 2|2.1 4")]
    public async Task Move_ToAPlace_PutsItThereWhateverSideItComesFrom(string segment, int to, string expected)
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = (await studio.Library.CreateAsync(new() { Title = "T", Segments = [new() { Text = "1" }, new() { Text = "2" }, new() { Text = "3", HardCut = true }, new() { Text = "4" }] })).Id;

        await Editor(studio).MoveAsync(story, segment, new() { To = to });

        Assert.Equal(expected, await ReadAsync(studio, story));
    }

    [Fact]
    public async Task Move_WithoutAPlaceOrWithTwo_IsRefused()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "One.", "Two.");

        await Assert.ThrowsAsync<InvalidInputException>(() => Editor(studio).MoveAsync(story, "1.1", new()));
        await Assert.ThrowsAsync<InvalidInputException>(() => Editor(studio).MoveAsync(story, "1.1", new() { Before = "1.2", To = 1 }));
        await Assert.ThrowsAsync<InvalidInputException>(() => Editor(studio).MoveAsync(story, "1.1", new() { To = 3 }));
        await Assert.ThrowsAsync<NotFoundException>(() => Editor(studio).MoveAsync(story, "1.1", new() { After = "7.7" }));
        Assert.Equal("1.1 One.|1.2 Two.", await ReadAsync(studio, story));
    }

    [Fact]
    public async Task Remove_OfTheLastSegment_IsRefused()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "One.");

        Assert.Equal("last_segment", (await Assert.ThrowsAsync<ConflictException>(() => Editor(studio).RemoveAsync(story, "1.1"))).Code);
    }

    [Fact]
    public async Task Insert_BeforeASceneStart_TakesItsPlace_AndOneThatStartsAScene_LeavesItItsOwn()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "One.", "Two.");

        await Editor(studio).InsertAsync(story, new() { Text = "Zero.", Before = "1.1" });
        await Editor(studio).InsertAsync(story, new() { Text = "Prologue.", Before = "1.1", HardCut = true });
        await Editor(studio).InsertAsync(story, new() { Text = "Last." });

        Assert.Equal("1.1 Prologue.|2.1 Zero.|2.2 One.|2.3 Two.|2.4 Last.", await ReadAsync(studio, story));
    }

    [Fact]
    public async Task Insert_OfNothingOrOfTooMuch_IsRefused()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "One.");

        await Assert.ThrowsAsync<InvalidInputException>(() => Editor(studio).InsertAsync(story, new() { Text = " \n " }));
        await Assert.ThrowsAsync<InvalidInputException>(() => Editor(studio).InsertAsync(story, new() { Text = new('a', Segment.MaxTextLength + 1) }));
        await Assert.ThrowsAsync<InvalidInputException>(() => Editor(studio).InsertAsync(story, new() { Text = "Two.", Before = "1.1", After = "1.1" }));
        await Assert.ThrowsAsync<NotFoundException>(() => Editor(studio).InsertAsync(Ids.New(studio.Time.GetUtcNow()), new() { Text = "Two." }));
    }

    [Fact]
    public async Task HardCut_SetAndTakenAway_NumbersTheStoryAnew()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "One.", "Two.", "Three.");

        Assert.Equal("2.1", (await studio.Library.UpdateSegmentAsync(story, "1.2", new() { HardCut = true })).Number);
        Assert.Equal("1.1 One.|2.1 Two.|2.2 Three.", await ReadAsync(studio, story));
        await studio.Library.UpdateSegmentAsync(story, "2.1", new() { HardCut = false });

        Assert.Equal("1.1 One.|1.2 Two.|1.3 Three.", await ReadAsync(studio, story));
    }

    [Fact]
    public async Task Words_EditedInAStoryWhoseNumbersSomebodyChose_LeaveThemAsTheyAre()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = (await studio.Library.CreateAsync(new() { Title = "T", Segments = [new() { Number = "2.5", Text = "One." }, new() { Number = "4.7", Text = "Two." }] })).Id;

        await studio.Library.UpdateSegmentAsync(story, "4.7", new() { Text = "Second." });
        await Editor(studio).UndoAsync(story);

        Assert.Equal("2.5 One.|4.7 Two.", await ReadAsync(studio, story));
    }
}
