using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Components.Pages.States;

/// <summary>Every state that a picture or a run can be in, for the page of states.</summary>
internal static class StateFixtures
{
    public const string Picture = "samples/evening.svg";
    public const string OtherPicture = "samples/morning.svg";
    public const string Raster = "samples/night.png";
    public const string Missing = "samples/no-such-picture.png";

    public static IReadOnlyList<StyleSummary> Styles { get; } = [new("illustration", "Illustration"), new("clear", "Clear line"), new("consistent", "Cut paper")];

    /// <summary>Name, style and state of one example.</summary>
    public sealed record Example(string Id, string Title, string Style, ImageState? Image, bool Paused = false);

    public static IReadOnlyList<Example> Images(DateTimeOffset now) =>
    [
        new("empty", "Nobody asked yet", "illustration", null),
        new("waiting", "Waiting", "illustration", Image(now, ImageStatus.Pending)),
        new("waiting-retry", "Waits for its next attempt", "clear", Image(now, ImageStatus.Pending) with
        {
            Attempt = 1,
            NextAttemptAt = now.AddSeconds(20),
            Error = new("rate_limited", "The service is busy. Trying again in 20 s.", Retryable: true),
        }),
        new("paused", "Waits in a run that is paused", "illustration", Image(now, ImageStatus.Pending), Paused: true),
        new("paused-redrawing", "To be drawn again in a run that is paused", "clear", Completed(now, OtherPicture) with { Status = ImageStatus.Pending, Progress = 0 }, Paused: true),
        new("paused-second-chance", "Failed, and its run is paused", "consistent", Image(now, ImageStatus.Failed) with
        {
            Attempt = 4,
            NextAttemptAt = now.AddSeconds(10),
            Error = new("timeout", "The service took too long. Trying again in 10 s.", Retryable: true),
        }, Paused: true),
        new("generating", "Just begun", "illustration", Image(now, ImageStatus.InProgress)),
        new("generating-40", "At 40 percent, second attempt", "clear", Image(now, ImageStatus.InProgress) with { Progress = 40, Attempt = 2 }),
        new("generating-preview", "With a rough preview", "consistent", Image(now, ImageStatus.InProgress) with { Progress = 70, PreviewUrl = Picture }),
        new("second-chance", "Failed, goes again by itself", "illustration", Image(now, ImageStatus.Failed) with
        {
            Attempt = 4,
            NextAttemptAt = now.AddSeconds(10),
            Error = new("timeout", "The service took too long. Trying again in 10 s.", Retryable: true),
        }),
        new("failed", "Failed for good", "illustration", Image(now, ImageStatus.Failed) with
        {
            Attempt = 4,
            Error = new("unavailable", "The service could not be reached.", Retryable: true),
        }),
        new("refused", "Declined", "clear", Image(now, ImageStatus.Failed) with
        {
            Attempt = 1,
            Error = new("content_refused", "The provider declined this picture. Change the description.", Retryable: false),
        }),
        new("completed", "Drawn", "illustration", Completed(now, Picture)),
        new("completed-raster", "Drawn, as pixels", "clear", Completed(now, Raster) with { MediaType = "image/png", Provider = "openai" }),
        new("stale", "Drawn before a change", "illustration", Completed(now, Picture) with { Stale = new("reference_changed", "The picture of Mira that it was made from is another one now.") }),
        new("broken", "Drawn, but it does not load", "consistent", Completed(now, Missing)),
        new("cancelled", "Cancelled", "illustration", Image(now, ImageStatus.Cancelled)),
        new("redrawing", "Drawn again over the old one", "consistent", Completed(now, Picture) with { Status = ImageStatus.InProgress, Progress = 30 }),
        new("stale-redrawing", "Drawn before a change, drawn again", "clear", Completed(now, OtherPicture) with
        {
            Status = ImageStatus.InProgress,
            Progress = 30,
            Stale = new("reference_changed", "The picture of Mira that it was made from is another one now."),
        }),
        new("redraw-failed", "The new one failed, the old one stays", "consistent", Completed(now, OtherPicture) with
        {
            Status = ImageStatus.Failed,
            Error = new("timeout", "The service took too long.", Retryable: true),
        }),
    ];

    public static IReadOnlyList<(string Title, RunState? Run, int Drawn, int ToMake, string? Note)> Runs(DateTimeOffset now) =>
    [
        ("No run yet", null, 0, 36, null),
        ("Queued", Run(now, RunStatus.Queued) with { Pending = 36 }, 0, 0, null),
        ("Running", Run(now, RunStatus.Running) with
        {
            Progress = 25, Completed = 9, InProgress = 2, Pending = 25, Current = "2.1", Message = "[clear] Drawing 2.1", EstimatedSecondsLeft = 231,
        }, 9, 0, null),
        ("Refused, because one is active", Run(now, RunStatus.Running) with { Progress = 50, Completed = 18, Pending = 18, Current = "3.1" }, 18, 0, "This story is being illustrated already."),
        ("Completed", Run(now, RunStatus.Completed) with { Progress = 100, Completed = 36 }, 36, 0, null),
        ("Completed with errors", Run(now, RunStatus.CompletedWithErrors) with { Progress = 100, Completed = 34, Failed = 2 }, 34, 2, null),
        ("Cancelled", Run(now, RunStatus.Cancelled) with { Progress = 100, Completed = 9, Cancelled = 27 }, 9, 27, null),
    ];

    public static ImageState Completed(DateTimeOffset now, string url) =>
        Image(now, ImageStatus.Completed) with { Progress = 100, Attempt = 1, Url = url, MediaType = "image/svg+xml", Width = 1200, Height = 800, ChosenVersion = 1 };

    public static ImageState Image(DateTimeOffset now, ImageStatus status) => new()
    {
        Id = "fixture",
        StoryId = "fixture",
        SegmentId = "fixture",
        Number = "1.2",
        Style = "illustration",
        Status = status,
        Progress = 0,
        Attempt = status is ImageStatus.InProgress ? 1 : 0,
        MaxAttempts = 4,
        Provider = "sketch",
        Version = 1,
        UpdatedAt = now,
    };

    private static RunState Run(DateTimeOffset now, RunStatus status) => new()
    {
        Id = "fixture",
        StoryId = "fixture",
        Status = status,
        Progress = 0,
        Total = 36,
        Completed = 0,
        Failed = 0,
        InProgress = 0,
        Pending = 0,
        Cancelled = 0,
        UseCharacterConsistency = true,
        Styles = new Dictionary<string, StyleProgress>(StringComparer.Ordinal),
        StartedAt = now,
        Version = 1,
    };
}
