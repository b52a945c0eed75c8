using System.Globalization;
using StoryStudio.Core.Books;

namespace StoryStudio.Web.Components.Stories;

/// <summary>What is said about books that are made of a story.</summary>
internal static class ExportWords
{
    public static string Name(ExportFormat format) => format switch
    {
        ExportFormat.Epub => "E-book (EPUB)",
        ExportFormat.Html => "One web page (HTML)",
        ExportFormat.Cbz => "Comic book (CBZ)",
        _ => "Everything (ZIP)",
    };

    public static string Purpose(ExportFormat format) => format switch
    {
        ExportFormat.Epub => "For e-book readers and the book app of a phone: a cover, a table of contents, a picture over each page’s text.",
        ExportFormat.Html => "A single file with all pictures in it, which any browser opens without a connection.",
        ExportFormat.Cbz => "The pictures alone, in order, for comic readers.",
        _ => "All styles, every version, prompts, characters, comments and decisions. Imports here again as it is now.",
    };

    public static string Reason(PictureLack lack) => lack switch
    {
        PictureLack.Drawing => "Being drawn",
        PictureLack.Failed => "Failed",
        PictureLack.Gone => "File missing on the disk",
        PictureLack.NotRaster => "A drawing of lines, which a comic book cannot hold",
        _ => "Not drawn yet",
    };

    /// <summary>"Not drawn yet: 1.2, 1.3 and 4 more."</summary>
    public static IReadOnlyList<string> Missing(ExportCheck check)
    {
        const int most = 12;
        return [.. check.Missing.GroupBy(m => m.Reason).OrderBy(g => g.Key).Select(g =>
        {
            var numbers = g.Select(m => m.Number).ToList();
            return $"{Reason(g.Key)}: {string.Join(", ", numbers.Take(most))}{(numbers.Count > most ? $" and {numbers.Count - most} more" : "")}";
        })];
    }

    public static string Size(long bytes) => bytes switch
    {
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, bytes / 1024)} KB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MB"),
    };

    public static string Standing(ExportState export) => export.Status switch
    {
        ExportStatus.Queued => "Waiting for another book",
        ExportStatus.Running => $"Making it, {export.Progress} %",
        ExportStatus.Completed => $"Ready, {Size(export.Bytes ?? 0)}",
        _ => export.Error?.Message ?? "It could not be made.",
    };
}
