using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Components.Pictures;

/// <summary>What the place of a picture shows. Lower-cased it is the element's <c>data-state</c>.</summary>
public enum PlaceState
{
    /// <summary>Nobody asked for it yet.</summary>
    Empty,

    Waiting,

    Generating,

    /// <summary>A picture is shown and a newer one is on its way.</summary>
    Redrawing,

    Error,

    Success,

    Cancelled,
}

/// <summary>The pixels that a place is shaped after while its own picture's are not known.</summary>
public readonly record struct PictureShape(int Width, int Height)
{
    public static PictureShape Default { get; } = new(3, 2);

    /// <summary>The shape of the first picture that has one: pictures of one story are cut alike.</summary>
    public static PictureShape Of(IEnumerable<ImageState> images) =>
        images.FirstOrDefault(i => i is { Width: > 0, Height: > 0 }) is { Width: { } width, Height: { } height } ? new(width, height) : Default;
}
