using System.Collections.Concurrent;
using System.Text;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Failures;
using StoryStudio.Core.Providers.Pictures;

namespace StoryStudio.Tests.Fakes;

/// <summary>
/// A provider inside the process that does what a test says. Every call is recorded; without a script it draws at once. It takes
/// the sketch illustrator's name unless told otherwise, so that it is what the settings choose by default.
/// </summary>
internal sealed class ScriptedProvider : IImageProvider
{
    private readonly ConcurrentQueue<ImageRequest> _calls = new();
    private int _inFlight;
    private int _mostInFlight;

    public string Name { get; init; } = ImageProviders.Sketch;

    public ProviderCapabilities Capabilities { get; set; } = new() { TypicalDuration = TimeSpan.FromSeconds(1), MakesSvg = true, MaxReferences = 4, ReferenceFormats = [PictureFormats.Png, PictureFormats.Svg], Model = "scripted" };

    /// <summary>US dollars that a picture is thought to cost; null where unknown.</summary>
    public decimal? Estimate { get; set; } = 0.01m;

    /// <summary>US dollars that each reference picture is thought to cost besides.</summary>
    public decimal? ReferenceUsd { get; init; } = 0;

    public decimal? EstimateUsd(int references) => references == 0 ? Estimate : Estimate + (references * ReferenceUsd);

    /// <summary>What a call does; null draws at once.</summary>
    public Func<ImageRequest, Stream, IProgress<ImageProgress>, CancellationToken, Task<ImageOutcome>>? Script { get; set; }

    public IReadOnlyCollection<ImageRequest> Calls => _calls;

    public int MostInFlight => _mostInFlight;

    public async Task<ImageOutcome> GenerateAsync(ImageRequest request, Stream destination, IProgress<ImageProgress> progress, CancellationToken cancellationToken)
    {
        _calls.Enqueue(request);
        var now = Interlocked.Increment(ref _inFlight);
        InterlockedMax(now);
        try
        {
            return await (Script?.Invoke(request, destination, progress, cancellationToken) ?? DrawAsync(request, destination, cancellationToken));
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    /// <summary>A small sound picture that names its request.</summary>
    public static async Task<ImageOutcome> DrawAsync(ImageRequest request, Stream destination, CancellationToken cancellationToken = default)
    {
        var svg = $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"12\" height=\"8\" viewBox=\"0 0 12 8\"><title>{request.IdempotencyKey}</title></svg>";
        await destination.WriteAsync(Encoding.UTF8.GetBytes(svg), cancellationToken);
        return new PictureMade { Model = "scripted", CostUsd = 0.01m };
    }

    /// <summary>A picture of dots, large enough to have smaller copies.</summary>
    public static async Task<ImageOutcome> DrawLargeAsync(Stream destination, CancellationToken cancellationToken)
    {
        await destination.WriteAsync(TestPictures.LargePng(), cancellationToken);
        return new PictureMade { Model = "scripted", CostUsd = 0.01m };
    }

    /// <summary>From now on every picture waits until the gate lets it through.</summary>
    public void DrawBehind(SemaphoreSlim gate) => Script = async (request, destination, _, token) =>
    {
        await gate.WaitAsync(token);
        return await DrawAsync(request, destination, token);
    };

    public static ImageFailure Failure(FailureKind kind, TimeSpan? retryAfter = null) => new()
    {
        Kind = kind,
        Message = FailureSentences.Unavailable,
        LogMessage = $"scripted {kind}",
        RetryAfter = retryAfter,
    };

    private void InterlockedMax(int value)
    {
        for (var seen = _mostInFlight; value > seen; seen = _mostInFlight)
        {
            Interlocked.CompareExchange(ref _mostInFlight, value, seen);
        }
    }
}
