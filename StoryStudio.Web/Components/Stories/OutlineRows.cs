using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Shared;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Stories;

/// <summary>
/// The rows of a story's outline, in its order: where each beat leads, and the marks of its images. Drawn once for everybody who sees
/// them; a circuit keeps half a dozen frames of each.
/// </summary>
internal sealed class OutlineRows
{
    private readonly Row[] _rows;

    private OutlineRows(Row[] rows) => _rows = rows;

    public static OutlineRows None { get; } = new([]);

    /// <summary>The same object as before while every row looks as it did. Progress is in no mark's shape.</summary>
    /// <param name="view">Where the images are.</param>
    /// <param name="story">Whose segments and styles.</param>
    /// <param name="before">Of the same segments and styles; <see cref="None"/> where there were none.</param>
    public static OutlineRows Of(IStoryView view, StoryDetails story, OutlineRows before)
    {
        var rows = new Row[story.Segments.Count];
        var marks = new string[story.Styles.Count];
        var comparable = before._rows.Length == rows.Length;
        var same = comparable;
        for (var i = 0; i < rows.Length; i++)
        {
            var segment = story.Segments[i];
            for (var style = 0; style < marks.Length; style++)
            {
                var image = view.Find(segment.Id, story.Styles[style].Key);
                marks[style] = StateMarks.Of(Unhurried(image), view.IsPaused(image), story.Styles[style].Name).Value;
            }

            var known = comparable && before._rows[i].Marks.AsSpan().SequenceEqual(marks);
            same &= known;
            rows[i] = known ? before._rows[i] : new(
                segment,
                $"stories/{view.StoryId}#{Outline.Anchor(segment.Number)}",
                [.. marks],
                new($"<span class=\"number\">{segment.Number}</span>{string.Concat(marks)}"));
        }

        return same ? before : new(rows);
    }

    /// <summary>Rows that follow each other, as items of a list. Written by hand: what Razor writes carries a frame more for each element, for the style sheet.</summary>
    /// <param name="places">In the story, from 0.</param>
    public RenderFragment Of(Range places) => builder =>
    {
        foreach (var row in _rows.AsSpan(places))
        {
            Draw(builder, row);
        }
    };

    // One percent more of one image is no reason to draw a row anew.
    private static ImageState? Unhurried(ImageState? image) => image is { Progress: > 0, Status: ImageStatus.InProgress } ? image with { Progress = 0 } : image;

    private static void Draw(RenderTreeBuilder builder, Row row)
    {
        builder.OpenElement(0, "li");
        builder.SetKey(row.Segment.Id);
        builder.OpenElement(1, "a");
        builder.AddAttribute(2, "href", row.Address);
        builder.AddAttribute(3, "data-jump", row.Segment.Number);
        builder.AddAttribute(4, "data-segment", row.Segment.Id);
        builder.AddContent(5, row.Markup);
        builder.CloseElement();
        builder.CloseElement();
    }

    private sealed record Row(SegmentDetails Segment, string Address, string[] Marks, MarkupString Markup);
}
