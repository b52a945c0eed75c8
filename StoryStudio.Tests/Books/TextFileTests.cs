using System.Text;
using FsCheck;
using FsCheck.Fluent;
using StoryStudio.Core;
using StoryStudio.Core.Books;
using StoryStudio.Core.Books.Reading;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Stories;
using StoryStudio.Web.Components.Wizard;
using Xunit;

namespace StoryStudio.Tests.Books;

/// <summary>What a text file is taken for, and what story it makes.</summary>
public sealed class TextFileTests
{
    private const string Screenplay =
        """
        Title: _**The Last Light**_
        Credit: Written by
        Author: Ada Holm
        Draft date: 3 May
        Notes:
            For the reading
            on Sunday.

        FADE IN:

        # Act One

        = Mira finds out that the lamp is dark.

        INT. LIGHTHOUSE - NIGHT #1#

        A girl in a *yellow* coat climbs the stairs. [[Is it still raining?]] The wind howls.

        MIRA (O.S.)
        (softly)
        Is somebody
        up there?

        OLD TOM ^
        Only me, \*child\*.

        /* A scene that
        was cut

        INT. CELLAR - DAY
        */
        CUT TO:

        .THE HARBOUR

        @McAvoy
        Row!

        !BANG
        They row on.

        **FADE OUT.**

        > THE END <
        """;

    private static readonly StyleDefinition[] Styles = [new() { Key = "illustration", Name = "Illustration" }, new() { Key = "clear", Name = "Clear line" }];

    [Fact]
    public void Screenplay_BecomesScenesSpeechAndCast_WithoutWhatIsForTheCrew()
    {
        var read = TextFile.Read(Screenplay, "light.txt", Styles);

        Assert.Equal((StoryFileKind.Fountain, "The Last Light", "Ada Holm", 2), (read.Kind, read.Story.Title, read.Author, read.Scenes));
        Assert.Equal(["Mira", "Old Tom", "McAvoy"], read.Story.Characters!.Select(c => c.Name));
        var text = string.Join("\n", read.Story.Segments!.Select(s => s.Text));
        Assert.StartsWith("Act One\nINT. LIGHTHOUSE - NIGHT\n\nA girl in a yellow coat climbs the stairs.  The wind howls.", read.Story.Segments![0].Text, StringComparison.Ordinal);
        Assert.Contains("Mira: (softly) Is somebody up there?", text, StringComparison.Ordinal);
        Assert.Contains("Old Tom: Only me, *child*.", text, StringComparison.Ordinal);
        Assert.Contains("McAvoy: Row!", text, StringComparison.Ordinal);
        Assert.Contains("BANG\nThey row on.", text, StringComparison.Ordinal);
        Assert.Contains("THE END", text, StringComparison.Ordinal);
        Assert.All((string[])["CELLAR", "CUT TO", "FADE", "raining", "finds out", "Sunday", "#1", "[["], gone => Assert.DoesNotContain(gone, text, StringComparison.Ordinal));
        Assert.Equal(["# THE HARBOUR"], read.Story.Segments!.Where(s => s.Number == "2.1").Select(s => s.Text!.Split('\n')[0]));
        Assert.Contains("left out", Assert.Single(read.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT. KITCHEN - DAY", "INT. KITCHEN - DAY", "Inside: kitchen, day.\n")]
    [InlineData("INT KITCHEN - DAY", "INT. KITCHEN - DAY", "Inside: kitchen, day.\n")]
    [InlineData("INT.KITCHEN - DAY", "INT. KITCHEN - DAY", "Inside: kitchen, day.\n")]
    [InlineData("int. kitchen - day #12A#", "INT. kitchen - day", "Inside: kitchen, day.\n")]
    [InlineData("Ext the pier – dawn", "EXT. the pier – dawn", "Outside: the pier, dawn.\n")]
    [InlineData(".ext. the pier", "EXT. the pier", "Outside: the pier.\n")]
    [InlineData("EST. LONDON - NIGHT", "EXT. LONDON - NIGHT - ESTABLISHING", "Outside: london, night, establishing.\n")]
    [InlineData("INT./EXT. CAR - DAY", "INT./EXT. CAR - DAY", "Inside and outside: car, day.\n")]
    [InlineData("EXT./INT. CAR - DAY", "INT./EXT. CAR - DAY", "Inside and outside: car, day.\n")]
    [InlineData("int/ext car - day", "INT./EXT. car - day", "Inside and outside: car, day.\n")]
    [InlineData("I/E CAR - DAY", "I/E CAR - DAY", "Inside and outside: car, day.\n")]
    [InlineData("i/e. car - day", "INT./EXT. car - day", "Inside and outside: car, day.\n")]
    [InlineData(".THE HARBOUR", "# THE HARBOUR", "")]
    [InlineData("## The chase", "# The chase", "")]
    [InlineData("# Act Two", "Act Two", "")]
    public void Heading_OfAScreenplay_InAnyFormThatFountainKnows_IsNoWordOfAPrompt_AndSaysWhereAndWhen(string heading, string kept, string setting)
    {
        var read = TextFile.Read($"INT. HALL - DAY\n\nMira waits.\n\n{heading}\n\nMira cooks.", "a.fountain", Styles);

        var text = read.Story.Segments!.Single(s => s.Number == "2.1").Text!;
        Assert.Equal($"{kept}\n\nMira cooks.", text);
        Assert.Equal($"{setting}Mira cooks.", PromptComposer.Scene(text, null));
        Assert.Equal($"{setting}Mira cooks.", PromptComposer.Scene(StoryDraft.Of(read.Text!).Segments[^1].Text, null));
    }

    [Theory]
    [InlineData(". #1#")]
    [InlineData(".****")]
    public void Heading_OfAScreenplay_WithoutAWord_LeavesNoMarkBehind(string heading)
    {
        var read = TextFile.Read($"INT. HALL - DAY\n\nMira waits.\n\n{heading}\n\nMira cooks.", "a.fountain", Styles);

        Assert.DoesNotContain(read.Story.Segments!, s => s.Text!.Contains('#'));
    }

    [Theory]
    [InlineData("int main was what she typed.")]
    [InlineData("Int. was all that the note said.")]
    [InlineData("Est. 1920, said the sign over the door.")]
    [InlineData("Ext 12, please.")]
    [InlineData(".NET is what he wrote.")]
    public void Prose_ThatBeginsLikeAHeadingOfAScreenplay_IsWords(string line)
    {
        var read = TextFile.Read($"Mira waits.\n\n{line}\n\nMira cooks.", "a.txt", Styles);

        Assert.Equal(1, read.Scenes);
        Assert.Contains(line, PromptComposer.Scene(string.Join("\n\n", read.Story.Segments!.Select(s => s.Text)), null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5 * 3 makes 15.", "5 * 3 makes 15.")]
    [InlineData("2 * 3 * 4.", "2 * 3 * 4.")]
    [InlineData("Rated * by all.*", "Rated * by all.*")]
    [InlineData("*Not to be had in shops.", "*Not to be had in shops.")]
    [InlineData("She dials __ and waits _ there.", "She dials __ and waits _ there.")]
    [InlineData("The switch lamp_on, and its twin lamp_off_too.", "The switch lamp_on, and its twin lamp_off_too.")]
    [InlineData("***", "***")]
    [InlineData("A *very* **old** ***ship***, _under_ a sail*.", "A very old ship, under a sail*.")]
    [InlineData("_*Both*_ and **half *of* it** un*believ*able.", "Both and half of it unbelievable.")]
    [InlineData("**One and a *half*.", "**One and a half.")]
    [InlineData(@"Only \*this\* and *\*that*.", "Only *this* and *that.")]
    public void Mark_OfAScreenplay_ThatIsAlone_StaysInActionAndSpeech(string line, string words)
    {
        var read = TextFile.Read($"INT. HALL - DAY\n\n{line}\n\nMIRA\n{line}\n\nEXT. PIER - DAY\n\nIt rains.", "a.fountain", Styles);

        var text = string.Join("\n\n", read.Story.Segments!.Select(s => s.Text));
        Assert.Contains($"DAY\n\n{words}\n", text, StringComparison.Ordinal);
        Assert.Contains($"Mira: {words}", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Note_OfAScreenplay_GoesOnOverALineOfTwoSpaces_AndEndsAtAnEmptyOne()
    {
        var read = TextFile.Read("INT. HALL - DAY\n\nShe waits. [[Cut this?\n  \nAsk Jo.]] He comes.\n\n[[No note\n\nat all]]", "a.fountain", Styles);

        Assert.Equal("INT. HALL - DAY\n\nShe waits.  He comes.\n\n[[No note\n\nat all]]", string.Join("\n\n", read.Story.Segments!.Select(s => s.Text)));
    }

    [Theory]
    [InlineData("MIRA\n[[quieter?]]\nHello.", "Mira: Hello.")]
    [InlineData("MIRA\nHello.\n[[x]]\nBye.", "Mira: Hello. Bye.")]
    [InlineData("MIRA\nHello.\n  [[x\ny]]  \nBye.", "Mira: Hello. Bye.")]
    [InlineData("MIRA\nHello.\n/* x\n\ny */\nBye.", "Mira: Hello. Bye.")]
    [InlineData("MIRA\nHello. /* a */ [[b]]\n[[c]] /* d */ [[e]]\nBye.\n[[f]]", "Mira: Hello. Bye.")]
    [InlineData("She waits.\n[[x]]\nHe comes.", "She waits.\nHe comes.")]
    [InlineData("She waits.\n\n[[x]]\n\nHe comes.", "She waits.\n\nHe comes.")]
    [InlineData("She waits.\n\n[[x]]\nMIRA\nHello.", "She waits.\n\nMira: Hello.")]
    public void Note_OfAScreenplay_OnLinesOfItsOwn_TakesThemAlong_AndNobodysWordsEnd(string script, string words)
    {
        var read = TextFile.Read($"INT. HALL - DAY\n\n{script}\n\nEXT. PIER - DAY\n\nIt rains.", "a.fountain", Styles);

        Assert.Equal($"INT. HALL - DAY\n\n{words}", string.Join("\n\n", read.Story.Segments!.Where(s => s.Number!.StartsWith("1.", StringComparison.Ordinal)).Select(s => s.Text)));
    }

    [Theory]
    [InlineData("雨下得很大\n风也很大。", "米拉", "你好。")]
    [InlineData("雪が降っていた\n風が吹いた。", "ミラ", "こんにちは。")]
    [InlineData("كان البحر هادئا\nوكان الليل طويلا.", "ميرا", "من هناك؟")]
    [InlineData("המגדלור עמד על הסלע\nהים היה שקט.", "מירה", "מי שם?")]
    public void Screenplay_InLettersWithoutCapitals_HasOnlyThoseAsCastWhoAreMarkedAsSpeaking(string action, string name, string said)
    {
        var read = TextFile.Read($"INT. 1 - DAY\n\n{action}\n\n@{name}\n{said}\n\nEXT. 2 - DAY\n\n{action}", "a.txt", Styles);

        Assert.Equal(StoryFileKind.Fountain, read.Kind);
        Assert.Equal([name], read.Story.Characters!.Select(c => c.Name));
        Assert.Equal($"INT. 1 - DAY\n\n{action}\n\n{name}: {said}\n\nEXT. 2 - DAY\n\n{action}", string.Join("\n\n", read.Story.Segments!.Select(s => s.Text)));
    }

    [Fact]
    public void Markdown_HasAllWordsOfItsLists_WhateverTheyStandIn()
    {
        var read = TextFile.Read("Before.\n\n1. He said:\n\n   > Go *home*.\n   >\n   > - now\n\n   And went.\n\n2. She sang:\n\n   ```\n   la la\n   ```\n\nAfter.", "a.md", Styles);

        Assert.Equal("Before.\n\n1. He said:\n  Go home.\n• now\n  And went.\n2. She sang:\n  la la\n\nAfter.", string.Join("\n\n", read.Story.Segments!.Select(s => s.Text)));
    }

    [Fact]
    public void Markdown_HasItsHeadingsAsScenes_ItsMarksTakenOff_AndItsFrontMatterAsTitle()
    {
        const string Text =
            """
            ---
            title: "The Owl"
            author: Jo Reed
            ---

            # One

            An *owl* **flew** over the [harbour](https://example.org) &amp; back.
            She looked.\
            Nobody came.

            ![a picture](owl.png)

            - fish
            - bread

            ***

            > Night fell.

            ## Two

            <b>It</b> rained.
            """;

        var read = TextFile.Read(Text, "owl.md", Styles);

        Assert.Equal((StoryFileKind.Markdown, "The Owl", "Jo Reed", 3), (read.Kind, read.Story.Title, read.Author, read.Scenes));
        Assert.Equal("One\n\nAn owl flew over the harbour & back. She looked.\nNobody came.\n\n• fish\n• bread", read.Story.Segments![0].Text);
        Assert.Equal("Night fell.", read.Story.Segments!.Single(s => s.Number == "2.1").Text);
        Assert.Equal("Two\n\nIt rained.", read.Story.Segments!.Single(s => s.Number == "3.1").Text);
        Assert.Equal(2, read.Notes.Count);
    }

    [Fact]
    public void Markdown_UnderOneFirstHeading_HasItAsTitleAndNotAsScene()
    {
        var read = TextFile.Read("# The *Fox*\n\n## Morning\n\nIt woke.\n\n## Evening\n\nIt slept.", "x.txt", Styles);

        Assert.Equal(("The Fox", 2), (read.Story.Title, read.Scenes));
        Assert.StartsWith("Morning", read.Story.Segments![0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadAsText_SplitsAtTheSamePlaces()
    {
        foreach (var read in new[] { TextFile.Read(Screenplay, null, Styles), TextFile.Read("# A\n\nOne.\n\n---\n\nTwo.\n\n# B\n\nThree.", "x.md", Styles) })
        {
            var again = StoryDraft.Of(read.Text!);

            Assert.Equal(read.Story.Segments!.Select(s => s.Number), again.Segments.Select(s => s.Number.ToString()));
        }
    }

    [Fact]
    public void ShotList_HasABeatAsSegment_ItsPromptsByStyle_AndTheFirstAsText()
    {
        const string Json =
            """
            { "title": "Shots", "promptsByStyle": {
                "clear": [ { "beat_number": "1.1", "ai_prompt": "A door." }, { "beat_number": 1.10, "ai_prompt": "A key.", "hard_cut": true } ],
                "illustration": [ { "beat_number": "1.2", "ai_prompt": "A lamp." }, { "beat_number": "1.1", "ai_prompt": "A red door." } ] } }
            """;

        var read = TextFile.Read(Json, "shots.txt", Styles);

        Assert.Equal((StoryFileKind.ShotList, "Shots"), (read.Kind, read.Story.Title));
        Assert.Equal(["clear", "illustration"], read.Story.Styles);
        Assert.Equal([("1.1", "A door.", 2), ("1.2", "A lamp.", 1), ("1.10", "A key.", 1)], read.Story.Segments!.Select(s => (s.Number!, s.Text!, s.Prompts!.Count)));
        Assert.Equal("A red door.", read.Story.Segments![0].Prompts!["illustration"]);
        Assert.True(read.Story.Segments[2].HardCut);
    }

    [Fact]
    public void ShotList_WithTheLineEndsOfWindows_IsTheSameDraftOnceItsTextWasInAField()
    {
        const string Json = """{ "promptsByStyle": { "clear": [ { "beat_number": "1.1", "ai_prompt": "A door.\r\nNight." }, { "beat_number": "1.2", "ai_prompt": "A lamp." } ] } }""";

        var written = ImportWords.Draft(TextFile.Read(Json, "shots.json", Styles))!;

        Assert.Equal("A door.\nNight.\n\nA lamp.", written.Text);
        Assert.Equal("A door.\nNight.", written.Work!.Pages![0].Prompts!["clear"]);
    }

    [Fact]
    public void ShotList_ThatSaysNothingOfItsScenes_HasThemByItsNumbers()
    {
        const string Json = """{ "promptsByStyle": { "clear": [ { "beat_number": "1.1", "ai_prompt": "A" }, { "beat_number": "1.2", "ai_prompt": "B" }, { "beat_number": "2.1", "ai_prompt": "C" }, { "beat_number": "2.2", "ai_prompt": "D" } ] } }""";

        var read = TextFile.Read(Json, "shots.json", Styles);

        Assert.Equal([true, false, true, false], read.Story.Segments!.Select(s => s.HardCut));
        Assert.Equal((2, 2), (read.Scenes, new DraftSession("", ImportWords.Draft(read)!.Work!.Pages).Scenes));
    }

    [Theory]
    [InlineData("""{ "promptsByStyle": { "noir": [], "clear": [ { "beat_number": "1.1", "ai_prompt": "A" } ] } }""", "promptsByStyle.noir", "There is no style “noir”. Rename it in the shot list to one of these: illustration, clear (shown as “Clear line”).")]
    [InlineData("""{ "promptsByStyle": { "clear": [ { "beat_number": "one", "ai_prompt": "A" } ] } }""", "promptsByStyle.clear[0].beat_number", "not a number such as 1.2")]
    [InlineData("""{ "promptsByStyle": { "clear": [ { "beat_number": "1.1", "ai_prompt": "A" }, { "beat_number": "1.1", "ai_prompt": "B" } ] } }""", "promptsByStyle.clear[1].beat_number", "there twice")]
    [InlineData("""{ "promptsByStyle": { "clear": [ { "beat_number": "1.1", "ai_prompt": " " } ] } }""", "promptsByStyle.clear[0].ai_prompt", "missing")]
    [InlineData("""{ "promptsByStyle": { "clear": [ { "ai_prompt": 7, "hard_cut": "yes" } ] } }""", "promptsByStyle.clear[0].hard_cut", "true or false")]
    [InlineData("""{ "promptsByStyle": { "clear": [ { "ai_prompt": "\ud800" } ] } }""", "promptsByStyle.clear[0].ai_prompt", "not complete")]
    [InlineData("""{ "promptsByStyle": { "clear": [ { "ai_prompt": 7 } ] } }""", "promptsByStyle.clear[0].ai_prompt", "must be text")]
    [InlineData("""{ "title": "\ud800", "promptsByStyle": { "clear": [ { "ai_prompt": "A" } ] } }""", "title", "not complete")]
    [InlineData("""{ "\ud800": 1, "promptsByStyle": { "clear": [ { "ai_prompt": "A" } ] } }""", "file", "a name with")]
    [InlineData("""{ "promptsByStyle": { "\ud800": [ { "ai_prompt": "A" } ] } }""", "promptsByStyle", "a name with")]
    [InlineData("""{ "promptsByStyle": { "clear": [ { "ai_prompt": "A", "\ud800": 1 } ] } }""", "promptsByStyle.clear[0]", "a name with")]
    [InlineData("""{ "promptsByStyle": { "clear": [ 7 ] } }""", "promptsByStyle.clear[0]", "must be an object")]
    [InlineData("""{ "promptsByStyle": { "clear": {} } }""", "promptsByStyle.clear", "list of beats")]
    [InlineData("""{ "promptsByStyle": [] }""", "promptsByStyle", "must be an object")]
    [InlineData("""{ "promptsByStyle": {} }""", "promptsByStyle", "no beats")]
    [InlineData("""{ "beats": [] }""", "file", "no shot list")]
    [InlineData("""{ "format": "storystudio", "version": 1 }""", "file", "whole ZIP")]
    public void ShotList_ThatIsWrong_NamesThePlace(string json, string field, string sentence)
    {
        var failure = Assert.Throws<InvalidInputException>(() => TextFile.Read(json, "shots.json", Styles));

        Assert.Contains(failure.Errors[field], error => error.Contains(sentence, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("{ \"beat_number\": \"x\", \"ai_prompt\": 7, \"hard_cut\": 7 }")]
    public void ShotList_ThatIsWrongThroughout_SaysSoOfItsFirstPlaces(string item)
    {
        var failure = Assert.Throws<InvalidInputException>(() => TextFile.Read($"{{ \"promptsByStyle\": {{ \"clear\": [{string.Join(',', Enumerable.Repeat(item, 5_000))}], \"noir\": [] }} }}", "shots.json", Styles));

        Assert.Equal(20, failure.Errors.Sum(e => e.Value.Length));
    }

    [Fact]
    public void Json_ThatIsBroken_NamesItsLine_UnlessItIsAText()
    {
        var failure = Assert.Throws<InvalidInputException>(() => TextFile.Read("{\n\"promptsByStyle\": {,}\n}", "shots.json", Styles));

        Assert.Contains("line 2", Assert.Single(failure.Errors["file"]), StringComparison.Ordinal);
        Assert.Equal(StoryFileKind.Text, TextFile.Read("{The owl} flew.", "owl.txt", Styles).Kind);
    }

    [Theory]
    [InlineData("/*")]
    [InlineData("[[")]
    [InlineData("[[]]")]
    [InlineData("(")]
    [InlineData("> ")]
    [InlineData("* ")]
    [InlineData("INT. A\n\nB\nc\n\n")]
    [InlineData("# \n")]
    [InlineData("@\n\n")]
    [InlineData("   \n")]
    [InlineData("_*")]
    public void Text_OfOneMarkWithoutEnd_IsReadOrRefused_InNoTimeToSpeakOf(string mark)
    {
        var text = "x\n\n" + string.Concat(Enumerable.Repeat(mark, 200_000 / mark.Length));

        foreach (var name in (string[])["a.fountain", "a.md", "a.json", "a.txt"])
        {
            Assert.Null(Record.Exception(() => Tried(text, name)));
        }
    }

    [Fact]
    public void AnyText_IsReadWithoutAnythingButItsOwnRefusal()
    {
        var names = Gen.Elements("a.fountain", "a.md", "a.txt", "a.json", null!);
        Prop.ForAll(RandomText.Any, Arb.From(names), (text, name) => Tried(text.ReplaceLineEndings("\n"), name)).Check(RandomText.Often);
    }

    [Theory]
    [InlineData("**Mia** ran to the sea.", "Mia ran to the sea.")]
    [InlineData("Mia ran to the *sea*.", "Mia ran to the sea.")]
    [InlineData("Mia ran to the _sea_.", "Mia ran to the sea.")]
    [InlineData("Mia ran to the [sea](https://example.com/1).", "Mia ran to the sea.")]
    [InlineData("Mia ran to the [sea][1].\n\n[1]: https://example.com/1", "Mia ran to the sea.")]
    [InlineData("![The sea](sea.png)\n\nMia ran.", "Mia ran.")]
    [InlineData("Mia took along:\n\n* a rope\n* a lamp", "Mia took along:\n\n• a rope\n• a lamp")]
    [InlineData("Mia took along:\n\n- a rope\n- a lamp", "Mia took along:\n\n• a rope\n• a lamp")]
    [InlineData("Mia took along:\n\n1. a rope\n2. a lamp", "Mia took along:\n\n1. a rope\n2. a lamp")]
    [InlineData("---\ntitle: The sea\n---\n\nMia ran.", "Mia ran.")]
    [InlineData("---\ntitle: The sea\nautora: Ada\nDate created: May\n---\n\nMia ran.", "Mia ran.")]
    [InlineData("# One\nMia **ran** to the sea.\n\nShe swam.\n\n# Two\nShe slept.", "One\n\nMia ran to the sea.\n\nShe swam.\n\nTwo\n\nShe slept.")]
    [InlineData("# The Sea\n\n![Cover](cover.png)\n\n## One\n\nMia ran.\n\n## Two\n\nShe swam.", "One\n\nMia ran.\n\nTwo\n\nShe swam.")]
    public void Written_WithMarksThatMarkdownAloneMeans_IsRecognised_AndLosesThem(string text, string words)
    {
        var read = TextFile.Recognise(text, Styles)!;

        Assert.Equal(StoryFileKind.Markdown, read.Kind);
        Assert.Equal(words, string.Join("\n\n", read.Story.Segments!.Select(s => s.Text)));
    }

    [Theory]
    [InlineData("Mia ran to the sea.")]
    [InlineData("# One\n\nMia ran.\n\n***\n\nShe swam.\n\n* * *\n\nShe slept.")]
    [InlineData("---\n\nMia ran.\n\n---\n\nShe swam.")]
    [InlineData("Chapter 1\n\nMia ran: 2 * 3 * 4 steps, and [sic] no more.")]
    [InlineData("- Where is it? asked Mia.\n- Here! said Bram.\n- Oh.")]
    [InlineData("1. Mia ran to the sea.\n2. There she met Bram.")]
    [InlineData("“F**k and s**t,” said the parrot.")]
    [InlineData("The file is called my_first_story.txt, and she_her too.")]
    [InlineData("A star* and another*.\n\n* The first note.")]
    [InlineData("{ said Mia, and that was that.")]
    [InlineData("{ \"a\": 1 }")]
    [InlineData("INT. HOUSE - NIGHT\n\nNobody spoke.")]
    [InlineData("---\n\nMia said: “Run!”\n\n---\n\nShe swam.")]
    [InlineData("“Where?” asked Mia.\n“Here,” said *Bram*.\n“Oh.”")]
    [InlineData("[Mira]: Yes.\n\n[Bram]: No.\n\n[Mira]: Where do you go?")]
    [InlineData("Mia *ran*.\n\n~~~\n\nShe swam.\n\n~~~\n\nShe slept.")]
    public void Written_Prose_IsNothingElse(string text) => Assert.Null(TextFile.Recognise(text, Styles));

    [Fact]
    public void Written_ScreenplayOrShotList_IsRecognised()
    {
        var play = TextFile.Recognise(Screenplay.ReplaceLineEndings("\n"), Styles)!;
        Assert.Equal((StoryFileKind.Fountain, "The Last Light"), (play.Kind, play.Story.Title));
        var list = TextFile.Recognise(""" { "promptsByStyle": { "clear": [{ "beat_number": "1.2", "ai_prompt": "A lamp." }] } }""", Styles)!;
        Assert.Equal((StoryFileKind.ShotList, "A lamp."), (list.Kind, Assert.Single(list.Story.Segments!).Text));
    }

    [Theory]
    [InlineData("{ \"promptsByStyle\": {", "This is not valid JSON: it goes wrong in line 1.")]
    [InlineData("{ \"promptsByStyle\": [] }", "promptsByStyle must be an object")]
    [InlineData("{ \"promptsByStyle\": {} }", "There are no beats in this shot list.")]
    [InlineData("{ \"a\": { \"promptsByStyle\": {} } }", "This JSON is no shot list: it has no promptsByStyle.")]
    public void Written_ShotListThatIsWrong_SaysWhat(string text, string words)
    {
        var failure = Assert.Throws<InvalidInputException>(() => TextFile.Recognise(text, Styles));

        Assert.StartsWith(words, Assert.Single(failure.Errors.SelectMany(e => e.Value)), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_OfFiles_AreNoWayToATitleWithControlCharacters()
    {
        var read = TextFile.Read("INT. A\n\nB", "a\0\nb\uD800.fountain", Styles);

        Assert.NotEmpty(read.Story.Title!);
        Assert.DoesNotContain(read.Story.Title!, char.IsControl);
    }

    private static bool Tried(string text, string? name)
    {
        try
        {
            TextFile.Recognise(text, Styles);
            var read = TextFile.Read(text, name, Styles);
            return NewStoryRules.Check(read.Story, [.. Styles.Select(s => s.Key)]).Segments.Count == read.Story.Segments!.Count;
        }
        catch (InvalidInputException failure)
        {
            return failure.Errors.Count > 0;
        }
    }

    /// <summary>As it comes in from outside.</summary>
    internal static MemoryStream Bytes(string text, Encoding? encoding = null) => new([.. (encoding ?? Encoding.UTF8).GetPreamble(), .. (encoding ?? Encoding.UTF8).GetBytes(text)]);
}
