using System.Collections.Concurrent;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Pictures;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Components.Review;

/// <summary>Opens stories for those who review them. However many do, a story's text is read once an edit and the rest once a change.</summary>
public sealed class ReviewRooms(IStoryLibrary library, IIllustrator illustrator, IReviews reviews)
{
    private const int MostKept = 64;

    private readonly ConcurrentDictionary<(string StoryId, bool Desk), ReviewRoom> _kept = new();

    /// <summary>Throws <see cref="Core.NotFoundException"/> where there is no such story.</summary>
    /// <param name="actor">Who looks.</param>
    /// <param name="storyId">The story.</param>
    /// <param name="desk">For an author's own page. Everybody else is shown what guests are.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<ReviewRoom> OpenAsync(Actor actor, string storyId, bool desk = false, CancellationToken cancellationToken = default)
    {
        desk &= actor.May(StoryRole.Author);
        var said = await reviews.GetAsync(storyId, cancellationToken);
        var moving = await illustrator.GetSnapshotAsync(storyId, cancellationToken);
        moving = desk ? moving : moving.ForGuests();
        _kept.TryGetValue((storyId, desk), out var kept);
        if (kept is null || kept.Said != said || kept.Moving != moving)
        {
            var story = kept?.Moving.EditVersion == moving.EditVersion ? kept.Story : await library.GetAsync(storyId, cancellationToken);
            kept = new(story, moving, said, actor, PictureShape.Of(moving.Images));
            if (_kept.Count >= MostKept)
            {
                _kept.Clear();
            }

            _kept[(storyId, desk)] = kept;
        }

        return kept with { Actor = actor };
    }
}
