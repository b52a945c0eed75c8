using StoryStudio.Core.Books;
using StoryStudio.Core.Books.Making;

namespace StoryStudio.Core.Storage;

/// <summary>One book that is made or was made, as it is stored. Its file is <c>{DataDirectory}/exports/{id}.{ext}</c>.</summary>
internal sealed class ExportJob
{
    public required string Id { get; init; }

    public required string StoryId { get; init; }

    public required ExportFormat Format { get; init; }

    /// <summary>Null for an archive, which holds all of them.</summary>
    public string? Style { get; init; }

    public string? Author { get; init; }

    public string? Language { get; init; }

    public required string FileName { get; init; }

    public ExportStatus Status { get; set; }

    /// <summary>Length of the file, once there is one.</summary>
    public long? Bytes { get; set; }

    public string? ErrorCode { get; set; }

    public string? ErrorMessage { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>When it is swept away; null while it is being made.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    public string DiskName => $"{Id}.{BookMakers.Extension(Format)}";

    public ExportState ToState(int progress) => new()
    {
        Id = Id,
        StoryId = StoryId,
        Format = Format,
        Style = Style,
        Status = Status,
        Progress = Status is ExportStatus.Completed ? 100 : progress,
        FileName = FileName,
        Bytes = Bytes,
        Url = Status is ExportStatus.Completed ? $"/api/exports/{Id}/file" : null,
        Error = ErrorCode is null ? null : new(ErrorCode, ErrorMessage ?? "", Retryable: true),
        CreatedAt = CreatedAt,
        FinishedAt = FinishedAt,
        ExpiresAt = ExpiresAt,
    };
}
