using Microsoft.AspNetCore.Components;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Pictures;

namespace StoryStudio.Web.Components.Stories;

/// <summary>A picture in the row of its segment as long as something goes on with it, with a line beneath it; <see cref="SettledPlace"/> otherwise.</summary>
public sealed class SegmentPicture : LivePlace
{
    [Parameter, EditorRequired]
    public RowTable Table { get; set; } = default!;

    [Parameter, EditorRequired]
    public RowPlace Place { get; set; }

    [Parameter, EditorRequired]
    public StyleSummary Look { get; set; } = default!;

    /// <summary>The address that the browser could not load, before this stood in its place.</summary>
    [Parameter]
    public string? Broken { get; set; }

    protected override PictureShape Expected => Table.Shape;

    protected override string? Sizes => Table.Sizes;

    protected override bool IsEager => Place.Index == 0;

    protected override bool Opens => true;

    protected override bool SaysItsStyle => Table.SaysStyles;

    protected override EventCallback Retry => new(null, (Func<Task>)RetryAsync);

    protected override EventCallback Keep => new(null, (Func<Task>)KeepAsync);

    protected override MarkupString Below => Table.LineBelow(Place.Segment, Look, Picture);

    protected override string? BrokenBefore => Broken;

    protected override void OnParametersSet() => Watch(Table.View, Table.Of(Place.Segment, Look));

    private Task KeepAsync() => Table.OnKeep.InvokeAsync((Place.Segment, Look));

    private Task RetryAsync() => Table.OnRetry.InvokeAsync((Place.Segment, Look));
}
