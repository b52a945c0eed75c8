using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Components.Stories;

/// <summary>
/// Looks for words in a story the way a person types them: capitals, accents and the shape of quotation marks do not matter.
/// The page's script paints what was found by the same rules.
/// </summary>
internal static class TextFinder
{
    private const char First = '\u00c0';

    // Letters from U+00C0 to U+017F without their accents; the runtime has no tables of its own here.
    private const string Plain =
        "aaaaaaæceeeeiiii" + "ðnooooo×øuuuuyþß" + "aaaaaaæceeeeiiii" + "ðnooooo÷øuuuuyþy"
        + "aaaaaaccccccccdd" + "đđeeeeeeeeeegggg" + "gggghhħħiiiiiiii" + "iıĳĳjjkkĸllllllŀ"
        + "ŀłłnnnnnnŉŋŋoooo" + "ooœœrrrrrrssssss" + "ssttttŧŧuuuuuuuu" + "uuuuwwyyyzzzzzzs";

    /// <summary>Longest that is looked for, in UTF-16 units.</summary>
    public const int Longest = 200;

    /// <summary>Places in the list, rising, of the segments that have the words in their text, or the number: <c>2.3</c>, or <c>2</c> for a scene.</summary>
    public static IReadOnlyList<int> Find(IReadOnlyList<SegmentDetails> segments, string? words)
    {
        var wanted = (words ?? "").Trim();
        if (wanted.Length is 0 or > Longest)
        {
            return [];
        }

        var folded = Fold(wanted);
        var found = new List<int>();
        for (var i = 0; i < segments.Count; i++)
        {
            if (HasNumber(segments[i].Number, wanted) || Has(segments[i].Text, folded))
            {
                found.Add(i);
            }
        }

        return found;
    }

    private static bool HasNumber(string number, string wanted) =>
        number.StartsWith(wanted, StringComparison.Ordinal) && (number.Length == wanted.Length || wanted[^1] == '.' || number[wanted.Length] == '.');

    private static bool Has(string text, string folded)
    {
        for (var start = 0; start + folded.Length <= text.Length; start++)
        {
            var at = 0;
            while (at < folded.Length && Fold(text[start + at]) == folded[at])
            {
                at++;
            }

            if (at == folded.Length)
            {
                return true;
            }
        }

        return false;
    }

    private static string Fold(string text) => string.Create(text.Length, text, static (span, from) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = Fold(from[i]);
        }
    });

    // One unit for one unit, so that a place in the one is a place in the other.
    private static char Fold(char unit) => unit switch
    {
        < '\u0080' => char.IsWhiteSpace(unit) ? ' ' : char.ToLowerInvariant(unit),
        '\u2018' or '\u2019' or '\u201a' or '\u02bc' => '\'',
        '\u201c' or '\u201d' or '\u201e' or '\u00ab' or '\u00bb' => '"',
        '\u00a0' or '\u2028' or '\u2029' => ' ',
        >= First when unit - First < Plain.Length => Plain[unit - First],
        _ => char.ToLowerInvariant(unit),
    };
}
