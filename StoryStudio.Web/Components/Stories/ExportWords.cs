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
        _ => "All styles, every version, prompts, characters, comments and decisions: the chosen pictures in one folder, the others in a second one. "
            + string.Create(CultureInfo.InvariantCulture, $"Imports here again as it is now, up to {ImportedStory.MaxBytes >> 30} GB and {ImportedStory.MaxFiles:N0} files."),
    };

    public static string Reason(PictureLack lack) => lack switch
    {
        PictureLack.Drawing => "Being drawn",
        PictureLack.Failed => "Failed",
        PictureLack.Gone => "File missing on the disk",
        PictureLack.NotRaster => "A drawing of lines, which a comic book cannot hold",
        _ => "Not drawn yet",
    };

    /// <summary>"2 of 3 pages have no picture in Clear."</summary>
    /// <param name="check">With something missing.</param>
    /// <param name="style">Name of a style by its key.</param>
    public static string Lacking(ExportCheck check, Func<string, string> style) => check switch
    {
        { Style: "", Missing.Count: 1 } => "One picture is missing.",
        { Style: "" } => $"{check.Missing.Count} pictures are missing.",
        _ when check.Missing.Count == check.Total => "No page has a picture for this book.",
        { Missing.Count: 1 } => $"One of {check.Total} pages has no picture in {style(check.Style)}.",
        _ => $"{check.Missing.Count} of {check.Total} pages have no picture in {style(check.Style)}.",
    };

    /// <summary>"Not drawn yet: 1.2, 1.3 and 4 more"; "File missing on the disk in Clear: 1.2, version 1 of 1.3".</summary>
    /// <param name="check">With something missing.</param>
    /// <param name="style">Name of a style by its key.</param>
    public static IReadOnlyList<string> Missing(ExportCheck check, Func<string, string> style)
    {
        const int most = 12;
        return [.. check.Missing.GroupBy(m => (m.Reason, m.Style)).OrderBy(g => g.Key.Reason).Select(g =>
        {
            var names = g.Select(m => $"{(m.Version is { } version ? $"version {version} of " : "")}{m.Character ?? m.Number}").ToList();
            return $"{Reason(g.Key.Reason)}{(g.Key.Style is { } key ? $" in {style(key)}" : "")}: {string.Join(", ", names.Take(most))}{(names.Count > most ? $" and {names.Count - most} more" : "")}";
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
        ExportStatus.Completed when export.Format is ExportFormat.Zip && export.Bytes > ImportedStory.MaxBytes => $"Ready, {Size(export.Bytes.Value)}: more than the {ImportedStory.MaxBytes >> 30} GB that are taken here again",
        ExportStatus.Completed => $"Ready, {Size(export.Bytes ?? 0)}",
        _ => export.Error?.Message ?? "It could not be made.",
    };
}
