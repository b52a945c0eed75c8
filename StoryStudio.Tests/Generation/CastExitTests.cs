using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

/// <summary>Members who leave a cast, and the way back.</summary>
public sealed class CastExitTests
{
    private static ProviderCapabilities TakesFour => new() { TypicalDuration = TimeSpan.FromSeconds(1), MakesSvg = true, MaxReferences = 4, ReferenceFormats = ["image/svg+xml", "image/png"], Model = "scripted" };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Removed_AndRestored_IsAsItWas_WhateverBecameOfTheServerInBetween(bool killed)
    {
        await using var studio = await StartAsync();
        var story = await StoryAsync(studio);
        var tom = (await studio.Cast.GetAsync(story.Id))[1];
        await studio.Cast.DrawSheetsAsync(tom.Id, null);
        await studio.UntilAsync(story.Id, s => s.Pending == 0);
        await studio.Cast.DrawSheetsAsync(tom.Id, ["illustration"]);
        await studio.UntilAsync(story.Id, s => s.Pending == 0);
        var sheet = (await studio.Cast.GetAsync(story.Id))[1].Sheets[0];
        await studio.Services.GetRequiredService<IPictureDesk>().LockAsync(Actor.Local, sheet.Id);
        await studio.Cast.SetPictureAsync(tom.Id, new MemoryStream(TestPictures.Png()));
        await studio.Cast.SetAppearanceAsync(tom.Id, "1.5", true);
        await studio.Cast.SetAppearanceAsync(tom.Id, "1.3", false);
        await studio.Cast.DismissAsync(story.Id, ["Rain"]);
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"] });
        await studio.UntilFinishedAsync(story.Id);
        var (before, proposed) = (await ToldAsync(studio, story.Id), await ProposedAsync(studio, story.Id));

        await studio.Cast.RemoveAsync(tom.Id);

        Assert.Equal(["Thomas", "Ann"], (await studio.Cast.GetAsync(story.Id)).Select(c => c.Name));
        var without = await studio.Illustrator.GetSnapshotAsync(story.Id);
        Assert.Empty(without.CharacterImages);
        Assert.Equal([false, true, false, true, true], without.Images.Select(i => i.Stale is not null));
        Assert.Null(await PictureAsync(studio, tom.Id));
        await Assert.ThrowsAsync<NotFoundException>(() => studio.Cast.UpdateAsync(tom.Id, "Tim", null));
        await Assert.ThrowsAsync<NotFoundException>(() => studio.Cast.RemoveAsync(tom.Id));
        await (killed ? studio.CrashAsync() : studio.RestartAsync());
        var back = await studio.Cast.RestoreAsync(tom.Id);

        Assert.Equal("Tom", back.Name);
        Assert.Equal(before, await ToldAsync(studio, story.Id));
        Assert.Equal(proposed, await ProposedAsync(studio, story.Id));
        Assert.All((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images, i => Assert.Null(i.Stale));
        Assert.NotNull(await PictureAsync(studio, tom.Id));
        Assert.Equal(2, (await studio.Illustrator.GetVersionsAsync(sheet.Id)).Count);
        await StoredFiles.AssertMatchRowsAsync(studio);

        // Pressed twice, or in two windows.
        await studio.Cast.RestoreAsync(tom.Id);
        Assert.Equal(before, await ToldAsync(studio, story.Id));
    }

    [Fact]
    public async Task Merged_AndRestored_TheyAreTwoAsTheyWere()
    {
        await using var studio = await StartAsync();
        var story = await StoryAsync(studio);
        var cast = await studio.Cast.GetAsync(story.Id);
        var (thomas, tom) = (cast[0], cast[1]);
        await studio.Cast.SetPictureAsync(tom.Id, new MemoryStream(TestPictures.Png()));
        await studio.Cast.SetAppearanceAsync(tom.Id, "1.5", true);
        await studio.Cast.SetAppearanceAsync(thomas.Id, "1.1", false);
        await studio.Cast.DrawSheetsAsync(tom.Id, null);
        await studio.UntilAsync(story.Id, s => s.CharacterImages.Count == 2 && s.Pending == 0);
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"] });
        await studio.UntilFinishedAsync(story.Id);
        var before = await ToldAsync(studio, story.Id);

        var one = await studio.Cast.MergeAsync(thomas.Id, tom.Id);
        Assert.Equal("A boy in blue.", one.Description);
        Assert.NotNull(one.PictureUrl);
        await studio.RestartAsync();
        await studio.Cast.RestoreAsync(tom.Id);

        Assert.Equal(before, await ToldAsync(studio, story.Id));
        Assert.All((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images, i => Assert.Null(i.Stale));
        Assert.NotNull(await PictureAsync(studio, tom.Id));
        await using var db = studio.OpenDatabase();
        Assert.Equal(["Tom", "Ann"], (await db.Segments.SingleAsync(s => s.StoryId == story.Id && s.Beat == 4)).Characters!);
        await StoredFiles.AssertMatchRowsAsync(studio);
    }

    [Fact]
    public async Task Merged_ThenChanged_GivesBackWhatItTookAndKeepsWhatIsNew()
    {
        await using var studio = await StartAsync();
        var story = await StoryAsync(studio);
        var cast = await studio.Cast.GetAsync(story.Id);
        var (thomas, tom) = (cast[0], cast[1]);
        await studio.Cast.SetPictureAsync(tom.Id, new MemoryStream(TestPictures.Png()));
        await studio.Cast.MergeAsync(thomas.Id, tom.Id);
        await studio.Cast.UpdateAsync(thomas.Id, "Thomas Reed", "A man in grey.", aliases: ["Tom", "Tommy", "The boy"]);
        await studio.Cast.SetPictureAsync(thomas.Id, new MemoryStream(TestPictures.Webp));
        await studio.Cast.SetAppearanceAsync(thomas.Id, "1.5", true);

        await studio.Cast.RestoreAsync(tom.Id);

        var (one, two) = ((await studio.Cast.GetAsync(story.Id))[0], (await studio.Cast.GetAsync(story.Id))[1]);
        Assert.Equal(("Thomas Reed", "A man in grey."), (one.Name, one.Description));
        Assert.Equal(["The boy"], one.Aliases);
        Assert.Contains("1.5", one.Segments);
        Assert.EndsWith(".webp", one.PictureUrl, StringComparison.Ordinal);
        Assert.Equal(("Tom", "A boy in blue."), (two.Name, two.Description));
        Assert.EndsWith(".png", two.PictureUrl, StringComparison.Ordinal);
        Assert.Contains("1.4", two.Segments);
    }

    [Fact]
    public async Task Merged_ThenRenamed_ThenParted_KeepsTheNameThatTheTextGoesBy()
    {
        await using var studio = await StartAsync();
        var story = await StoryAsync(studio);
        var cast = await studio.Cast.GetAsync(story.Id);
        var (thomas, tom) = (cast[0], cast[1]);
        await studio.Cast.MergeAsync(thomas.Id, tom.Id);
        var one = await studio.Cast.UpdateAsync(thomas.Id, "Thomas Reed", null);
        Assert.Contains("Thomas", one.Aliases);
        Assert.Contains("Tom", one.Aliases);

        await studio.Cast.RestoreAsync(tom.Id);

        var parted = await studio.Cast.GetAsync(story.Id);
        Assert.Equal(("Thomas Reed", "Tom"), (parted[0].Name, parted[1].Name));
        Assert.Contains("Thomas", parted[0].Aliases);
        Assert.DoesNotContain("Tom", parted[0].Aliases);
        Assert.Equal(thomas.Segments, parted[0].Segments.Except(tom.Segments));
        Assert.Equal(tom.Segments, parted[1].Segments);
    }

    [Fact]
    public async Task Restored_WhereSomebodyElseHasTheNameByNow_IsRefusedAndNothingIsHalfDone()
    {
        await using var studio = await StartAsync();
        var story = await StoryAsync(studio);
        var cast = await studio.Cast.GetAsync(story.Id);
        var (thomas, tom, ann) = (cast[0], cast[1], cast[2]);
        await studio.Cast.SetPictureAsync(tom.Id, new MemoryStream(TestPictures.Png()));
        await studio.Cast.MergeAsync(thomas.Id, tom.Id);
        await studio.Cast.MergeAsync(ann.Id, thomas.Id);
        var before = await ToldAsync(studio, story.Id);

        var refused = await Assert.ThrowsAsync<ConflictException>(() => studio.Cast.RestoreAsync(tom.Id));

        Assert.Equal("name_taken", refused.Code);
        Assert.Contains("Tom", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await ToldAsync(studio, story.Id));

        // In the order in which they went, the other way round.
        await studio.Cast.RestoreAsync(thomas.Id);
        await studio.Cast.RestoreAsync(tom.Id);
        Assert.Equal(["Thomas", "Tom", "Ann"], (await studio.Cast.GetAsync(story.Id)).Select(c => c.Name));
        Assert.Equal([null, "/media/characters/" + tom.Id + "/v1.png", null], (await studio.Cast.GetAsync(story.Id)).Select(c => c.PictureUrl));
    }

    [Fact]
    public async Task Removed_LongerThanAnHour_IsGoneWithItsFiles_AndNobodyElse()
    {
        // Swept by the test alone: the house's own sweeping goes by the clock, at whatever moment the machine gets round to it.
        await using var studio = await Studio.StartAsync(services: s => s.Remove(s.Single(d => d.ImplementationType == typeof(StorySweep))));
        var story = await StoryAsync(studio);
        var cast = await studio.Cast.GetAsync(story.Id);
        foreach (var member in cast)
        {
            await studio.Cast.SetPictureAsync(member.Id, new MemoryStream(TestPictures.Png()));
            await studio.Cast.DrawSheetsAsync(member.Id, ["clear"]);
        }

        await studio.UntilAsync(story.Id, s => s.CharacterImages.Count == 3 && s.Pending == 0);
        var files = Files(studio);
        using var sweep = ActivatorUtilities.CreateInstance<StorySweep>(studio.Services);
        await studio.Cast.RemoveAsync(cast[1].Id);
        studio.Clock.Advance(StorySweep.RestorableFor - TimeSpan.FromMinutes(1));
        await sweep.SweepCastAsync();
        Assert.Equal(files, Files(studio));
        await studio.Cast.RemoveAsync(cast[2].Id);
        studio.Clock.Advance(TimeSpan.FromMinutes(2));

        await sweep.SweepCastAsync();

        Assert.Equal(files - 2, Files(studio));
        await Assert.ThrowsAsync<NotFoundException>(() => studio.Cast.RestoreAsync(cast[1].Id));
        await studio.Cast.RestoreAsync(cast[2].Id);
        Assert.Equal(["Thomas", "Ann"], (await studio.Cast.GetAsync(story.Id)).Select(c => c.Name));
        await StoredFiles.AssertMatchRowsAsync(studio);
    }

    [Fact]
    public async Task Removed_WhileItsSheetIsDrawn_ComesBackWithTheSheetCancelledAndReadyToBeDrawn()
    {
        await using var studio = await StartAsync();
        var story = await StoryAsync(studio);
        var tom = (await studio.Cast.GetAsync(story.Id))[1];
        studio.Provider.Script = async (_, _, _, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return null!;
        };
        await studio.Cast.DrawSheetsAsync(tom.Id, ["clear"]);
        await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.Status is ImageStatus.InProgress));
        await studio.Cast.RemoveAsync(tom.Id);
        studio.Provider.Script = null;

        var back = await studio.Cast.RestoreAsync(tom.Id);
        Assert.Equal(ImageStatus.Cancelled, Assert.Single(back.Sheets).Status);
        await studio.Cast.DrawSheetsAsync(tom.Id, ["clear"]);

        Assert.Equal(1, (await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.Status is ImageStatus.Completed))).CharacterImages[0].ChosenVersion);
        await StoredFiles.AssertMatchRowsAsync(studio);
    }

    private static Task<Studio> StartAsync() => Studio.StartAsync(provider: new() { Capabilities = TakesFour });

    private static Task<StoryDetails> StoryAsync(Studio studio) => studio.Library.CreateAsync(new()
    {
        Title = "A",
        Styles = ["illustration", "clear"],
        Characters = [new("Thomas", ""), new("Tom", "A boy in blue.") { Aliases = ["Tommy"] }, new("Ann", "")],
        Segments = [new() { Text = "Thomas came." }, new() { Text = "Tom left." }, new() { Text = "Tommy slept." }, new() { Text = "Ann sang.", Characters = ["Tom", "Ann"] }, new() { Text = "Then Per saw the rain, and Per laughed." }],
    });

    private static async Task<IEnumerable<string>> ProposedAsync(Studio studio, string storyId) => (await studio.Cast.GetProposalsAsync(storyId)).Select(p => p.Name);

    private static Task<StoredPicture?> PictureAsync(Studio studio, string characterId) => studio.Services.GetRequiredService<IPictureFiles>().FindOfCharacterAsync(characterId, 1);

    private static int Files(Studio studio) => Directory.GetFiles(Path.Combine(studio.Folder, "stories"), "*", SearchOption.AllDirectories).Length;

    /// <summary>All that anybody is told of a cast; a sheet's version says only that something was told.</summary>
    private static async Task<string> ToldAsync(Studio studio, string storyId) => JsonSerializer.Serialize(
        (await studio.Cast.GetAsync(storyId)).Select(c => c with { Sheets = [.. c.Sheets.Select(s => s with { Version = 0, UpdatedAt = default })] }));
}
