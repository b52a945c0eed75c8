using StoryStudio.Core.Books.Archive;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Books;

/// <summary>
/// Stories out of files. What a file is, its content says first and its name second. Whatever is wrong with it is an
/// <see cref="InvalidInputException"/> that names the place, and leaves nothing behind.
/// </summary>
public interface IStoryImport
{
    /// <summary>Reads a file whole and checks it; nothing is made yet.</summary>
    /// <param name="content">The file, read once from front to end; left open.</param>
    /// <param name="fileName">As the author called it; null where nobody knows.</param>
    /// <param name="progress">Is told of every picture that was unpacked, on whatever thread that was done.</param>
    /// <param name="cancellationToken">Stops the reading, and leaves nothing of it.</param>
    /// <returns>What stands in it. Dispose it: an archive's pictures are kept until then.</returns>
    Task<ImportedStory> ReadAsync(Stream content, string? fileName, IProgress<UnpackedPictures>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads a text that was written or pasted, where it is plainly more than prose: a shot list, a screenplay, or Markdown with marks that Markdown alone
    /// means. Null where it is prose, which is split as it stands.
    /// </summary>
    /// <returns>As from a file without a name.</returns>
    Task<ImportedStory?> RecogniseAsync(string text, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes the story, once. <paramref name="title"/> and <paramref name="styles"/> win over what the file says where they are given.
    /// Where it came to nothing, or was stopped before it was done, there is no story, and it can be made again.
    /// </summary>
    Task<StoryDetails> MakeAsync(ImportedStory imported, string? title = null, IReadOnlyList<string>? styles = null, CancellationToken cancellationToken = default);
}

/// <summary>How many of an archive's pictures were unpacked and looked at.</summary>
public readonly record struct UnpackedPictures(int Done, int Total);

/// <summary>What a file holds, before anything is made of it.</summary>
public sealed record ImportedStory : IAsyncDisposable
{
    /// <summary>Largest file that is taken, in bytes.</summary>
    public const long MaxBytes = 1024L * 1024 * 1024;

    /// <summary>Most files in an archive that is taken.</summary>
    public const int MaxFiles = ArchiveFile.MaxEntries;

    public required StoryFileKind Kind { get; init; }

    /// <summary>Short enough to be shown; empty where nobody gave one.</summary>
    public required string FileName { get; init; }

    /// <summary>The story as it will be made; its segments are numbered and it has a title.</summary>
    public required NewStory Story { get; init; }

    /// <summary>All of it as one text, with marks where scenes start, for whoever wants to change it first; null where it is no text.</summary>
    public string? Text { get; init; }

    public string? Author { get; init; }

    /// <summary>Pictures that come along, every version counted.</summary>
    public int Pictures { get; init; }

    /// <summary>What was left out or is worth knowing, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public int Scenes => (Story.Segments ?? []).Select(s => s.Number?.Split('.')[0]).Distinct(StringComparer.Ordinal).Count();

    /// <summary>What an archive brought along; gone when it is disposed.</summary>
    internal IAsyncDisposable? Staged { get; init; }

    public ValueTask DisposeAsync() => Staged?.DisposeAsync() ?? ValueTask.CompletedTask;
}
