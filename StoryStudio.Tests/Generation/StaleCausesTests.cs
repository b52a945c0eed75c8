using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class StaleCausesTests
{
    private static readonly PictureBasis Basis = new()
    {
        Text = "text", Style = "style", Note = "note", Sample = "sample", Characters = [new("1", "Mira", "red"), new("2", "Bram", "old")],
    };

    private static readonly StandingReferences Standing = new()
    {
        Room = 4, TakesSample = true, Chosen = new Dictionary<string, int> { ["first"] = 1 },
        Characters = [new("1", "Mira", "sheet-1", "sheet-1", 1, IsSendable: true), new("2", "Bram", null, null, 0, IsSendable: true)],
    };

    private static readonly PictureReference[] Sent =
    [
        Reference(ReferenceRole.Consistency, "first", 1), Reference(ReferenceRole.Character, "sheet-1", 1, "Mira"), Reference(ReferenceRole.StyleSample, "clear", 1),
    ];

    [Fact]
    public void Picture_OfWhatStandsToday_FitsIt() => Assert.Empty(StaleCauses.Find(Basis, Basis, Sent, Standing));

    [Fact]
    public void Text_ThatIsAnother_IsSaid() => AssertSaid(Basis with { Text = "other" }, "text_changed: The text was changed.");

    [Theory]
    [InlineData(null, "a", "It has a prompt of its own now.")]
    [InlineData("a", null, "The prompt that it was drawn from was taken away.")]
    [InlineData("a", "b", "The prompt was changed.")]
    [InlineData("a", "a", null)]
    public void Prompt_StandsInPlaceOfTheText(string? then, string? now, string? message) => AssertSaid(
        Basis with { Prompt = now, Text = "other" }, message is null ? "" : $"prompt_changed: {message}", Basis with { Prompt = then });

    [Fact]
    public void Characters_WhoComeGoAndChange_AreEachSaid() => AssertSaid(
        Basis with { Characters = [new("1", "Mira", "green"), new("3", "Kit", "small"), new("4", "Old Tom", "grey")] },
        "description_changed: The description of Mira was changed.|cast_changed: Kit is in it now.|cast_changed: Tom is called Old Tom now.|cast_changed: Bram is no longer in it.",
        Basis with { Characters = [.. Basis.Characters, new("4", "Tom", "grey")] });

    [Fact]
    public void Character_WhoHadNoDescription_OrHasNoneAnyMore_IsNotSaidToHaveComeOrGone()
    {
        var undescribed = Basis with { Characters = [Basis.Characters[0]], Undescribed = ["Bram"] };

        AssertSaid(Basis, "description_changed: Bram has a description now.", undescribed);
        AssertSaid(undescribed, "description_changed: Bram has no description any more.");
        AssertSaid(undescribed, "", undescribed);
    }

    [Theory]
    [InlineData("other", "note", "sample", "The words of the style were changed.")]
    [InlineData("style", null, "sample", "The words of the style were changed.")]
    [InlineData("style", "note", "other", "The style’s own picture is another one now.")]
    public void Style_ThatIsAnother_IsSaid(string style, string? note, string sample, string message) =>
        AssertSaid(Basis with { Style = style, Note = note, Sample = sample }, $"style_changed: {message}");

    [Fact]
    public void StylesOwnPicture_WhereItDoesNotGoAlong_DoesNotMatter() => AssertSaid(Basis with { Sample = "other" }, "", standing: Standing with { TakesSample = false });

    [Fact]
    public void Upload_IsForItsTextAloneWhateverElseChanges()
    {
        var then = new PictureBasis { Text = "text", Uploaded = true };

        AssertSaid(Basis with { Prompt = "own", Style = "other", Characters = [] }, "", then, standing: Standing with { Chosen = new Dictionary<string, int>() });
        AssertSaid(Basis with { Text = "other" }, "text_changed: The text was changed.", then);
        AssertSaid(Basis with { Text = "other", Prompt = "own" }, "text_changed: The text was changed.", then);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(null)]
    public void FirstPictureOfTheStyle_ThatIsAnotherOrGone_IsSaid(int? chosen) => AssertSaid(
        Basis, "reference_changed: The style’s first picture, which it was made from, is another one now.",
        standing: Standing with { Chosen = chosen is { } c ? new Dictionary<string, int> { ["first"] = c } : [] });

    [Fact]
    public void PictureOfACharacter_ThatIsAnother_IsSaidOnce()
    {
        AssertSaid(Basis, "reference_changed: The picture of Mira that it was made from is another one now.", standing: With(new("1", "Mira", "sheet-1", "sheet-1", 2, IsSendable: true)));
        AssertSaid(Basis, "reference_changed: The picture of Mira that it was made from is another one now.", standing: With(new("1", "Mira", "sheet-1", "1", 1, IsSendable: true)));
    }

    [Fact]
    public void PictureOfACharacter_ThatIsGone_IsSaid()
    {
        AssertSaid(Basis, "reference_changed: The picture of Mira that it was made from no longer goes along.", standing: With(new("1", "Mira", "sheet-1", null, 0, IsSendable: true)));
        AssertSaid(Basis, "reference_changed: The picture of Mira that it was made from no longer goes along.", standing: Standing with { Characters = [] });
    }

    [Fact]
    public void PictureFromOutside_IsKnownByTheCharacter() => Assert.Empty(StaleCauses.Find(
        Basis, Basis, [Reference(ReferenceRole.Place, "1", 3, "Mira")], With(new("1", "Mira", "sheet-1", "1", 3, IsSendable: true))));

    [Fact]
    public void PictureThatCameLater_IsSaidWhereItCouldGoAlong()
    {
        StandingCharacter bram = new("2", "Bram", "sheet-2", "sheet-2", 1, IsSendable: true);
        StandingReferences With2(StandingCharacter character, int room) => Standing with { Room = room, Characters = [Standing.Characters[0], character] };

        AssertSaid(Basis, "reference_changed: Bram has a picture now, which did not go along.", standing: With2(bram, 4));
        AssertSaid(Basis, "", standing: With2(bram, 3));
        AssertSaid(Basis, "", standing: With2(bram, 2));
        AssertSaid(Basis, "", standing: With2(bram with { IsSendable = false }, 4));
    }

    [Fact]
    public void PictureThatIsChanged_TakesNoRoomForWhatItIs()
    {
        var standing = Standing with { Room = 1, Characters = [new("2", "Bram", "sheet-2", "sheet-2", 1, IsSendable: true)] };

        Assert.Equal(["reference_changed"], StaleCauses.Find(Basis, Basis, [Reference(ReferenceRole.Previous, "image", 1)], standing).Select(c => c.Code));
    }

    [Fact]
    public void SheetThatWasMissing_IsSaidUntilThereIsOne()
    {
        var then = Basis with { Missing = ["Bram", "Kit"] };

        AssertSaid(Basis, "reference_missing: Made without the sheet of Bram and Kit, which could not be drawn.", then);
        AssertSaid(
            Basis, "reference_changed: Bram has a picture now, which did not go along.|reference_missing: Made without the sheet of Kit, which could not be drawn.", then,
            Standing with { Characters = [Standing.Characters[0], new("2", "Bram", "sheet-2", "sheet-2", 1, IsSendable: true)] });
    }

    [Fact]
    public void SheetThatIsEarlier_BecauseANewOneCouldNotBeDrawn_IsSaidUntilItIsRight()
    {
        var then = Basis with { Missing = ["Mira"] };
        StandingReferences With1(int version, bool isStale) => Standing with { Characters = [new("1", "Mira", "sheet-1", "sheet-1", version, IsSendable: true, isStale), Standing.Characters[1]] };

        AssertSaid(Basis, "reference_missing: Made with an earlier sheet of Mira, for a new one could not be drawn.", then, With1(1, isStale: true));
        AssertSaid(Basis, "reference_changed: The picture of Mira that it was made from is another one now.", then, With1(2, isStale: false));
        AssertSaid(Basis, "", then, With1(1, isStale: false));
        AssertSaid(Basis, "", standing: With1(1, isStale: true));
    }

    [Fact]
    public void PictureThatWasThereAndCouldNotGoAlong_IsNoCauseOnceItCould() =>
        AssertSaid(Basis, "", Basis with { Unsent = ["aa"] }, Standing with { Characters = [Standing.Characters[0], new("2", "Bram", "sheet-2", "sheet-2", 1, IsSendable: true, Sha256: "aa")] });

    [Fact]
    public void PictureThatIsAnotherThanTheOneThatCouldNotGoAlong_IsSaid() => AssertSaid(
        Basis, "reference_changed: Bram has a picture now, which did not go along.", Basis with { Unsent = ["aa"] },
        Standing with { Characters = [Standing.Characters[0], new("2", "Bram", "sheet-2", "sheet-2", 2, IsSendable: true, Sha256: "bb")] });

    [Fact]
    public void PictureOfBeforeItWasKept_IsJudgedByWhatWentAlong()
    {
        Assert.Empty(StaleCauses.Find(null, Basis, Sent, Standing));
        Assert.Equal("reference_changed", Assert.Single(StaleCauses.Find(null, Basis, Sent, Standing with { Chosen = new Dictionary<string, int> { ["first"] = 2 } })).Code);
        Assert.Empty(StaleCauses.Find(null, Basis, [], With(new("1", "Mira", "sheet-1", "sheet-1", 2, IsSendable: true))));
    }

    [Fact]
    public void FirstPicture_ThatWasMadeFromThisOneSince_IsNoCause() =>
        AssertSaid(Basis, "", standing: Standing with { Chosen = new Dictionary<string, int> { ["first"] = 2 }, Followers = new HashSet<string> { "first" } });

    private static void AssertSaid(PictureBasis now, string expected, PictureBasis? then = null, StandingReferences? standing = null) =>
        Assert.Equal(expected, string.Join('|', StaleCauses.Find(then ?? Basis, now, Sent, standing ?? Standing).Select(c => $"{c.Code}: {c.Message}")));

    private static StandingReferences With(StandingCharacter mira) => Standing with { Characters = [mira, Standing.Characters[1]] };

    private static PictureReference Reference(ReferenceRole role, string source, int version, string? name = null) => new()
    {
        ImageId = "image", Version = 1, Ordinal = 0, Role = role, Name = name, SourceId = source, SourceVersion = version, Sha256 = "hash",
    };
}
