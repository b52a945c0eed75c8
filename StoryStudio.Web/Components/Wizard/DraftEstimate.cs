using System.Globalization;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Runs;

namespace StoryStudio.Web.Components.Wizard;

/// <summary>What illustrating a story that is not made yet would come to.</summary>
public sealed class DraftEstimate(IIllustrator illustrator)
{
    /// <summary>
    /// "36 pictures, about 4 minutes, about $1.44"; what costs nothing needs no words about it. Takes a second for ten thousand pages.
    /// Throws <see cref="InvalidInputException"/> where no story can be made of it.
    /// </summary>
    public string Words(NewStory story)
    {
        var estimate = illustrator.Estimate(story);
        var cost = (estimate.CostUsd, estimate.UnknownCost) switch
        {
            (null, _) => "at a price that is not known",
            (0, 0) => null,
            ({ } known, 0) => $"about {Dollars.Of(known)}",
            ({ } known, var unknown) => string.Create(CultureInfo.InvariantCulture, $"about {Dollars.Of(known)} and {RunWords.Pictures(unknown)} at a price that is not known"),
        };
        return string.Join(", ", new[] { RunWords.Pictures(estimate.Total), RunWords.Left(estimate.Seconds), cost }.OfType<string>());
    }
}
