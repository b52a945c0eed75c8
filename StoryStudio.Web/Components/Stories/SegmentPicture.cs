using Microsoft.AspNetCore.Components;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Pictures;

namespace StoryStudio.Web.Components.Stories;

/// <summary>
/// A picture in the row of its segment, with a line beneath it. What it is it takes from the row: a circuit keeps a frame for every
/// parameter of every picture.
/// </summary>
public sealed class SegmentPicture : LivePlace
{
    private SegmentWords _words = null!;

    [Parameter, EditorRequired]
    public SegmentItem Row { get; set; } = default!;

    [Parameter, EditorRequired]
    public StyleSummary Look { get; set; } = default!;

    protected override PictureShape Expected => Row.Table.Shape;

    protected override bool IsEager => Row.Place.Index == 0;

    protected override bool Opens => true;

    protected override bool SaysItsStyle => Row.Table.Shown.Count > 1;

    protected override EventCallback Retry => new(null, (Func<Task>)RetryAsync);

    protected override MarkupString Below => _words.LineBelow(SaysItsStyle, Row.Table.View.StoryId, Picture?.Id);

    protected override void OnParametersSet()
    {
        var segment = Row.Place.Segment;
        _words = SegmentWords.Of(segment, Look.Name);
        Watch(Row.Table.View, new(segment.Id, segment.Number, Look.Key, Look.Name, _words.Alt));
    }

    private Task RetryAsync() => Row.Table.OnRetry.InvokeAsync((Row.Place.Segment, Look));
}
