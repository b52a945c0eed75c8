using Microsoft.Extensions.Options;
using StoryStudio.Core.Providers.Sketch.Drawing;

namespace StoryStudio.Core.Providers.Sketch;

/// <summary>
/// The illustrator in the box: draws an SVG from the words of a segment, without a key, a network or a cost,
/// and the same for the same request.
/// </summary>
public sealed class SketchProvider(IOptions<StoryStudioOptions> options, TimeProvider time) : IImageProvider
{
    public const string ProviderName = "sketch";

    public const string MediaType = "image/svg+xml";

    /// <summary>How far the picture is after each part of the delay; the second one shows the rough preview.</summary>
    private static readonly int[] Steps = [10, 30, 55, 80];

    private const int PreviewStep = 1;

    private static readonly string Size = $"{SvgWriter.Width}x{SvgWriter.Height}";
    private static readonly string[] Sizes = [Size];
    private static readonly string[] Formats = [MediaType];

    public string Name => ProviderName;

    public ProviderCapabilities Capabilities => new()
    {
        TypicalDuration = Delay,
        MakesSvg = true,
        PartialPictures = Delay > TimeSpan.Zero ? 1 : 0,
        Size = Size,
        Sizes = Sizes,
        Formats = Formats,
    };

    private TimeSpan Delay => options.Value.Providers.Sketch.Delay;

    public async Task<ImageOutcome> GenerateAsync(ImageRequest request, Stream destination, IProgress<ImageProgress> progress, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var delay = Delay;
        if (delay > TimeSpan.Zero)
        {
            await TakeTimeAsync(request, delay, progress, cancellationToken);
        }

        await destination.WriteAsync(Composer.Draw(request), cancellationToken);
        return new PictureMade { CostUsd = 0 };
    }

    public decimal? EstimateUsd(int references) => 0;

    /// <summary>Spreads the work over the delay, a little more or less for each picture, so that they do not all arrive in one moment.</summary>
    private async Task TakeTimeAsync(ImageRequest request, TimeSpan delay, IProgress<ImageProgress> progress, CancellationToken cancellationToken)
    {
        var share = Dice.Of("delay", request.Scene, request.Style).Between(0.8, 1.2) / (Steps.Length + 1);
        for (var step = 0; step < Steps.Length; step++)
        {
            await Task.Delay(delay * share, time, cancellationToken);
            var preview = step == PreviewStep ? new PreviewPicture(Composer.DrawRough(request), MediaType) : null;
            progress.Report(new ImageProgress(Steps[step], preview));
        }

        await Task.Delay(delay * share, time, cancellationToken);
    }
}
