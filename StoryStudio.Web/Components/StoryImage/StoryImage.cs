using Microsoft.AspNetCore.Components;
using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Components.Pictures;

/// <summary>One picture in the state that it is given.</summary>
public sealed class StoryImage : PicturePlace
{
    /// <summary>Null while nobody asked for it.</summary>
    [Parameter, EditorRequired]
    public ImageState? Image { get; set; }

    /// <summary>Says what is in the picture.</summary>
    [Parameter, EditorRequired]
    public string Alt { get; set; } = "";

    /// <summary>Key of the style; the colours of waiting come from it.</summary>
    [Parameter, EditorRequired]
    public string Style { get; set; } = "";

    [Parameter, EditorRequired]
    public string StyleName { get; set; } = "";

    /// <summary>The segment's number.</summary>
    [Parameter, EditorRequired]
    public string Number { get; set; } = "";

    /// <summary>Load at once rather than when it comes near.</summary>
    [Parameter]
    public bool Eager { get; set; }

    /// <summary>For readers: nothing to press, and what went wrong in a sentence at most where <see cref="Still"/> is set too.</summary>
    [Parameter]
    public bool Plain { get; set; }

    /// <summary>The segment that the picture belongs to, for scripts that look for its place.</summary>
    [Parameter]
    public string? SegmentId { get; set; }

    /// <summary>For pages without a circuit, which nobody tells that a picture has loaded: what is there shows no waiting.</summary>
    [Parameter]
    public bool Still { get; set; }

    /// <summary>Whether it waits for nothing but that its run is resumed.</summary>
    [Parameter]
    public bool Paused { get; set; }

    /// <summary>The place's shape until the picture's own is known.</summary>
    [Parameter]
    public PictureShape Shape { get; set; } = PictureShape.Default;

    /// <summary>How wide the place is, of <see cref="PlaceSizes"/>.</summary>
    [Parameter]
    public string? Width { get; set; } = PlaceSizes.Half;

    /// <summary>Draw a failed or cancelled picture again. Without it there is no button for that.</summary>
    [Parameter]
    public EventCallback OnRetry { get; set; }

    /// <summary>Keep the picture that is shown, although another one failed. Without it there is no button for that.</summary>
    [Parameter]
    public EventCallback OnKeep { get; set; }

    protected override ImageState? Picture => Image;

    protected override PictureSubject Of => new(SegmentId, Number, Style, StyleName, Alt);

    protected override PictureShape Expected => Shape;

    protected override string? Sizes => Width;

    protected override bool IsEager => Eager;

    protected override bool IsPlain => Plain;

    protected override bool IsStill => Still;

    protected override bool IsPaused => Paused;

    protected override EventCallback Retry => OnRetry;

    protected override EventCallback Keep => OnKeep;
}
