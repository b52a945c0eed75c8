using StoryStudio.Core;
using StoryStudio.Core.Stories;
using Xunit;

namespace StoryStudio.Tests.Stories;

public sealed class StorySplitterTests
{
    private const string Fifty = "The boat went out at dawn and the old man in the bow was singing to the gulls, who did not care for it, because they had heard the song before and knew that it had nineteen verses, all of them about a herring that had once been a king of Denmark. ";

    private static string Prose(int sentences) => string.Concat(Enumerable.Range(1, sentences).Select(i => $"On day number {i} the keeper climbed the stairs and lit the lamp. ")).TrimEnd();

    [Theory]
    [InlineData("")]
    [InlineData("   \r\n\t\u3000\n")]
    public void Split_WithoutAVisibleCharacter_GivesNothing(string text) => Assert.Empty(StorySplitter.Split(text));

    [Theory]
    [InlineData("# The Storm")]
    [InlineData("### The Storm ###")]
    [InlineData("The Storm\n=========")]
    [InlineData("The Storm\n---")]
    [InlineData("Chapter 2")]
    [InlineData("CHAPTER II. THE STORM")]
    [InlineData("**Chapter Two**")]
    [InlineData("Chapter Two: The Storm")]
    [InlineData("Scene 4 — The harbour")]
    [InlineData("SCENE: A KITCHEN")]
    [InlineData("INT. KITCHEN - NIGHT")]
    [InlineData("Part Two")]
    [InlineData("Act III")]
    [InlineData("Epilogue")]
    [InlineData("Kapitel 2")]
    [InlineData("2. Kapitel: Der Sturm")]
    [InlineData("Zweites Kapitel")]
    [InlineData("Szene 3")]
    [InlineData("Chapitre 2")]
    [InlineData("Scène 1 : la cuisine")]
    [InlineData("Capítulo II")]
    [InlineData("Capítulo segundo")]
    [InlineData("Capitolo 2")]
    [InlineData("Rozdział 2")]
    [InlineData("Hoofdstuk 2")]
    [InlineData("Глава 2")]
    [InlineData("ГЛАВА ВТОРАЯ")]
    [InlineData("Сцена 2")]
    [InlineData("Розділ 2")]
    [InlineData("Κεφάλαιο 2")]
    [InlineData("الفصل الثاني")]
    [InlineData("פרק ב")]
    [InlineData("अध्याय २")]
    [InlineData("Chương 2")]
    [InlineData("บทที่ ๒")]
    [InlineData("第二章")]
    [InlineData("第 12 回 暴风雨")]
    [InlineData("第２話：嵐")]
    [InlineData("尾声")]
    [InlineData("プロローグ")]
    [InlineData("제2장 폭풍")]
    [InlineData("2화")]
    [InlineData("***")]
    [InlineData("* * *")]
    [InlineData("---")]
    [InlineData("- - -")]
    [InlineData("___")]
    [InlineData("#")]
    [InlineData("⁂")]
    [InlineData("~*~")]
    [InlineData("———")]
    [InlineData("◇")]
    public void Line_ThatIsAHeadingOrASeparator_StartsASceneAndStaysWithIt(string line)
    {
        var segments = StorySplitter.Split($"It was night.\n\n{line}\n\nIt was morning.");

        Assert.Equal("1.1 2.1", Numbers(segments));
        Assert.Equal("It was night.", segments[0].Text);
        Assert.Equal($"{line}\n\nIt was morning.", segments[1].Text);
        Assert.All(segments, s => Assert.True(s.HardCut));
    }

    [Theory]
    [InlineData("#nofilter was all she wrote.")]
    [InlineData("Chapter and verse, he told her everything that he knew.")]
    [InlineData("Chapter after chapter went by.")]
    [InlineData("Part of him wanted to stay.")]
    [InlineData("Act now, she thought.")]
    [InlineData("Scene 3 of the play was a disaster, and everybody in the harbour knew it. Nobody said so.")]
    [InlineData("— No, he said.")]
    [InlineData("-- and then --")]
    [InlineData("第一天他什么也没说。")]
    [InlineData("제 이름은 민수입니다.")]
    [InlineData("“***” was all he could say.")]
    [InlineData("...")]
    [InlineData("I")]
    public void Line_ThatOnlyLooksLikeAHeading_StartsNoScene(string line) =>
        Assert.DoesNotContain(StorySplitter.Split($"{Fifty}\n\n{Fifty}\n{line}\n\n{Fifty}").Skip(1), s => s.HardCut);

    [Fact]
    public void Headings_ThatFollowEachOther_StartOneScene()
    {
        var segments = StorySplitter.Split("# The Owl\n\n## Chapter 1\n\n***\n\nIt was night.");

        Assert.Equal("# The Owl\n\n## Chapter 1\n\n***\n\nIt was night.", Assert.Single(segments).Text);
    }

    [Theory]
    [InlineData("The Owl\n\nby A. Nobody\n\nChapter One\n\nIt was night.", "1.1")]
    [InlineData("The Owl\nChapter 1\nIt was night.\n\nChapter 2\n\nIt was morning.", "1.1 2.1")]
    [InlineData("It was night.\n\nChapter 1\n\nIt was morning.", "1.1 2.1")]
    public void TitlePage_BeforeTheFirstHeading_IsNoSceneOfItsOwn(string text, string numbers) => Assert.Equal(numbers, Numbers(StorySplitter.Split(text)));

    [Fact]
    public void EmptyLines_MoreThanASegmentHolds_KeepWhatTheyPartApart()
    {
        var gap = new string('\n', Segment.MaxTextLength);

        var segments = StorySplitter.Split($"The Owl{gap}A. Nobody{gap}# One{gap}It was night.{gap}***");

        Assert.All(segments, s => Assert.InRange(s.Text.Length, 1, 30));
        Assert.Equal("The Owl A. Nobody # One It was night. ***", string.Join(' ', segments.Select(s => s.Text)));
    }

    [Fact]
    public void Separator_AtTheVeryEnd_GoesToTheLastSegment()
    {
        var segments = StorySplitter.Split("It was night.\n\n***\n\nIt was morning.\n\n* * *\n");

        Assert.Equal(2, segments.Count);
        Assert.EndsWith("* * *", segments[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Paragraphs_WithEnoughToDraw_BecomeSegments()
    {
        var segments = StorySplitter.Split($"{Fifty}\n\n{Fifty}\n\n{Fifty}");

        Assert.Equal("1.1 1.2 1.3", Numbers(segments));
        Assert.All(segments, s => Assert.Equal(Fifty.Trim(), s.Text));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\n\n")]
    [InlineData("\r\n")]
    public void Dialogue_IsJoinedUntilThereIsSomethingToDraw(string lineEnd)
    {
        var lines = Enumerable.Range(1, 24).Select(i => $"“Is that the owl again?” asked the keeper for time number {i}.");

        var segments = StorySplitter.Split(string.Join(lineEnd, lines));

        Assert.InRange(segments.Count, 3, 7);
        Assert.All(segments, s => Assert.InRange(Words(s.Text), 36, 125));
        Assert.All(segments, s => Assert.StartsWith("“", s.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void ShortLastParagraph_IsJoinedWithTheOneBefore()
    {
        var segments = StorySplitter.Split($"{Fifty}\n\n{Fifty}\n\nAnd so they slept.");

        Assert.Equal(2, segments.Count);
        Assert.EndsWith("And so they slept.", segments[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void EndlessParagraph_IsCutAtSentenceEnds()
    {
        var segments = StorySplitter.Split(Prose(60));

        Assert.All(segments, s => Assert.InRange(Words(s.Text), 36, 125));
        Assert.All(segments, s => Assert.StartsWith("On day", s.Text, StringComparison.Ordinal));
        Assert.All(segments, s => Assert.EndsWith("lamp.", s.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void EndlessParagraph_IsNotCutAfterAbbreviationsNorInsideSpeech()
    {
        var sentence = "Then Mr. Holm and Dr. J. Brandt looked at the sea for a while, and “Where is it?” asked Mrs. Vik, who was 7 years old.";

        var segments = StorySplitter.Split(string.Join(' ', Enumerable.Repeat(sentence, 30)));

        Assert.All(segments, s => Assert.StartsWith("Then Mr. Holm", s.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("灯塔看守人走上楼梯，打开了灯，看着大海。", '。')]
    [InlineData("「誰ですか！」と彼女は尋ねて、窓の外をじっと見つめた。", '。')]
    [InlineData("你看见那只猫头鹰了吗？", '？')]
    public void EndlessParagraph_WithoutSpaces_IsCutAtItsSentenceEnds(string sentence, char end)
    {
        var segments = StorySplitter.Split(string.Concat(Enumerable.Repeat(sentence, 60)));

        Assert.True(segments.Count > 1);
        Assert.All(segments, s => Assert.Equal(end, s.Text[^1]));
        Assert.All(segments, s => Assert.InRange(s.Text.Length, 60, 300));
    }

    [Fact]
    public void EndlessParagraph_InThai_IsCutAtItsSpaces()
    {
        var segments = StorySplitter.Split(string.Join(' ', Enumerable.Repeat("คืนนั้นฝนตกหนักและทะเลก็ไม่สงบเลย", 80)));

        Assert.True(segments.Count > 3);
        Assert.All(segments, s => Assert.EndsWith("เลย", s.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void EndlessSentence_IsCutAtItsCommas()
    {
        var segments = StorySplitter.Split(string.Join(", ", Enumerable.Repeat("and the sea went up and down and round about", 60)));

        Assert.True(segments.Count > 3);
        Assert.All(segments.SkipLast(1), s => Assert.EndsWith(",", s.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void EndlessWord_IsCutBetweenCharacters()
    {
        const string family = "👩‍👩‍👧‍👦";

        var segments = StorySplitter.Split(string.Concat(Enumerable.Repeat(family, 5_000)));

        Assert.True(segments.Count > 1);
        Assert.All(segments, s => Assert.Equal(0, s.Text.Length % family.Length));
        Assert.All(segments, s => Assert.StartsWith(family, s.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void LinesBrokenByHand_AreOneParagraph()
    {
        var text = """
            The boat went out at dawn, and the old man in the bow was singing
            to the gulls. They did not care for it. They had heard the song
            before and knew that it had nineteen verses, all of them about a
            herring that had once been a king of Denmark, and how he lost it.
            """;

        Assert.Equal(text, Assert.Single(StorySplitter.Split(text)).Text);
    }

    [Fact]
    public void LongLines_WithoutBlankOnesBetween_AreParagraphs()
    {
        var segments = StorySplitter.Split(string.Join('\n', Enumerable.Repeat(Fifty.Trim(), 5)));

        Assert.Equal(5, segments.Count);
    }

    [Fact]
    public void ManyShortScenes_AreEachAScene()
    {
        var segments = StorySplitter.Split(string.Concat(Enumerable.Range(1, 500).Select(i => $"## {i}\n\nSnow fell.\n\n")));

        Assert.Equal(500, segments.Count);
        Assert.Equal(new SegmentNumber(500, 1), segments[^1].Number);
    }

    [Fact]
    public void TenThousandParagraphs_InOneScene_AreTenThousandSegments()
    {
        var segments = StorySplitter.Split(string.Join("\n\n", Enumerable.Repeat(Fifty.Trim(), 10_000)));

        Assert.Equal(StorySplitter.MaxSegments, segments.Count);
        Assert.Equal(new SegmentNumber(1, SegmentNumber.Highest), segments[^2].Number);
        Assert.Equal(new SegmentNumber(2, 1), segments[^1].Number);
    }

    [Theory]
    [InlineData("The keeper lit the lamp. ")]
    [InlineData("a\n\n")]
    [InlineData("# a\n\nb\n\n")]
    [InlineData("***\n")]
    [InlineData("灯塔。")]
    [InlineData("a")]
    [InlineData("\u0301")]
    [InlineData(" \u0301")]
    [InlineData("🇩")]
    public void FiveMegabytes_OfWhatever_AreSplitWithinEveryLimit(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, StoryText.MaxLength / unit.Length));

        var segments = StorySplitter.Split(text);

        Assert.InRange(segments.Count, 1, StorySplitter.MaxSegments);
        Assert.True(segments.All(s => s.Text.Length <= Segment.MaxTextLength && s.Number.Scene <= SegmentNumber.Highest && s.Number.Beat <= SegmentNumber.Highest));
        Assert.Equal(CountVisible(text), segments.Sum(s => CountVisible(s.Text)));
    }

    [Fact]
    public void Split_OfMoreThanFiveMegabytes_IsRefused()
    {
        var refused = Assert.Throws<InvalidInputException>(() => StorySplitter.Split(new string('a', StoryText.MaxLength + 1)));

        Assert.Equal("text", Assert.Single(refused.Errors).Key);
    }

    [Theory]
    [InlineData("# The *Owl*\n\nIt was night.", "The *Owl")]
    [InlineData("***\n\nIt was night.\n\nThen day.", "It was night.")]
    [InlineData("It was night.\n\n# The Owl", "The Owl")]
    [InlineData("The Owl\n=======\n\nIt was night.", "The Owl")]
    [InlineData("The Owl\n\nChapter 1\n\nIt was night.", "The Owl")]
    [InlineData("  **The  Owl**  \r\n", "The Owl")]
    [InlineData("\n\n", null)]
    public void Title_IsTheFirstHeadingOrTheFirstLine(string text, string? title) => Assert.Equal(title, StorySplitter.ProposeTitle(text));

    [Fact]
    public void Title_OfALongLine_IsCutAtAWord()
    {
        var title = StorySplitter.ProposeTitle(Fifty);

        Assert.Equal("The boat went out at dawn and the old man in the bow was singing to the gulls…", title);
    }

    private static int CountVisible(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var c in text)
        {
            count += char.IsWhiteSpace(c) ? 0 : 1;
        }

        return count;
    }

    private static string Numbers(IEnumerable<SegmentDraft> segments) => string.Join(' ', segments.Select(s => s.Number));

    private static int Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
}
