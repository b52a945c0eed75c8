using System.Collections.Concurrent;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.OpenAI;

namespace StoryStudio.Tests.Faults;

/// <summary>The real adapter, with a note of the calls that are in it.</summary>
internal sealed class WatchedProvider(OpenAIProvider provider, ConcurrentDictionary<string, string> inside) : IImageProvider
{
    public string Name => provider.Name;

    public ProviderCapabilities Capabilities => provider.Capabilities;

    public decimal? EstimateUsd(int references) => provider.EstimateUsd(references);

    public async Task<ImageOutcome> GenerateAsync(ImageRequest request, Stream destination, IProgress<ImageProgress> progress, CancellationToken cancellationToken)
    {
        inside[request.IdempotencyKey] = request.IdempotencyKey;
        try
        {
            return await provider.GenerateAsync(request, destination, progress, cancellationToken);
        }
        finally
        {
            inside.TryRemove(request.IdempotencyKey, out _);
        }
    }
}
