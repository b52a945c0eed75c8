using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Books;

/// <summary>The style that a story is shown in where nobody names one: the first that has pictures, else the first.</summary>
public static class BookStyle
{
    /// <param name="story">The story.</param>
    /// <param name="images">Of its segments.</param>
    /// <returns>A key; empty where the story has no style.</returns>
    public static string Of(StoryDetails story, IEnumerable<ImageState> images) => Of([.. story.Styles.Select(s => s.Key)], Drawn(images));

    /// <summary>Keys of the styles that have pictures.</summary>
    public static HashSet<string> Drawn(IEnumerable<ImageState> images) => images.Where(i => i.ChosenVersion is not null).Select(i => i.Style).ToHashSet(StringComparer.Ordinal);

    internal static string Of(List<string> styles, IReadOnlyCollection<string> drawn) => styles.Find(drawn.Contains) ?? styles.FirstOrDefault() ?? "";
}
