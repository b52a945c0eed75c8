using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Components;
using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Components.Stories;

/// <summary>What is said about one picture of a segment, on every page that shows it: written once for all of them, for as long as the segment reads as it does.</summary>
internal sealed class SegmentWords
{
    private static readonly ConditionalWeakTable<SegmentDetails, ConcurrentDictionary<string, SegmentWords>> Kept = [];

    private readonly string _number;
    private readonly string _styleName;
    private Line? _line;

    private SegmentWords(SegmentDetails segment, string styleName) => (_number, _styleName, Alt) = (segment.Number, styleName, AltText.Of(segment.Text, styleName));

    /// <summary>Says what is in the picture.</summary>
    public string Alt { get; }

    public static SegmentWords Of(SegmentDetails segment, string styleName) =>
        Kept.GetValue(segment, static _ => new(StringComparer.Ordinal)).GetOrAdd(styleName, static (name, of) => new SegmentWords(of, name), segment);

    /// <summary>The line below the picture: its style where several are shown, and the way to its history once somebody asked for it.</summary>
    public MarkupString LineBelow(bool namesStyle, string storyId, string? imageId)
    {
        var line = _line;
        return (line is not null && line.NamesStyle == namesStyle && line.ImageId == imageId ? line : _line = new(namesStyle, imageId, Write(namesStyle, storyId, imageId))).Markup;
    }

    private MarkupString Write(bool namesStyle, string storyId, string? imageId)
    {
        var name = namesStyle ? Encode(_styleName) : "";
        var history = imageId is null ? "" : $"<a class=\"history small\" href=\"/stories/{storyId}/pictures/{imageId}\" aria-label=\"{Encode($"History of picture {_number}, {_styleName}")}\" data-testid=\"history-link\">History</a>";
        return new($"<div class=\"caption\"><span>{name}</span>{history}</div>");
    }

    private static string Encode(string words) => HtmlEncoder.Default.Encode(words);

    private sealed record Line(bool NamesStyle, string? ImageId, MarkupString Markup);
}
