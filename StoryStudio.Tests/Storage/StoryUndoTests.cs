using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;
using static StoryStudio.Tests.Fakes.EditedStory;

namespace StoryStudio.Tests.Storage;

/// <summary>Steps in the editing of a story, undone and done again.</summary>
public sealed class StoryUndoTests
{
    [Fact]
    public async Task Numbers_ThatSomebodyChose_AreBackWhenWhatChangedThemIsUndone_AndGoWithItAgain()
    {
        await using var studio = await Studio.StartAsync();
        var story = (await studio.Library.CreateAsync(new()
        {
            Title = "T",
            Segments = [new() { Number = "1.1", Text = "One." }, new() { Number = "1.2", Text = "Two." }, new() { Number = "1.10", Text = "Ten." }, new() { Number = "3.4", Text = "Last." }],
            Styles = ["clear"],
        })).Id;
        await studio.Illustrator.StartAsync(story, new());
        await studio.UntilFinishedAsync(story);
        const string Chosen = "1.1 One.|1.2 Two.|1.10 Ten.|3.4 Last.";

        await Editor(studio).RemoveAsync(story, "1.2");
        Assert.Equal("1.1 One.|1.2 Ten.|2.1 Last.", await ReadAsync(studio, story));
        await studio.Library.UpdateSegmentAsync(story, "1.2", new() { Text = "Tenth." });
        await studio.RestartAsync();
        await Editor(studio).UndoAsync(story);
        await Editor(studio).UndoAsync(story);
        Assert.Equal(Chosen, await ReadAsync(studio, story));
        Assert.Equal(["1.1", "1.2", "1.10", "3.4"], (await studio.Illustrator.GetSnapshotAsync(story)).Images.Select(i => i.Number));
        await Editor(studio).RedoAsync(story);
        Assert.Equal("1.1 One.|1.2 Ten.|2.1 Last.", await ReadAsync(studio, story));
        await Editor(studio).UndoAsync(story);

        var edit = await Editor(studio).RenumberAsync(story);
        Assert.Equal(("Pages numbered anew", edit.Step), (edit.Undo!.Words, edit.Undo.Step));
        Assert.Equal("1.1 One.|1.2 Two.|1.3 Ten.|2.1 Last.", await ReadAsync(studio, story));
        Assert.Equal(0, (await Editor(studio).RenumberAsync(story)).Step);
        Assert.Equal("1.10", (await Editor(studio).UndoAsync(story)).Segment!.Number);
        Assert.Equal(Chosen, await ReadAsync(studio, story));
        await Editor(studio).RedoAsync(story);
        Assert.Equal("1.1 One.|1.2 Two.|1.3 Ten.|2.1 Last.", await ReadAsync(studio, story));
        Assert.Equal(["1.1", "1.2", "1.3", "2.1"], (await studio.Illustrator.GetSnapshotAsync(story)).Images.Select(i => i.Number));
    }

    [Fact]
    public async Task Step_OfBeforeNumbersWereKept_IsUndoneAllTheSame()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = (await studio.Library.CreateAsync(new() { Title = "T", Segments = [new() { Number = "1.3", Text = "One." }, new() { Number = "1.7", Text = "Two." }] })).Id;
        await Editor(studio).MoveAsync(story, "1.7", new() { To = 1 });
        await using (var db = studio.OpenDatabase())
        {
            await db.Database.ExecuteSqlAsync($"UPDATE edit_steps SET Numbers = NULL");
        }

        await Editor(studio).UndoAsync(story);

        Assert.Equal("1.1 One.|1.2 Two.", await ReadAsync(studio, story));
    }

    [Fact]
    public async Task Undo_AndRedo_OfEverySortOfEdit_GoBackAndForthThroughARestart()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "One. Uno.", "Two.", "Three.", "Four.");
        var stands = new List<string> { await ReadAsync(studio, story) };
        Func<IStoryEditor, Task>[] edits =
        [
            e => e.SplitAsync(story, "1.1", new(5)),
            e => e.MoveAsync(story, "1.5", new() { To = 1 }),
            _ => studio.Library.UpdateSegmentAsync(story, "1.3", new() { HardCut = true }),
            e => e.JoinAsync(story, "1.2"),
            e => e.InsertAsync(story, new() { Text = "New.", Before = "1.1" }),
            e => e.RemoveAsync(story, "1.1"),
            _ => studio.Library.UpdateSegmentAsync(story, "1.2", new() { Text = "Other.", Prompt = "A lamp." }),
            e => e.MoveAsync(story, "1.1", new() { After = "1.2" }),
        ];
        foreach (var edit in edits)
        {
            await edit(Editor(studio));
            stands.Add(await ReadAsync(studio, story));
        }

        await studio.RestartAsync(engine: false);
        for (var i = edits.Length - 1; i >= 0; i--)
        {
            await Editor(studio).UndoAsync(story);
            Assert.Equal(stands[i], await ReadAsync(studio, story));
        }

        Assert.Equal("nothing_to_undo", (await Assert.ThrowsAsync<ConflictException>(() => Editor(studio).UndoAsync(story))).Code);
        await studio.RestartAsync(engine: false);
        for (var i = 1; i <= edits.Length; i++)
        {
            await Editor(studio).RedoAsync(story);
            Assert.Equal(stands[i], await ReadAsync(studio, story));
        }

        Assert.Equal("nothing_to_redo", (await Assert.ThrowsAsync<ConflictException>(() => Editor(studio).RedoAsync(story))).Code);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task Edits_AtRandom_AreUndoneToTheLetter(int seed)
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var random = new Random(seed);
        var story = (await studio.Library.CreateAsync(new()
        {
            Title = "T",
            Segments = [.. Enumerable.Range(1, 12).Select(i => new NewSegment { Number = $"{1 + (i / 5 * 2)}.{i + (seed % 2 * i)}", Text = $"Sentence {i} of the story. And more.", HardCut = random.Next(4) == 0 ? random.Next(2) == 0 : null })],
        })).Id;
        var stands = new List<string> { await ReadAsync(studio, story) };
        for (var i = 0; i < 60; i++)
        {
            var ids = (await studio.Library.GetAsync(story)).Segments.Select(s => s.Id).ToList();
            var (one, other) = (ids[random.Next(ids.Count)], ids[random.Next(ids.Count)]);
            try
            {
                await (random.Next(7) switch
                {
                    0 => Editor(studio).SplitAsync(story, one, new(random.Next(40))),
                    1 => Editor(studio).JoinAsync(story, one),
                    2 => Editor(studio).MoveAsync(story, one, random.Next(2) == 0 ? new() { Before = other } : new() { After = other }),
                    3 => Editor(studio).InsertAsync(story, new() { Text = $"Inserted {i}.", After = one, HardCut = random.Next(3) == 0 }),
                    4 => Editor(studio).RemoveAsync(story, one),
                    5 when i % 2 == 0 => Editor(studio).RenumberAsync(story),
                    _ => (Task)studio.Library.UpdateSegmentAsync(story, one, new() { Text = $"Edited {i}. Twice.", HardCut = random.Next(2) == 0 }),
                });
            }
            catch (StoryStudioException)
            {
                Assert.Equal(stands[^1], await ReadAsync(studio, story));
                continue;
            }

            var now = await ReadAsync(studio, story);
            if (now != stands[^1])
            {
                stands.Add(now);
            }
        }

        Assert.True(stands.Count > 20);
        for (var i = stands.Count - 2; i >= 0; i--)
        {
            await Editor(studio).UndoAsync(story);
            Assert.Equal(stands[i], await ReadAsync(studio, story));
        }

        Assert.Null((await Editor(studio).GetHistoryAsync(story)).Undo);
        for (var i = 1; i < stands.Count; i++)
        {
            await Editor(studio).RedoAsync(story);
            Assert.Equal(stands[i], await ReadAsync(studio, story));
        }
    }

    [Fact]
    public async Task Undo_OfAStepThatAnotherCameAfter_SaysWhichAndChangesNothing()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "One.", "Two.", "Three.");
        var mine = await Editor(studio).RemoveAsync(story, "1.2");
        await studio.Library.UpdateSegmentAsync(story, "1.1", new() { Text = "First." });

        var refusal = await Assert.ThrowsAsync<ConflictException>(() => Editor(studio).UndoAsync(story, mine.Step));

        Assert.Equal(("undo_outdated", "Something else was changed since: 1.1 edited. Undo that first."), (refusal.Code, refusal.Message));
        Assert.Equal("1.1 First.|1.2 Three.", await ReadAsync(studio, story));
    }

    [Fact]
    public async Task Undo_OfAStepThatIsUndoneAlready_SaysThat_AndNotToUndoWhatWasDoneBefore()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "One.", "Two.", "Three.");
        await studio.Library.UpdateSegmentAsync(story, "1.1", new() { Text = "First." });
        var mine = await Editor(studio).RemoveAsync(story, "1.2");

        await Editor(studio).UndoAsync(story);
        Assert.Equal("It is undone already: 1.2 deleted.", await RefusalAsync(back: true));
        Assert.Equal("1.1 First.|1.2 Two.|1.3 Three.", await ReadAsync(studio, story));

        await Editor(studio).RedoAsync(story, mine.Step);
        Assert.Equal("It is done again already: 1.2 deleted.", await RefusalAsync(back: false));

        await Editor(studio).UndoAsync(story);
        await studio.Library.UpdateSegmentAsync(story, "1.3", new() { Text = "Third." });
        Assert.Equal("That can no longer be undone.", await RefusalAsync(back: true));
        Assert.Equal("1.1 First.|1.2 Two.|1.3 Third.", await ReadAsync(studio, story));

        async Task<string> RefusalAsync(bool back)
        {
            var refusal = await Assert.ThrowsAsync<ConflictException>(() => back ? Editor(studio).UndoAsync(story, mine.Step) : Editor(studio).RedoAsync(story, mine.Step));
            Assert.Equal("undo_outdated", refusal.Code);
            return refusal.Message;
        }
    }

    [Fact]
    public async Task Undo_OfWhatIsAnotherThingByNow_SaysSoAndChangesNothing()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "One.", "Two.");
        await studio.Library.UpdateSegmentAsync(story, "1.1", new() { Text = "First." });
        await ByOtherWaysAsync(studio, story, s => s.Text = "By other means.");

        Assert.Equal("undo_outdated", (await Assert.ThrowsAsync<ConflictException>(() => Editor(studio).UndoAsync(story))).Code);
        Assert.Equal("1.1 By other means.|1.2 Two.", await ReadAsync(studio, story));
    }

    [Fact]
    public async Task Prompts_ChangedInWhicheverWay_AreStepsOfTheOneLine_UndoneAndDoneAgainInTheirTurn()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = (await studio.Library.CreateAsync(new() { Title = "T", Segments = [new() { Text = "One." }, new() { Text = "Two." }, new() { Text = "Three." }], Styles = ["illustration", "clear"] })).Id;
        var third = (await studio.Library.GetAsync(story)).Segments[2].Id;
        (string Words, Func<Task> Edit)[] edits =
        [
            ("1.1 edited", () => studio.Library.UpdateSegmentAsync(story, "1.1", new() { Text = "First." })),
            ("Prompt of 1.1 edited", () => Prompts(studio).EditAsync(Actor.Local, story, new() { Segments = ["1.1"], Style = "clear", Kind = PromptEditKind.Replace, Text = "A lamp." })),
            ("Prompt of 1.2 edited", () => studio.Library.UpdateSegmentAsync(story, "1.2", new() { Prompt = "A bed." })),
            ("Prompts of 3 pages edited", () => Prompts(studio).EditAsync(Actor.Local, story, new() { Style = "clear", Text = "It rains." })),
            ("Prompt of 1.2 back to the text", () => Prompts(studio).EditAsync(Actor.Local, story, new() { Segments = ["1.2"], Style = "clear", Kind = PromptEditKind.Reset })),
            ("Prompt of 1.3 edited", () => Prompts(studio).SetAsync(Actor.Local, story, "illustration", [new(third, "Three.", "A door.")])),
            ("What the story adds to clear edited", () => Prompts(studio).SetNoteAsync(Actor.Local, story, "clear", "In blue.")),
            ("Prompts of 3 pages edited", () => Prompts(studio).EditAsync(Actor.Local, story, new() { Kind = PromptEditKind.Replace, Text = "A cat." })),
            ("Prompts of 3 pages taken back", async () => await Prompts(studio).RestoreAsync(Actor.Local, (await Prompts(studio).GetHistoryAsync(story))[0].Id)),
            ("1.1 deleted", () => Editor(studio).RemoveAsync(story, "1.1")),
            ("Prompts of 2 pages back to the text", () => Prompts(studio).EditAsync(Actor.Local, story, new() { Kind = PromptEditKind.Reset })),
        ];
        var stands = new List<string> { await StandsAsync() };
        foreach (var (words, edit) in edits)
        {
            studio.Clock.Advance(TimeSpan.FromSeconds(1));
            await edit();
            stands.Add(await StandsAsync());
            Assert.Equal(words, (await Editor(studio).GetHistoryAsync(story)).Undo?.Words);
        }

        Assert.Equal(stands.Count - 1, stands.Distinct(StringComparer.Ordinal).Count());
        await studio.RestartAsync(engine: false);
        for (var i = edits.Length - 1; i >= 0; i--)
        {
            studio.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(edits[i].Words, (await Editor(studio).UndoAsync(story)).Words);
            Assert.Equal(stands[i], await StandsAsync());
        }

        Assert.Null((await Editor(studio).GetHistoryAsync(story)).Undo);
        for (var i = 1; i <= edits.Length; i++)
        {
            studio.Clock.Advance(TimeSpan.FromSeconds(1));
            await Editor(studio).RedoAsync(story);
            Assert.Equal(stands[i], await StandsAsync());
        }

        async Task<string> StandsAsync()
        {
            var now = await studio.Library.GetAsync(story);
            return string.Join('|', now.Segments.Select(s => $"{s.Text} {s.Prompt} {string.Join(',', s.Prompts.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}: {p.Value}"))}").Concat(now.Styles.Select(s => s.Note)));
        }
    }

    [Fact]
    public async Task Undo_OfAPrompt_ShowsItsPage_AndIsKeptInItsPast()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "One.", "Two.");
        await Prompts(studio).EditAsync(Actor.Local, story, new() { Segments = ["1.2"], Style = "illustration", Kind = PromptEditKind.Replace, Text = "A lamp." });
        studio.Clock.Advance(TimeSpan.FromSeconds(1));
        await Prompts(studio).SetNoteAsync(Actor.Local, story, "illustration", "In blue.");
        studio.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Null((await Editor(studio).UndoAsync(story)).Segment);
        studio.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("1.2", (await Editor(studio).UndoAsync(story)).Segment?.Number);

        Assert.Equal([("A lamp.", null), (null, "A lamp.")], (await Prompts(studio).GetHistoryAsync(story, "1.2")).Select(c => (c.Before, c.After)));
        Assert.Equal([("In blue.", null), (null, "In blue.")], (await Prompts(studio).GetHistoryAsync(story)).Where(c => c.IsNote).Select(c => (c.Before, c.After)));
    }

    /// <summary>Steps come and go; that numbers were another's once does not.</summary>
    [Fact]
    public async Task PromptEdit_AfterAnInsertThatWasUndone_LetsNoPictureTakeTheFileOfAnother()
    {
        await using var studio = await Studio.StartAsync();
        var story = (await studio.Library.CreateAsync(new() { Title = "T", Segments = [new() { Text = "One." }, new() { Text = "Two." }, new() { Text = "Three." }], Styles = ["illustration"] })).Id;
        await studio.Illustrator.StartAsync(story, new());
        var images = (await studio.UntilFinishedAsync(story)).Images;
        await Editor(studio).InsertAsync(story, new() { Text = "Between.", After = "1.1" });
        await RedrawAsync(images[1].Id);
        await Editor(studio).UndoAsync(story);
        await Prompts(studio).EditAsync(Actor.Local, story, new() { Segments = ["1.1"], Style = "illustration", Kind = PromptEditKind.Replace, Text = "A lamp." });

        await RedrawAsync(images[2].Id);

        await using var db = studio.OpenDatabase();
        var paths = await db.ImageVersions.Select(v => v.Path).ToListAsync();
        Assert.Equal(5, paths.Count);
        Assert.All(paths, path => Assert.True(File.Exists(Path.Combine(studio.Folder, path))));

        async Task RedrawAsync(string image)
        {
            await studio.Illustrator.RegenerateAsync(image, null, null);
            await studio.UntilAsync(story, s => s.Images.Single(i => i.Id == image) is { Status: ImageStatus.Completed, ChosenVersion: 2 });
        }
    }

    [Fact]
    public async Task Redo_OfAResetOfOneStyle_LeavesItsWordsToAStyleThatCameSince()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = (await studio.Library.CreateAsync(new() { Title = "T", Segments = [new() { Text = "One.", Prompt = "A bed." }], Styles = ["illustration", "clear"] })).Id;
        await Prompts(studio).EditAsync(Actor.Local, story, new() { Segments = ["1.1"], Style = "clear", Kind = PromptEditKind.Reset });
        await Editor(studio).UndoAsync(story);
        await studio.Library.UpdateAsync(story, new() { Styles = ["illustration", "clear", "consistent"] });

        await Editor(studio).RedoAsync(story);

        var page = (await studio.Library.GetAsync(story)).Segments[0];
        Assert.Null(page.Prompt);
        Assert.Equal("consistent A bed.|illustration A bed.", string.Join('|', page.Prompts!.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key} {p.Value}")));
    }

    [Fact]
    public async Task PromptEdit_ThatChangesNothingOrIsRefused_IsNoStep()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "One.");

        Assert.Equal(0, await Prompts(studio).EditAsync(Actor.Local, story, new() { Kind = PromptEditKind.Reset }));
        await Prompts(studio).SetNoteAsync(Actor.Local, story, "illustration", " ");
        await Assert.ThrowsAsync<ConflictException>(() => Prompts(studio).EditAsync(Actor.Local, story, new() { Kind = PromptEditKind.Replace, Text = "A lamp.", BasedOn = [new("1.1", null, "Another.")] }));

        Assert.Null((await Editor(studio).GetHistoryAsync(story)).Undo);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Undo_OfAPromptThatWasChangedSinceByOtherWays_LeavesItAndTheStepBeforeIsNext(bool together)
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "One.", "Two.");
        await studio.Library.UpdateSegmentAsync(story, "1.1", new() { Text = "First." });
        await (together
            ? Prompts(studio).EditAsync(Actor.Local, story, new() { Segments = ["1.1"], Style = "illustration", Kind = PromptEditKind.Replace, Text = "A lamp." })
            : (Task)studio.Library.UpdateSegmentAsync(story, "1.1", new() { Prompts = Of("A lamp.") }));
        await ByOtherWaysAsync(studio, story, s => s.Prompts = Of("A lamp.\nIt rains."));

        Assert.Equal("undo_outdated", (await Assert.ThrowsAsync<ConflictException>(() => Editor(studio).UndoAsync(story))).Code);
        Assert.Equal("1.1 edited", (await Editor(studio).GetHistoryAsync(story)).Undo?.Words);
        await Editor(studio).UndoAsync(story);

        var segment = (await studio.Library.GetAsync(story)).Segments[0];
        Assert.Equal(("One.", "A lamp.\nIt rains."), (segment.Text, segment.Prompts["illustration"]));
        await Editor(studio).RedoAsync(story);
        Assert.Equal("1.1 First.|1.2 Two.", await ReadAsync(studio, story));
    }

    [Fact]
    public async Task Undo_TakesBackWhatAStepDid_AndLeavesOtherPromptsThatWereWrittenSince()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = (await studio.Library.CreateAsync(new() { Title = "T", Segments = [new() { Text = "One." }], Styles = ["illustration", "clear"] })).Id;
        await studio.Library.UpdateSegmentAsync(story, "1.1", new() { Text = "First.", Prompts = Of("A lamp.") });
        await ByOtherWaysAsync(studio, story, s => s.Prompts = new(s.Prompts, StringComparer.Ordinal) { ["clear"] = "A candle." });

        await Editor(studio).UndoAsync(story);
        var undone = (await studio.Library.GetAsync(story)).Segments[0];
        await Editor(studio).RedoAsync(story);
        var redone = (await studio.Library.GetAsync(story)).Segments[0];

        Assert.Equal(("One.", "clear: A candle."), (undone.Text, Words(undone)));
        Assert.Equal(("First.", "clear: A candle.|illustration: A lamp."), (redone.Text, Words(redone)));

        static string Words(SegmentDetails segment) => string.Join('|', segment.Prompts.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}: {p.Value}"));
    }

    [Fact]
    public async Task Undo_AfterSomebodyWasRenamed_HasThemOnTheirPagesByTheNewName()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = (await studio.Library.CreateAsync(new()
        {
            Title = "T",
            Segments = [new() { Text = "One.", Characters = ["Tom"] }, new() { Text = "Two.", Characters = ["Ann"] }, new() { Text = "Three.", Characters = ["Tom"] }],
            Characters = [new("Tom", "A boy."), new("Ann", "A girl.")],
            Styles = ["clear"],
        })).Id;
        await Editor(studio).JoinAsync(story, "1.1");
        await Editor(studio).RemoveAsync(story, "1.2");
        await studio.Cast.UpdateAsync((await studio.Cast.GetAsync(story))[0].Id, "Thomas", null);

        await Editor(studio).UndoAsync(story);
        Assert.Equal("Thomas, Ann|Thomas", await WhoAsync());
        await Editor(studio).UndoAsync(story);
        Assert.Equal("Thomas|Ann|Thomas", await WhoAsync());
        await Editor(studio).RedoAsync(story);
        Assert.Equal("Thomas, Ann|Thomas", await WhoAsync());

        async Task<string> WhoAsync() => string.Join('|', (await studio.Library.GetAsync(story)).Segments.Select(s => string.Join(", ", s.Characters)));
    }

    [Fact]
    public async Task Redo_OfASplit_HasThePromptThatWasWrittenForTheNewPage()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "One. Uno.");
        await Editor(studio).SplitAsync(story, "1.1", new(5));
        await Prompts(studio).EditAsync(Actor.Local, story, new() { Segments = ["1.2"], Style = "illustration", Kind = PromptEditKind.Replace, Text = "A lamp." });

        await Editor(studio).UndoAsync(story);
        await Editor(studio).UndoAsync(story);
        Assert.Equal("1.1 One. Uno.", await ReadAsync(studio, story));
        await Editor(studio).RedoAsync(story);
        await Editor(studio).RedoAsync(story);

        Assert.Equal("A lamp.", (await studio.Library.GetAsync(story)).Segments[1].Prompts.GetValueOrDefault("illustration"));
    }

    [Fact]
    public async Task Edit_AfterAnUndo_TakesAwayWhatCouldBeDoneAgain()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "One.", "Two.");
        await Editor(studio).RemoveAsync(story, "1.2");
        await Editor(studio).UndoAsync(story);

        await studio.Library.UpdateSegmentAsync(story, "1.1", new() { Text = "First." });

        Assert.Null((await Editor(studio).GetHistoryAsync(story)).Redo);
    }

    [Fact]
    public async Task Edit_ThatChangesNothing_IsNoStep()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "One.", "Two.");
        var before = (await studio.Illustrator.GetSnapshotAsync(story)).EditVersion;

        await studio.Library.UpdateSegmentAsync(story, "1.1", new() { Text = "One." });
        await Editor(studio).MoveAsync(story, "1.2", new() { To = 2 });

        Assert.Null((await Editor(studio).GetHistoryAsync(story)).Undo);
        Assert.Equal(before, (await studio.Illustrator.GetSnapshotAsync(story)).EditVersion);
    }

    [Fact]
    public async Task Steps_BeyondTheMost_LetTheOldestGo()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "One.");
        for (var i = 0; i < IStoryEditor.MaxSteps + 5; i++)
        {
            await studio.Library.UpdateSegmentAsync(story, "1.1", new() { Text = $"Take {i}." });
        }

        await using var db = studio.OpenDatabase();
        Assert.Equal(IStoryEditor.MaxSteps, await db.EditRecords.CountAsync());
    }

    /// <summary>Changes the first segment as no step does.</summary>
    private static Task ByOtherWaysAsync(Studio studio, string story, Action<Segment> change) =>
        studio.Services.GetRequiredService<StoryWriter>().ExecuteAsync(async scope => change(await scope.Db.Segments.SingleAsync(s => s.StoryId == story && s.Beat == 1)));

    private static IPromptBook Prompts(Studio studio) => studio.Services.GetRequiredService<IPromptBook>();

    private static Dictionary<string, string> Of(string prompt) => new(StringComparer.Ordinal) { ["illustration"] = prompt };
}
