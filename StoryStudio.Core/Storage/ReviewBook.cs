using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Core.Reviews;

namespace StoryStudio.Core.Storage;

/// <inheritdoc/>
internal sealed class ReviewBook(StoryWriter writer, IDbContextFactory<StoryDbContext> contexts, ReviewSnapshots snapshots, IIllustrator illustrator, GenerationSignals signals) : IReviews
{
    private const int MostRemembered = 10_000;

    // Who took which comment back, for a guest's way back from that: it is for the moment, and over with the process.
    private readonly ConcurrentDictionary<string, string> _takenBack = new(StringComparer.Ordinal);

    public Task<ReviewSnapshot> GetAsync(string storyId, CancellationToken cancellationToken = default)
    {
        RequireId(storyId, Missing.Story);
        return snapshots.GetAsync(storyId, cancellationToken);
    }

    public Task<IReadOnlyList<StoryChange>> GetChangesAsync(string storyId, long version, CancellationToken cancellationToken = default)
    {
        RequireId(storyId, Missing.Story);
        return snapshots.GetChangesAsync(storyId, version, cancellationToken);
    }

    public async Task<string> StoryOfCommentAsync(string commentId, CancellationToken cancellationToken = default)
    {
        RequireId(commentId, Missing.Comment);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await VisibleComments(db).Where(c => c.Id == commentId).Select(c => c.StoryId).SingleOrDefaultAsync(cancellationToken) ?? throw Missing.Comment();
    }

    public Task<CommentState> SayAsync(Actor actor, string storyId, NewComment comment, CancellationToken cancellationToken = default)
    {
        actor.Require(StoryRole.Comment);
        RequireId(storyId, Missing.Story);
        var text = ReviewRules.Check(comment);
        return writer.ExecuteAsync(async scope =>
        {
            if (!await scope.Db.Stories.AnyAsync(s => s.Id == storyId && s.DeletedAt == null))
            {
                throw Missing.Story();
            }

            var key = string.IsNullOrWhiteSpace(comment.Key) ? null : comment.Key;
            if (key is not null && await scope.Db.Comments.SingleOrDefaultAsync(c => c.StoryId == storyId && c.WriterId == actor.Id && c.Key == key) is { } same)
            {
                return same.ToState();
            }

            await RequireRoomAsync(scope, storyId);
            if (await scope.Db.Comments.CountAsync(c => c.StoryId == storyId) >= ReviewRules.MaxCommentsEver)
            {
                throw new ConflictException("too_many_comments", $"{ReviewRules.MaxCommentsEver} comments have been made in this story, deleted ones among them, which is all it can hold.");
            }

            if (!actor.May(StoryRole.Author) && await scope.Db.Comments.CountAsync(c => c.StoryId == storyId && c.WriterId == actor.Id) >= ReviewRules.MaxCommentsOfAGuest)
            {
                throw new ConflictException("too_many_comments", $"You have written {ReviewRules.MaxCommentsOfAGuest} comments here, which is as many as one guest can. The author can send you another link.");
            }

            var subject = await SubjectAsync(scope.Db, storyId, comment);
            var said = new Comment
            {
                Id = Ids.New(scope.Now),
                StoryId = storyId,
                ParentId = comment.ParentId,
                SegmentId = subject.SegmentId,
                ImageId = subject.ImageId,
                PictureVersion = subject.PictureVersion,
                X = comment.X,
                Y = comment.Y,
                Text = text,
                WriterId = actor.Id,
                WriterName = actor.Name,
                ByAuthor = actor.May(StoryRole.Author),
                Key = key,
                CreatedAt = scope.Now,
            };
            scope.Db.Comments.Add(said);
            return await PublishAsync(scope, said);
        });
    }

    public Task<CommentState> EditAsync(Actor actor, string commentId, string? text, string? basedOn = null, CancellationToken cancellationToken = default)
    {
        var accepted = ReviewRules.Text(text);
        var seen = basedOn?.ReplaceLineEndings("\n").Trim();
        return ChangeAsync(actor, commentId, comment =>
        {
            if (comment.WriterId != actor.Id)
            {
                throw new ForbiddenException("not_the_writer", "Only whoever wrote a comment can change it.");
            }

            if (comment.Text == accepted)
            {
                return null;
            }

            return seen is null || seen == comment.Text ? scope =>
            {
                comment.Text = accepted;
                comment.EditedAt = scope.Now;
            }
            : throw new ConflictException("comment_changed", "This comment was changed meanwhile. Nothing was saved.");
        });
    }

    public Task<CommentState> ResolveAsync(Actor actor, string commentId, bool resolved, CancellationToken cancellationToken = default) => ChangeAsync(actor, commentId, comment =>
    {
        RequireWriterOrAuthor(actor, comment, "settle it");
        if (comment.ParentId is not null)
        {
            throw new ConflictException("comment_is_an_answer", "An answer is settled with the comment that it answers.");
        }

        return resolved != comment.ResolvedAt is not null ? scope =>
        {
            comment.ResolvedAt = resolved ? scope.Now : null;
            comment.ResolvedBy = resolved ? actor.Name : null;
        }
        : null;
    });

    public async Task DeleteAsync(Actor actor, string commentId, CancellationToken cancellationToken = default)
    {
        try
        {
            await ChangeAsync(actor, commentId, comment =>
            {
                RequireWriterOrAuthor(actor, comment, "delete it");
                return scope => comment.DeletedAt = scope.Now;
            });
            if (_takenBack.Count >= MostRemembered)
            {
                _takenBack.Clear();
            }

            _takenBack[commentId] = actor.Id;
        }
        catch (NotFoundException)
        {
            // Taken back already, which is what was asked for, unless it never was.
            await StoryOfCommentAsync(commentId, cancellationToken);
        }
    }

    public Task<CommentState> RestoreAsync(Actor actor, string commentId, CancellationToken cancellationToken = default)
    {
        actor.Require(StoryRole.Comment);
        RequireId(commentId, Missing.Comment);
        return writer.ExecuteAsync(async scope =>
        {
            var comment = await VisibleComments(scope.Db).SingleOrDefaultAsync(c => c.Id == commentId) ?? throw Missing.Comment();
            RequireWriterOrAuthor(actor, comment, "put it back");
            if (comment.DeletedAt is null)
            {
                return comment.ToState();
            }

            if (!actor.May(StoryRole.Author) && _takenBack.GetValueOrDefault(commentId) != actor.Id)
            {
                throw new ForbiddenException("not_taken_back_by_you", "The story’s author took this comment away, or it has been gone for long. Only the author can put it back.");
            }

            await RequireRoomAsync(scope, comment.StoryId);

            // What it answers may have been forgotten by those who look on, for want of answers: it is told again, to stand above it.
            if (comment.ParentId is { } parentId && await scope.Db.Comments.SingleOrDefaultAsync(c => c.Id == parentId && c.DeletedAt != null) is { } parent)
            {
                await PublishAsync(scope, parent);
            }

            comment.DeletedAt = null;
            return await PublishAsync(scope, comment);
        });
    }

    private static async Task RequireRoomAsync(WriteScope scope, string storyId)
    {
        if (await scope.Db.Comments.CountAsync(c => c.StoryId == storyId && c.DeletedAt == null) >= ReviewRules.MaxComments)
        {
            throw new ConflictException("too_many_comments", $"This story has {ReviewRules.MaxComments} comments, which is all it can hold. Its author can delete some of them, or take back the link of whoever wrote too many.");
        }
    }

    public async Task<ReviewState> DecideAsync(Actor actor, string imageId, int pictureVersion, DecisionKind decision, string? reason, CancellationToken cancellationToken = default)
    {
        actor.Require(StoryRole.Decide);
        RequireId(imageId, Missing.Image);
        var accepted = ReviewRules.Reason(decision, reason);
        var review = await writer.ExecuteAsync(async scope =>
        {
            var image = await VisibleImages(scope.Db).SingleOrDefaultAsync(i => i.Id == imageId) ?? throw Missing.Image();
            RequireShown(image, pictureVersion);
            var all = await scope.Db.Decisions.Where(d => d.ImageId == imageId).ToListAsync();
            var own = all.Find(d => d.PersonId == actor.Id && d.PictureVersion == pictureVersion);
            if (own is { WithdrawnAt: null } && own.Kind == decision && own.Reason == accepted)
            {
                return ReviewReading.Of(image.ToState(), all);
            }

            if (own is null)
            {
                if (all.Count(d => d.PictureVersion == pictureVersion) >= ReviewRules.MaxDeciders)
                {
                    throw new ConflictException("too_many_decisions", $"{ReviewRules.MaxDeciders} people have decided about this picture, which is all it can hold.");
                }

                own = new()
                {
                    ImageId = imageId,
                    PictureVersion = pictureVersion,
                    PersonId = actor.Id,
                    StoryId = image.StoryId,
                    PersonName = actor.Name,
                    ByAuthor = actor.May(StoryRole.Author),
                    Kind = decision,
                    DecidedAt = scope.Now,
                };
                scope.Db.Decisions.Add(own);
                all.Add(own);
            }

            (own.Kind, own.Reason, own.DecidedAt, own.TakenUpAt, own.WithdrawnAt) = (decision, accepted, scope.Now, null, null);
            (own.PersonName, own.ByAuthor) = (actor.Name, actor.May(StoryRole.Author));
            return await PublishAsync(scope, image, own, all);
        });

        // A run may wait for money for a picture that it passes by now.
        signals.Wake();
        return review;
    }

    public Task<ReviewState> WithdrawAsync(Actor actor, string imageId, CancellationToken cancellationToken = default)
    {
        actor.Require(StoryRole.Decide);
        return ChangeDecisionAsync(imageId, (image, all) => all.Find(d => d.PersonId == actor.Id && d.PictureVersion == image.ChosenVersion && d.WithdrawnAt is null), (own, now) => own.WithdrawnAt = now);
    }

    public Task<ReviewState> SetAsideAsync(Actor actor, string imageId, string personId, int pictureVersion, bool aside = true, CancellationToken cancellationToken = default)
    {
        actor.Require(StoryRole.Author);
        return ChangeDecisionAsync(
            imageId,
            (_, all) => all.Find(d => d.PersonId == personId && d.PictureVersion == pictureVersion && d.Kind is DecisionKind.ChangesWanted && d.WithdrawnAt is null == aside),
            (wish, now) => wish.WithdrawnAt = aside ? now : null);
    }

    public async Task<ImageState> TakeUpAsync(Actor actor, string imageId, string personId, int? pictureVersion = null, CancellationToken cancellationToken = default)
    {
        actor.Require(StoryRole.Author);
        RequireId(imageId, Missing.Image);
        var wish = (await ReviewAsync(imageId, cancellationToken)).Decisions.FirstOrDefault(d => d.Person.Id == personId && d.Decision is DecisionKind.ChangesWanted && d.PictureVersion == (pictureVersion ?? d.PictureVersion))
            ?? throw new ConflictException("wish_gone", "That wish was taken back.");
        var state = await illustrator.RegenerateAsync(imageId, prompt: null, instruction: wish.Reason, cancellationToken);
        await ChangeDecisionAsync(imageId, (_, all) => all.Find(d => d.PersonId == personId && d.PictureVersion == wish.PictureVersion && d.WithdrawnAt is null), (own, now) => own.TakenUpAt = now);
        return state;
    }

    public async Task<ReviewNews> GetNewsAsync(Actor actor, string storyId, CancellationToken cancellationToken = default)
    {
        var snapshot = await GetAsync(storyId, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var seen = await db.ReviewVisits.Where(v => v.StoryId == storyId && v.PersonId == actor.Id).Select(v => (long?)v.SeenVersion).SingleOrDefaultAsync(cancellationToken) ?? 0;
        var wishes = (await db.Decisions
            .Where(d => d.StoryId == storyId && d.Version > seen && d.PersonId != actor.Id && d.Kind == DecisionKind.ChangesWanted && d.WithdrawnAt == null && d.TakenUpAt == null)
            .Select(d => new { d.ImageId, d.PictureVersion })
            .ToListAsync(cancellationToken)).ToHashSet();
        var moved = (await db.Comments.Where(c => c.StoryId == storyId && c.Version > seen && c.SaidVersion <= seen).Select(c => c.Id).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        return new(
            snapshot.Version,
            [.. snapshot.Comments.Where(c => c.Version > seen && c.Writer.Id != actor.Id && c is { Deleted: false, ResolvedAt: null } && !moved.Contains(c.Id))],
            [.. snapshot.Reviews.Where(r => r.PictureVersion is { } shown && wishes.Contains(new { r.ImageId, PictureVersion = shown }))]);
    }

    public async Task MarkSeenAsync(Actor actor, string storyId, long version, CancellationToken cancellationToken = default)
    {
        var upTo = Math.Min(version, (await GetAsync(storyId, cancellationToken)).Version);
        await writer.ExecuteAsync(async scope =>
        {
            if (await scope.Db.ReviewVisits.SingleOrDefaultAsync(v => v.StoryId == storyId && v.PersonId == actor.Id) is { } visit)
            {
                visit.SeenVersion = Math.Max(visit.SeenVersion, upTo);
            }
            else if (await scope.Db.Stories.AnyAsync(s => s.Id == storyId))
            {
                scope.Db.ReviewVisits.Add(new() { StoryId = storyId, PersonId = actor.Id, SeenVersion = upTo });
            }
        });
    }

    /// <summary>What a new comment is about, once that is found to be there.</summary>
    private static async Task<(string? SegmentId, string? ImageId, int? PictureVersion)> SubjectAsync(StoryDbContext db, string storyId, NewComment comment)
    {
        if (comment.ParentId is { } parentId)
        {
            var parent = await VisibleComments(db).SingleOrDefaultAsync(c => c.Id == parentId && c.StoryId == storyId && c.DeletedAt == null)
                ?? throw new InvalidInputException("parentId", "The comment that this answers is not there.");
            return parent.ParentId is null
                ? (parent.SegmentId, parent.ImageId, parent.PictureVersion)
                : throw new InvalidInputException("parentId", "An answer cannot be answered: answer the comment above it.");
        }

        if (comment.ImageId is { } imageId)
        {
            var image = await VisibleImages(db).SingleOrDefaultAsync(i => i.Id == imageId && i.StoryId == storyId)
                ?? throw new InvalidInputException("imageId", "The story has no such picture.");
            var version = comment.PictureVersion ?? image.ChosenVersion;
            return version is null || (version >= 1 && version <= image.LatestVersion)
                ? (image.SegmentId, image.Id, version)
                : throw new InvalidInputException("pictureVersion", $"There is no version {version} of this picture.");
        }

        if (comment.SegmentId is { } segmentId && !await db.Segments.AnyAsync(s => s.Id == segmentId && s.StoryId == storyId))
        {
            throw new InvalidInputException("segmentId", "The story has no such segment.");
        }

        return (comment.SegmentId, null, null);
    }

    private static void RequireShown(StoryImage image, int pictureVersion)
    {
        if (image.ChosenVersion is null)
        {
            throw new ConflictException("version_superseded", "There is no picture yet to decide about.");
        }

        if (pictureVersion < 1 || pictureVersion > image.LatestVersion)
        {
            throw new InvalidInputException("version", $"There is no version {pictureVersion}; versions are numbered from 1 to {image.LatestVersion}.");
        }

        if (pictureVersion != image.ChosenVersion)
        {
            throw new ConflictException("version_superseded", "Another version of this picture is shown by now. Look at it, and decide about that one.");
        }
    }

    private static void RequireWriterOrAuthor(Actor actor, Comment comment, string what)
    {
        if (comment.WriterId != actor.Id && !actor.May(StoryRole.Author))
        {
            throw new ForbiddenException("not_the_writer", $"Only whoever wrote a comment, or the story’s author, can {what}.");
        }
    }

    private async Task<ReviewState> ReviewAsync(string imageId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var image = await VisibleImages(db).SingleOrDefaultAsync(i => i.Id == imageId, cancellationToken) ?? throw Missing.Image();
        return ReviewReading.Of(image.ToState(), await db.Decisions.Where(d => d.ImageId == imageId).ToListAsync(cancellationToken));
    }

    /// <param name="actor">Has to be one who may comment.</param>
    /// <param name="commentId">Of a comment that was not deleted.</param>
    /// <param name="decide">Gives what is to be done to it, or null where that is done already.</param>
    private Task<CommentState> ChangeAsync(Actor actor, string commentId, Func<Comment, Action<WriteScope>?> decide)
    {
        actor.Require(StoryRole.Comment);
        RequireId(commentId, Missing.Comment);
        return writer.ExecuteAsync(async scope =>
        {
            var comment = await VisibleComments(scope.Db).SingleOrDefaultAsync(c => c.Id == commentId && c.DeletedAt == null) ?? throw Missing.Comment();
            if (decide(comment) is not { } change)
            {
                return comment.ToState();
            }

            change(scope);
            return await PublishAsync(scope, comment);
        });
    }

    private async Task<ReviewState> ChangeDecisionAsync(string imageId, Func<StoryImage, List<Decision>, Decision?> find, Action<Decision, DateTimeOffset> change)
    {
        RequireId(imageId, Missing.Image);
        var review = await writer.ExecuteAsync(async scope =>
        {
            var image = await VisibleImages(scope.Db).SingleOrDefaultAsync(i => i.Id == imageId) ?? throw Missing.Image();
            var all = await scope.Db.Decisions.Where(d => d.ImageId == imageId).ToListAsync();
            if (find(image, all) is not { } own)
            {
                return ReviewReading.Of(image.ToState(), all);
            }

            change(own, scope.Now);
            return await PublishAsync(scope, image, own, all);
        });

        // It may be approved by that, and a run may wait for money for it.
        signals.Wake();
        return review;
    }

    private static async Task<CommentState> PublishAsync(WriteScope scope, Comment comment)
    {
        (comment.Version, comment.SaidVersion) = (await scope.NextVersionAsync(comment.StoryId), null);
        var state = comment.ToState();
        scope.Publish(new CommentChanged(state));
        return state;
    }

    private static async Task<ReviewState> PublishAsync(WriteScope scope, StoryImage image, Decision changed, List<Decision> all)
    {
        changed.Version = await scope.NextVersionAsync(image.StoryId);
        var state = ReviewReading.Of(image.ToState(), all);
        // Where a wish was taken back, it is approved by whoever approved it before.
        Guard(image, state, state.Decisions.FirstOrDefault(d => d is { Current: true, Decision: DecisionKind.Approved })?.Person.Name ?? changed.PersonName, scope.Now);
        scope.Publish(new ReviewChanged(state));
        return state;
    }

    /// <summary>What is approved is kept from everything that is done to many at once, for as long as it is approved. A lock of the author's own stays theirs.</summary>
    internal static void Guard(StoryImage image, ReviewState review, string by, DateTimeOffset now)
    {
        if (review.Status is ReviewStatus.Approved && !image.IsLocked)
        {
            image.Lock(LockReason.Approved, by, now);
        }
        else if (review.Status is not ReviewStatus.Approved && image.LockReason is LockReason.Approved)
        {
            image.Unlock();
        }
    }

    /// <summary>Of what was taken out of a story, nothing that was said of it is there, until it is put back.</summary>
    private static IQueryable<Comment> VisibleComments(StoryDbContext db) => db.Comments.Where(c =>
        db.Stories.Any(s => s.Id == c.StoryId && s.DeletedAt == null)
        && (c.ImageId == null || db.Images.Any(i => i.Id == c.ImageId))
        && (c.SegmentId == null || db.Segments.Any(s => s.Id == c.SegmentId)));

    private static IQueryable<StoryImage> VisibleImages(StoryDbContext db) =>
        db.Images.Where(i => i.SegmentId != null && db.Stories.Any(s => s.Id == i.StoryId && s.DeletedAt == null));

    private static void RequireId(string id, Func<NotFoundException> missing)
    {
        if (!Ids.IsId(id))
        {
            throw missing();
        }
    }
}
