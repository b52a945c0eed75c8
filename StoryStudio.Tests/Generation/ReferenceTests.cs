using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;
using static StoryStudio.Tests.Fakes.CastStudio;

namespace StoryStudio.Tests.Generation;

public sealed class ReferenceTests
{
    [Fact]
    public async Task Picture_GoesWithTheStylesFirstAndTheCharactersThatAppear()
    {
        await using var studio = await StartAsync();
        var (story, mira, _) = await StoryAsync(studio);
        await studio.Cast.DrawSheetsAsync(mira.Id, ["illustration"]);
        await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.Status is ImageStatus.Completed));
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"] });
        var end = await studio.UntilFinishedAsync(story.Id);

        var calls = studio.Provider.Calls.ToDictionary(c => c.Scene);
        Assert.Equal([ReferenceRole.Character], Roles(calls["Mira walks."]));
        Assert.Equal([ReferenceRole.Consistency], Roles(calls["Bram sleeps."]));
        Assert.Equal([ReferenceRole.Consistency, ReferenceRole.Character], Roles(calls["Mira and Bram talk."]));
        Assert.Equal("Mira", calls["Mira and Bram talk."].References[1].Name);
        Assert.Contains("Picture 2 shows Mira", calls["Mira and Bram talk."].Prompt, StringComparison.Ordinal);

        var versions = await studio.Illustrator.GetVersionsAsync(end.Images.Single(i => i.Number == "1.3").Id);
        Assert.Equal([(ReferenceRole.Consistency, null), (ReferenceRole.Character, "Mira")], versions[0].References.Select(r => (r.Role, r.Name)));
        Assert.All(versions[0].References, r => Assert.StartsWith("/media/", r.Url, StringComparison.Ordinal));
        Assert.False(versions[0].Described);

        // And its history says the same.
        var history = await studio.Services.GetRequiredService<IActivity>().GetHistoryAsync(story.Id, end.Images.Single(i => i.Number == "1.3").Id);
        Assert.Equal(versions[0].References, Assert.Single(history.Versions).References);
    }

    [Fact]
    public async Task Style_WithAPictureOfItsOwn_SendsItWhereASceneStartsAndNowhereElse()
    {
        using var files = new TempFiles();
        var sample = files.Write("sample.png", TestPictures.Png(seed: 7));
        await using var studio = await Studio.StartAsync(o => o.Styles[0].ReferencePicture = sample, new() { Capabilities = TakesFour });
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "Scenes",
            Segments = [new() { Text = "One.", HardCut = true }, new() { Text = "Two." }, new() { Text = "Three.", HardCut = true }],
            Styles = ["illustration", "clear"],
        });
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        var end = await studio.UntilFinishedAsync(story.Id);

        var along = studio.Provider.Calls.Where(c => c.Style == "illustration").ToDictionary(c => c.Scene, Roles);
        Assert.Equal([ReferenceRole.StyleSample], along["One."]);
        Assert.Empty(along["Two."]);
        Assert.Equal([ReferenceRole.StyleSample], along["Three."]);
        Assert.All(studio.Provider.Calls.SelectMany(c => c.References), r => Assert.Equal("image/png", r.MediaType));
        Assert.All(studio.Provider.Calls.Where(c => c.Style == "clear"), c => Assert.Empty(c.References));

        // And each picture says so.
        var versions = await Task.WhenAll(end.Images.Where(i => i.Style == "illustration").Select(i => studio.Illustrator.GetVersionsAsync(i.Id)));
        Assert.Equal([1, 0, 1], versions.Select(v => v[0].References.Count(r => r.Role is ReferenceRole.StyleSample)));
    }

    [Fact]
    public async Task PictureOfAStyle_IsWhatItWasAtTheStart_WhateverBecomesOfItsFileMeanwhile()
    {
        using var files = new TempFiles();
        var (before, after) = (TestPictures.Png(seed: 7), TestPictures.Png(seed: 8));
        var sample = files.Write("sample.png", before);
        List<byte[]> sent = [];
        await using var studio = await Studio.StartAsync(o => o.Styles[0].ReferencePicture = sample, new()
        {
            Capabilities = TakesFour,
            Script = async (request, destination, _, token) =>
            {
                sent.Add(await File.ReadAllBytesAsync(request.References.Single(r => r.Role is ReferenceRole.StyleSample).FilePath, token));
                return await ScriptedProvider.DrawAsync(request, destination, token);
            },
        });
        await DrawAsync("One.");
        await File.WriteAllBytesAsync(sample, after);
        await DrawAsync("Two.");
        File.Delete(sample);
        await DrawAsync("Three.");
        Assert.Equal([before, before, before], sent);

        await studio.StopAsync();
        await File.WriteAllBytesAsync(sample, after);
        await studio.RestartAsync();
        await DrawAsync("Four.");
        Assert.Equal(after, sent[^1]);
        Assert.Single(Directory.GetFiles(Path.Combine(studio.Folder, "samples")));

        async Task DrawAsync(string text)
        {
            var story = await studio.Library.CreateAsync(new() { Title = "Scene", Segments = [new() { Text = text, HardCut = true }], Styles = ["illustration"] });
            await studio.Illustrator.StartAsync(story.Id, new());
            await studio.UntilFinishedAsync(story.Id);
        }
    }

    [Fact]
    public async Task Sketches_FromBeforeThereWasAKey_GoWithNoCall_AndTheFirstPictureThatMayGoLeads()
    {
        List<string> takes = ["image/svg+xml"];
        await using var studio = await Studio.StartAsync(provider: new() { Capabilities = TakesFour with { ReferenceFormats = takes }, ReferenceUsd = 0.02m });
        var story = await studio.CreateStoryAsync(5);
        await studio.Illustrator.StartAsync(story.Id, new() { Segments = ["1.1", "1.2"] });
        await studio.UntilFinishedAsync(story.Id);

        // The style is drawn by a service from now on.
        takes[0] = "image/png";
        studio.Provider.Script = async (_, destination, _, token) =>
        {
            await destination.WriteAsync(TestPictures.Png(), token);
            return new PictureMade { Model = "scripted", CostUsd = 0.01m };
        };
        Assert.Equal(0.07m, (await studio.Illustrator.EstimateAsync(story.Id, new())).CostUsd);
        await studio.Illustrator.StartAsync(story.Id, new());
        var end = await studio.UntilFinishedAsync(story.Id);

        var calls = studio.Provider.Calls.ToDictionary(c => c.Scene, Roles);
        Assert.Empty(calls["Segment 3."]);
        Assert.Equal([ReferenceRole.Consistency], calls["Segment 4."]);
        Assert.Equal([ReferenceRole.Consistency], calls["Segment 5."]);
        Assert.All(end.Images, i => Assert.Null(i.Stale));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RunOfSketches_ThatAServiceGoesOnWithAfterAStart_IsLedByTheFirstPictureThatGoesWithItsCalls(bool isTakenOut)
    {
        List<string> takes = ["image/svg+xml"];
        Studio? own = null;
        await using var studio = own = await Studio.StartAsync(provider: new() { Capabilities = TakesFour with { ReferenceFormats = takes } });
        var story = await studio.CreateStoryAsync(4);
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            if (request.Scene != "Segment 1.")
            {
                await own.Clock.SleepAsync(TimeSpan.FromHours(1), token);
            }

            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilAsync(story.Id, s => s.Run!.Completed == 1);
        await studio.AsleepAsync();
        var before = studio.Provider.Calls.Count;
        if (isTakenOut)
        {
            await studio.Services.GetRequiredService<IStoryEditor>().RemoveAsync(story.Id, "1.1");
        }

        takes[0] = "image/png";
        studio.Provider.Script = async (_, destination, _, token) =>
        {
            await destination.WriteAsync(TestPictures.Png(), token);
            return new PictureMade { Model = "scripted" };
        };
        await studio.CrashAsync();
        await studio.UntilFinishedAsync(story.Id);

        Assert.Equal([[], [ReferenceRole.Consistency], [ReferenceRole.Consistency]], studio.Provider.Calls.Skip(before).Select(Roles));
    }

    [Fact]
    public async Task FirstPicture_LeadsThoseThatGoWithIt_AlsoWhereOneThatGoesAloneStandsBeforeIt()
    {
        await using var studio = await Studio.StartAsync(engine: false, provider: new() { Capabilities = TakesFour });
        var story = await studio.CreateStoryAsync(4);
        await studio.Illustrator.StartAsync(story.Id, new());
        await using (var db = studio.OpenDatabase())
        {
            var first = await db.Images.MinAsync(i => i.Ordinal);
            await db.Images.Where(i => i.Ordinal == first).ExecuteUpdateAsync(set => set.SetProperty(i => i.Consistent, false));
        }

        var queue = studio.Services.GetRequiredService<IGenerationQueue>();
        var lane = Assert.Single(await queue.GetLanesAsync(default));
        var next = await queue.PeekAsync(lane, 4, studio.Time.GetUtcNow(), default);

        Assert.Equal((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[1].Id, Assert.Single(next).Id);
    }

    /// <summary>As a run whose leader came to nothing leaves it.</summary>
    [Fact]
    public async Task PictureDrawnAlone_InAStyleOfSketchesThatAServiceDrawsNow_IsTheFirstThatOthersGoWith()
    {
        List<string> takes = ["image/svg+xml"];
        await using var studio = await Studio.StartAsync(provider: new() { Capabilities = TakesFour with { ReferenceFormats = takes } });
        var story = await studio.CreateStoryAsync(3);
        await studio.Illustrator.StartAsync(story.Id, new());
        var sketched = await studio.UntilFinishedAsync(story.Id);
        takes[0] = "image/png";
        await using (var db = studio.OpenDatabase())
        {
            await db.StoryStyles.ExecuteUpdateAsync(set => set.SetProperty(s => s.ReferenceImageId, (string?)null));
        }

        studio.Provider.Script = async (_, destination, _, token) =>
        {
            await destination.WriteAsync(TestPictures.Png(), token);
            return new PictureMade { Model = "scripted" };
        };
        await studio.Illustrator.RegenerateAsync(sketched.Images[1].Id, null, null);
        await studio.UntilAsync(story.Id, s => s.Images[1].ChosenVersion == 2);
        await studio.Illustrator.RegenerateAsync(sketched.Images[2].Id, null, null);
        await studio.UntilAsync(story.Id, s => s.Images[2].ChosenVersion == 2);

        Assert.Equal([ReferenceRole.Consistency], Roles(studio.Provider.Calls.Last()));
    }

    [Fact]
    public async Task Provider_ThatTakesNone_DescribesThemAndTheVersionSaysSo()
    {
        await using var studio = await Studio.StartAsync(provider: new() { Capabilities = TakesFour with { MaxReferences = 0 } });
        var (story, _, _) = await StoryAsync(studio);
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"] });
        var end = await studio.UntilFinishedAsync(story.Id);

        var call = studio.Provider.Calls.Single(c => c.Scene == "Mira and Bram talk.");
        var version = (await studio.Illustrator.GetVersionsAsync(end.Images[2].Id))[0];
        Assert.Empty(call.References);
        Assert.Contains("Mira: A girl in red.", call.Prompt, StringComparison.Ordinal);
        Assert.Equal((true, 0), (version.Described, version.References.Count));
    }

    [Fact]
    public async Task Picture_TakenOverFromTheSameRequest_SaysThatCharactersWereDescribed_AndOnesOwnDoesNot()
    {
        await using var studio = await Studio.StartAsync(provider: new() { Capabilities = TakesFour with { MaxReferences = 0 } });
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "Twice",
            Segments = [new() { Text = "Bram sleeps." }, new() { Text = "Mira walks." }, new() { Text = "Mira walks." }],
            Characters = [new("Mira", "A girl in red."), new("Bram", "An old man.")],
            Styles = ["illustration"],
        });
        foreach (var number in new[] { "1.1", "1.2", "1.3" })
        {
            await studio.Illustrator.StartAsync(story.Id, new() { Segments = [number] });
            await studio.UntilFinishedAsync(story.Id);
        }

        var images = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images;
        await studio.Services.GetRequiredService<IPictureDesk>().BringAsync(Actor.Local, images[1].Id, new MemoryStream(TestPictures.Png()), andLock: false);

        var versions = await Task.WhenAll(images.Select(i => studio.Illustrator.GetVersionsAsync(i.Id)));
        Assert.Equal(2, studio.Provider.Calls.Count);
        Assert.Equal(0m, versions[2][0].CostUsd);
        Assert.Equal(versions[1][0].Prompt, versions[2][0].Prompt);
        Assert.Equal([[false], [true, false], [true]], versions.Select(v => v.Select(one => one.Described)));
    }

    [Fact]
    public async Task Character_OfWhomNothingIsSaid_IsNotSaidToBeDescribed()
    {
        await using var studio = await Studio.StartAsync(provider: new() { Capabilities = TakesFour with { MaxReferences = 0 } });
        var story = await studio.Library.CreateAsync(new() { Title = "Mira", Segments = [new() { Text = "Mira walks." }, new() { Text = "Mira sleeps." }], Characters = [new("Mira", "")], Styles = ["illustration"] });
        await studio.Illustrator.StartAsync(story.Id, new());
        var end = await studio.UntilFinishedAsync(story.Id);

        var version = (await studio.Illustrator.GetVersionsAsync(end.Images[1].Id))[0];
        Assert.Equal((false, 0), (version.Described, version.References.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Seed_OfAStyle_GoesWithEveryPictureWhereTheProviderTakesOne(bool takesSeed)
    {
        await using var studio = await Studio.StartAsync(provider: new() { Capabilities = TakesFour with { TakesSeed = takesSeed } });
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new());
        var end = await studio.UntilFinishedAsync(story.Id);
        await studio.Illustrator.RegenerateAsync(end.Images[0].Id, null, null);
        await studio.UntilAsync(story.Id, s => s.Images[0].ChosenVersion == 2);

        var seeds = studio.Provider.Calls.Select(c => c.Seed).ToList();
        Assert.Equal(seeds[0], seeds[1]);
        Assert.All(seeds, seed => Assert.Equal(takesSeed, seed is not null));
        Assert.Equal(takesSeed, seeds[2] != seeds[0]);
    }

    [Fact]
    public async Task Sheets_AreDrawnBeforeTheSegmentsOfTheirStyle()
    {
        await using var studio = await StartAsync();
        var (story, mira, bram) = await StoryAsync(studio);
        var gate = new TaskCompletionSource();
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            await gate.Task.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        await studio.Cast.DrawSheetsAsync(mira.Id, ["illustration"]);
        await studio.Cast.DrawSheetsAsync(bram.Id, ["illustration"]);
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"], UseCharacterConsistency = false });
        await studio.UntilAsync(story.Id, s => s.CharacterImages.Count(i => i.Status is ImageStatus.InProgress) == 2);
        gate.SetResult();
        await studio.UntilFinishedAsync(story.Id);

        var order = studio.Provider.Calls.Select(c => c.Prompt.Contains("plain background", StringComparison.Ordinal)).ToList();
        Assert.Equal([true, true, false, false, false], order);
        Assert.All(studio.Provider.Calls.Skip(2), c => Assert.NotEmpty(c.References));
    }

    [Fact]
    public async Task Reference_ThatBecomesAnother_MarksWhatDependedOnItAndRedoesNothing()
    {
        await using var studio = await StartAsync();
        var (story, _, _) = await StoryAsync(studio);
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"] });
        var end = await studio.UntilFinishedAsync(story.Id);
        var leader = end.Images[0];

        await studio.Illustrator.RegenerateAsync(leader.Id, null, null);
        var marked = await studio.UntilAsync(story.Id, s => s.Images[0].ChosenVersion == 2 && s.Pending == 0);
        Assert.Null(marked.Images[0].Stale);
        Assert.All(marked.Images.Skip(1), i => Assert.Equal(("reference_changed", ImageStatus.Completed, 1), (i.Stale!.Code, i.Status, i.ChosenVersion)));
        Assert.Equal(4, studio.Provider.Calls.Count);

        await studio.Illustrator.ChooseAsync(leader.Id, 1);
        Assert.All((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images, i => Assert.Null(i.Stale));
        await studio.Illustrator.ChooseAsync(leader.Id, 2);
        await studio.Illustrator.RegenerateAsync(marked.Images[1].Id, null, null);
        var mended = await studio.UntilAsync(story.Id, s => s.Images[1].ChosenVersion == 2 && s.Pending == 0);
        Assert.Equal([false, false, true], mended.Images.Select(i => i.Stale is not null));
    }

    [Fact]
    public async Task Sheet_ThatComesAfterThePictures_GoesWithTheFirst_AndRedoneOnceBothFit()
    {
        await using var studio = await StartAsync();
        var (story, mira, _) = await StoryAsync(studio);
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"] });
        var first = (await studio.UntilFinishedAsync(story.Id)).Images[0];

        await studio.Cast.DrawSheetsAsync(mira.Id, ["illustration"]);
        var drawn = await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.Status is ImageStatus.Completed));
        Assert.Equal([ReferenceRole.Consistency], Roles(studio.Provider.Calls.Last()));
        var sheet = Assert.Single(drawn.CharacterImages);
        Assert.Equal(first.Url, Assert.Single(Assert.Single(await studio.Illustrator.GetVersionsAsync(sheet.Id)).References).Url);
        Assert.Equal([true, false, true], drawn.Images.Select(i => i.Stale is not null));

        await studio.Illustrator.StartAsync(story.Id, new() { OnlyStale = true });
        var redone = await studio.UntilAsync(story.Id, s => s.Pending == 0 && s.Run!.FinishedAt is not null);
        Assert.Equal([2, 1, 2], redone.Images.Select(i => i.ChosenVersion!.Value));
        Assert.Null(Assert.Single(redone.CharacterImages).Stale);

        // The second page went with the first picture as it was; nothing is left after it, in whatever order.
        await studio.Illustrator.StartAsync(story.Id, new() { OnlyStale = true });
        var end = await studio.UntilAsync(story.Id, s => s.Images[1].ChosenVersion == 2 && s.Pending == 0 && s.Run!.FinishedAt is not null);
        Assert.All([.. end.Images, .. end.CharacterImages], i => Assert.Null(i.Stale));
    }

    [Fact]
    public async Task Sheet_OfSomebodyWhoIsNotInTheFirstPicture_IsFromBeforeAChangeOfThat()
    {
        await using var studio = await StartAsync();
        var (story, _, bram) = await StoryAsync(studio);
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"] });
        var leader = (await studio.UntilFinishedAsync(story.Id)).Images[0];
        await studio.Cast.DrawSheetsAsync(bram.Id, ["illustration"]);
        await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.Status is ImageStatus.Completed));

        await studio.Illustrator.RegenerateAsync(leader.Id, null, null);
        var marked = await studio.UntilAsync(story.Id, s => s.Images[0].ChosenVersion == 2 && s.Pending == 0);
        Assert.Equal("reference_changed", Assert.Single(marked.CharacterImages).Stale?.Code);

        await studio.Illustrator.ChooseAsync(leader.Id, 1);
        Assert.Null(Assert.Single((await studio.Illustrator.GetSnapshotAsync(story.Id)).CharacterImages).Stale);
    }

    [Fact]
    public async Task CharacterPicture_FromOutside_TakesThePlaceOfSheets()
    {
        await using var studio = await StartAsync();
        var (story, mira, _) = await StoryAsync(studio);
        await studio.Cast.DrawSheetsAsync(mira.Id, ["illustration"]);
        await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.Status is ImageStatus.Completed));
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"] });
        await studio.UntilFinishedAsync(story.Id);

        var withPicture = await studio.Cast.SetPictureAsync(mira.Id, new MemoryStream(TestPictures.Jpeg));
        Assert.Equal($"/media/characters/{mira.Id}/v1.jpg", withPicture.PictureUrl);
        Assert.Equal([true, false, true], (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Select(i => i.Stale is not null));

        await studio.Illustrator.RegenerateAsync((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[2].Id, null, null);
        await studio.UntilAsync(story.Id, s => s.Images[2].ChosenVersion == 2 && s.Pending == 0);
        Assert.Equal("image/jpeg", studio.Provider.Calls.Last().References[1].MediaType);

        Assert.Null((await studio.Cast.RemovePictureAsync(mira.Id)).PictureUrl);
        Assert.Equal([false, false, true], (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Select(i => i.Stale is not null));
        Assert.NotNull(await studio.Services.GetRequiredService<IPictureFiles>().FindOfCharacterAsync(mira.Id, 1));

        Assert.Equal(withPicture.PictureUrl, (await studio.Cast.RestorePictureAsync(mira.Id)).PictureUrl);
        Assert.Equal([true, false, false], (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Select(i => i.Stale is not null));
        await studio.Cast.RemovePictureAsync(mira.Id);
        var second = (await studio.Cast.SetPictureAsync(mira.Id, new MemoryStream(TestPictures.Webp))).PictureUrl;
        Assert.Equal(second, (await studio.Cast.RestorePictureAsync(mira.Id)).PictureUrl);
        Assert.Null((await studio.Cast.RemovePictureAsync(mira.Id)).PictureUrl);
    }

    [Fact]
    public async Task CharacterPicture_ThatReplacedAnother_IsTakenBackAlone()
    {
        await using var studio = await StartAsync();
        var (_, mira, _) = await StoryAsync(studio);
        var first = (await studio.Cast.SetPictureAsync(mira.Id, new MemoryStream(TestPictures.Jpeg))).PictureUrl;
        var second = (await studio.Cast.SetPictureAsync(mira.Id, new MemoryStream(TestPictures.Webp))).PictureUrl;

        // One that is shown no longer is not to take another along.
        Assert.Equal(second, (await studio.Cast.TakeBackPictureAsync(mira.Id, first)).PictureUrl);
        Assert.Equal(first, (await studio.Cast.TakeBackPictureAsync(mira.Id, second)).PictureUrl);
        Assert.Equal(first, (await studio.Cast.TakeBackPictureAsync(mira.Id, second)).PictureUrl);
        Assert.Null((await studio.Cast.TakeBackPictureAsync(mira.Id, first)).PictureUrl);
    }

    [Fact]
    public async Task Pictures_ThatWereMadeFromASheet_AreCountedBeforeThatIsAnother()
    {
        await using var studio = await StartAsync();
        var (story, mira, _) = await StoryAsync(studio);
        var tower = await studio.Cast.AddAsync(story.Id, "Bram sleeps", "A bed by the window.", CastKind.Place);
        await studio.Cast.DrawSheetsAsync(mira.Id, ["illustration"]);
        await studio.Cast.DrawSheetsAsync(tower.Id, ["illustration"]);
        var sheets = (await studio.UntilAsync(story.Id, s => s.CharacterImages.Count(i => i.Status is ImageStatus.Completed) == 2)).CharacterImages;
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"], UseCharacterConsistency = false });
        await studio.UntilFinishedAsync(story.Id);
        var desk = studio.Services.GetRequiredService<IPictureDesk>();
        var (hers, its) = (sheets.Single(s => s.CharacterId == mira.Id).Id, sheets.Single(s => s.CharacterId == tower.Id).Id);

        Assert.Equal((2, 1, 3), (await desk.CountMadeFromAsync([hers]), await desk.CountMadeFromAsync([its]), await desk.CountMadeFromAsync([hers, its])));

        await studio.Cast.DrawSheetsAsync(mira.Id, ["illustration"]);
        var marked = await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.ChosenVersion == 2));
        Assert.Equal([true, false, true], marked.Images.Select(i => i.Stale is not null));
        Assert.Equal(0, await desk.CountMadeFromAsync([hers]));
        await studio.Illustrator.ChooseAsync(hers, 1);
        Assert.All((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images, i => Assert.Null(i.Stale));
    }

    [Theory]
    [InlineData("svg")]
    [InlineData("empty")]
    [InlineData("text")]
    [InlineData("huge")]
    public async Task CharacterPicture_ThatIsNone_IsRefusedAndNothingStays(string kind)
    {
        await using var studio = await StartAsync();
        var (story, mira, _) = await StoryAsync(studio);
        byte[] bytes = kind switch
        {
            "svg" => TestPictures.Svg,
            "empty" => [],
            "text" => "not a picture"u8.ToArray(),
            _ => TestPictures.PngOf(50_000, 50_000, 8, 2, 0, [0, 0, 0]),
        };

        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => studio.Cast.SetPictureAsync(mira.Id, new MemoryStream(bytes)));

        Assert.Contains("picture", refused.Errors.Keys);
        Assert.False(Directory.Exists(Path.Combine(studio.Folder, "stories")));
        Assert.Empty(Directory.GetFiles(Path.Combine(studio.Folder, "incoming")));
        Assert.Null((await studio.Cast.GetAsync(story.Id))[0].PictureUrl);
    }

    [Fact]
    public async Task Description_ThatChanges_MarksTheSheetAndThePicturesInWhichTheyAppear()
    {
        await using var studio = await StartAsync();
        var (story, mira, _) = await StoryAsync(studio);
        await studio.Cast.DrawSheetsAsync(mira.Id, ["illustration"]);
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"] });
        await studio.UntilFinishedAsync(story.Id);

        await studio.Cast.UpdateAsync(mira.Id, null, "A girl in green.");

        var marked = await studio.Illustrator.GetSnapshotAsync(story.Id);
        Assert.Equal(["description_changed", null, "description_changed"], marked.Images.Select(i => i.Stale?.Code));
        Assert.Equal("description_changed", Assert.Single(marked.CharacterImages).Stale?.Code);
        await studio.Illustrator.RegenerateAsync(marked.Images[2].Id, null, null);
        Assert.Null((await studio.UntilAsync(story.Id, s => s.Images[2].ChosenVersion == 2 && s.Pending == 0)).Images[2].Stale);
    }

    [Fact]
    public async Task Character_TakenOut_TakesSheetsAlongAndLeavesThePictures()
    {
        await using var studio = await StartAsync();
        var (story, mira, _) = await StoryAsync(studio);
        await studio.Cast.SetPictureAsync(mira.Id, new MemoryStream(TestPictures.Webp));
        await studio.Cast.DrawSheetsAsync(mira.Id, null);
        await studio.UntilAsync(story.Id, s => s.CharacterImages.Count > 0 && s.Pending == 0);
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"] });
        await studio.UntilFinishedAsync(story.Id);

        await studio.Cast.RemoveAsync(mira.Id);

        Assert.Equal(["Bram"], (await studio.Cast.GetAsync(story.Id)).Select(c => c.Name));
        var left = await studio.Illustrator.GetSnapshotAsync(story.Id);
        Assert.Empty(left.CharacterImages);
        Assert.All(left.Images, i => Assert.Equal(ImageStatus.Completed, i.Status));
        await StoredFiles.AssertMatchRowsAsync(studio);
    }

    [Fact]
    public async Task Character_TakenOutWhileTheSheetIsDrawn_HarmsNothing()
    {
        await using var studio = await StartAsync();
        var (story, mira, _) = await StoryAsync(studio);
        studio.Provider.Script = async (_, _, _, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return null!;
        };
        await studio.Cast.DrawSheetsAsync(mira.Id, ["illustration"]);
        await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.Status is ImageStatus.InProgress));

        await studio.Cast.RemoveAsync(mira.Id);
        studio.Provider.Script = null;
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"] });

        Assert.Equal(3, (await studio.UntilFinishedAsync(story.Id)).Run!.Completed);
        await StoredFiles.AssertMatchRowsAsync(studio);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task Reference_ThatCannotBeRead_CostsAnAttemptUnlessItWasTakenAwayMeanwhile(bool isTakenAway, int attempts)
    {
        await using var studio = await StartAsync();
        var (story, mira, _) = await StoryAsync(studio);
        await studio.Cast.SetPictureAsync(mira.Id, new MemoryStream(TestPictures.Webp));
        var isFirst = 1;
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            if (Interlocked.Exchange(ref isFirst, 0) == 0)
            {
                return await ScriptedProvider.DrawAsync(request, destination, token);
            }

            if (isTakenAway)
            {
                await studio.Cast.RemoveAsync(mira.Id, token);
            }

            return ScriptedProvider.Failure(FailureKind.Transient) with { IsReferenceMissing = true };
        };
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"], Segments = ["1.1"] });
        await studio.AsleepAsync();
        await studio.RunAsync(TimeSpan.FromMinutes(1));

        var image = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Single();
        Assert.Equal((ImageStatus.Completed, attempts), (image.Status, image.Attempt));
        Assert.Equal([1, isTakenAway ? 0 : 1], studio.Provider.Calls.Select(c => c.References.Count));

        // Nobody was called with it: where the attempt does not count, it has cost nothing either.
        var first = (await studio.Illustrator.GetImageAsync(story.Id, "1.1", "illustration")).Attempts.MinBy(a => a.Number)!;
        Assert.Equal((isTakenAway ? "put_off" : "provider_unavailable", isTakenAway ? 0m : null, false), (first.Outcome, first.CostUsd, first.MayBeCharged));
    }

    /// <summary>What is read of the lanes may be a moment old.</summary>
    [Fact]
    public async Task SecondPicture_WhoseStylesFirstIsWrittenDownBetweenTwoLooks_GoesWithThat()
    {
        var queue = new SteeredQueue();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var called = new SemaphoreSlim(0);
        await using var studio = await Studio.StartAsync(o => o.Generation.MaxConcurrency = 3, new()
        {
            Script = async (request, destination, _, token) =>
            {
                if (request.Scene == "Segment 1.")
                {
                    called.Release();
                    await gate.Task.WaitAsync(token);
                }

                return await ScriptedProvider.DrawAsync(request, destination, token);
            },
        }, services: queue.Register);
        var story = await studio.CreateStoryAsync(3);
        queue.Peeking = async _ =>
        {
            if (studio.Provider.Calls.Count == 1 && gate.TrySetResult())
            {
                await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.Completed);
            }
        };
        await studio.Illustrator.StartAsync(story.Id, new());
        Assert.True(await called.WaitAsync(Studio.Patience));
        studio.Services.GetRequiredService<GenerationSignals>().Wake(newLanes: false);

        await studio.UntilFinishedAsync(story.Id);

        Assert.All(studio.Provider.Calls.Where(c => c.Scene != "Segment 1."), c => Assert.Equal([ReferenceRole.Consistency], c.References.Select(r => r.Role)));
    }

    private static IEnumerable<ReferenceRole> Roles(ImageRequest request) => request.References.Select(r => r.Role);
}
