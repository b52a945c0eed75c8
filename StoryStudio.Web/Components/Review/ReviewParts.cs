using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Pictures;
using StoryStudio.Web.Components.Stories;
using PicturePlace = StoryStudio.Web.Components.Pictures.StoryImage;

namespace StoryStudio.Web.Components.Review;

/// <summary>
/// Parts of pages that hold no circuit, rendered by the components that the pages are made of. What looks alike for everybody, the pictures
/// and how far the story is, is rendered once a change, however many ask.
/// </summary>
public sealed class ReviewParts(ReviewRooms rooms, IServiceScopeFactory scopes, ILoggerFactory loggers, TimeProvider time)
{
    /// <summary>Parts in one answer.</summary>
    public const int Most = 60;

    private const int MostKept = 4_096;

    private readonly ConcurrentDictionary<(string ImageId, bool Desk), Picture> _pictures = new();
    private readonly ConcurrentDictionary<(string StoryId, bool Desk), Head> _heads = new();

    /// <param name="actor">Who asks.</param>
    /// <param name="storyId">The story.</param>
    /// <param name="style">Key of the style that they look at.</param>
    /// <param name="part">The part of the story that they look at.</param>
    /// <param name="desk">Pictures as an author sees them.</param>
    /// <param name="names"><c>head</c>, <c>asked</c>, <c>texts</c>, <c>picture-</c>, <c>spots-</c> and <c>talk-</c> with an id, a picture's place also by its segment's; what is not there is left out.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<string> RenderAsync(Actor actor, string storyId, string? style, int? part, bool desk, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        desk &= actor.May(StoryRole.Author);
        var room = await rooms.OpenAsync(actor, storyId, desk, cancellationToken);
        var place = ReviewPlace.Of(room, style, part);
        var html = new StringBuilder();
        foreach (var name in names.Distinct(StringComparer.Ordinal).Take(Most))
        {
            var (what, id) = name.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash ? (name[..dash], name[(dash + 1)..]) : (name, "");
            html.Append(what switch
            {
                "head" => await HeadAsync(room, desk),
                "asked" => await RenderAsync<ReviewAsked>((nameof(ReviewAsked.Room), room), (nameof(ReviewAsked.Place), place)),
                "texts" => await RenderAsync<ReviewTexts>((nameof(ReviewTexts.Place), place)),
                "picture" when room.Image(id) is { } image => await PictureAsync(room, image, desk),
                "picture" when Segment(room, id) is { } segment => await PlaceAsync(room, place, segment, desk),
                "spots" when room.Image(id) is { } image => await RenderAsync<ReviewSpots>((nameof(ReviewSpots.Room), room), (nameof(ReviewSpots.Image), image)),
                "talk" when Subject(room, id) is { } subject => await TalkAsync(room, place, subject),
                _ => "",
            });
        }

        return html.ToString();
    }

    private static ReviewSubject? Subject(ReviewRoom room, string id) =>
        id == room.Story.Id ? ReviewSubject.Of(room.Story)
        : room.Image(id) is { } image ? ReviewSubject.Of(image)
        : Segment(room, id) is { } segment ? ReviewSubject.Of(segment)
        : null;

    private static SegmentDetails? Segment(ReviewRoom room, string? id) => room.Story.Segments.FirstOrDefault(s => s.Id == id);

    private static StyleSummary? Style(ReviewRoom room, string key) => room.Story.Styles.FirstOrDefault(s => s.Key == key);

    private Task<string> HeadAsync(ReviewRoom room, bool desk)
    {
        if (!_heads.TryGetValue((room.Story.Id, desk), out var kept) || kept.Version != room.Said.Version)
        {
            if (_heads.Count >= MostKept)
            {
                _heads.Clear();
            }

            _heads[(room.Story.Id, desk)] = kept = new(room.Said.Version, new(() => RenderAsync<ReviewHead>((nameof(ReviewHead.Room), room))));
        }

        return kept.Html.Value;
    }

    /// <summary>Also where nobody has asked for a picture yet.</summary>
    private Task<string> PlaceAsync(ReviewRoom room, ReviewPlace place, SegmentDetails segment, bool desk) =>
        room.Image(segment.Id, place.Style) is { } image ? PictureAsync(room, image, desk)
        : Style(room, place.Style) is { } style ? RenderPictureAsync(room, null, segment, style, AltText.Of(segment.Text, style.Name), desk)
        : Task.FromResult("");

    private Task<string> PictureAsync(ReviewRoom room, ImageState image, bool desk)
    {
        if (Segment(room, image.SegmentId) is not { } segment || Style(room, image.Style) is not { } style)
        {
            return Task.FromResult("");
        }

        var alt = AltText.Of(segment.Text, style.Name);
        // A countdown is true at one moment only.
        if (desk && image.NextAttemptAt > time.GetUtcNow() && !room.IsPaused(image))
        {
            return RenderPictureAsync(room, image, segment, style, alt, desk);
        }

        if (!_pictures.TryGetValue((image.Id, desk), out var kept) || kept.Image != image || kept.Paused != room.IsPaused(image) || kept.Alt != alt || kept.Shape != room.Shape)
        {
            if (_pictures.Count >= MostKept)
            {
                _pictures.Clear();
            }

            _pictures[(image.Id, desk)] = kept = new(image, room.IsPaused(image), alt, room.Shape, new(() => RenderPictureAsync(room, image, segment, style, alt, desk)));
        }

        return kept.Html.Value;
    }

    private Task<string> RenderPictureAsync(ReviewRoom room, ImageState? image, SegmentDetails segment, StyleSummary style, string alt, bool desk) => RenderAsync<PicturePlace>(
        (nameof(PicturePlace.Image), image),
        (nameof(PicturePlace.Paused), room.IsPaused(image)),
        (nameof(PicturePlace.Still), true),
        (nameof(PicturePlace.Plain), !desk),
        (nameof(PicturePlace.Style), style.Key),
        (nameof(PicturePlace.StyleName), style.Name),
        (nameof(PicturePlace.Number), segment.Number),
        (nameof(PicturePlace.SegmentId), segment.Id),
        (nameof(PicturePlace.Alt), alt),
        (nameof(PicturePlace.Shape), room.Shape));

    private async Task<string> TalkAsync(ReviewRoom room, ReviewPlace place, ReviewSubject subject)
    {
        var talk = await RenderAsync<ReviewTalk>((nameof(ReviewTalk.Room), room), (nameof(ReviewTalk.Place), place), (nameof(ReviewTalk.Subject), subject));
        return talk + await RenderAsync<ReviewSlot>((nameof(ReviewSlot.Place), place), (nameof(ReviewSlot.Subject), subject));
    }

    private async Task<string> RenderAsync<T>(params (string Name, object? Value)[] parameters)
        where T : IComponent
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, loggers);
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<T>(ParameterView.FromDictionary(parameters.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal)))).ToHtmlString());
    }

    private sealed record Picture(ImageState Image, bool Paused, string Alt, PictureShape Shape, Lazy<Task<string>> Html);

    private sealed record Head(long Version, Lazy<Task<string>> Html);
}
