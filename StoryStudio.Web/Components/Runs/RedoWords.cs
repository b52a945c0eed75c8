using StoryStudio.Core;
using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Components.Runs;

/// <summary>What it means to draw again all that is from before a change, as one says it before it is done.</summary>
internal static class RedoWords
{
    public static string Sentence(RunEstimate estimate) => estimate.Total == 0
        ? $"{Locked(estimate.Locked)}: there is nothing else to draw again."
        : string.Join(" ", new[]
        {
            $"{Drawn(estimate)}{(RunWords.Left(estimate.Seconds) is { } left ? $", in {left}" : null)}.",
            Price(estimate.CostUsd, estimate.UnknownCost, DollarsOf(estimate)),
            estimate.Locked > 0 ? $"{Locked(estimate.Locked)}." : null,
        }.Where(part => part is not null));

    /// <param name="style">One of those that it is about.</param>
    /// <param name="dollars">As <see cref="DollarsOf"/> says for all of them.</param>
    public static string Of(StyleEstimate style, Dollars dollars) => string.Join(", ", new[]
    {
        RunWords.Pictures(style.Total),
        style.Total == 0 ? null : style.CostUsd switch
        {
            null => "at a price that is not known",
            0 => null,
            { } cost => $"about {dollars.Write(cost)}",
        },
        style.Locked > 0 ? $"{style.Locked} locked" : null,
    }.Where(part => part is not null));

    /// <summary>For its price and those of its styles, which stand below.</summary>
    public static Dollars DollarsOf(RunEstimate estimate) => Dollars.Among([estimate.CostUsd, .. estimate.Styles.Values.Select(s => s.CostUsd)]);

    /// <summary>What becomes of those that were made from a picture that is drawn again; null where there are none.</summary>
    public static string? MadeFrom(int count) => count switch
    {
        0 => null,
        1 => "1 other picture was made from one of these and will be marked as from before a change.",
        _ => $"{count:N0} other pictures were made from one of these and will be marked as from before a change.",
    };

    private static string Drawn(RunEstimate estimate) => estimate.Sheets switch
    {
        0 => $"{RunWords.Pictures(estimate.Total)} will be drawn again",
        var sheets when sheets == estimate.Total => $"{(sheets == 1 ? "1 character sheet" : $"{sheets} character sheets")} will be drawn again",
        var sheets => $"{RunWords.Pictures(estimate.Total)} will be drawn again, {(sheets == 1 ? "1 character sheet" : $"{sheets} character sheets")} among them",
    };

    private static string? Price(decimal? cost, int unknown, Dollars dollars) => (cost, unknown) switch
    {
        (null, _) => "What that costs is not known.",
        (0, 0) => null,
        ({ } known, 0) => $"About {dollars.Write(known)}.",
        ({ } known, _) => $"About {dollars.Write(known)}, and {RunWords.Pictures(unknown)} at a price that is not known.",
    };

    private static string Locked(int count) => count == 1 ? "1 locked picture stays as it is" : $"{count} locked pictures stay as they are";
}
