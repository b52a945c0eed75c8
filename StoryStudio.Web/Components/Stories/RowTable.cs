using Microsoft.AspNetCore.Components;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Pictures;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Stories;

/// <summary>What the rows of the light table have in common; another object where any of it has changed.</summary>
public sealed record RowTable
{
    public required IStoryView View { get; init; }

    /// <summary>The styles to show, in their order.</summary>
    public required IReadOnlyList<StyleSummary> Shown { get; init; }

    /// <summary>Prompts in the pictures' places.</summary>
    public bool Prompts { get; init; }

    public PictureShape Shape { get; init; }

    public EventCallback<(SegmentDetails Segment, StyleSummary Style)> OnRetry { get; init; }

    public EventCallback<SegmentDetails> OnSaved { get; init; }

    /// <summary>A row's field was left, with what stood in it saved or not.</summary>
    public EventCallback<SegmentDetails> OnClosed { get; init; }

    public EventCallback<StoryEdit?> OnAdded { get; init; }

    public EventCallback<SegmentOrder> OnOrder { get; init; }
}

/// <summary>One row of the light table.</summary>
/// <param name="Segment">Whose it is.</param>
/// <param name="Index">Its place in the story, from 0. The first one's pictures are loaded at once.</param>
/// <param name="Last">Whether none follows.</param>
/// <param name="Editing">Its words in a field.</param>
/// <param name="Adding">A field for a new one below it.</param>
public readonly record struct RowPlace(SegmentDetails Segment, int Index, bool Last, bool Editing, bool Adding);
