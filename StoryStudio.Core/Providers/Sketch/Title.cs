using System.Text;
using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch;

/// <summary>Says in a line what is drawn, for those who cannot see it.</summary>
internal static class Title
{
    private const int LongestName = 40;

    public static string Of(SceneDescription scene)
    {
        var who = scene.Figures.Select(figure => figure.Name is { Length: > 0 } name ? Short(name) : null).OfType<string>()
            .Concat(scene.Figures.Any(figure => figure.Name is null) ? [scene.Figures.Count(figure => figure.Name is null) == 1 ? "somebody" : "some people"] : [])
            .Concat(scene.Animals.Select(animal => WithArticle(Words(animal))))
            .ToList();
        var title = new StringBuilder("Sketch: ");
        title.Append(who.Count == 0 ? "" : Join(who) + ", ").Append(Where(scene.Place)).Append(", ").Append(When(scene.Time));
        if (scene.Weather is { } weather)
        {
            title.Append(", ").Append(Words(weather));
        }

        return title.ToString();
    }

    private static string Join(List<string> parts) =>
        parts.Count == 1 ? parts[0] : string.Join(", ", parts.Take(parts.Count - 1)) + " and " + parts[^1];

    private static string Short(string name) => name.Length <= LongestName ? name : name[..LongestName] + "…";

    private static string Words(Motif motif) => motif.ToString().ToLowerInvariant();

    private static string WithArticle(string word) => ("aeiou".Contains(word[0], StringComparison.Ordinal) ? "an " : "a ") + word;

    private static string Where(Motif place) => place switch
    {
        Motif.Sea => "by the sea",
        Motif.Beach => "on the beach",
        Motif.Harbour => "at the harbour",
        Motif.Underwater => "under water",
        Motif.River or Motif.Lake or Motif.Road => "by the " + Words(place),
        Motif.Mountain => "in the mountains",
        Motif.Hills => "among hills",
        Motif.Space => "among the stars",
        _ => "in the " + Words(place),
    };

    private static string When(Motif time) => time switch
    {
        Motif.Dawn => "at dawn",
        Motif.Dusk => "at dusk",
        Motif.Night => "at night",
        _ => "by day",
    };
}
