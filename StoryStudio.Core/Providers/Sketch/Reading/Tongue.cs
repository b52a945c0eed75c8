namespace StoryStudio.Core.Providers.Sketch.Reading;

/// <summary>The language of a text, where a few small words betray it.</summary>
internal enum Tongue
{
    Unknown,
    English,
    German,
    French,
    Spanish,
}

internal static class Tongues
{
    private static readonly (Tongue Tongue, HashSet<string> Words)[] Small =
    [
        (Tongue.English, Set("the and was were of to in he she it they with had his her that said but for you i is are at on from a an by my")),
        (Tongue.German, Set("der die das und war ist ein eine einen einem sie er es mit den dem auf im zu nicht sich ich von als")),
        (Tongue.French, Set("le la les et était est un une des elle il dans avec du que qui ne pas sur au ses son je ils")),
        (Tongue.Spanish, Set("el la los las y era es un una en con del que no su se por al lo ella él había estaba")),
    ];

    public static Tongue Of(IEnumerable<string> words)
    {
        Span<int> counts = stackalloc int[Small.Length];
        foreach (var word in words)
        {
            for (var i = 0; i < Small.Length; i++)
            {
                counts[i] += Small[i].Words.Contains(word) ? 1 : 0;
            }
        }

        var best = 0;
        for (var i = 1; i < Small.Length; i++)
        {
            best = counts[i] > counts[best] ? i : best;
        }

        return counts[best] == 0 ? Tongue.Unknown : Small[best].Tongue;
    }

    private static HashSet<string> Set(string words) => new(words.Split(' '), StringComparer.Ordinal);
}
