using StoryStudio.Core;
using StoryStudio.Core.Stories;
using Xunit;

namespace StoryStudio.Tests.Stories;

public sealed class NewStoryRulesTests
{
    private static readonly string[] Styles = ["illustration", "clear", "consistent"];

    [Fact]
    public void Text_IsSplitAndGivesTheTitle()
    {
        var story = NewStoryRules.Check(new NewStory { Text = "# The Owl\r\n\r\nIt was night.\r\n\r\n***\r\n\r\nIt was morning." }, Styles);

        Assert.Equal("The Owl", story.Title);
        Assert.Equal("1.1 2.1", Numbers(story));
        Assert.Equal("# The Owl\n\nIt was night.", story.Segments[0].Text);
        Assert.Equal("illustration clear consistent", string.Join(' ', story.Styles));
        Assert.Empty(story.Characters);
    }

    [Theory]
    [InlineData(null, null, "text title")]
    [InlineData("", "It was night.", "title")]
    [InlineData("A\u0007B", "It was night.", "title")]
    [InlineData("A\nB", "It was night.", "title")]
    [InlineData("A", " \n ", "text")]
    [InlineData("A", "night\0", "text")]
    public void TitleOrText_ThatBreaksARule_IsNamed(string? title, string? text, string fields) => Assert.Equal(fields, Fields(new() { Title = title, Text = text }));

    [Fact]
    public void HalfACharacter_IsNamedWhereverItStands() => Assert.Equal(
        "text title",
        Fields(new() { Title = "Night\uD83D", Text = "It was \uDE00 night." }));

    [Fact]
    public void TitleAndText_ThatAreTooLong_AreNamed() =>
        Assert.Equal("text title", Fields(new() { Title = new string('a', Story.MaxTitleLength + 1), Text = new string('a', StoryText.MaxLength + 1) }));

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("לילה במגדלור")]
    [InlineData("👩‍👩‍👧‍👦 & friends")]
    public void Title_OfWhateverCharacters_IsKept(string title) => Assert.Equal(title, NewStoryRules.Check(new NewStory { Title = title, Text = "Night." }, Styles).Title);

    [Fact]
    public void TextAndSegments_Together_AreRefused() => Assert.Equal("segments", Fields(new() { Title = "A", Text = "Night.", Segments = [new() { Text = "Night." }] }));

    [Fact]
    public void Segments_NoneOrTooMany_AreRefused()
    {
        Assert.Equal("segments", Fields(new() { Title = "A", Segments = [] }));
        Assert.Equal("segments", Fields(new() { Title = "A", Segments = [.. Enumerable.Repeat(new NewSegment { Text = "Night." }, NewStoryRules.MaxSegments + 1)] }));
    }

    [Fact]
    public void Segments_WithoutNumbers_AreCountedOn()
    {
        var story = Accept(new() { Text = "a" }, new() { Text = "b" }, new() { Text = "c", HardCut = true }, new() { Number = "4.2", Text = "d" }, new() { Text = "e" });

        Assert.Equal("1.1 1.2 2.1 4.2 4.3", Numbers(story));
        Assert.Equal("True False True True False", string.Join(' ', story.Segments.Select(s => s.HardCut)));
    }

    [Fact]
    public void Segments_WithNumbersOutOfOrder_AreStoredInOrder()
    {
        var story = Accept(new() { Number = "2.1", Text = "b" }, new() { Number = "1.10", Text = "ten" }, new() { Number = "1.2", Text = "two", HardCut = false });

        Assert.Equal("1.2 1.10 2.1", Numbers(story));
        Assert.Equal("False False True", string.Join(' ', story.Segments.Select(s => s.HardCut)));
    }

    [Fact]
    public void Number_ThatIsThereTwice_NamesTheOther()
    {
        var errors = Errors(new() { Title = "A", Segments = [new() { Number = "1.2", Text = "a" }, new() { Number = "1.1", Text = "b" }, new() { Text = "c" }] });

        Assert.Equal("segments[2].number", Assert.Single(errors).Key);
        Assert.Equal("1.2 is also the number of segments[0].", errors["segments[2].number"][0]);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("0.1")]
    [InlineData("1.02")]
    [InlineData("1.2.3")]
    [InlineData("10000.1")]
    [InlineData("../../etc")]
    [InlineData("１.１")]
    public void Number_ThatIsNone_IsNamed(string number) => Assert.Equal("segments[0].number", Fields(new() { Title = "A", Segments = [new() { Number = number, Text = "a" }] }));

    [Fact]
    public void Numbers_OfAsManySegmentsAsAStoryMayHave_GoOnInTheNextScene()
    {
        var accepted = NewStoryRules.Check(new NewStory { Title = "A", Segments = [.. Enumerable.Repeat(new NewSegment { Text = "a" }, NewStoryRules.MaxSegments)] }, Styles);

        Assert.Equal(("1.9999", "2.1"), (accepted.Segments[^2].Number.ToString(), accepted.Segments[^1].Number.ToString()));
    }

    [Fact]
    public void Number_CountedOnBeyondTheHighest_IsNamed() => Assert.Equal(
        "segments[1].number segments[2].number",
        Fields(new() { Title = "A", Segments = [new() { Number = "9999.9999", Text = "a" }, new() { Text = "b" }, new() { Text = "c", HardCut = true }] }));

    [Fact]
    public void Errors_OfASegment_AreSaidAllAtOnce() => Assert.Equal(
        "characters[0].name characters[2].name segments[0].characters[0] segments[0].prompt segments[0].prompts.clear segments[0].prompts.neon segments[0].text segments[1] styles[1] styles[2]",
        Fields(new()
        {
            Title = "A",
            Styles = ["clear", "neon", "clear"],
            Characters = [new(" ", "x"), new("Mira", null), new("mira", "y")],
            Segments =
            [
                new()
                {
                    Text = " ",
                    Prompt = new string('a', Segment.MaxPromptLength + 1),
                    Prompts = new Dictionary<string, string>(StringComparer.Ordinal) { ["clear"] = "\0", ["neon"] = "x", ["consistent"] = "fine" },
                    Characters = ["Pim"],
                },
                null!,
            ],
        }));

    [Fact]
    public void UnknownStyle_IsAnsweredWithTheOnesThatExist() => Assert.Equal(
        "There is no style “neon”. There are: illustration, clear, consistent.",
        Errors(new() { Title = "A", Text = "Night.", Styles = ["neon"] })["styles[0]"][0]);

    [Fact]
    public void Prompts_ThatAreBlank_AreNone()
    {
        var segment = Accept(new NewSegment { Text = " a\r\nb ", Prompt = " ", Prompts = new Dictionary<string, string>(StringComparer.Ordinal) { ["clear"] = "", ["consistent"] = " An owl. " } }).Segments[0];

        Assert.Equal("a\nb", segment.Text);
        Assert.Null(segment.Prompt);
        Assert.Equal(("consistent", "An owl."), (Assert.Single(segment.Prompts).Key, segment.Prompts["consistent"]));
    }

    [Fact]
    public void Characters_OfASegment_AreSpelledAsTheStoryDoes()
    {
        var story = NewStoryRules.Check(new NewStory { Title = "A", Characters = [new("Mira", " A girl. "), new("Pim", null)], Segments = [new() { Text = "a", Characters = ["PIM", "mira", "Pim"] }, new() { Text = "b", Characters = [] }, new() { Text = "c" }] }, Styles);

        Assert.Equal("Pim Mira", string.Join(' ', story.Segments[0].Characters!));
        Assert.Empty(story.Segments[1].Characters!);
        Assert.Null(story.Segments[2].Characters);
        Assert.Equal(("Mira", "A girl."), (story.Characters[0].Name, story.Characters[0].Description));
    }

    [Fact]
    public void Characters_OnlyNamedBySegments_BecomeTheStorys() => Assert.Equal(
        "Mira Pim",
        string.Join(' ', Accept(new() { Text = "a", Characters = ["Mira"] }, new() { Text = "b", Characters = ["Pim", "mira"] }).Characters.Select(c => c.Name)));

    [Fact]
    public void Characters_TooManyOrTooLong_AreRefused()
    {
        Assert.Equal("characters", Fields(new() { Title = "A", Text = "Night.", Characters = [.. Enumerable.Range(0, NewStoryRules.MaxCharacters + 1).Select(i => new NewCharacter($"Owl {i}", null))] }));
        Assert.Equal("characters[0].description characters[0].name", Fields(new() { Title = "A", Text = "Night.", Characters = [new(new string('a', Character.MaxNameLength + 1), new string('a', Character.MaxDescriptionLength + 1))] }));
    }

    [Fact]
    public void StoryPatch_IsTrimmedAndWhatIsNotThereStays()
    {
        var patch = NewStoryRules.Check(new StoryPatch { Title = " The Owl " }, Styles);

        Assert.Equal("The Owl", patch.Title);
        Assert.Null(patch.Styles);
    }

    [Fact]
    public void StoryPatch_ThatBreaksRules_IsRefused()
    {
        Assert.Equal("styles[0] title", FieldsOf(() => NewStoryRules.Check(new StoryPatch { Title = " ", Styles = ["neon"] }, Styles)));
        Assert.Equal("styles", FieldsOf(() => NewStoryRules.Check(new StoryPatch { Styles = [] }, Styles)));
    }

    [Fact]
    public void SegmentPatch_KeepsAnEmptyPromptAsTheWishToTakeItAway()
    {
        var patch = NewStoryRules.Check(new SegmentPatch { Prompt = " ", Prompts = new Dictionary<string, string>(StringComparer.Ordinal) { ["clear"] = "", ["consistent"] = " An owl. " } }, Styles);

        Assert.Null(patch.Text);
        Assert.Equal("", patch.Prompt);
        Assert.Equal(("", "An owl."), (patch.Prompts!["clear"], patch.Prompts["consistent"]));
    }

    [Fact]
    public void SegmentPatch_ThatBreaksRules_IsRefused() => Assert.Equal(
        "prompt prompts.neon text",
        FieldsOf(() => NewStoryRules.Check(new SegmentPatch { Text = "", Prompt = "\uD83D", Prompts = new Dictionary<string, string>(StringComparer.Ordinal) { ["neon"] = "x" } }, Styles)));

    private static AcceptedStory Accept(params NewSegment[] segments) => NewStoryRules.Check(new NewStory { Title = "A", Segments = segments }, Styles);

    private static IReadOnlyDictionary<string, string[]> Errors(NewStory story) => Assert.Throws<InvalidInputException>(() => NewStoryRules.Check(story, Styles)).Errors;

    private static string Fields(NewStory story) => FieldsOf(() => NewStoryRules.Check(story, Styles));

    private static string FieldsOf(Func<object> check) => string.Join(' ', Assert.Throws<InvalidInputException>(check).Errors.Keys.Order(StringComparer.Ordinal));

    private static string Numbers(AcceptedStory story) => string.Join(' ', story.Segments.Select(s => s.Number));
}
