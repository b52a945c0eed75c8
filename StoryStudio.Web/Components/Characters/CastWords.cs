using System.Globalization;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Stories;

namespace StoryStudio.Web.Components.Characters;

/// <summary>What is said about characters, places and the pictures of them.</summary>
internal static class CastWords
{
    public const string NotRead = "The file could not be read. Choose it again.";

    private const string Purpose = "So that they look the same on every page";

    /// <summary>What a picture of a character is for, by what draws the story's styles.</summary>
    /// <param name="styles">Names, and whether what draws the style takes pictures along with the words.</param>
    public static string Along(IReadOnlyList<(string Name, bool Takes)> styles)
    {
        var (take, told) = (Names(styles, takes: true), Names(styles, takes: false));
        return (take, told) switch
        {
            (null, null) => "This story has no style yet.",
            (not null, null) => $"{Purpose}, a picture of each goes along with every picture in which they appear: their own where you bring one, else their sheet.",
            (null, not null) => $"{Purpose}, their description is written into the prompt of every picture in which they appear. What draws this story takes no pictures along; sheets are for you to look at.",
            _ => $"{Purpose}, a picture of each goes along with every picture in {take} in which they appear: their own where you bring one, else their sheet. What draws {told} takes no pictures along: there the description is written into the prompt.",
        };
    }

    /// <summary>How often a text names somebody, and where: “7 times, in 1.1, 1.2 and 5 more”.</summary>
    public static string Found(CastProposal proposal)
    {
        const int Few = 4;
        var (segments, more) = (proposal.Segments, proposal.Segments.Count - Few);
        var where = more > 1 ? $"{string.Join(", ", segments.Take(Few))} and {more} more" : string.Join(", ", segments);
        return $"{(proposal.Count == 1 ? "Once" : $"{proposal.Count} times")}, in {where}";
    }

    /// <summary>Who left, and what of them is not as it was when they come back.</summary>
    public static string Gone(CastExit exit)
    {
        var sheets = exit.Gone.Sheets.Count(s => s.IsActive());
        return string.Concat(
            exit.Into is { } one ? $"{exit.Gone.Name} is one with {one.Name} now." : $"{exit.Gone.Name} was removed.",
            sheets switch { 0 => "", 1 => " The sheet that was to be drawn is cancelled.", _ => $" The {sheets} sheets that were to be drawn are cancelled." });
    }

    /// <summary>That a sheet is drawn again, and what becomes of the pictures that were made from it.</summary>
    /// <param name="name">Whose sheet.</param>
    /// <param name="style">The style's name.</param>
    /// <param name="madeFrom">Pictures that were made from it.</param>
    public static string Redrawing(string name, string style, int madeFrom) => string.Concat(
        $"Drawing the sheet of {name} in {style} again.",
        madeFrom switch
        {
            0 => "",
            1 => " 1 picture was made from this one and will be marked as from before a change.",
            _ => $" {madeFrom:N0} pictures were made from this one and will be marked as from before a change.",
        });

    /// <summary>What is wrong with a file that is too large to be sent; null where nothing is.</summary>
    public static string? TooLarge(long bytes) => bytes <= PictureInspector.MaxBytes ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"It has {Math.Ceiling(bytes / 1048576.0):N0} MB.");

    /// <summary>Why a picture was not taken, with the name of its file and what would be.</summary>
    public static string NotTaken(string fileName, string why) =>
        $"{Words.Quoted(fileName)} was not taken. {why} A PNG, JPEG or WebP picture of at most {PictureInspector.MaxBytes / 1048576} MB is right.";

    private static string? Names(IEnumerable<(string Name, bool Takes)> styles, bool takes) => styles.Where(s => s.Takes == takes).Select(s => s.Name).ToList() switch
    {
        [] => null,
        [var one] => one,
        [.. var first, var last] => $"{string.Join(", ", first)} and {last}",
    };
}
