using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Sketch;
using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Components.Wizard;

/// <summary>A style as the author chooses it.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">What the author reads.</param>
/// <param name="Picture">A <c>data:</c> address, or null where none could be drawn.</param>
/// <param name="IsHint">Whether another illustrator than the one of the preview will draw it.</param>
public sealed record StylePreview(string Key, string Name, string? Picture, bool IsHint);

/// <summary>Shows what a style does to a piece of text: quick sketches, whatever will draw the pictures themselves.</summary>
public sealed class StylePreviews(IOptions<StoryStudioOptions> options, ImageProviders providers, TimeProvider time)
{
    // The illustrator in the box, without its delay: a preview is there at once.
    private readonly SketchProvider _sketch = new(Options.Create(new StoryStudioOptions { Providers = { Sketch = { Delay = TimeSpan.Zero } } }), time);

    /// <summary>The styles of the settings, in their order, without pictures.</summary>
    public IReadOnlyList<StylePreview> Styles { get; } =
        [.. options.Value.Styles.Select(style => new StylePreview(style.Key, style.Name, null, providers.For(style.Key) is not SketchProvider))];

    /// <summary>The same style with a sketch of the text.</summary>
    /// <param name="style">Without a picture.</param>
    /// <param name="text">What it shows.</param>
    /// <param name="characters">Who of the cast is in it.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<StylePreview> DrawAsync(StylePreview style, string text, IReadOnlyList<CharacterLook> characters, CancellationToken cancellationToken)
    {
        var definition = options.Value.Styles.First(s => string.Equals(s.Key, style.Key, StringComparison.Ordinal));
        var request = new ImageRequest { IdempotencyKey = style.Key, Prompt = PromptComposer.Compose(definition, text, null, characters, describeCharacters: true, null), Scene = PromptComposer.Scene(text, null), Style = style.Key, Characters = characters };
        using var picture = new MemoryStream();
        var outcome = await _sketch.GenerateAsync(request, picture, new Progress<ImageProgress>(), cancellationToken);
        return outcome is PictureMade
            ? style with { Picture = $"data:{SketchProvider.MediaType};base64,{Convert.ToBase64String(picture.GetBuffer().AsSpan(0, (int)picture.Length))}" }
            : style;
    }
}
