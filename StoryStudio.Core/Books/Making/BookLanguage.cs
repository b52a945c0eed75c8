using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Books.Making;

/// <summary>Guesses the language of a text: by its script, else by small words. A wrong guess is spoken wrongly, so in doubt there is none.</summary>
internal static class BookLanguage
{
    public const string Unknown = "und";

    private const int Enough = 20_000;
    private const int FirstLetters = 1_000;

    private static readonly (char From, char To, string Language)[] Scripts =
    [
        ('\u3040', '\u30FF', "ja"), ('\uAC00', '\uD7AF', "ko"), ('\u0370', '\u03FF', "el"), ('\u0590', '\u05FF', "he"),
        ('\u0E00', '\u0E7F', "th"), ('\u0530', '\u058F', "hy"), ('\u10A0', '\u10FF', "ka"),
    ];

    /// <summary>Whether it is read from right to left: by its language, and where nobody knows that by its first letters. Those of Arabic are those of many languages.</summary>
    public static bool IsRightToLeft(string language, IEnumerable<string> texts)
    {
        if (language != Unknown)
        {
            return language.Split('-')[0] is "ar" or "he" or "fa" or "ur" or "yi" or "ps" or "sd" or "ug" or "ckb" or "dv";
        }

        var letters = texts.SelectMany(t => t).Where(char.IsLetter).Take(FirstLetters).ToList();
        return letters.Count(c => c is >= '\u0590' and <= '\u08FF' or >= '\uFB1D' and <= '\uFDFF' or >= '\uFE70' and <= '\uFEFE') * 2 > letters.Count;
    }

    public static string Guess(IEnumerable<string> texts)
    {
        var words = new List<string>();
        var letters = new Dictionary<string, int>(StringComparer.Ordinal);
        var (read, all, latin, han) = (0, 0, 0, 0);
        foreach (var text in texts)
        {
            foreach (var c in text)
            {
                all += char.IsLetter(c) ? 1 : 0;
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
            : latin * 2 <= all ? Unknown
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
