using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

/// <summary>Characters and places, where they appear, and what is proposed.</summary>
public sealed class CastTests
{
    [Fact]
    public async Task Place_GoesAlongWithItsWordsAndItsPictureWhereItAppears()
    {
        await using var studio = await Studio.StartAsync(provider: new() { Capabilities = CastStudio.TakesFour });
        var story = await StoryAsync(studio, "Mira sat in the mill.", "Mira slept.");
        var mill = await studio.Cast.AddAsync(story.Id, "The mill", "White, with red sails.", CastKind.Place);
        await studio.Cast.AddAsync(story.Id, "Mira", "A girl.");
        await studio.Cast.SetPictureAsync(mill.Id, new MemoryStream(TestPictures.Png()));

        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.UntilFinishedAsync(story.Id);

        var calls = studio.Provider.Calls.ToDictionary(c => c.Scene, StringComparer.Ordinal);
        var (inside, elsewhere) = (calls["Mira sat in the mill."], calls["Mira slept."]);
        Assert.Contains("Places, which look the same in every picture:\nThe mill: White, with red sails.", inside.Prompt, StringComparison.Ordinal);
        Assert.Contains("Characters, who look the same in every picture:\nMira: A girl.", inside.Prompt, StringComparison.Ordinal);
        Assert.Contains("Picture 1 shows the place The mill", inside.Prompt, StringComparison.Ordinal);
        Assert.Equal([ReferenceRole.Place], inside.References.Select(r => r.Role));
        Assert.DoesNotContain("Places", elsewhere.Prompt, StringComparison.Ordinal);
        Assert.Empty(elsewhere.References);
    }

    [Fact]
    public async Task Sheet_OfAPlace_ShowsThePlaceAndNobody()
    {
        await using var studio = await Studio.StartAsync();
        var story = await StoryAsync(studio, "Mira sat in the mill.");
        var mill = await studio.Cast.AddAsync(story.Id, "The mill", "White, with red sails.", CastKind.Place);

        await studio.Cast.DrawSheetsAsync(mill.Id, null);
        await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.Status is ImageStatus.Completed));

        var prompt = Assert.Single(studio.Provider.Calls).Prompt;
        Assert.Contains("with nobody in it", prompt, StringComparison.Ordinal);
        Assert.Contains("White, with red sails.", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherName_FindsThemInTheTextAsTheFirstOneDoes()
    {
        await using var studio = await Studio.StartAsync();
        var story = await StoryAsync(studio, "Thomas came.", "“Tom!” she said.", "Nobody.");

        var thomas = await studio.Cast.AddAsync(story.Id, "Thomas", "", aliases: ["Tom", " tom ", "Thomas", ""]);

        Assert.Equal(["Tom"], thomas.Aliases);
        Assert.Equal(["1.1", "1.2"], thomas.Segments);
        Assert.Equal(["Thomas"], (await studio.Library.GetAsync(story.Id)).Segments[1].Characters);
        Assert.Equal(["1.1"], (await studio.Cast.UpdateAsync(thomas.Id, null, null, aliases: [])).Segments);
    }

    [Fact]
    public async Task Name_ThatIsCorrected_StaysAsAnotherOneWhereTheTextGoesByIt()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "There Tom met Ann.", "And Tom laughed, and Ann laughed at Tom.", "Tom Reed slept.");
        var tom = await studio.Cast.AddAsync(story.Id, "Tom", "A boy.");
        Assert.Equal(["Ann"], await ProposedAsync());

        var reed = await studio.Cast.UpdateAsync(tom.Id, "Tom Reed", null);

        Assert.Equal(("Tom Reed", "Tom"), (reed.Name, Assert.Single(reed.Aliases)));
        Assert.Equal(["1.1", "1.2", "1.3"], reed.Segments);
        Assert.Equal(["Ann"], await ProposedAsync());

        // Back again, by the same way.
        tom = await studio.Cast.UpdateAsync(tom.Id, "Tom", null);
        Assert.Equal((0, 3), (tom.Aliases.Count, tom.Segments.Count));

        async Task<IEnumerable<string>> ProposedAsync() => (await studio.Cast.GetProposalsAsync(story.Id)).Select(p => p.Name);
    }

    [Theory]
    [InlineData("TOM")]
    [InlineData("Tom Reed", "Tommy")]
    [InlineData("Tom Reed", "")]
    public async Task Name_ThatIsCorrected_IsGoneWhereOnlyItsCaseChanges_OrOtherNamesAreSaid(string name, string? alias = null)
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "Tom came.");
        var tom = await studio.Cast.AddAsync(story.Id, "Tom", "");

        tom = await studio.Cast.UpdateAsync(tom.Id, name, null, aliases: alias is null ? null : [alias]);

        Assert.Equal(alias is null or "" ? [] : [alias], tom.Aliases);
    }

    [Fact]
    public async Task Name_ThatIsCorrected_IsGoneWhereTheTextDoesNotGoByItAlone_OrSomebodyMayComeBackWithIt()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "Tom Reed came, and Tom sat.", "Ann sat.");
        var tom = await studio.Cast.AddAsync(story.Id, "Tom", "");
        var ann = await studio.Cast.AddAsync(story.Id, "Ann", "");
        await studio.Cast.RemoveAsync(ann.Id);
        var other = await studio.Cast.AddAsync(story.Id, "Ann", "");

        Assert.Empty((await studio.Cast.UpdateAsync(tom.Id, "Tom Reed", null)).Aliases);
        Assert.Empty((await studio.Cast.UpdateAsync(other.Id, "Anna", null)).Aliases);
        Assert.Equal(["1.2"], (await studio.Cast.RestoreAsync(ann.Id)).Segments);
    }

    [Fact]
    public async Task Description_ThatWasChangedSinceItWasSeen_StaysUnlessItIsTheSame()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await StoryAsync(studio, "Mira came.");
        var mira = await studio.Cast.AddAsync(story.Id, "Mira", "A girl.");
        await studio.Cast.UpdateAsync(mira.Id, null, "A tall girl.", descriptionBasedOn: "A girl.");

        var refused = await Assert.ThrowsAsync<ConflictException>(() => studio.Cast.UpdateAsync(mira.Id, "Maria", "A girl in red.", descriptionBasedOn: "A girl."));

        Assert.Equal("description_changed", refused.Code);
        Assert.Equal(("Mira", "A tall girl."), (await studio.Cast.GetAsync(story.Id)) is [var now] ? (now.Name, now.Description) : default);
        await studio.Cast.UpdateAsync(mira.Id, null, " A tall girl. ", descriptionBasedOn: "A girl.");
        Assert.Equal("Maria", (await studio.Cast.UpdateAsync(mira.Id, "Maria", null, descriptionBasedOn: "A girl.")).Name);
        Assert.Equal("A girl in red.", (await studio.Cast.UpdateAsync(mira.Id, null, "A girl in red.")).Description);
    }

    [Fact]
    public async Task Name_ThatIsAnyonesOtherName_IsTaken()
    {
        await using var studio = await Studio.StartAsync();
        var story = await StoryAsync(studio, "Thomas came.");
        var thomas = await studio.Cast.AddAsync(story.Id, "Thomas", "", aliases: ["Tom"]);
        var mira = await studio.Cast.AddAsync(story.Id, "Mira", "");

        Assert.Contains("name", (await Assert.ThrowsAsync<InvalidInputException>(() => studio.Cast.AddAsync(story.Id, "TOM", ""))).Errors.Keys);
        Assert.Contains("aliases[1]", (await Assert.ThrowsAsync<InvalidInputException>(() => studio.Cast.UpdateAsync(mira.Id, null, null, aliases: ["M", "thomas"]))).Errors.Keys);
        Assert.Contains("aliases", (await Assert.ThrowsAsync<InvalidInputException>(() => studio.Cast.UpdateAsync(mira.Id, null, null, aliases: [.. Enumerable.Range(0, 21).Select(i => $"M{i}")]))).Errors.Keys);
        Assert.Equal("Tom", Assert.Single((await studio.Cast.UpdateAsync(thomas.Id, "Tom", null)).Name.Split(' ')));
        Assert.Contains("characters[1].aliases[0]", (await Assert.ThrowsAsync<InvalidInputException>(() => studio.Library.CreateAsync(new()
        {
            Text = "Night.", Title = "A", Characters = [new("Mira", null), new("Per", null) { Aliases = ["mira"] }],
        }))).Errors.Keys);
    }

    [Fact]
    public async Task Appearance_SaidByHand_WinsOverTheText_UntilItSaysTheSame()
    {
        await using var studio = await Studio.StartAsync();
        var story = await StoryAsync(studio, "Mira came.", "She left.", "Mira and Bram.");
        var mira = await studio.Cast.AddAsync(story.Id, "Mira", "A girl.");

        Assert.Equal(["1.1", "1.2", "1.3"], (await studio.Cast.SetAppearanceAsync(mira.Id, "1.2", true)).Segments);
        mira = await studio.Cast.SetAppearanceAsync(mira.Id, "1.1", false);

        Assert.Equal(["1.2", "1.3"], mira.Segments);
        Assert.Equal(["1.1", "1.2"], mira.Corrected);
        Assert.Contains("Mira: A girl.", (await studio.Library.GetAsync(story.Id)).Segments[1].EffectivePrompts["illustration"], StringComparison.Ordinal);
        Assert.Equal(["1.2", "1.3"], (await studio.Cast.UpdateAsync(mira.Id, "Maria", null)).Segments);
        mira = await studio.Cast.SetAppearanceAsync(mira.Id, "1.2", null);
        Assert.Equal(["1.3"], mira.Segments);
        await Assert.ThrowsAsync<NotFoundException>(() => studio.Cast.SetAppearanceAsync(mira.Id, "9.9", true));
        await Assert.ThrowsAsync<NotFoundException>(() => studio.Cast.SetAppearanceAsync(mira.Id, "nine", true));
    }

    [Fact]
    public async Task Appearance_Changed_MarksThePicturesOfThatSegment()
    {
        await using var studio = await Studio.StartAsync();
        var story = await StoryAsync(studio, "Mira came.", "She left.");
        var mira = await studio.Cast.AddAsync(story.Id, "Mira", "A girl.");
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);

        await studio.Cast.SetAppearanceAsync(mira.Id, "1.1", true);
        Assert.All((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images, i => Assert.Null(i.Stale));
        await studio.Cast.SetAppearanceAsync(mira.Id, "1.2", true);

        Assert.Equal([null, "cast_changed"], (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Select(i => i.Stale?.Code));
    }

    [Fact]
    public async Task ListOfASegment_SaysNothingOfPlaces()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "A", Styles = ["illustration"], Characters = [new("Mira", ""), new("Bram", ""), new("The mill", "") { Kind = CastKind.Place, Aliases = ["the house"] }],
            Segments = [new() { Text = "Mira ran to the house.", Characters = ["Bram"] }, new() { Text = "Bram slept.", Characters = ["Mira", "The mill"] }],
        });

        Assert.Equal([["Bram", "The mill"], ["Mira", "The mill"]], story.Segments.Select(s => s.Characters.ToArray()));
        Assert.Equal((CastKind.Place, "the house"), (story.Characters[2].Kind, Assert.Single(story.Characters[2].Aliases)));
    }

    [Fact]
    public async Task Merged_TheyAreOneWhereverEitherWas_WithWhatTheOneLacked()
    {
        await using var studio = await Studio.StartAsync(provider: new() { Capabilities = CastStudio.TakesFour });
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "A", Styles = ["illustration"], Characters = [new("Thomas", ""), new("Tom", "A boy in blue.") { Aliases = ["Tommy"] }, new("Ann", "")],
            Segments = [new() { Text = "Thomas came." }, new() { Text = "Tom left." }, new() { Text = "Tommy slept." }, new() { Text = "Ann sang.", Characters = ["Tom", "Ann"] }, new() { Text = "Rain." }],
        });
        var (thomas, tom) = ((await studio.Cast.GetAsync(story.Id))[0], (await studio.Cast.GetAsync(story.Id))[1]);
        await studio.Cast.SetPictureAsync(tom.Id, new MemoryStream(TestPictures.Png()));
        await studio.Cast.SetAppearanceAsync(tom.Id, "1.5", true);
        await studio.Cast.SetAppearanceAsync(tom.Id, "1.3", false);
        await studio.Cast.DrawSheetsAsync(tom.Id, null);
        await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.Status is ImageStatus.Completed));

        var one = await studio.Cast.MergeAsync(thomas.Id, tom.Id);

        Assert.Equal(("Thomas", "A boy in blue."), (one.Name, one.Description));
        Assert.Equal(["Tom", "Tommy"], one.Aliases);
        Assert.Equal(["1.1", "1.2", "1.4", "1.5"], one.Segments);
        Assert.Empty(one.Sheets);
        Assert.NotNull(await studio.Services.GetRequiredService<IPictureFiles>().FindOfCharacterAsync(thomas.Id, 1));
        Assert.Equal(["Thomas", "Ann"], (await studio.Cast.GetAsync(story.Id)).Select(c => c.Name));
        Assert.Empty((await studio.Illustrator.GetSnapshotAsync(story.Id)).CharacterImages);
        await Assert.ThrowsAsync<NotFoundException>(() => studio.Cast.MergeAsync(thomas.Id, tom.Id));
        await Assert.ThrowsAsync<InvalidInputException>(() => studio.Cast.MergeAsync(thomas.Id, thomas.Id));
        var elsewhere = await StoryAsync(studio, "Per.");
        var per = await studio.Cast.AddAsync(elsewhere.Id, "Per", "");
        await Assert.ThrowsAsync<InvalidInputException>(() => studio.Cast.MergeAsync(thomas.Id, per.Id));
        Assert.Single(await studio.Cast.GetAsync(elsewhere.Id));
    }

    [Fact]
    public async Task Proposals_AreForThoseWhoAreNotInTheCast_AndStayDismissed()
    {
        await using var studio = await Studio.StartAsync();
        var story = await StoryAsync(studio, "There Mira met the old king.", "“Sit down,” the king said to Mira, and Bram laughed.", "So Mira and Bram left the king.");

        Assert.Equal(["Mira", "The old king", "Bram"], await ProposedAsync());
        await studio.Cast.AddAsync(story.Id, "Mira", "");
        await studio.Cast.DismissAsync(story.Id, ["The old king", "the king"]);
        await studio.Cast.DismissAsync(story.Id, ["The old king"]);
        await studio.RestartAsync();

        Assert.Equal(["Bram"], await ProposedAsync());
        await studio.Cast.ProposeAgainAsync(story.Id, ["the OLD king", "The king"]);
        Assert.Equal(["The old king", "Bram"], await ProposedAsync());
        await Assert.ThrowsAsync<InvalidInputException>(() => studio.Cast.DismissAsync(story.Id, []));
        await Assert.ThrowsAsync<InvalidInputException>(() => studio.Cast.DismissAsync(story.Id, [new string('a', 81)]));
        await Assert.ThrowsAsync<NotFoundException>(() => studio.Cast.GetProposalsAsync(Ids.New(DateTimeOffset.UnixEpoch)));

        async Task<IEnumerable<string>> ProposedAsync() => (await studio.Cast.GetProposalsAsync(story.Id)).Select(p => p.Name);
    }

    private static Task<StoryDetails> StoryAsync(Studio studio, params string[] texts) =>
        studio.Library.CreateAsync(new() { Title = "A story", Styles = ["illustration"], Segments = [.. texts.Select(t => new NewSegment { Text = t })] });
}
