using Microsoft.AspNetCore.Components;
using StoryStudio.Core.Generation;
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

    public EventCallback<OpenPictureEventArgs> OnOpen { get; init; }

    /// <summary>The words of a row are to be edited.</summary>
    public EventCallback<EditWordsEventArgs> OnEdit { get; init; }

    public EventCallback<(SegmentDetails Segment, StyleSummary Style)> OnRetry { get; init; }

    /// <summary>The picture that is shown is to be kept, although another one failed.</summary>
    public EventCallback<(SegmentDetails Segment, StyleSummary Style)> OnKeep { get; init; }

    public EventCallback<SegmentDetails> OnSaved { get; init; }

    /// <summary>A row's field was left, with what stood in it saved or not.</summary>
    public EventCallback<SegmentDetails> OnClosed { get; init; }

    public EventCallback<StoryEdit?> OnAdded { get; init; }

    public EventCallback<SegmentOrder> OnOrder { get; init; }

    /// <summary>How wide a picture's place is.</summary>
    public string Sizes => Shown.Count switch { 1 => PlaceSizes.Half, 2 => PlaceSizes.Below, _ => PlaceSizes.Third };

    /// <summary>Whether a picture's style is named beneath it.</summary>
    public bool SaysStyles => Shown.Count > 1;

    public PictureSubject Of(SegmentDetails segment, StyleSummary style) => new(segment.Id, segment.Number, style.Key, style.Name, SegmentWords.Of(segment, style.Name).Alt);

    /// <summary>What stands beneath a picture.</summary>
    public MarkupString LineBelow(SegmentDetails segment, StyleSummary style, ImageState? picture) => SegmentWords.Of(segment, style.Name).LineBelow(SaysStyles, View.StoryId, picture?.Id);
}

/// <summary>One row of the light table.</summary>
/// <param name="Segment">Whose it is.</param>
/// <param name="Index">Its place among the rows that are shown, from 0. The first one's pictures are loaded at once.</param>
/// <param name="First">Whether none stands before it in the story.</param>
/// <param name="Last">Whether none follows it in the story.</param>
/// <param name="Editing">Its words in a field.</param>
/// <param name="Adding">A field for a new one below it.</param>
public readonly record struct RowPlace(SegmentDetails Segment, int Index, bool First, bool Last, bool Editing, bool Adding);
