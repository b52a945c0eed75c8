using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Prompts;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class PromptBookTests
{
    private static readonly Actor Mira = new("m", "Mira", StoryRole.Author);

    [Fact]
    public async Task Preview_IsWhatIsSentThen()
    {
        await using var studio = await Studio.StartAsync(provider: new()
        {
            Capabilities = new() { TypicalDuration = TimeSpan.FromSeconds(1), MakesSvg = true, MaxReferences = 4, ReferenceFormats = ["image/svg+xml", "image/png"], Model = "scripted" },
        });
        var story = await StoryAsync(studio);
        await studio.Cast.SetPictureAsync((await studio.Cast.GetAsync(story.Id))[0].Id, new MemoryStream(TestPictures.Png()));
        await Book(studio).SetNoteAsync(Mira, story.Id, "illustration", "Always at dusk.");
        await studio.Illustrator.StartAsync(story.Id, new() { Segments = ["1.1"], Styles = ["illustration"] });
        await studio.UntilFinishedAsync(story.Id);

        var preview = await Book(studio).PreviewAsync(story.Id, "1.2", "illustration");
        await studio.Illustrator.StartAsync(story.Id, new() { Segments = ["1.2"], Styles = ["illustration"] });
        await studio.UntilFinishedAsync(story.Id);

        var sent = studio.Provider.Calls.Last();
        Assert.Equal(sent.Prompt, preview.Prompt);
        Assert.Contains("Always at dusk.", preview.Prompt, StringComparison.Ordinal);
        Assert.Equal(sent.References.Select(r => (r.Role, r.Name)), preview.References.Select(r => (r.Role, r.Name)));
        Assert.Equal(["Bram"], preview.Characters);
        Assert.All(preview.References, r => Assert.StartsWith("/media/", r.Url, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Preview_BeforeTheStylesFirstPicture_SaysThatItWillGoAlong_WithEveryOtherPage()
    {
        await using var studio = await Studio.StartAsync(provider: new()
        {
            Capabilities = new() { TypicalDuration = TimeSpan.FromSeconds(1), MakesSvg = true, MaxReferences = 4, ReferenceFormats = ["image/svg+xml", "image/png"], Model = "scripted" },
        });
        var story = await StoryAsync(studio);

        var previews = await PreviewsAsync();
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"] });
        await studio.UntilFinishedAsync(story.Id);

        Assert.Equal(studio.Provider.Calls.OrderBy(c => c.Scene, StringComparer.Ordinal).Select(c => $"{c.Prompt} {c.References.Count}"), previews.OrderBy(p => p.Scene, StringComparer.Ordinal).Select(p => $"{p.Prompt} {p.References.Count}"));
        Assert.Empty(previews[0].References);
        Assert.All(previews.Skip(1), p => Assert.Equal((ReferenceRole.Consistency, null), (p.References[0].Role, p.References[0].Url)));
        Assert.All(previews.Skip(1), p => Assert.True(p.References[0].IsToCome));
        Assert.All((await PreviewsAsync()).Skip(1), p => Assert.False(p.References[0].IsToCome));

        async Task<List<PromptPreview>> PreviewsAsync()
        {
            var all = new List<PromptPreview>();
            foreach (var segment in story.Segments)
            {
                all.Add(await Book(studio).PreviewAsync(story.Id, segment.Number, "illustration"));
            }

            return all;
        }
    }

    [Fact]
    public async Task Preview_AfterTheFirstPageWasUploadedOrLeft_GoesByTheFirstPictureThereIs()
    {
        await using var studio = await Studio.StartAsync(engine: false, provider: new()
        {
            Capabilities = new() { TypicalDuration = TimeSpan.FromSeconds(1), MakesSvg = true, MaxReferences = 4, ReferenceFormats = ["image/svg+xml", "image/png"], Model = "scripted" },
        });
        var story = await StoryAsync(studio);
        await studio.Services.GetRequiredService<IPictureDesk>().BringAsync(Mira, story.Id, "1.2", "illustration", new MemoryStream(TestPictures.Png()), andLock: false);

        var first = (await Book(studio).PreviewAsync(story.Id, "1.1", "illustration")).References;
        var own = (await Book(studio).PreviewAsync(story.Id, "1.2", "illustration")).References;

        Assert.StartsWith("/media/", Assert.Single(first).Url, StringComparison.Ordinal);
        Assert.Empty(own);
    }

    [Fact]
    public async Task Words_AreAddedToThoseThatAreChosen_AndAllOfItIsTakenBackInOneGo()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio);
        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Prompt = "A bed." });

        studio.Clock.Advance(TimeSpan.FromSeconds(1));
        var changed = await Book(studio).EditAsync(Mira, story.Id, new() { Segments = ["1.1", "1.2"], Style = "clear", Kind = PromptEditKind.Add, Text = "It rains." });
        Assert.Equal(2, changed);
        Assert.Equal(["Bram walks.\nIt rains.", "A bed.\nIt rains.", "Nobody is there."], await ScenesAsync(studio, story.Id, "clear"));
        Assert.Equal(["Bram walks.", "A bed.", "Nobody is there."], await ScenesAsync(studio, story.Id, "illustration"));

        var history = await Book(studio).GetHistoryAsync(story.Id);
        Assert.Equal(("Mira", 2, "clear", null), (history[0].By, history[0].Together, history[0].Style, history[0].Before));
        studio.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await Book(studio).RestoreAsync(Mira, history[0].Id));
        Assert.Equal(["Bram walks.", "A bed.", "Nobody is there."], await ScenesAsync(studio, story.Id, "clear"));

        // What was taken back can be taken back as well.
        Assert.Equal(2, await Book(studio).RestoreAsync(Mira, (await Book(studio).GetHistoryAsync(story.Id))[0].Id));
        Assert.Equal("Bram walks.\nIt rains.", (await ScenesAsync(studio, story.Id, "clear"))[0]);
    }

    [Fact]
    public async Task Reset_OfAStyle_GoesBackToTheText_WhereAPromptHoldsForAllStylesAsWell()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio);
        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Text = "# Night\n\nBram sleeps.", Prompt = "A bed." });
        await Book(studio).EditAsync(Mira, story.Id, new() { Segments = ["1.1"], Style = "clear", Kind = PromptEditKind.Replace, Text = "A road." });

        Assert.Equal(2, await Book(studio).EditAsync(Mira, story.Id, new() { Segments = ["1.1", "1.2"], Style = "clear", Kind = PromptEditKind.Reset }));

        Assert.Equal(["Bram walks.", "Bram sleeps.", "Nobody is there."], await ScenesAsync(studio, story.Id, "clear"));
        Assert.Equal(["Bram walks.", "A bed.", "Nobody is there."], await ScenesAsync(studio, story.Id, "illustration"));
        Assert.Equal(0, await Book(studio).EditAsync(Mira, story.Id, new() { Segments = ["1.1", "1.2"], Style = "clear", Kind = PromptEditKind.Reset }));
    }

    [Fact]
    public async Task Reset_OfAStyle_FollowsTheTextAgain_AndTakesNoPictureOfAnotherStyleWithIt()
    {
        await using var studio = await Studio.StartAsync();
        var story = await StoryAsync(studio);
        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Prompt = "A bed." });
        await Book(studio).EditAsync(Mira, story.Id, new() { Segments = ["1.2"], Style = "clear", Kind = PromptEditKind.Reset });
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        Assert.Equal(PromptSource.Text, (await Book(studio).GetAsync(story.Id, "clear")).Items[1].Source);
        Assert.Equal(PromptSource.Style, (await Book(studio).GetAsync(story.Id, "illustration")).Items[1].Source);

        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Text = "Bram wakes." });

        Assert.Equal("Bram wakes.", (await ScenesAsync(studio, story.Id, "clear"))[1]);
        Assert.Equal("A bed.", (await ScenesAsync(studio, story.Id, "illustration"))[1]);
        Assert.Equal(["1.2 clear text_changed"], (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Where(i => i.Stale is not null).Select(i => $"{i.Number} {i.Style} {i.Stale!.Code}"));
    }

    [Fact]
    public async Task Reset_OfAStyle_ThatIsTakenBack_HoldsForAllAgain_UnlessSomebodyWroteForAllSince()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio);
        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Prompt = "A bed." });
        studio.Clock.Advance(TimeSpan.FromSeconds(1));
        await Book(studio).EditAsync(Mira, story.Id, new() { Segments = ["1.2"], Style = "clear", Kind = PromptEditKind.Reset });
        var reset = (await Book(studio).GetHistoryAsync(story.Id))[0].Id;

        Assert.Equal(2, await Book(studio).RestoreAsync(Mira, reset));
        Assert.Equal(("A bed.", 0), await StandsAsync());

        studio.Clock.Advance(TimeSpan.FromSeconds(1));
        await Book(studio).EditAsync(Mira, story.Id, new() { Segments = ["1.2"], Style = "clear", Kind = PromptEditKind.Reset });
        reset = (await Book(studio).GetHistoryAsync(story.Id))[0].Id;
        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Prompt = "A lamp." });

        Assert.Equal(0, await Book(studio).RestoreAsync(Mira, reset));
        Assert.Equal(("A lamp.", 1), await StandsAsync());
        Assert.Equal("A bed.", (await ScenesAsync(studio, story.Id, "illustration"))[1]);

        async Task<(string?, int)> StandsAsync() => (await studio.Library.GetAsync(story.Id)).Segments[1] is var segment ? (segment.Prompt, segment.Prompts.Count) : default;
    }

    [Fact]
    public async Task Reset_OfAStyle_LeavesTheWordsForAll_ToAStyleThatComesBack()
    {
        await using var studio = await Studio.StartAsync();
        var story = await StoryAsync(studio);
        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Prompt = "A bed." });
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        await studio.Library.UpdateAsync(story.Id, new() { Styles = ["clear"] });

        await Book(studio).EditAsync(Mira, story.Id, new() { Segments = ["1.2"], Style = "clear", Kind = PromptEditKind.Reset });
        await studio.Library.UpdateAsync(story.Id, new() { Styles = ["clear", "illustration"] });

        Assert.Equal("A bed.", (await ScenesAsync(studio, story.Id, "illustration"))[1]);
        Assert.Equal(["clear"], (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Where(i => i.Stale is not null).Select(i => i.Style));
    }

    [Fact]
    public async Task ChangeOfSeveral_TakenBack_LeavesWhatSomebodyWroteSince()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio);
        await Book(studio).EditAsync(Mira, story.Id, new() { Style = "clear", Text = "It rains." });
        var change = (await Book(studio).GetHistoryAsync(story.Id))[0].Id;
        studio.Clock.Advance(TimeSpan.FromSeconds(1));
        await Book(studio).EditAsync(Mira with { Name = "Ada" }, story.Id, new() { Segments = ["1.2"], Style = "clear", Kind = PromptEditKind.Replace, Text = "Hers." });

        Assert.Equal(2, await Book(studio).RestoreAsync(Mira, change));
        Assert.Equal(["Bram walks.", "Hers.", "Nobody is there."], await ScenesAsync(studio, story.Id, "clear"));
        Assert.Equal(0, await Book(studio).RestoreAsync(Mira, change));

        // One alone is looked at, and goes back from whatever it is.
        var hers = (await Book(studio).GetHistoryAsync(story.Id, "1.2"))[0].Id;
        studio.Clock.Advance(TimeSpan.FromSeconds(1));
        await Book(studio).EditAsync(Mira, story.Id, new() { Segments = ["1.2"], Style = "clear", Kind = PromptEditKind.Replace, Text = "Mine." });
        Assert.Equal(1, await Book(studio).RestoreAsync(Mira, hers));
        Assert.Equal("Bram sleeps.\nIt rains.", (await ScenesAsync(studio, story.Id, "clear"))[1]);
    }

    [Fact]
    public async Task EveryChange_WhoeverMakesIt_IsKeptWithWhatStoodBefore()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio);
        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Prompt = "One." });
        studio.Clock.Advance(TimeSpan.FromSeconds(1));
        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Prompts = new Dictionary<string, string> { ["clear"] = "Two." } });
        studio.Clock.Advance(TimeSpan.FromSeconds(1));
        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "Bram runs." });
        await Book(studio).SetNoteAsync(Mira, story.Id, "clear", "In blue.");

        var history = await Book(studio).GetHistoryAsync(story.Id);
        Assert.Equal([(null, "clear", null, "In blue.", "Mira"), ("1.1", "clear", null, "Two.", "Author"), ("1.1", null, null, "One.", "Author")], history.Select(c => (c.Number, c.Style, c.Before, c.After, c.By)));
        Assert.Equal(2, (await Book(studio).GetHistoryAsync(story.Id, "1.1")).Count);
        Assert.Empty(await Book(studio).GetHistoryAsync(story.Id, "1.2"));
    }

    [Fact]
    public async Task Past_OfAReset_TellsTheStyleThatItWasFor_ThoughOthersGotWordsOfTheirOwnWithIt()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = (await StoryAsync(studio)).Id;
        var editor = studio.Services.GetRequiredService<IStoryEditor>();
        Assert.Equal("The prompt of 1.2 in all styles", await TellAsync(() => studio.Library.UpdateSegmentAsync(story, "1.2", new() { Prompt = "A bed." })));
        Assert.Equal("The prompt of 1.2 in clear, back to the text", await TellAsync(() => Book(studio).EditAsync(Mira, story, new() { Segments = ["1.2"], Style = "clear", Kind = PromptEditKind.Reset })));
        var change = (await Book(studio).GetHistoryAsync(story))[0];
        Assert.Equal(("A bed.", null, 2, 1), (change.Before, change.After, change.Together, change.Pages));

        Assert.Equal("The prompt of 1.2 in clear", await TellAsync(() => editor.UndoAsync(story)));
        Assert.Equal("The prompt of 1.2 in clear, back to the text", await TellAsync(() => editor.RedoAsync(story)));
        Assert.Equal("The prompt of 1.2 in clear", await TellAsync(() => Book(studio).RestoreAsync(Mira, change.Id)));

        Assert.Equal("2 prompts in all styles", await TellAsync(() => Book(studio).EditAsync(Mira, story, new() { Segments = ["1.1", "1.2"], Kind = PromptEditKind.Replace, Text = "A road." })));
        Assert.Equal("The prompt of 1.1 in 2 styles", await TellAsync(() => studio.Library.UpdateSegmentAsync(story, "1.1", new() { Prompts = new Dictionary<string, string> { ["clear"] = "A.", ["illustration"] = "B." } })));
        Assert.Equal("The prompt of 1.1 in all styles", await TellAsync(() => Book(studio).EditAsync(Mira, story, new() { Segments = ["1.1"], Kind = PromptEditKind.Replace, Text = "A cat." })));
        Assert.Equal("2 prompts in clear, back to the text", await TellAsync(() => Book(studio).EditAsync(Mira, story, new() { Style = "clear", Kind = PromptEditKind.Reset })));
        Assert.Equal("What the story adds to clear", await TellAsync(() => Book(studio).SetNoteAsync(Mira, story, "clear", "In blue.")));

        async Task<string> TellAsync(Func<Task> edit)
        {
            studio.Clock.Advance(TimeSpan.FromSeconds(1));
            await edit();
            return PromptWorkWords.Change((await Book(studio).GetHistoryAsync(story))[0], key => key);
        }
    }

    [Fact]
    public async Task Past_OfAStory_IsToldStepByStep_HoweverManyPromptsOneOfThemChanged()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await studio.Library.CreateAsync(new() { Title = "Long", Segments = [.. Enumerable.Range(1, 101).Select(i => new NewSegment { Text = $"Page {i}." })], Styles = ["clear"] });
        await studio.Library.UpdateSegmentAsync(story.Id, "1.7", new() { Prompt = "A lamp." });
        studio.Clock.Advance(TimeSpan.FromSeconds(1));
        await Book(studio).EditAsync(Mira, story.Id, new() { Style = "clear", Kind = PromptEditKind.Add, Text = "It rains." });

        var history = await Book(studio).GetHistoryAsync(story.Id);

        Assert.Equal([(101, "Mira"), (1, "Author")], history.Select(c => (c.Together, c.By)));
        Assert.Equal(("1.7", "A lamp."), (history[1].Number, history[1].After));
        Assert.Equal(101, Assert.Single(await Book(studio).GetHistoryAsync(story.Id, most: 1)).Together);
        Assert.Equal(2, (await Book(studio).GetHistoryAsync(story.Id, "1.7")).Count);
        Assert.Equal(101, await Book(studio).RestoreAsync(Mira, history[0].Id));
        Assert.Empty(await Book(studio).GetHistoryAsync((await StoryAsync(studio)).Id));
    }

    [Fact]
    public async Task Note_IsSentWithEveryPictureOfItsStyleAndMarksThoseOfBefore()
    {
        await using var studio = await Studio.StartAsync();
        var story = await StoryAsync(studio);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);

        await Book(studio).SetNoteAsync(Mira, story.Id, "clear", "In blue.");
        var marked = await studio.Illustrator.GetSnapshotAsync(story.Id);
        Assert.All(marked.Images, i => Assert.Equal(i.Style == "clear" ? "style_changed" : null, i.Stale?.Code));
        await studio.Illustrator.StartAsync(story.Id, new() { OnlyStale = true });
        Assert.All((await studio.UntilFinishedAsync(story.Id)).Images, i => Assert.Null(i.Stale));
        Assert.EndsWith("As clear.\nIn blue.", studio.Provider.Calls.Last().Prompt, StringComparison.Ordinal);

        await studio.Library.UpdateAsync(story.Id, new() { Styles = ["clear", "illustration"] });
        Assert.Equal("In blue.", (await Book(studio).GetAsync(story.Id, "clear")).Note);
    }

    [Fact]
    public async Task Style_TakenOutAndAddedAgain_HasItsNoteAndItsFirstPictureStill()
    {
        await using var studio = await Studio.StartAsync(provider: new()
        {
            Capabilities = new() { TypicalDuration = TimeSpan.FromSeconds(1), MakesSvg = true, MaxReferences = 4, ReferenceFormats = ["image/svg+xml"], Model = "scripted" },
        });
        var story = await StoryAsync(studio);
        await Book(studio).SetNoteAsync(Mira, story.Id, "clear", "In blue.");
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var before = await StyleAsync();
        Assert.NotNull(before.ReferenceImageId);

        await studio.Library.UpdateAsync(story.Id, new() { Styles = ["illustration"] });
        await studio.Cast.UpdateAsync((await studio.Cast.GetAsync(story.Id))[0].Id, null, "A man in red.");
        await studio.RestartAsync();
        await studio.Library.UpdateAsync(story.Id, new() { Styles = ["illustration", "clear"] });

        Assert.Equal(before, await StyleAsync());
        Assert.Equal("In blue.", (await studio.Library.GetAsync(story.Id)).Styles[1].Note);
        var clear = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Where(i => i.Style == "clear").ToList();
        Assert.DoesNotContain("style_changed", clear.Select(i => i.Stale?.Code ?? ""), StringComparer.Ordinal);
        await using (var db = studio.OpenDatabase())
        {
            Assert.Empty(await db.PastStyles.ToListAsync());
        }

        async Task<(string? Note, string? ReferenceImageId)> StyleAsync()
        {
            await using var db = studio.OpenDatabase();
            var style = await db.StoryStyles.SingleAsync(s => s.StoryId == story.Id && s.Key == "clear");
            return (style.Note, style.ReferenceImageId);
        }
    }

    [Fact]
    public async Task WhatBreaksARule_ChangesNothing()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio);
        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Prompt = new string('x', Segment.MaxPromptLength) });

        foreach (var (edit, field) in new[]
        {
            (new PromptEdit { Text = " " }, "text"),
            (new PromptEdit { Text = "It rains." }, "segments.1.2"),
            (new PromptEdit { Text = "It rains.", Segments = ["9.9"] }, "segments[0]"),
            (new PromptEdit { Text = "It rains.", Style = "oil" }, "style"),
        })
        {
            Assert.Contains(field, (await Assert.ThrowsAsync<InvalidInputException>(() => Book(studio).EditAsync(Mira, story.Id, edit))).Errors.Keys);
        }

        Assert.Equal("Bram walks.", (await ScenesAsync(studio, story.Id, "illustration"))[0]);
        await Assert.ThrowsAsync<ForbiddenException>(() => Book(studio).EditAsync(Mira with { Role = StoryRole.Decide }, story.Id, new() { Text = "It rains." }));
        Assert.Equal("prompt_change_not_found", (await Assert.ThrowsAsync<NotFoundException>(() => Book(studio).RestoreAsync(Mira, "x"))).Code);
    }

    [Theory]
    [InlineData(PromptEditKind.Replace, null, "Rain.", "Rain.|Rain.")]
    [InlineData(PromptEditKind.Replace, "clear", "Rain.", "A bed.|Rain.")]
    [InlineData(PromptEditKind.Add, null, "Rain.", "A bed.\nRain.|A line.\nRain.")]
    [InlineData(PromptEditKind.Reset, "clear", null, "A bed.|Bram sleeps.")]
    [InlineData(PromptEditKind.Reset, null, null, "Bram sleeps.|Bram sleeps.")]
    public async Task Prompts_OfAllStylesAndOfOne_AreToldApart(PromptEditKind kind, string? style, string? text, string scenes)
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "Two",
            Segments = [new() { Text = "Bram sleeps.", Prompt = "A bed.", Prompts = new Dictionary<string, string> { ["clear"] = "A line." } }],
            Styles = ["illustration", "clear"],
        });

        await Book(studio).EditAsync(Mira, story.Id, new() { Style = style, Kind = kind, Text = text });

        Assert.Equal(scenes, $"{(await ScenesAsync(studio, story.Id, "illustration"))[0]}|{(await ScenesAsync(studio, story.Id, "clear"))[0]}");
    }

    [Fact]
    public async Task Prompts_ThatWereChangedSinceTheyWereSeen_AreNamedAndNoneOfThemIsReplaced()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio);
        var edit = new PromptEdit
        {
            Segments = ["1.1", story.Segments[1].Id, "1.3"],
            Style = "clear",
            Kind = PromptEditKind.Replace,
            Text = "Mine.",
            BasedOn = [new("1.1", "clear", "Bram walks."), new(story.Segments[1].Id, "clear", "Bram sleeps."), new("1.3", "clear", "Nobody is there.")],
        };
        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Prompts = new Dictionary<string, string> { ["clear"] = "Theirs." } });
        await studio.Library.UpdateSegmentAsync(story.Id, "1.3", new() { Text = "A dog is there." });

        var refused = await Assert.ThrowsAsync<ConflictException>(() => Book(studio).EditAsync(Mira, story.Id, edit));
        Assert.Equal(("prompt_changed", "The prompts of 1.2 and 1.3 were changed meanwhile. Nothing was saved."), (refused.Code, refused.Message));
        await Assert.ThrowsAsync<ConflictException>(() => Book(studio).EditAsync(Mira, story.Id, edit with { Kind = PromptEditKind.Reset, Text = null }));
        Assert.Equal(["Bram walks.", "Theirs.", "A dog is there."], await ScenesAsync(studio, story.Id, "clear"));

        // Words that are added take nothing away, and the same words twice are no quarrel.
        Assert.Equal(1, await Book(studio).EditAsync(Mira, story.Id, edit with { Segments = ["1.3"], Kind = PromptEditKind.Add, Text = "It rains." }));
        Assert.Equal(0, await Book(studio).EditAsync(Mira, story.Id, edit with { Segments = ["1.2"], Text = "Theirs." }));
        Assert.Equal(3, await Book(studio).EditAsync(Mira, story.Id, edit with { BasedOn = [new("1.2", "clear", " Theirs. "), new("1.3", "clear", "A dog is there.\r\nIt rains.")] }));
    }

    [Theory]
    [InlineData("text", null, "One.", true)]
    [InlineData("text", "clear", "One.", true)]
    [InlineData("all", null, "One.", true)]
    [InlineData("all", "clear", "One.", true)]
    [InlineData("all", "clear", "Two.", false)]
    [InlineData("clear", null, "One.", false)]
    [InlineData("clear", "clear", "One.", true)]
    [InlineData("clear", "illustration", "One.", false)]
    public async Task Prompt_IsHeldToWhatItWasMadeFrom_WhereverThatCameFrom(string changed, string? style, string seen, bool refused)
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = (await studio.Library.CreateAsync(new() { Title = "One", Segments = [new() { Text = "One." }], Styles = ["illustration", "clear"] })).Id;
        await studio.Library.UpdateSegmentAsync(story, "1.1", changed switch
        {
            "text" => new() { Text = "Two." },
            "all" => new() { Prompt = "Two." },
            _ => new() { Prompts = new Dictionary<string, string> { [changed] = "Two." } },
        });
        var patch = style is null
            ? new SegmentPatch { Prompt = "Mine.", PromptBasedOn = seen }
            : new SegmentPatch { Prompts = new Dictionary<string, string> { [style] = "Mine." }, PromptsBasedOn = new Dictionary<string, string> { [style] = seen } };

        var failure = await Record.ExceptionAsync(() => studio.Library.UpdateSegmentAsync(story, "1.1", patch));

        Assert.Equal(refused ? "prompt_changed" : null, (failure as ConflictException)?.Code);
        Assert.Equal(!refused, (await ScenesAsync(studio, story, style ?? "illustration"))[0] == "Mine.");
    }

    [Fact]
    public async Task Note_ThatWasChangedSinceItWasSeen_StaysUnlessItIsTheSame()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = (await StoryAsync(studio)).Id;
        await Book(studio).SetNoteAsync(Mira, story, "clear", "In blue.", basedOn: "");

        var refused = await Assert.ThrowsAsync<ConflictException>(() => Book(studio).SetNoteAsync(Mira, story, "clear", "In red.", basedOn: ""));
        Assert.Equal("note_changed", refused.Code);
        await Book(studio).SetNoteAsync(Mira, story, "clear", "In blue.", basedOn: "");
        Assert.Equal("In blue.", (await Book(studio).GetAsync(story, "clear")).Note);
        await Book(studio).SetNoteAsync(Mira, story, "clear", "", basedOn: "In blue.");
        Assert.Null((await Book(studio).GetAsync(story, "clear")).Note);
    }

    [Fact]
    public async Task Prompts_OfOneVersionOfTheStory_AreTheSameLinesForEverybody()
    {
        await using var studio = await Studio.StartAsync();
        var story = (await StoryAsync(studio)).Id;
        var before = await Book(studio).GetAsync(story, "clear");

        Assert.Same(before, await Book(studio).GetAsync(story, "clear"));
        Assert.NotEqual(before.Style, (await Book(studio).GetAsync(story, "illustration")).Style);
        await Book(studio).EditAsync(Mira, story, new() { Segments = ["1.1"], Kind = PromptEditKind.Replace, Text = "A cat." });
        await Book(studio).SetNoteAsync(Mira, story, "clear", "In blue.");

        // After an edit all that look on read at once.
        var after = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Book(studio).GetAsync(story, "clear"))));
        Assert.All(after, a => Assert.Same(after[0], a));
        Assert.Equal(("A cat.", "In blue."), (after[0].Items[0].Scene, after[0].Note));
        var read = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => studio.Library.GetAsync(story))));
        Assert.All(read, r => Assert.Same(read[0].Segments, r.Segments));
    }

    private static IPromptBook Book(Studio studio) => studio.Services.GetRequiredService<IPromptBook>();

    private static async Task<List<string>> ScenesAsync(Studio studio, string storyId, string style) => [.. (await Book(studio).GetAsync(storyId, style)).Items.Select(i => i.Scene)];

    private static Task<StoryDetails> StoryAsync(Studio studio) => studio.Library.CreateAsync(new()
    {
        Title = "One",
        Segments = [new() { Text = "Bram walks." }, new() { Text = "Bram sleeps." }, new() { Text = "Nobody is there." }],
        Characters = [new("Bram", "An old man.")],
        Styles = ["illustration", "clear"],
    });
}
