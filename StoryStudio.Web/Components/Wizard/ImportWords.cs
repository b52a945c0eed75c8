using StoryStudio.Core;
using StoryStudio.Core.Books;
using StoryStudio.Web.Components.Stories;

namespace StoryStudio.Web.Components.Wizard;

/// <summary>What is said about a file that a story is read from.</summary>
internal static class ImportWords
{
    public const string NoRoom = "There is no room on the disk for this file just now. Try again once there is.";

    public const string NoRoomForTwo = "The text that is written here could not be kept as a draft beside this file, so it was left as it is. Try again, or discard drafts that nobody needs.";

    /// <summary>Whatever a chooser may offer.</summary>
    public const string Accept = ".txt,.md,.markdown,.fountain,.spmd,.json,.zip,text/plain,text/markdown,application/json,application/zip";

    private const int Longest = 320;

    public static string Stopped(string fileName) => $"{Words.Quoted(fileName)} was let go. Nothing of it was kept.";

    public static string Kind(StoryFileKind kind) => kind switch
    {
        StoryFileKind.Markdown => "A Markdown text",
        StoryFileKind.Fountain => "A Fountain screenplay",
        StoryFileKind.ShotList => "A shot list",
        StoryFileKind.Archive => "A story exported from StoryStudio",
        _ => "A text",
    };

    /// <summary>What is offered of a text that was written or pasted.</summary>
    public static string ReadsAs(StoryFileKind kind) => kind switch
    {
        StoryFileKind.Markdown => "This reads as Markdown. Its pages would be these, without the marks:",
        StoryFileKind.Fountain => "This reads as a screenplay. Its pages would be these, with who speaks as the cast:",
        _ => "This reads as a shot list. Its pages would be these, with a prompt for each picture:",
    };

    /// <summary>"3 scenes, 12 pages, 2 characters (Mira, Tom), 24 pictures in 2 styles."</summary>
    public static string Counts(ImportedStory read)
    {
        var parts = new List<string> { Words.Count(read.Scenes, "scene"), Words.Count(read.Story.Segments?.Count ?? 0, "page") };
        if (read.Story.Characters is { Count: > 0 } cast)
        {
            var names = string.Join(", ", cast.Take(6).Select(c => c.Name));
            parts.Add($"{Words.Count(cast.Count, "character")} ({names}{(cast.Count > 6 ? ", …" : "")})");
        }

        if (read.Pictures > 0)
        {
            parts.Add(Words.Count(read.Pictures, "picture"));
        }

        var styles = read.Kind is StoryFileKind.ShotList or StoryFileKind.Archive && read.Story.Styles is { Count: > 0 } keys ? $" in {Words.Count(keys.Count, "style")}" : "";
        return $"{string.Join(", ", parts)}{styles}.";
    }

    /// <summary>
    /// What was read, as a draft that is gone through step by step; null where it comes as it is: an archive, whose pictures and comments
    /// belong to its pages as they are.
    /// </summary>
    public static WrittenStory? Draft(ImportedStory read)
    {
        if (read.Kind is StoryFileKind.Archive || read.Story.Segments is not { Count: > 0 } segments)
        {
            return null;
        }

        List<DraftPage> pages = [.. segments.Select(s => new DraftPage(s.Text ?? "", s.HardCut == true, s.Prompt, s.Prompts, s.Characters, s.Number))];
        List<DraftMember> cast = [.. (read.Story.Characters ?? []).Where(c => c.Name is not null).Select(c => new DraftMember(c.Name!, c.Kind, c.Aliases ?? [], c.Description ?? ""))];
        return new(read.Story.Title ?? "", read.Text ?? string.Join("\n\n", pages.Select(p => p.Text)).ReplaceLineEndings("\n"))
        {
            Work = new DraftWork([], cast, [], read.Story.Styles is { Count: > 0 } styles ? styles : null, pages),
        };
    }

    public static string Beginning(string text)
    {
        if (text.Length <= Longest)
        {
            return text;
        }

        var cut = text.LastIndexOf(' ', Longest);
        var end = cut > Longest / 2 ? cut : Longest;
        return $"{text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)]}…";
    }

    /// <summary>Sentences with the place that each is about, where it is a place in the file; not too many, and the file's name in the first.</summary>
    /// <param name="failure">What was wrong.</param>
    /// <param name="fileName">As its author called it; null or empty where nobody knows.</param>
    public static IReadOnlyList<string> Errors(InvalidInputException failure, string? fileName = null)
    {
        const int most = 8;
        var sentences = failure.Errors
            .SelectMany(e => e.Value.Select(s => e.Key is "file" or "text" or "title" || s.StartsWith(e.Key, StringComparison.Ordinal) ? s : $"{e.Key}: {s}"))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (sentences.Count > most)
        {
            sentences = [.. sentences.Take(most), $"And {sentences.Count - most} more of the kind."];
        }

        return string.IsNullOrEmpty(fileName) || sentences.Exists(s => s.Contains(fileName, StringComparison.Ordinal)) ? sentences
            : [$"{Words.Quoted(fileName)} cannot be read as a story.", .. sentences];
    }
}
