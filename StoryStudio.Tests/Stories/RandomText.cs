using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace StoryStudio.Tests.Stories;

/// <summary>Texts such as people paste, and such as nobody would: every script, every mark, in any order.</summary>
internal static class RandomText
{
    private static readonly string[] Fragments =
    [
        " ", " ", " ", "  ", "\n", "\n\n", "\r\n", "\r\n\r\n", "\r", "\t", "\u00A0", "\u3000", "\u2028", "\u0085", "\f",
        "the", "owl", "Mira", "said", "Mr. Holm", "e.g.", "1999.", "lighthouse", "and then", "Donaudampfschifffahrtsgesellschaft",
        ".", "!", "?", "…", "?!", ",", ";", ":", "—", "“", "”", "\"", "«\u00A0", "\u00A0»", "(", ")", "‘Why?’ she asked. ",
        "The boat came home. ", "It rained all night, and nobody slept; the sea was loud. ",
        "夜晚很安静。", "她问：“你是谁？”", "灯塔看守人走上楼梯，打开了灯", "「こんにちは」と言った。", "雪が降っていた", "바다는 조용했다. ", "คืนนั้นฝนตกหนัก", "ทะเลเงียบ ",
        "كان البحر هادئا. ", "مَن هناك؟ ", "הים היה שקט. ", "Ночь была тихой. ", "रात शांत थी। ",
        "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪🇫🇷", "👍🏽", "e\u0301", "\u0301", "！\uFE0F", "\u200D", "🦉", "𠮷", "\u0600", "\u200B", "\uFEFF",
        "\n\n***\n\n", "\n---\n", "* * *", "\n\n#\n\n", "___", "\n# The Owl\n", "\n## Night\n\n", "\n\nChapter 3\n\n", "\n\nScene: the harbour\n\n", "Kapitel 2\n", "\n第三章 海\n", "\nГлава первая\n\n", "Title\n=====\n",
        "\uD83D", "\uDE00", "\0", "\u0007", "<script>alert(1)</script>", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ];

    public static Arbitrary<string> Any { get; } = Arb.From(
        Gen.OneOf(
            Gen.Elements(Fragments).ArrayOf().Select(string.Concat),
            Gen.Choose(100, 1_500).SelectMany(n => Gen.Elements(Fragments).ArrayOf(n)).Select(string.Concat),
            Gen.Choose(1, 400).SelectMany(n => Gen.Choose(0, 0x2FFF).ArrayOf(n)).Select(c => string.Concat(c.Select(v => (char)v))),
            Gen.Choose(1, 200).SelectMany(n => Gen.Elements("***\n", "---\n", "\n", " ", "# \n", "#\n", "# a\n", "\r\n").ArrayOf(n)).Select(string.Concat)),
        Shrink);

    public static Config Often { get; } = Config.QuickThrowOnFailure.WithMaxTest(400);

    /// <summary>The text without white space: what must never get lost.</summary>
    public static string Visible(string text) => string.Join("", text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Where one character ends and the next begins.</summary>
    public static HashSet<int> Boundaries(string text) => [.. StringInfo.ParseCombiningCharacters(text), text.Length];

    private static IEnumerable<string> Shrink(string text)
    {
        for (var size = text.Length / 2; size > 0; size /= 2)
        {
            for (var at = 0; at + size <= text.Length; at += size)
            {
                yield return text.Remove(at, size);
            }
        }
    }
}
