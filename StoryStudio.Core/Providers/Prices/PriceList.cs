using System.Globalization;
using Microsoft.Extensions.Options;

namespace StoryStudio.Core.Providers.Prices;

/// <summary>What pictures cost and will cost, by <c>StoryStudio:Prices</c>. Null always means unknown, never nothing.</summary>
public sealed class PriceList(IOptions<StoryStudioOptions> options)
{
    private const decimal Square = 1024m * 1024m;
    private const decimal Million = 1_000_000m;

    /// <summary>The day that the prices are of.</summary>
    public DateOnly? AsOf => options.Value.Prices.AsOf;

    /// <summary>US dollars for what a call was billed for; null where there is no usage, or a price that it needs is missing.</summary>
    public decimal? Cost(string model, ImageUsage? usage) =>
        usage is not null && Find(model) is { } price
            ? (Part(usage.TextIn, price.TextIn) + Part(usage.ImagesIn, price.ImageIn) + Part(usage.ImagesOut, price.ImageOut) + Part(usage.TextOut, price.TextOut)) / Million
            : null;

    /// <summary>
    /// US dollars for one picture that is still to be made: all that it will be billed for, as far as it can be told before, and rather too much than
    /// too little. A price by quality is one for 1024 × 1024 pixels and grows with the pixels of another size; a size in words that has no price of
    /// its own, such as <c>auto</c>, is unknown, and so is a picture with references, or with partial ones, where nothing says what one costs.
    /// </summary>
    /// <param name="model">As the calls name it.</param>
    /// <param name="size">As it is asked for: <c>1024x1024</c>, <c>1K</c>.</param>
    /// <param name="quality"><c>medium</c>; null where the model has no such thing.</param>
    /// <param name="references">How many reference pictures go along.</param>
    /// <param name="partials">How many partial pictures are asked for.</param>
    public decimal? Estimate(string model, string? size, string? quality, int references = 0, int partials = 0)
    {
        if (Find(model) is not { } price)
        {
            return null;
        }

        decimal? picture = size is not null && price.PerPicture.TryGetValue(size, out var whole) ? whole
            : quality is not null && price.PerPicture.TryGetValue(quality, out var square) ? square * Pixels(size) / Square
            : null;
        return picture
            + (price.TokensPerPrompt is { } words ? Part(words, price.TextIn) / Million : 0)
            + (price.TokensPerThought is { } thoughts ? Part(thoughts, price.TextOut) / Million : 0)
            + (references == 0 ? 0 : references * (price.PerReference ?? (price.TokensPerReference * price.ImageIn / Million)))
            + (partials == 0 ? 0 : partials * (price.TokensPerPartial * price.ImageOut / Million));
    }

    private static decimal? Part(long tokens, decimal? price) => tokens == 0 ? 0 : tokens * price;

    private static decimal? Pixels(string? size) =>
        size?.Split('x') is [var width, var height] && Edge(width) is { } w && Edge(height) is { } h ? w * h : null;

    private static decimal? Edge(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var edge) && edge > 0 ? edge : null;

    private ModelPrice? Find(string model) => options.Value.Prices.Models.GetValueOrDefault(model);
}
