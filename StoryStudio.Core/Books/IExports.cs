namespace StoryStudio.Core.Books;

/// <summary>
/// Books made of stories, in the background. Unknown ids throw <see cref="NotFoundException"/> (<c>story_not_found</c>,
/// <c>export_not_found</c>).
/// </summary>
public interface IExports
{
    /// <summary>
    /// The story as a book, for whoever shows it at once. <paramref name="style"/> null is the first style that has pictures,
    /// <paramref name="language"/> null guesses. Throws <see cref="InvalidInputException"/> that names what of them cannot be.
    /// </summary>
    Task<Book> OpenBookAsync(string storyId, string? style, string? author = null, string? language = null, CancellationToken cancellationToken = default);

    /// <summary>What a book would lack. Throws <see cref="InvalidInputException"/> for a style that the story does not have.</summary>
    Task<ExportCheck> CheckAsync(string storyId, ExportFormat format, string? style, CancellationToken cancellationToken = default);

    /// <summary>
    /// Has a book made. One from the same wishes that waits, or is being made of the story as it is now, is answered again. Throws
    /// <see cref="ConflictException"/> (<c>pictures_missing</c>) where some are and the request does not say to go on without.
    /// </summary>
    Task<ExportState> StartAsync(string storyId, ExportRequest request, CancellationToken cancellationToken = default);

    /// <summary>Those of a story that there still are, newest first.</summary>
    Task<IReadOnlyList<ExportState>> ListAsync(string storyId, CancellationToken cancellationToken = default);

    Task<ExportState> GetAsync(string exportId, CancellationToken cancellationToken = default);

    /// <summary>The finished file. Throws <see cref="ConflictException"/> (<c>export_not_ready</c>) while there is none.</summary>
    Task<ExportFile> FileAsync(string exportId, CancellationToken cancellationToken = default);

    /// <summary>Stops it where it is being made, and takes its file away.</summary>
    Task DeleteAsync(string exportId, CancellationToken cancellationToken = default);
}

/// <summary>Kinds of book. Words on the wire: <c>epub</c>, <c>html</c>, <c>cbz</c>, <c>zip</c>.</summary>
public enum ExportFormat
{
    /// <summary>For e-book readers.</summary>
    Epub,

    /// <summary>One file for any browser.</summary>
    Html,

    /// <summary>The pictures alone, for comic readers.</summary>
    Cbz,

    /// <summary>Everything, to be imported again.</summary>
    Zip,
}

/// <summary>Words on the wire: <c>queued</c>, <c>running</c>, <c>completed</c>, <c>failed</c>.</summary>
public enum ExportStatus
{
    Queued,
    Running,
    Completed,
    Failed,
}

public sealed record ExportRequest
{
    public required ExportFormat Format { get; init; }

    /// <summary>Key of one of the story's styles; null is the first that has pictures. A ZIP holds all of them.</summary>
    public string? Style { get; init; }

    public string? Author { get; init; }

    /// <summary>As BCP 47 has it; null guesses.</summary>
    public string? Language { get; init; }

    /// <summary>Go on where pictures are missing.</summary>
    public bool AllowMissing { get; init; }
}

/// <summary>What a book would lack.</summary>
/// <param name="Style">Key of the style that was looked at; empty for a ZIP, which holds all of them.</param>
/// <param name="Total">Pages; for a ZIP once in each style.</param>
/// <param name="Missing">Pages without a picture, in order; for a ZIP in every style, and whatever else of a picture is no longer on the disk.</param>
public sealed record ExportCheck(string Style, int Total, IReadOnlyList<MissingPicture> Missing)
{
    /// <summary>What an open book lacks.</summary>
    public static ExportCheck Of(Book book)
    {
        ArgumentNullException.ThrowIfNull(book);
        return new(book.StyleKey, book.Pages.Count, [.. book.Pages.Where(p => p.Lack is not null).Select(p => new MissingPicture(p.Number, p.Lack!.Value))]);
    }
}

/// <param name="Number">The segment; empty where it is a character's.</param>
/// <param name="Reason">Why it has no picture.</param>
public sealed record MissingPicture(string Number, PictureLack Reason)
{
    /// <summary>Key of the style, where it is a ZIP; null for a character's own picture.</summary>
    public string? Style { get; init; }

    /// <summary>Of the version that is gone, where it is not the one that is shown.</summary>
    public int? Version { get; init; }

    /// <summary>Name of the character whose sheet or own picture it is.</summary>
    public string? Character { get; init; }
}

/// <summary>The whole public state of one book that is made or was made.</summary>
public sealed record ExportState
{
    public required string Id { get; init; }

    public required string StoryId { get; init; }

    public required ExportFormat Format { get; init; }

    /// <summary>Null for a ZIP, which holds all of them.</summary>
    public string? Style { get; init; }

    public required ExportStatus Status { get; init; }

    /// <summary>0 to 100.</summary>
    public required int Progress { get; init; }

    public required string FileName { get; init; }

    /// <summary>Length of the file; null while there is none.</summary>
    public long? Bytes { get; init; }

    /// <summary>Address of the file below the site's root; null while there is none.</summary>
    public string? Url { get; init; }

    public Generation.ImageError? Error { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>When the file is taken away.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public bool IsActive() => Status is ExportStatus.Queued or ExportStatus.Running;
}

/// <param name="FilePath">Absolute.</param>
/// <param name="FileName">What it is to be called where it is kept.</param>
/// <param name="MediaType">Of the whole.</param>
public sealed record ExportFile(string FilePath, string FileName, string MediaType);
