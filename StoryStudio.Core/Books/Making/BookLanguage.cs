using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Books.Making;

/// <summary>Guesses the language of a text: by its script, else by small words. A wrong guess is spoken wrongly, so in doubt there is none.</summary>
internal static class BookLanguage
{
    public const string Unknown = "und";

    private const int Enough = 20_000;

    private static readonly (char From, char To, string Language)[] Scripts =
    [
        ('\u3040', '\u30FF', "ja"), ('\uAC00', '\uD7AF', "ko"), ('\u0370', '\u03FF', "el"), ('\u0590', '\u05FF', "he"),
        ('\u0E00', '\u0E7F', "th"), ('\u0530', '\u058F', "hy"), ('\u10A0', '\u10FF', "ka"),
    ];

    public static string Guess(IEnumerable<string> texts)
    {
        var words = new List<string>();
        var letters = new Dictionary<string, int>(StringComparer.Ordinal);
        var (read, latin, han) = (0, 0, 0);
        foreach (var text in texts)
        {
            foreach (var c in text)
            {
                latin += char.IsAsciiLetter(c) || c is >= '\u00C0' and <= '\u024F' ? 1 : 0;
                han += c is >= '\u4E00' and <= '\u9FFF' ? 1 : 0;
                if (Array.Find(Scripts, s => c >= s.From && c <= s.To) is { Language: { } language })
                {
                    letters[language] = letters.GetValueOrDefault(language) + 1;
                }
            }

            words.AddRange(text.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
            read += text.Length;
            if (read > Enough)
            {
                break;
            }
        }

        var (best, count) = letters.Select(l => (l.Key, l.Value)).OrderByDescending(l => l.Value).FirstOrDefault((Unknown, 0));
        if (letters.GetValueOrDefault("ja") * 10 > han && best == "ja")
        {
            return "ja";
        }

        return han > latin && han > count ? "zh"
            : count > latin ? best
            : latin == 0 ? Unknown
            : Tongues.Of(words) switch
            {
                Tongue.English => "en",
                Tongue.German => "de",
                Tongue.French => "fr",
                Tongue.Spanish => "es",
                _ => Unknown,
            };
    }
}
