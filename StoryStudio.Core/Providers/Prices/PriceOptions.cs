namespace StoryStudio.Core.Providers.Prices;

/// <summary><c>StoryStudio:Prices</c>. Prices age fast, which is why they are settings and have a date.</summary>
public sealed class PriceOptions
{
    /// <summary>The day that they are of.</summary>
    public DateOnly? AsOf { get; set; }

    /// <summary>By model; for one that is not here every cost is unknown.</summary>
    public Dictionary<string, ModelPrice> Models { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    internal void Check(Faults faults, string path)
    {
        foreach (var (model, price) in Models)
        {
            var here = $"{path}:{nameof(Models)}:{model}";
            faults.NotNegative($"{here}:{nameof(price.TextIn)}", price.TextIn ?? 0);
            faults.NotNegative($"{here}:{nameof(price.ImageIn)}", price.ImageIn ?? 0);
            faults.NotNegative($"{here}:{nameof(price.ImageOut)}", price.ImageOut ?? 0);
            faults.NotNegative($"{here}:{nameof(price.TextOut)}", price.TextOut ?? 0);
            faults.NotNegative($"{here}:{nameof(price.PerReference)}", price.PerReference ?? 0);
            faults.NotNegative($"{here}:{nameof(price.TokensPerReference)}", price.TokensPerReference ?? 0);
            faults.NotNegative($"{here}:{nameof(price.TokensPerPartial)}", price.TokensPerPartial ?? 0);
            faults.NotNegative($"{here}:{nameof(price.TokensPerPrompt)}", price.TokensPerPrompt ?? 0);
            faults.NotNegative($"{here}:{nameof(price.TokensPerThought)}", price.TokensPerThought ?? 0);
            foreach (var (kind, usd) in price.PerPicture)
            {
                faults.NotNegative($"{here}:{nameof(price.PerPicture)}:{kind}", usd);
            }
        }
    }
}
