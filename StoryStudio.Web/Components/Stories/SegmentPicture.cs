using System.Text.Encodings.Web;
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
    private string? _alt;
    private (string Text, string Style) _altOf;

    [Parameter, EditorRequired]
    public SegmentItem Row { get; set; } = default!;

    [Parameter, EditorRequired]
    public StyleSummary Look { get; set; } = default!;

    protected override PictureShape Expected => Row.Table.Shape;

    protected override bool IsEager => Row.Place.Index == 0;

    protected override bool Opens => true;

    protected override bool SaysItsStyle => Row.Table.Shown.Count > 1;

    protected override EventCallback Retry => new(null, (Func<Task>)RetryAsync);

    protected override MarkupString Below
    {
        get
        {
            var caption = SaysItsStyle ? $"<div class=\"caption\"><span>{Encode(Look.Name)}</span>" : "<div class=\"caption\"><span></span>";
            return new(Picture is { } image
                ? $"{caption}<a class=\"history small\" href=\"/stories/{image.StoryId}/pictures/{image.Id}\" aria-label=\"{Encode($"History of picture {Of.Number}, {Look.Name}")}\" data-testid=\"history-link\">History</a></div>"
                : $"{caption}</div>");
        }
    }

    protected override void OnParametersSet()
    {
        var segment = Row.Place.Segment;
        if (_altOf != (segment.Text, Look.Name))
        {
            (_altOf, _alt) = ((segment.Text, Look.Name), AltText.Of(segment.Text, Look.Name));
        }

        Watch(Row.Table.View, new(segment.Id, segment.Number, Look.Key, Look.Name, _alt!));
    }

    private static string Encode(string words) => HtmlEncoder.Default.Encode(words);

    private Task RetryAsync() => Row.Table.OnRetry.InvokeAsync((Row.Place.Segment, Look));
}
