using StoryStudio.Core.Providers.Pictures;

namespace StoryStudio.Core.Providers.Failures;

/// <summary>Failures that are found by whoever called the provider.</summary>
public static class ImageFailures
{
    /// <summary>Our own time-out cut the attempt off.</summary>
    public static ImageFailure TimedOut(IImageProvider provider, TimeSpan after) =>
        Make(provider, FailureKind.Timeout, $"no picture after {after.TotalSeconds:0.#} s; it may have been billed");

    /// <summary>What was handed over is not a whole picture of a kind that is kept.</summary>
    public static ImageFailure NotAPicture(IImageProvider provider, PictureInspection inspection, string? requestId = null)
    {
        ArgumentNullException.ThrowIfNull(inspection);
        return Make(provider, inspection.Fault is PictureFault.Empty ? FailureKind.NoPicture : FailureKind.Damaged, $"{inspection.Reason} ({inspection.Fault}, {inspection.Bytes} bytes)", requestId);
    }

    private static ImageFailure Make(IImageProvider provider, FailureKind kind, string what, string? requestId = null)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return FailureClassifier.Make(kind, new ProviderCall { Provider = provider.Name, Model = provider.Capabilities.Model ?? provider.Name }, what, requestId);
    }
}
