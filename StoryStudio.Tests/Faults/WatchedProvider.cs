using System.Collections.Concurrent;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Fakes;

namespace StoryStudio.Tests.Faults;

/// <summary>A real adapter, with a note of the calls that are in it.</summary>
internal sealed class WatchedProvider(IImageProvider provider, ConcurrentDictionary<string, string> inside) : IImageProvider
{
    public string Name => provider.Name;

    public ProviderCapabilities Capabilities => provider.Capabilities;

    public decimal? EstimateUsd(int references) => provider.EstimateUsd(references);

    public async Task<ImageOutcome> GenerateAsync(ImageRequest request, Stream destination, IProgress<ImageProgress> progress, CancellationToken cancellationToken)
    {
        var attempt = ReceivedCall.Attempt(request.IdempotencyKey);
        inside[attempt] = attempt;
        try
        {
            return await provider.GenerateAsync(request, destination, progress, cancellationToken);
        }
        finally
        {
            inside.TryRemove(attempt, out _);
        }
    }
}
