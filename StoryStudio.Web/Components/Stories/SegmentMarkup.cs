using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Components;
using StoryStudio.Core.Books;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Shared;

namespace StoryStudio.Web.Components.Stories;

/// <summary>What a row of the light table says of its segment: written once for everybody who reads it, for as long as the segment reads as it does.</summary>
internal sealed class SegmentMarkup
{
    private const string Grip = "<span class=\"grip\" data-grip title=\"Drag to another place\" aria-hidden=\"true\"><svg viewBox=\"0 0 16 16\" width=\"16\" height=\"16\" fill=\"currentColor\"><path d=\"M5 2.5h2v2H5zm4 0h2v2H9zM5 7h2v2H5zm4 0h2v2H9zm-4 4.5h2v2H5zm4 0h2v2H9z\" /></svg></span>";
    private static readonly ConditionalWeakTable<SegmentDetails, SegmentMarkup> Kept = [];

    // Every script as it is; the signs that mean something in HTML are escaped.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private SegmentMarkup(SegmentDetails segment)
    {
        // Scene and beat are figures: there is nothing in them to be encoded.
        var number = segment.Number;
        (Anchor, Label) = (Outline.Anchor(number), $"Beat {number}");
        var margin = $"<div class=\"margin\"><span class=\"number numbers\" aria-hidden=\"true\">{number}</span>{Grip}</div>";
        var saying = $"""
            <div class="saying"><p class="prose" dir="auto" data-prose>{Encoder.Encode(PageText.Words(segment.Text))}</p><button type="button" class="button button--quiet button--icon edit" data-edit aria-label="Edit {number}" title="Edit (E)">{Icons.Of(IconName.Edit, 16)}</button></div>
            """;
        (Margin, Saying, Text) = (new(margin), new(saying), new($"<div class=\"text\">{margin}{saying}</div>"));
    }

    public string Anchor { get; }

    public string Label { get; }

    /// <summary>The number, and the grip to drag it by.</summary>
    public MarkupString Margin { get; }

    /// <summary>The words, and the button beside them; js/pictures.js tells the page that it was pressed.</summary>
    public MarkupString Saying { get; }

    /// <summary>All of it, as long as nothing is done to it.</summary>
    public MarkupString Text { get; }

    public static SegmentMarkup Of(SegmentDetails segment) => Kept.GetValue(segment, static of => new(of));
}
