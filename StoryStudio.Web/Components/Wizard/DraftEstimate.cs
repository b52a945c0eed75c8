using System.Globalization;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Web.Components.Runs;

namespace StoryStudio.Web.Components.Wizard;

/// <summary>What illustrating a story that is not made yet would come to.</summary>
public sealed class DraftEstimate(GenerationPace pace, ImageProviders providers)
{
    /// <summary>"36 pictures, about 4 minutes, about $1.44"; what costs nothing needs no words about it.</summary>
    /// <param name="pages">Segments.</param>
    /// <param name="styles">Keys of those chosen.</param>
    public string Words(int pages, IReadOnlyCollection<string> styles)
    {
        var pictures = pages * styles.Count;
        var left = RunWords.Left((int)Math.Ceiling((pace.PerImage(styles) * pictures).TotalSeconds));
        var prices = styles.Select(s => providers.For(s).EstimateUsd(1)).ToList();
        var known = pages * prices.Sum(p => p ?? 0);
        var unknown = pages * prices.Count(p => p is null);
        var cost = (known, unknown) switch
        {
            (0, 0) => null,
            (0, _) when unknown == pictures => "at a price that is not known",
            (_, 0) => $"about {Dollars.Of(known)}",
            _ => string.Create(CultureInfo.InvariantCulture, $"about {Dollars.Of(known)} and {RunWords.Pictures(unknown)} at a price that is not known"),
        };
        return string.Join(", ", new[] { RunWords.Pictures(pictures), left, cost }.OfType<string>());
    }
}
