using System.Collections.Concurrent;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Pictures;

namespace StoryStudio.Web.Components.Review;

/// <summary>Opens stories for those who review them. However many do, a story's text is read once an edit and the rest once a change.</summary>
public sealed class ReviewRooms(IStoryLibrary library, IIllustrator illustrator, IReviews reviews)
{
    private const int MostKept = 64;

    private readonly ConcurrentDictionary<string, ReviewRoom> _kept = new(StringComparer.Ordinal);

    /// <summary>Throws <see cref="Core.NotFoundException"/> where there is no such story.</summary>
    public async Task<ReviewRoom> OpenAsync(Actor actor, string storyId, CancellationToken cancellationToken = default)
    {
        var said = await reviews.GetAsync(storyId, cancellationToken);
        var moving = await illustrator.GetSnapshotAsync(storyId, cancellationToken);
        _kept.TryGetValue(storyId, out var kept);
        if (kept is null || kept.Said != said || kept.Moving != moving)
        {
            var story = kept?.Moving.EditVersion == moving.EditVersion ? kept.Story : await library.GetAsync(storyId, cancellationToken);
            kept = new(story, moving, said, actor, PictureShape.Of(moving.Images));
            if (_kept.Count >= MostKept)
            {
                _kept.Clear();
            }

            _kept[storyId] = kept;
        }

        return kept with { Actor = actor };
    }
}
