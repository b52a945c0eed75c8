using Microsoft.Extensions.Options;
using StoryStudio.Core.Providers;

namespace StoryStudio.Core.Generation;

/// <summary>How long an image is thought to take on the whole, while a run has nothing of its own to be judged by.</summary>
public sealed class GenerationPace(ImageProviders providers, IOptions<StoryStudioOptions> options)
{
    private GenerationOptions Generation => options.Value.Generation;

    /// <summary>Time from one picture to the next when all styles are drawn at once.</summary>
    public TimeSpan PerImage(IEnumerable<string> styles)
    {
        var lanes = 0;
        var typical = TimeSpan.Zero;
        foreach (var style in styles)
        {
            lanes++;
            typical += providers.For(style).Capabilities.TypicalDuration;
        }

        return lanes == 0 ? TimeSpan.Zero : Longer(typical / lanes / Generation.MaxConcurrency, Generation.DelayBetweenImages / lanes);
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
