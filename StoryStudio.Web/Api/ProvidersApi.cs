using Microsoft.AspNetCore.Http.HttpResults;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Prices;

namespace StoryStudio.Web.Api;

/// <summary>What there is to draw with, in the order in which <c>auto</c> looks.</summary>
internal sealed record ProviderTable(IReadOnlyList<ProviderEntry> Items);

/// <param name="Name">As in settings and states.</param>
/// <param name="Title">What people read.</param>
/// <param name="Configured">Whether it can draw with the present settings.</param>
/// <param name="Model">The model that calls go to, where there is one.</param>
/// <param name="Capabilities">What it can do with the present settings.</param>
/// <param name="Price">One picture without references; null where unknown.</param>
internal sealed record ProviderEntry(string Name, string Title, bool Configured, string? Model, CapabilitiesEntry Capabilities, PriceEntry? Price);

/// <param name="References">How many reference pictures one request takes; where 0, characters are described instead.</param>
/// <param name="ReferenceFormats">Media types of those.</param>
/// <param name="PartialPictures">How many it shows while one picture is made.</param>
/// <param name="Seed">Whether it takes one.</param>
/// <param name="NeedsKey">Whether its calls need an API key.</param>
/// <param name="Size">What it is asked for, in its own words.</param>
/// <param name="AspectRatio">Width to height, where it is asked for one apart from the size.</param>
/// <param name="Sizes">What its settings may ask for.</param>
/// <param name="Formats">Media types that its pictures may come in.</param>
/// <param name="TypicalSeconds">How long one picture usually takes.</param>
internal sealed record CapabilitiesEntry(
    int References,
    IReadOnlyList<string> ReferenceFormats,
    int PartialPictures,
    bool Seed,
    bool NeedsKey,
    string? Size,
    string? AspectRatio,
    IReadOnlyList<string> Sizes,
    IReadOnlyList<string> Formats,
    double TypicalSeconds);

/// <param name="Usd">US dollars.</param>
/// <param name="AsOf">The day of the price table that says so; null where it names none, or where nothing can change.</param>
internal sealed record PriceEntry(decimal Usd, DateOnly? AsOf);

/// <summary><c>/api/providers</c>.</summary>
internal static class ProvidersApi
{
    public static void Map(RouteGroupBuilder api) => api.MapRead("/providers", List)
        .WithTags("Providers").WithName("ListProviders").WithSummary("What there is to draw with: what each provider can do, and what a picture costs.");

    private static Ok<ProviderTable> List(ImageProviders providers, PriceList prices) =>
        TypedResults.Ok(new ProviderTable([.. providers.Describe().Select(provider => Entry(provider, prices))]));

    private static ProviderEntry Entry(ProviderDescription provider, PriceList prices)
    {
        var can = provider.Capabilities;
        return new(
            provider.Name,
            provider.Title,
            provider.IsConfigured,
            can.Model,
            new(can.MaxReferences, can.MaxReferences > 0 ? can.ReferenceFormats : [], can.PartialPictures, can.TakesSeed, can.NeedsKey, can.Size, can.AspectRatio, can.Sizes, can.Formats, can.TypicalDuration.TotalSeconds),
            provider.PictureUsd is { } usd ? new(usd, usd == 0 ? null : prices.AsOf) : null);
    }
}
