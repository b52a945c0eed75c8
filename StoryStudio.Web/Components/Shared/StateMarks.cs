using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Components;
using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Components.Shared;

/// <summary>
/// The mark of one image: a shape and a colour, and the same in words. A long story has thousands, of few kinds: each kind is written
/// once for all who see it.
/// </summary>
internal static class StateMarks
{
    private const int MostKept = 2_000;

    private static readonly ConcurrentDictionary<(string? Of, string? Class, string Shape, string Words), MarkupString> Kept = new();

    /// <param name="state">Null while nobody asked for the image.</param>
    /// <param name="paused">Whether it waits for nothing but that its run is resumed.</param>
    /// <param name="of">Which image it is, said before its state: "Clear line". Encoded here.</param>
    /// <param name="class">Further classes.</param>
    public static MarkupString Of(ImageState? state, bool paused, string? of = null, string? @class = null)
    {
        var key = (of, @class, Shape(state, paused), Words(state, paused));
        if (Kept.TryGetValue(key, out var mark))
        {
            return mark;
        }

        if (Kept.Count >= MostKept)
        {
            Kept.Clear();
        }

        return Kept[key] = Draw(key);
    }

    private static MarkupString Draw((string? Of, string? Class, string Shape, string Words) mark)
    {
        var name = HtmlEncoder.Default.Encode(mark.Of is null ? mark.Words : $"{mark.Of}: {mark.Words}");
        var classes = HtmlEncoder.Default.Encode($"mark mark--{mark.Shape} {mark.Class}".TrimEnd());
        return new($"<span class=\"{classes}\" role=\"img\" aria-label=\"{name}\" title=\"{name}\"><svg viewBox=\"0 0 16 16\" width=\"16\" height=\"16\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.75\" stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\">{Lines(mark.Shape)}</svg></span>");
    }

    private static string Lines(string shape) => shape switch
    {
        "done" => """<path d="M3.25 8.5 6.5 11.75 12.75 4.5" />""",
        "stale" => """<path d="M2.75 9.25c1.75-2.75 3.5-2.75 5.25-.75s3.5 2 5.25-.75" />""",
        "drawing" => """<path d="M13.25 8A5.25 5.25 0 1 1 10.6 3.45M10.25 1v2.75H13" />""",
        "paused" => """<path d="M6 4v8m4-8v8" />""",
        "waiting" => """<circle cx="8" cy="8" r="3" />""",
        "failed" => """<path d="m4.25 4.25 7.5 7.5m0-7.5-7.5 7.5" />""",
        "cancelled" => """<path d="M4 8h8" />""",
        _ => """<circle cx="8" cy="8" r="1" fill="currentColor" stroke="none" />""",
    };

    private static string Shape(ImageState? state, bool paused) => state switch
    {
        null => "none",
        { Stale: not null } when state.IsThere() => "stale",
        _ when state.IsThere() => "done",
        { Status: ImageStatus.InProgress } => "drawing",
        { Status: ImageStatus.Pending } => paused ? "paused" : "waiting",
        { Status: ImageStatus.Failed } => "failed",
        _ => "cancelled",
    };

    private static string Words(ImageState? state, bool paused) => state switch
    {
        null => "no picture yet",
        { Stale: not null } when state.IsThere() => "done, from before a change",
        _ when state.IsThere() => "done",
        { Status: ImageStatus.InProgress, Progress: > 0 } => string.Create(CultureInfo.InvariantCulture, $"drawing, {state.Progress} percent"),
        { Status: ImageStatus.InProgress } => "drawing",
        { Status: ImageStatus.Pending } => paused ? "paused" : "waiting",
        { Status: ImageStatus.Failed, NextAttemptAt: not null } => paused ? "failed, paused" : "failed, goes again by itself",
        { Status: ImageStatus.Failed } => "failed",
        _ => "cancelled",
    };
}
