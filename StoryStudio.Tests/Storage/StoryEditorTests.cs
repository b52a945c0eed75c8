using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Storage;

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
    public async Task Remove_WhileItIsDrawn_CancelsTheCallAndLeavesTheRunToEnd()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var provider = new ScriptedProvider
        {
            Script = async (request, destination, _, cancellationToken) =>
            {
                if (request.Prompt.Contains("Two.", StringComparison.Ordinal))
                {
                    asked.TrySetResult();
                    using var cancelled = cancellationToken.Register(() => cut.TrySetResult());
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                }

                return await ScriptedProvider.DrawAsync(request, destination, cancellationToken);
            },
        };
        await using var studio = await Studio.StartAsync(provider: provider);
        var story = await StoryAsync(studio, "One.", "Two.");
        await studio.Illustrator.StartAsync(story, new() { UseCharacterConsistency = false });
        await asked.Task.WaitAsync(Studio.Patience);

        await Editor(studio).RemoveAsync(story, "1.2");

        await cut.Task.WaitAsync(Studio.Patience);
        var snapshot = await studio.UntilFinishedAsync(story);
        Assert.Equal((1, 1), (snapshot.Run!.Completed, snapshot.Run.Cancelled));
        Assert.Single(snapshot.Images);
        Assert.Single((await studio.Illustrator.GetRunAsync(snapshot.Run.Id)).Images);

        await Editor(studio).UndoAsync(story);
        Assert.Equal([ImageStatus.Completed, ImageStatus.Cancelled], (await studio.Illustrator.GetSnapshotAsync(story)).Images.Select(i => i.Status));
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
    public async Task Undo_OfWhatIsAnotherThingByNow_SaysSoAndChangesNothing()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "One.", "Two.");
        await studio.Library.UpdateSegmentAsync(story, "1.1", new() { Text = "First." });
        await studio.Services.GetRequiredService<StoryWriter>().ExecuteAsync(async scope => (await scope.Db.Segments.SingleAsync(s => s.StoryId == story && s.Beat == 1)).Text = "By other means.");

        Assert.Equal("undo_outdated", (await Assert.ThrowsAsync<ConflictException>(() => Editor(studio).UndoAsync(story))).Code);
        Assert.Equal("1.1 By other means.|1.2 Two.", await ReadAsync(studio, story));
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

    [Fact]
    public async Task Draw_AfterNumbersWentToOthers_OverwritesNoPicture()
    {
        await using var studio = await Studio.StartAsync();
        var story = await IllustratedAsync(studio, "One.", "Two.", "Three.");
        var files = await FilesAsync(studio);
        await Editor(studio).MoveAsync(story, "1.3", new() { To = 1 });
        await Editor(studio).InsertAsync(story, new() { Text = "New.", Before = "1.1" });

        foreach (var image in (await studio.Illustrator.GetSnapshotAsync(story)).Images)
        {
            await studio.Illustrator.RegenerateAsync(image.Id, null, null);
        }

        await studio.UntilAsync(story, s => s.Pending == 0);
        await studio.Illustrator.StartAsync(story, new());
        await studio.UntilFinishedAsync(story);

        var after = await FilesAsync(studio);
        Assert.Equal(7, after.Count);
        Assert.All(files, f => Assert.Equal(f.Value, after[f.Key]));
        await using var db = studio.OpenDatabase();
        var rows = await db.ImageVersions.ToListAsync();
        Assert.Equal(after.Keys.Order(StringComparer.Ordinal), rows.Select(v => v.Path).Order(StringComparer.Ordinal));
        Assert.All(rows, v => Assert.Equal(v.Sha256, after[v.Path]));
    }

    [Fact]
    public async Task Crash_OfWhatWasRenumberedWhileItWasDrawn_LeavesEveryPictureWhereItIs()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holds = false;
        var provider = new ScriptedProvider
        {
            Script = async (request, destination, _, cancellationToken) =>
            {
                if (Volatile.Read(ref holds))
                {
                    held.TrySetResult();
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                }

                return await ScriptedProvider.DrawAsync(request, destination, cancellationToken);
            },
        };
        await using var studio = await Studio.StartAsync(provider: provider);
        var story = await IllustratedAsync(studio, "One.", "Two.");
        var files = await FilesAsync(studio);
        Volatile.Write(ref holds, true);
        await Editor(studio).InsertAsync(story, new() { Text = "Three." });
        await studio.Illustrator.StartAsync(story, new());
        await held.Task.WaitAsync(Studio.Patience);
        await Editor(studio).MoveAsync(story, "1.3", new() { To = 1 });

        Volatile.Write(ref holds, false);
        await studio.CrashAsync();
        await studio.UntilFinishedAsync(story);

        var after = await FilesAsync(studio);
        Assert.Equal(3, after.Count);
        Assert.All(files, f => Assert.Equal(f.Value, after[f.Key]));
    }

    [Fact]
    public async Task Sweep_TakesAwayWhatNoUndoBringsBack_AndNothingElse()
    {
        await using var studio = await Studio.StartAsync();
        var story = await IllustratedAsync(studio, "One.", "Two.", "Three.");
        var sweep = studio.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<StorySweep>().Single();
        await Editor(studio).RemoveAsync(story, "1.3");
        await sweep.SweepSegmentsAsync();
        Assert.Equal(3, (await FilesAsync(studio)).Count);
        await using (var db = studio.OpenDatabase())
        {
            await db.EditRecords.ExecuteDeleteAsync();
        }

        await Editor(studio).RemoveAsync(story, "1.2");
        await sweep.SweepSegmentsAsync();

        Assert.Equal(2, (await FilesAsync(studio)).Count);
        await Editor(studio).UndoAsync(story);
        Assert.Equal("1.1 One.|1.2 Two.", await ReadAsync(studio, story));
        Assert.All((await studio.Illustrator.GetSnapshotAsync(story)).Images, i => Assert.NotNull(i.Url));
    }

    [Fact]
    public async Task Removed_ThatIsTheStylesFirstPicture_StillGoesAlongAndIsNotSweptAway()
    {
        await using var studio = await Studio.StartAsync();
        var story = await IllustratedAsync(studio, "One.", "Two.");
        await Editor(studio).RemoveAsync(story, "1.1");
        await using (var db = studio.OpenDatabase())
        {
            await db.EditRecords.ExecuteDeleteAsync();
        }

        await studio.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<StorySweep>().Single().SweepSegmentsAsync();
        var left = Assert.Single((await studio.Illustrator.GetSnapshotAsync(story)).Images);
        await studio.Illustrator.RegenerateAsync(left.Id, null, null);
        await studio.UntilAsync(story, s => s.Pending == 0);

        var versions = await studio.Illustrator.GetVersionsAsync(left.Id);
        Assert.Equal(2, versions.Count);
        Assert.All(versions, v => Assert.Contains(v.References, r => r.Role is ReferenceRole.Consistency));
        Assert.Null(Assert.Single((await studio.Illustrator.GetSnapshotAsync(story)).Images).Stale);
    }

    private static IStoryEditor Editor(Studio studio) => studio.Services.GetRequiredService<IStoryEditor>();

    private static async Task<string> StoryAsync(Studio studio, params string[] texts) => (await studio.Library.CreateAsync(new()
    {
        Title = "A story",
        Segments = [.. texts.Select(t => new NewSegment { Text = t })],
        Styles = ["illustration"],
    })).Id;

    private static async Task<string> IllustratedAsync(Studio studio, params string[] texts)
    {
        var story = await StoryAsync(studio, texts);
        await studio.Illustrator.StartAsync(story, new());
        await studio.UntilFinishedAsync(story);
        return story;
    }

    /// <summary>Everything that reads: numbers and words, in order; the prompt behind them where there is one.</summary>
    private static async Task<string> ReadAsync(Studio studio, string story) => string.Join('|', (await studio.Library.GetAsync(story)).Segments.Select(s => $"{s.Number} {s.Text}{s.Prompt}"));

    /// <summary>Path → SHA-256 of every file there is for pictures.</summary>
    private static async Task<Dictionary<string, string>> FilesAsync(Studio studio)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(Path.Combine(studio.Folder, "stories"), "*", SearchOption.AllDirectories))
        {
            files[Path.GetRelativePath(studio.Folder, path).Replace('\\', '/')] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(path)));
        }

        return files;
    }
}
