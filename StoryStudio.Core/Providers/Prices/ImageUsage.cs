namespace StoryStudio.Core.Providers.Prices;

/// <summary>Tokens that a call was billed for.</summary>
/// <param name="TextIn">Of the prompt.</param>
/// <param name="ImagesIn">Of the reference pictures.</param>
/// <param name="ImagesOut">Of the picture, partial ones included.</param>
/// <param name="TextOut">Of words that came along with the picture.</param>
public sealed record ImageUsage(long TextIn, long ImagesIn, long ImagesOut, long TextOut = 0);
