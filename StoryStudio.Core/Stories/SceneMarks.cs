using System.Buffers;
using System.Collections.Frozen;

namespace StoryStudio.Core.Stories;

/// <summary>What a line is to the one who splits a text.</summary>
internal enum LineKind
{
    Text,
    Separator,
    Heading,
}

/// <summary>Tells the lines that start a scene: Markdown headings, chapter headings in many languages, separators.</summary>
internal static class SceneMarks
{
    private const int LongestHeading = 200;
    private const int LongestChapterHeading = 100;

    /// <summary>A line that begins with “Chapter” and goes on without a number is a heading only while it is this short.</summary>
    private const int LongestLooseHeading = 40;

    private static readonly SearchValues<char> SeparatorMarks = SearchValues.Create("*-_=~#•·–—+⁂❦❧☙※◇◆○●☆★＊＃─━═✻✽❖§∗⸻");

    /// <summary>Enough to mark a break on their own.</summary>
    private static readonly SearchValues<char> LoneSeparators = SearchValues.Create("*#⁂❦❧☙※◇◆○●☆★＊＃✻✽❖§∗⸻");

    /// <summary>Words that are followed by a number or a title.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Chapters = Words(
        """
        chapter scene kapitel szene chapitre scène capítulo capitulo escena capitolo scena cena capítol capitol capitolul scenă
        глава сцена розділ глава поглавље поглавје раздзел poglavlje poglavje prizor rozdział scena kapitola scéna scéna výstup
        hoofdstuk scène tafereel kapittel scene kapitlet scen luku kohtaus fejezet jelenet bölüm sahne fəsil bob nodaļa skyrius scena
        peatükk stseen κεφάλαιο σκηνή kapitulli skena kafli atriði caibidil radharc pennod golygfa ataza eszena chương hồi cảnh
        bab adegan kabanata eksena sura onyesho ĉapitro sceno chapit فصل الفصل مشهد المشهد صحنه باب פרק סצנה תמונה अध्याय दृश्य
        অধ্যায় দৃশ্য அத்தியாயம் காட்சி అధ్యాయం ಅಧ್ಯಾಯ അധ്യായം ਅਧਿਆਇ પ્રકરણ პავი თავი სცენა գլուխ տեսարան бөлім тарау бүлэг
        """);

    /// <summary>Words that are as common in a sentence: only with a number, or one more word alone on the line.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Parts = Words(
        """
        part book act volume teil buch akt band partie livre acte tome parte libro acto atto volumen часть книга акт действие том
        частина дія część księga tom část kniha dějství část deel boek bedrijf del bok bog osa kirja näytös rész könyv felvonás
        kısım kitap perde μέρος βιβλίο πράξη phần quyển màn bagian buku الجزء جزء الكتاب חלק ספר מערכה भाग खंड
        """);

    /// <summary>Headings without a number.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Alone = Words(
        """
        prologue prolog prologo prólogo épilogue epilogue epilog epilogo epílogo interlude zwischenspiel intermezzo interludio foreword
        preface afterword vorwort nachwort préface prefacio prefazione пролог эпилог епілог интерлюдия предисловие послесловие πρόλογος
        επίλογος önsöz sonsöz proloog epiloog előszó utószó מבוא פרולוג אפילוג مقدمة خاتمة
        序 序章 序言 序幕 前言 楔子 引子 尾声 尾聲 终章 終章 后记 後記 番外 幕间 幕間 プロローグ エピローグ あとがき 프롤로그 에필로그 บทนำ บทส่งท้าย
        """);

    private static readonly string[] UnspacedKeywords = ["场景", "場景", "シーン", "場面", "장면", "씬", "บทที่", "ตอนที่", "ฉากที่", "บท", "ฉาก", "ជំពូក", "အခန်း", "ບົດ"];
    private static readonly string[] SluglinePrefixes = ["INT. ", "EXT. ", "INT/EXT", "INT./EXT", "I/E ", "I/E. "];

    private static readonly SearchValues<char> RomanDigits = SearchValues.Create("IVXLCDMivxlcdm");

    private const string NumberedUnits = "章节節回話话幕卷部場场折集篇編编夜";
    private const string KoreanUnits = "장화막부편회절권";
    private const string IdeographicDigits = "0123456789０１２３４５６７８９一二三四五六七八九十百千万零〇两兩壹贰叁肆伍陆柒捌玖拾初序终終最後";

    /// <param name="line">The line without white space at its ends.</param>
    /// <param name="blankAbove">Whether nothing but white space, a heading or a separator stands directly above.</param>
    public static LineKind Classify(ReadOnlySpan<char> line, bool blankAbove)
    {
        if (line.IsEmpty || line.Length > LongestHeading)
        {
            return LineKind.Text;
        }

        if (IsSeparator(line))
        {
            return LineKind.Separator;
        }

        return IsMarkdownHeading(line) || (line.Length <= LongestChapterHeading && IsChapter(line.Trim("#*_ \t"), blankAbove)) ? LineKind.Heading : LineKind.Text;
    }

    /// <summary>Whether a heading is a screenplay's, which says where and when it happens.</summary>
    public static bool IsSlugline(ReadOnlySpan<char> line) => StartsWithAny(line, SluglinePrefixes);

    /// <summary>A line of <c>===</c> or <c>---</c> makes a heading of a short line right above it.</summary>
    public static bool IsUnderline(ReadOnlySpan<char> line) => line.Length >= 3 && (line.TrimStart('=').IsEmpty || line.TrimStart('-').IsEmpty);

    /// <summary>Whether a line could be a title: short, and not a sentence.</summary>
    public static bool CouldBeTitle(ReadOnlySpan<char> line) => line.Length <= LongestChapterHeading && !SentenceEnds.IsAtEndOf(line);

    private static bool IsSeparator(ReadOnlySpan<char> line)
    {
        var marks = 0;
        foreach (var c in line)
        {
            if (SeparatorMarks.Contains(c))
            {
                marks++;
            }
            else if (!char.IsWhiteSpace(c))
            {
                return false;
            }
        }

        return marks >= 3 || LoneSeparators.Contains(line[0]);
    }

    private static bool IsMarkdownHeading(ReadOnlySpan<char> line)
    {
        var text = line.TrimStart('#');
        return line.Length - text.Length is >= 1 and <= 6 && !text.IsEmpty && char.IsWhiteSpace(text[0]);
    }

    private static bool IsChapter(ReadOnlySpan<char> line, bool blankAbove)
    {
        if (line.IsEmpty || !(char.IsLetterOrDigit(line[0]) || line[0] == '['))
        {
            return false;
        }

        if (IsUnspacedChapter(line) || StartsWithAny(line, SluglinePrefixes))
        {
            return true;
        }

        var words = line.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var first = Bare(words[0]);
        var second = words.Length > 1 ? Bare(words[1]) : default;
        var isChapter = Chapters.Contains(first);
        var isShortTitle = blankAbove && line.Length <= LongestLooseHeading && !char.IsLower(line[0]) && (words.Length <= 2 || !SentenceEnds.IsAtEndOf(line));
        if (isChapter || Parts.Contains(first))
        {
            var isNumbered = IsNumber(second) && (words.Length == 2 || blankAbove || EndsLabel(words[1]) || IsDash(words[2]));
            var isLabel = blankAbove && (words.Length == 1 || EndsLabel(words[0]) || IsDash(words[1])) && isChapter;
            return isNumbered || isLabel || (isShortTitle && (isChapter || words.Length == 2));
        }

        if (words.Length >= 2 && (Chapters.Contains(second) || Parts.Contains(second)))
        {
            return (char.IsDigit(first is [] ? ' ' : first[0]) && IsNumber(first) && (words.Length == 2 || blankAbove))
                || (words.Length == 2 && isShortTitle && !SentenceEnds.IsAtEndOf(line) && Chapters.Contains(second));
        }

        return Alone.Contains(first) && (words.Length == 1 || EndsLabel(words[0]) || IsDash(words[1]));
    }

    /// <summary>第三章, 제3장, 3화, 场景一, บทที่ ๑.</summary>
    private static bool IsUnspacedChapter(ReadOnlySpan<char> line)
    {
        if (line[0] is '第' or '제')
        {
            var rest = line[1..].TrimStart();
            var number = NumberLength(rest);
            rest = rest[number..].TrimStart();
            return number is > 0 and < 10 && !rest.IsEmpty && (NumberedUnits.Contains(rest[0]) || KoreanUnits.Contains(rest[0])) && EndsUnit(rest[1..]);
        }

        foreach (var keyword in UnspacedKeywords)
        {
            if (line.StartsWith(keyword, StringComparison.Ordinal))
            {
                var rest = line[keyword.Length..].TrimStart();
                var number = NumberLength(rest);
                return rest.IsEmpty || (number > 0 && EndsUnit(rest[number..]));
            }
        }

        var digits = NumberLength(line);
        return digits is > 0 and < 5 && char.IsDigit(line[0]) && line.Length > digits && KoreanUnits.Contains(line[digits]) && EndsUnit(line[(digits + 1)..]);
    }

    /// <summary>The number is not the beginning of a sentence: nothing follows, or a space, or punctuation that leads to a title.</summary>
    private static bool EndsUnit(ReadOnlySpan<char> rest) => rest.IsEmpty || (char.IsWhiteSpace(rest[0]) && !SentenceEnds.IsAtEndOf(rest)) || rest[0] is ':' or '：' or '.' or '、' or '—' or '–' or '-' or '·' or '「' or '《';

    private static int NumberLength(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && (char.IsDigit(text[length]) || IdeographicDigits.Contains(text[length])))
        {
            length++;
        }

        return length;
    }

    private static bool IsNumber(ReadOnlySpan<char> word)
    {
        if (word.IsEmpty || word.Length > 8)
        {
            return false;
        }

        return NumberLength(word) == word.Length || !word.ContainsAnyExcept(RomanDigits) || (word.Length <= 4 && char.IsDigit(word[0]) && word[^1] is 'º' or 'ª' or '°');
    }

    private static bool EndsLabel(string word) => word[^1] is ':' or '：' or '.' or ',' or ')' or '—' or '–' or '-' or '|';

    private static bool IsDash(string word) => word is "—" or "–" or "-" or "--" or ":" or "·" or "|" or "•";

    private static ReadOnlySpan<char> Bare(ReadOnlySpan<char> word) => word.Trim("[](){}:：.,;!?—–-|*_#\"“”«»'");

    private static bool StartsWithAny(ReadOnlySpan<char> line, string[] prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (line.StartsWith(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Words(string words) => words
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase)
        .GetAlternateLookup<ReadOnlySpan<char>>();
}
