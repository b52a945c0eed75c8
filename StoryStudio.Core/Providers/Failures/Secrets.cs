using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace StoryStudio.Core.Providers.Failures;

/// <summary>Keeps keys out of everything that is kept or shown.</summary>
public static partial class Secrets
{
    private const int MaxLength = 500;

    /// <summary>The most that is ever shown of a key: <c>…4f2a</c>, and <c>…</c> alone where the key is so short that four characters would be much of it.</summary>
    public static string? Tail(string? key) => key switch
    {
        null or "" => null,
        { Length: < 8 } => "…",
        _ => string.Concat("…", key.AsSpan(key.Length - 4)),
    };

    /// <summary>Somebody else's words made fit for a log: one line, at most 500 characters, without anything that is or looks like a key.</summary>
    /// <param name="text">What was received.</param>
    /// <param name="key">The key that was used, so that it is found however it looks.</param>
    public static string Scrub(string? text, string? key)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return "";
        }

        if (key is { Length: >= 4 })
        {
            text = text.Replace(key, "[key]", StringComparison.Ordinal);
        }

        text = HideShapes(text);
        var line = new StringBuilder(Math.Min(text.Length, MaxLength) + 1);
        foreach (var c in text)
        {
            if (line.Length == MaxLength)
            {
                line.Append('…');
                break;
            }

            if (!char.IsControl(c) && c is not ('\u2028' or '\u2029'))
            {
                line.Append(c);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        return line.ToString().Trim();
    }

    /// <summary>A text without those keys, in whatever way JSON or an address writes them, and without anything that looks like one.</summary>
    public static string Hide(string text, IEnumerable<string> keys)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(keys);
        foreach (var key in keys.Where(k => k.Length >= 4).OrderByDescending(k => k.Length))
        {
            string[] written = [key, JsonEncodedText.Encode(key).ToString(), key.Replace("/", "\\/", StringComparison.Ordinal), Uri.EscapeDataString(key)];
            text = written.Distinct(StringComparer.Ordinal).Aggregate(text, (t, w) => t.Replace(w, "[key]", StringComparison.OrdinalIgnoreCase));
        }

        return HideShapes(text);
    }

    /// <summary>A provider's id of a request where it looks like one, else null.</summary>
    public static string? RequestId(string? text, string? key) =>
        text is { Length: > 0 and <= 128 } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':') && Scrub(text, key) == text ? text : null;

    private static string HideShapes(string text) => AfterBearer().Replace(KeyShaped().Replace(text, "[key]"), "${before}[key]");

    /// <summary>Keys as OpenAI and Google write them, also with the middle starred out.</summary>
    [GeneratedRegex(@"\b(?:sk|rk|pk|sess)-[A-Za-z0-9_*.…-]{4,}|\bAIza[A-Za-z0-9_*-]{8,}", RegexOptions.NonBacktracking)]
    private static partial Regex KeyShaped();

    [GeneratedRegex(@"(?<before>authorization[""'\s:=]+((bearer|basic)\s+)?|\b(bearer|api[-_ ]?key(\s+provided)?)[""'\s:=]+)[^\s""',;}]{5,}", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex AfterBearer();
}
