using Microsoft.AspNetCore.Components;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Pictures;

/// <summary>One picture of a story as it comes about.</summary>
public sealed class LiveStoryImage : LivePlace
{
    [Parameter, EditorRequired]
    public IStoryView View { get; set; } = default!;

    /// <summary>The segment or the character that it belongs to.</summary>
    [Parameter, EditorRequired]
    public string SegmentId { get; set; } = "";

    /// <summary>Key of the style.</summary>
    [Parameter, EditorRequired]
    public string Style { get; set; } = "";

    [Parameter, EditorRequired]
    public string StyleName { get; set; } = "";

    [Parameter, EditorRequired]
    public string Number { get; set; } = "";

    [Parameter, EditorRequired]
    public string Alt { get; set; } = "";

    [Parameter]
    public bool Eager { get; set; }

    [Parameter]
    public bool Plain { get; set; }

    [Parameter]
    public PictureShape Shape { get; set; } = PictureShape.Default;

    /// <summary>How wide the place is, of <see cref="PlaceSizes"/>.</summary>
    [Parameter]
    public string? Width { get; set; } = PlaceSizes.Half;

    /// <inheritdoc cref="StoryImage.OnRetry"/>
    [Parameter]
    public EventCallback OnRetry { get; set; }

    /// <inheritdoc cref="StoryImage.OnKeep"/>
    [Parameter]
    public EventCallback OnKeep { get; set; }

    protected override PictureShape Expected => Shape;

    protected override string? Sizes => Width;

    protected override bool IsEager => Eager;

    protected override bool IsPlain => Plain;

    protected override EventCallback Retry => OnRetry;

    protected override EventCallback Keep => OnKeep;

    protected override void OnParametersSet() => Watch(View, new(SegmentId, Number, Style, StyleName, Alt));
}
