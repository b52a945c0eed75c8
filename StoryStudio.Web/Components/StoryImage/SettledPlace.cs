using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Components;
using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Components.Pictures;

/// <summary>
/// The cell of a picture that is there and with which nothing goes on, its place as <see cref="PicturePlace"/> shows it, as markup: written
/// once for everybody who sees it, and one frame to a circuit, where a component keeps dozens, twice. The browser tells by
/// <c>onpicturebroken</c> where it could not be loaded.
/// </summary>
internal sealed class SettledPlace
{
    private static readonly ConditionalWeakTable<ImageState, SettledPlace> Kept = [];

    // Every script as it is; the signs that mean something in HTML are escaped.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly PictureSubject _of;
    private readonly PictureShape _expected;
    private readonly string _sizes;
    private readonly bool _eager;
    private readonly MarkupString _below;
    private readonly string _markup;

    private SettledPlace(ImageState picture, PictureSubject of, PictureShape expected, string sizes, bool eager, MarkupString below)
    {
        (_of, _expected, _sizes, _eager, _below) = (of, expected, sizes, eager, below);
        var box = picture.Box(expected);
        var set = PictureSizes.SetOf(picture) is { } copies ? $" srcset=\"{Encoder.Encode(copies)}\" sizes=\"{Encoder.Encode(sizes)}\"" : "";
        var stale = picture.Stale is { } change ? PlaceMarkup.Stale(change.Message).Value : "";
        var locked = picture.Lock is null ? "" : PlaceMarkup.Locked.Value;
        _markup = $"""
            <div class="cell" data-style="{Encoder.Encode(of.Style)}"><div class="{PlaceMarkup.Class(PlaceState.Success, pictured: true, plain: false)}" data-testid="story-image" data-state="{PlaceMarkup.Name(PlaceState.Success)}" data-number="{Encoder.Encode(of.Number)}" data-style="{Encoder.Encode(of.Style)}" data-segment="{Encoder.Encode(of.SegmentId ?? "")}" data-image="{picture.Id}">{PlaceMarkup.Sizer(box).Value}{PlaceMarkup.Wash(of.Style).Value}<img class="picture"{(eager ? "" : " loading=\"lazy\"")} decoding="async"{set} src="{Encoder.Encode(picture.Url!)}" alt="{Encoder.Encode(of.Alt)}">{PlaceMarkup.Open(of.Number, of.StyleName).Value}{stale}{locked}<span class="visually-hidden" role="status">{Encoder.Encode(Spoken(picture, of))}</span></div>{below.Value}</div>
            """;
    }

    /// <summary>Whether nothing goes on with it: it is there, or it is there still after another one was given up.</summary>
    public static bool Is(ImageState? picture) => PlaceMarkup.StateOf(picture) is PlaceState.Success;

    /// <summary>Its cell's markup; the same text for as long as it looks the same.</summary>
    /// <param name="picture">One that <see cref="Is"/> settled.</param>
    /// <param name="of">Which it is.</param>
    /// <param name="expected">The shape of one that does not know its own.</param>
    /// <param name="sizes">How wide its place is, of <see cref="PlaceSizes"/>.</param>
    /// <param name="eager">Load at once rather than when it comes near.</param>
    /// <param name="below">What stands beneath it.</param>
    public static string Of(ImageState picture, PictureSubject of, PictureShape expected, string sizes, bool eager, MarkupString below)
    {
        if (!Kept.TryGetValue(picture, out var place) || place._of != of || place._expected != expected || place._sizes != sizes || place._eager != eager || place._below.Value != below.Value)
        {
            Kept.AddOrUpdate(picture, place = new(picture, of, expected, sizes, eager, below));
        }

        return place._markup;
    }

    /// <summary>What is said of it to those who do not see it.</summary>
    public static string Spoken(ImageState picture, PictureSubject of) => PlaceMarkup.Spoken(of.Number, of.StyleName, PictureWords.Sentence(picture));
}
