using StoryStudio.Core.Generation;

namespace StoryStudio.Tests.Components.Pictures;

/// <summary>States of one image, made up.</summary>
internal static class Fixture
{
    public static ImageState Of(ImageStatus status, string segmentId = "s1", string style = "clear", long version = 1) => new()
    {
        Id = $"{segmentId}-{style}",
        StoryId = "story",
        SegmentId = segmentId,
        Number = "1.2",
        Style = style,
        Status = status,
        Progress = 0,
        Attempt = 1,
        MaxAttempts = 4,
        Version = version,
        UpdatedAt = default,
    };

    /// <summary>The run of an image, which is paused or goes on.</summary>
    public static RunState RunOf(ImageState image, bool paused) => new()
    {
        Id = image.RunId!,
        StoryId = image.StoryId,
        Status = paused ? RunStatus.Paused : RunStatus.Running,
        Progress = 0,
        Total = 1,
        Completed = 0,
        Failed = 0,
        InProgress = 0,
        Pending = 1,
        Cancelled = 0,
        UseCharacterConsistency = false,
        Styles = new Dictionary<string, StyleProgress>(StringComparer.Ordinal) { [image.Style] = new() { Total = 1, Completed = 0, Failed = 0, Pending = 1, Paused = paused } },
        StartedAt = default,
        Version = image.Version,
    };

    public static ImageState Completed(string url) => Of(ImageStatus.Completed) with { Url = url, Width = 1200, Height = 800, Progress = 100 };

    public static ImageState Failed(string message, DateTimeOffset? next = null) =>
        Of(ImageStatus.Failed) with { Error = new("timeout", message, Retryable: true), NextAttemptAt = next };
}
