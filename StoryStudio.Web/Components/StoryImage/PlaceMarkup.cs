using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Components;
using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Components.Pictures;

/// <summary>What of a picture's place is the same for many of them, and shared by them: words of it are written as they are, names are encoded.</summary>
internal static class PlaceMarkup
{
    private static readonly MarkupString[] Washes = [.. Enumerable.Range(0, StyleTone.Count).Select(tone => Washing($"wash wash--{tone}"))];
    private static readonly MarkupString[] StillWashes = [.. Enumerable.Range(0, StyleTone.Count).Select(tone => Washing($"wash wash--still wash--{tone}"))];
    private static readonly ConcurrentDictionary<string, MarkupString> StaleMarks = new(StringComparer.Ordinal);
    private static readonly string[] Names = [.. Enum.GetNames<PlaceState>().Select(name => name.ToLowerInvariant())];
    private static readonly string[] Classes = [.. from name in Names from pictured in (string[])["", " place--pictured"] from plain in (string[])["", " place--plain"] select $"place place--{name}{pictured}{plain}"];

    // Stories count their pages alike.
    private const int MostKept = 5_000;
    private static readonly ConcurrentDictionary<(string Number, string StyleName), MarkupString> Openers = new();
    private static readonly ConcurrentDictionary<(string Number, string StyleName, string Sentence), string> Sentences = new();

    // Pictures of one story are nearly always cut alike.
    private static Sized _sizer = new(PictureShape.Default);

    /// <summary>That no bulk action touches the picture.</summary>
    public static MarkupString Locked { get; } = new(
        $"<span class=\"locked\" title=\"{HtmlEncoder.Default.Encode(PictureWords.Locked)}\" data-testid=\"locked\"><svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"M6 10.5h12v9H6Zm2.5 0V8a3.5 3.5 0 0 1 7 0v2.5\" /></svg><span class=\"visually-hidden\">{HtmlEncoder.Default.Encode(PictureWords.Locked)}</span></span>");

    /// <summary>What the place of a picture shows that the browser can load.</summary>
    public static PlaceState StateOf(ImageState? picture) => picture switch
    {
        null => PlaceState.Empty,
        { Status: ImageStatus.Pending or ImageStatus.InProgress, Url: not null } => PlaceState.Redrawing,
        { Status: ImageStatus.Pending } => PlaceState.Waiting,
        { Status: ImageStatus.InProgress } => PlaceState.Generating,
        { Status: ImageStatus.Failed } => PlaceState.Error,
        { Url: not null } => PlaceState.Success,
        { Status: ImageStatus.Cancelled } => PlaceState.Cancelled,
        _ => PlaceState.Empty,
    };

    /// <summary>The picture's own shape where it is known.</summary>
    public static PictureShape Box(this ImageState? picture, PictureShape expected) =>
        picture is { Width: > 0 and { } width, Height: > 0 and { } height } ? new(width, height) : expected;

    public static string Name(PlaceState state) => Names[(int)state];

    public static string Class(PlaceState state, bool pictured, bool plain) => Classes[(4 * (int)state) + (pictured ? 2 : 0) + (plain ? 1 : 0)];

    /// <summary>Gives a place its shape before there is a picture.</summary>
    public static MarkupString Sizer(PictureShape shape) => Sizing(shape).Markup;

    /// <summary>The wash of colour that belongs to a style.</summary>
    public static MarkupString Wash(string style) => Washes[StyleTone.Of(style)];

    /// <inheritdoc cref="Wash"/>
    public static MarkupString StillWash(string style) => StillWashes[StyleTone.Of(style)];

    /// <summary>Covers the place; js/pictures.js tells the page that it was pressed.</summary>
    public static MarkupString Open(string number, string styleName) => Kept(Openers, (Number: number, StyleName: styleName), static of => Opener(of.Number, of.StyleName));

    /// <summary>That it was made before a change.</summary>
    /// <param name="message">Which change, in words.</param>
    public static MarkupString Stale(string message) => Kept(StaleMarks, message, static of => new(
        $"<span class=\"stale\" title=\"{HtmlEncoder.Default.Encode(of)}\" data-testid=\"stale\"><svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"M4.5 12a7.5 7.5 0 1 1 2.2 5.3M4.5 12 2 9.5m2.5 2.5L7.5 10M12 8v4.5l3 1.5\" /></svg>From before a change</span>"));

    /// <summary>That a picture is there, for those who do not see it.</summary>
    /// <param name="number">Of its segment.</param>
    /// <param name="styleName">As people read it.</param>
    /// <param name="sentence">One of the few that say so.</param>
    public static string Spoken(string number, string styleName, string sentence) =>
        Kept(Sentences, (Number: number, StyleName: styleName, Sentence: sentence), static of => $"Picture {of.Number}, {of.StyleName}: {of.Sentence}");

    private static Sized Sizing(PictureShape shape)
    {
        var sizer = _sizer;
        return sizer.Shape == shape ? sizer : _sizer = new(shape);
    }

    private static TValue Kept<TKey, TValue>(ConcurrentDictionary<TKey, TValue> all, TKey key, Func<TKey, TValue> create)
        where TKey : notnull
    {
        if (all.TryGetValue(key, out var known))
        {
            return known;
        }

        if (all.Count >= MostKept)
        {
            all.Clear();
        }

        return all[key] = create(key);
    }

    private static MarkupString Opener(string number, string styleName) =>
        new($"<button type=\"button\" class=\"open\" data-open-picture aria-label=\"{HtmlEncoder.Default.Encode($"Open picture {number}, {styleName}")}\"></button>");

    private static MarkupString Washing(string classes) => new($"<div class=\"{classes}\" aria-hidden=\"true\"></div>");

    private sealed class Sized(PictureShape shape)
    {
        public PictureShape Shape { get; } = shape;

        public MarkupString Markup { get; } = new(string.Create(CultureInfo.InvariantCulture, $"<svg class=\"sizer\" viewBox=\"0 0 {shape.Width} {shape.Height}\" aria-hidden=\"true\"></svg>"));
    }
}
