using System.Globalization;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Pictures;

/// <summary>The shape that a story's pictures will have, so that a place has it before the first picture is there.</summary>
public sealed class ExpectedShape(ImageProviders providers)
{
    /// <summary>That of the pictures that are there, else what the provider of the first style is asked for.</summary>
    public PictureShape Of(StoryDetails story, IStoryView view) => Of(story, view.Images);

    /// <inheritdoc cref="Of(StoryDetails, IStoryView)"/>
    public PictureShape Of(StoryDetails story, IReadOnlyCollection<ImageState> images) =>
        PictureShape.Of(images) is var drawn && drawn != PictureShape.Default ? drawn
        : story.Styles is [var first, ..] && images.All(i => i.Url is null) ? Asked(first.Key)
        : PictureShape.Default;

    private PictureShape Asked(string style)
    {
        var can = providers.For(style).Capabilities;
        return Parse(can.AspectRatio ?? can.Size ?? "");
    }

    /// <summary>"1024x1536" or "2:3"; anything else, such as "auto", tells nothing.</summary>
    internal static PictureShape Parse(string size) =>
        size.Split('x', ':') is [var width, var height] && Side(width) is > 0 and var w && Side(height) is > 0 and var h ? new(w, h) : PictureShape.Default;

    private static int Side(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var side) ? side : 0;
}
