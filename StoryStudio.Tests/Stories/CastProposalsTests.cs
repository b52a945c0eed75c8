using FsCheck;
using FsCheck.Fluent;
using StoryStudio.Core.Stories;
using Xunit;

namespace StoryStudio.Tests.Stories;

public sealed class CastProposalsTests
{
    [Fact]
    public void SampleStory_ProposesItsThreeCharactersAndWhereItPlays()
    {
        var found = CastProposals.Find(SampleStory.Create().Segments!.Select(s => (s.Number!, s.Text!)), []);

        Assert.Equal(["Bram", "Mira", "Pim"], Names(found, CastKind.Character).Order());
        Assert.All(Names(found, CastKind.Place), p => Assert.StartsWith("The ", p, StringComparison.Ordinal));
        var pim = found.Single(p => p.Name == "Pim");
        Assert.Contains("1.4", pim.Segments);
        Assert.Contains("whose name was Pim", pim.Excerpt, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Then Mira came. Then Mira left. Then it rained. Then it stopped.", "Mira")]
    [InlineData("“Come,” said Mira. “Come at once!” “No,” Mira said. “Never.” “Never?”", "Mira")]
    [InlineData("On Monday Bram slept. In March Bram woke, and on Monday in March Bram left.", "Bram")]
    [InlineData("\"Look, Pim!\" she cried. \"Where, Pim?\" Nobody knew. Nobody but Pim.", "Pim")]
    [InlineData("She saw Anna's boat. It was Anna’s. Boats are dear.", "Anna")]
    [InlineData("MIRA SHOUTED. NOBODY HEARD MIRA. Then came Mira, and Mira smiled.", "Mira")]
    [InlineData("Wind came. Wind went. The wind was cold, and the Wind knew Tom and told Tom.", "Tom")]
    [InlineData("I saw him. I knew I had seen Ada. And I called Ada.", "Ada")]
    public void Name_IsToldFromOtherWordsWithACapital(string text, string name) => Assert.Equal([name], Names(Find(text)));

    [Fact]
    public void Name_ThatOnlyEverBeginsSentences_IsFoundByWhatItDoes()
    {
        Assert.Equal(["Mira"], Names(Find("Mira climbed up. Mira looked out. Mira sat down.")));
        Assert.Empty(Find("Rain fell. Rain drummed. Rain ran."));
    }

    [Theory]
    [InlineData("One day Tom Sawyer came. Everybody knew Tom. “Where is Tom Sawyer?” they asked of Tom.", "Tom Sawyer", "Tom")]
    [InlineData("So Mr. Brown came in. “Sit down, Mr Brown,” she said. But Mr. Brown stood.", "Mr Brown", "")]
    [InlineData("There was King Harald. And all feared King Harald. At night King Harald slept.", "King Harald", "")]
    [InlineData("They met the old king. The king wept. “Poor man,” said the old king.", "The old king", "the king")]
    [InlineData("They feared the witch. The witch laughed, for the witch was hungry.", "The witch", "")]
    public void Name_OfSeveralWords_IsOne_WithTheShorterOneBesideIt(string text, string name, string alias)
    {
        var found = Assert.Single(Find(text));

        Assert.Equal((name, CastKind.Character), (found.Name, found.Kind));
        Assert.Equal(alias, string.Join(' ', found.Aliases));
    }

    [Theory]
    [InlineData("In London Anna found a hat. In London Ben lost a glove. Anna laughed. “Is it you, Anna?” Then Anna ran, and Anna fell. Ben helped Anna up. Then Ben sang, and Ben danced.", "Anna Ben", "London")]
    [InlineData("In the Silent Harbour Mira found a boat. Then Mira rowed, and Mira sang. It was dark in the Silent Harbour, but Mira laughed.", "Mira", "Silent Harbour")]
    [InlineData("They lived in Bergen. Nobody slept in Bergen. When they came back to Bergen Mira wept. Then Mira laughed, and Mira sang.", "Mira", "Bergen")]
    [InlineData("With Anna Ben was happy. Then Ben left Anna. To Anna London seemed large. Nobody in London knew Ben, and in London it rained.", "Anna Ben", "London")]
    [InlineData("But in Bergen Tom Sawyer found a cave. There Tom Sawyer slept. In Bergen it rained.", "Tom Sawyer", "Bergen")]
    [InlineData("Slowly Mira climbed up. Then Mira sang, and Mira laughed.", "Mira", "")]
    [InlineData("En Madrid Ana encontró un gato. Luego Ana rió, y Ana cantó. Nadie en Madrid vio a Ana.", "Ana", "Madrid")]
    [InlineData("À Paris Anna trouva un chat. Puis Anna rit, et Anna dansa. Il pleuvait à Paris.", "Anna", "Paris")]
    public void Place_BeforeAPerson_IsNoPartOfTheirName(string text, string persons, string place)
    {
        var found = Find(text);

        Assert.Equal(persons, string.Join(' ', Names(found, CastKind.Character).Order()));
        Assert.Equal(place, string.Join(' ', Names(found, CastKind.Place)));
        Assert.All(found, p => Assert.Empty(p.Aliases));
    }

    [Theory]
    [InlineData("To Sherlock Holmes she is the woman. “Holmes!” cried Watson. But Holmes slept, and Watson let Holmes sleep.", "Sherlock Holmes")]
    [InlineData("In Sherlock Holmes courage grew. Everybody knew Sherlock Holmes, and nobody doubted Sherlock Holmes. Then Holmes left. They missed Holmes, dear Holmes.", "Sherlock Holmes")]
    [InlineData("With King Harald went all. Then Harald wept, and Harald slept.", "King Harald")]
    [InlineData("Near Lake Mira people swam. They called it after Mira. Then Mira laughed, and Mira sang.", "Lake Mira")]
    [InlineData("In Old Bergen people slept. They lived in Bergen, and died in Bergen.", "Old Bergen")]
    [InlineData("In London Bridge Street people ran. They lived in London. And the rain ran down Bridge Street.", "London Bridge Street")]
    public void Name_BehindAPreposition_StaysWhole(string text, string name) => Assert.Contains(name, Find(text + " " + text).Select(p => p.Name));

    [Theory]
    [InlineData("They saw the Whispering Wood. The Whispering Wood was dark. Nobody left the Whispering Wood.", "Whispering Wood")]
    [InlineData("They came to the Lake Country. How green the Lake Country was. They loved the Lake Country.", "Lake Country")]
    [InlineData("They saw the harbour. It was the Silent Harbour. A harbour sleeps, and so slept the Silent Harbour.", "Silent Harbour")]
    public void Place_WithANameAndAnArticle_IsAPlace(string text, string name)
    {
        var found = Assert.Single(Find(text));

        Assert.Equal((name, CastKind.Place), (found.Name, found.Kind));
    }

    [Theory]
    [InlineData("They built a Summer House. He loved his Summer House. Every Summer House is warm.")]
    [InlineData("The Sea Witch swam. They feared the Sea Witch.")]
    [InlineData("“Well,” the Harbour Master said. They knew the Harbour Master.")]
    [InlineData("They saw the Old Mill. An old mill is dark. So is the Old Mill, as old as any old mill and mill of old, and old is the mill.")]
    public void Words_WithCapitalsAndADeterminer_ThatNameNoPlace_GiveNone(string text) => Assert.DoesNotContain(Find(text), p => p.Name.Split(' ')[0] is not "The");

    [Fact]
    public void Fox_ThatIsOnlyNearAnArticle_HasNoneOfItsOwn() =>
        Assert.Equal(["The fox"], Names(Find("In the morning a fox came. The fox sat down, and then the fox slept.")));

    [Fact]
    public void Kings_WithQualitiesOfTheirOwn_AreTwo() =>
        Assert.Equal(["The old king", "The young king"], Names(Find("He served the old king. The young king came. The old king left, and the young king stayed.")).Order());

    [Theory]
    [InlineData("They lived in Bergen. Nobody in Bergen slept. At night they walked through Bergen.", "Bergen")]
    [InlineData("They saw Castle Rock. It was Castle Rock indeed.", "Castle Rock")]
    [InlineData("We met at Harbour Street. The rain ran down Harbour Street.", "Harbour Street")]
    public void Place_WithAName_IsAPlace(string text, string name)
    {
        var found = Assert.Single(Find(text));
        Assert.Equal((name, CastKind.Place), (found.Name, found.Kind));
    }

    [Fact]
    public void Person_WhomOthersLookAt_IsNoPlace() => Assert.Equal(CastKind.Character, Assert.Single(Find("They laughed at Bram. Nobody looked at Bram. In Bram it was dark.")).Kind);

    [Fact]
    public void Place_WithoutAName_IsProposedWhereTheStoryComesBackToIt()
    {
        var found = CastProposals.Find([("1.1", "She ran to the old mill."), ("1.2", "It rained."), ("1.3", "And the mill was dark."), ("1.4", "A barn burned.")], []);

        var mill = Assert.Single(found);
        Assert.Equal(("The old mill", CastKind.Place), (mill.Name, mill.Kind));
        Assert.Equal(["1.1", "1.3"], mill.Segments);
        Assert.Empty(Find("She ran to the mill. The mill was dark."));
    }

    [Fact]
    public void German_WhoseNounsAllHaveCapitals_GivesNamesAndNoNouns()
    {
        const string Text = """
            Am Ende der langen Mole stand ein Leuchtturm. Unten wohnte Mira, oben der Großvater, weil er die Lampe liebte. Eines Abends rief Mira nach dem Großvater,
            denn der Regen schlug gegen das Fenster. „Die Lampe ist aus!“, rief Mira. Da kam Bram die Treppe herunter. „Das Meer ist wild“, sagte Bram, und der
            Wind war stark. Mira nahm die Laterne, und Bram nahm das Ruder. Auf dem Wasser sah Mira ein Boot mit einem Segel, und Bram sah die Felsen.
            """;

        var found = Find(Text);

        Assert.Equal(["Bram", "Mira"], Names(found, CastKind.Character).Where(n => n is not "Großvater").Order());
    }

    [Fact]
    public void Heading_NamesNobody() => Assert.Empty(Find("# The Iron Harbour\n\nIt was night.\n\n# The Iron Harbour\n\nIt was day.\n\n## Chapter Two\n\nChapter Two began."));

    [Fact]
    public void Known_InAnySpelling_IsNotProposed()
    {
        const string Text = "One day Tom Sawyer came. Everybody knew Tom. They met the old king. The king met Tom Sawyer.";

        Assert.Equal(["The old king", "Tom Sawyer"], Names(Find(Text)).Order());
        Assert.Equal(["The old king"], Names(Find(Text, "tom")));
        Assert.Empty(Find(Text, "TOM SAWYER", "king"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("米拉看着大海。米拉笑了。米拉走了。")]
    [InlineData("ミラは海を見た。ミラは笑った。")]
    [InlineData("’’’ --- *** ''' “”“” ‘‘‘")]
    public void Text_WithoutCapitals_GivesNothing(string text) => Assert.Empty(Find(text));

    [Fact]
    public void AnyText_GivesProposalsThatCanBeAccepted() => Check.One(RandomText.Often.WithMaxTest(200), Prop.ForAll(RandomText.Any, RandomText.Any, (text, other) =>
    {
        var found = CastProposals.Find([("1.1", text), ("1.2", other), ("1.3", text + other)], []);

        Assert.InRange(found.Count, 0, 30);
        Assert.All(found, p =>
        {
            Assert.InRange(p.Name.Trim().Length, 1, Character.MaxNameLength);
            Assert.InRange(p.Excerpt.Length, 0, 200);
            Assert.NotEmpty(p.Segments);
            Assert.Equal(p.Segments, p.Segments.Distinct());
        });
    }));

    private static IReadOnlyList<CastProposal> Find(string text, params string[] known) => CastProposals.Find([("1.1", text)], known);

    private static IEnumerable<string> Names(IEnumerable<CastProposal> found, CastKind? kind = null) => found.Where(p => kind is null || p.Kind == kind).Select(p => p.Name);
}
