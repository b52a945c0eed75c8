using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Reviews;

/// <summary>What comments and decisions must be.</summary>
internal static class ReviewRules
{
    /// <summary>Comments of a story, answers included and deleted ones not.</summary>
    public const int MaxComments = 5_000;

    /// <summary>Comments that were ever made in a story: guests come and go, and what they deleted is kept for whoever answered.</summary>
    public const int MaxCommentsEver = 4 * MaxComments;

    /// <summary>Comments of one guest about a story, deleted ones included: whoever deletes their own could write without end.</summary>
    public const int MaxCommentsOfAGuest = 500;

    /// <summary>People whose word on one version is kept.</summary>
    public const int MaxDeciders = 200;

    /// <exception cref="InvalidInputException">Names <c>text</c>.</exception>
    public static string Text(string? text)
    {
        var errors = new FieldErrors();
        var accepted = errors.Required("text", "The comment", text, Comment.MaxTextLength);
        errors.ThrowIfAny();
        return accepted!;
    }

    /// <exception cref="InvalidInputException">Names every field that breaks a rule.</exception>
    public static string Check(NewComment comment)
    {
        var errors = new FieldErrors();
        var text = errors.Required("text", "The comment", comment.Text, Comment.MaxTextLength);
        errors.Optional("key", "The key", comment.Key, Comment.MaxKeyLength, oneLine: true);
        if (comment.ParentId is not null && (comment.SegmentId ?? comment.ImageId) is not null)
        {
            errors.Add("parentId", "An answer is about what it answers: leave segmentId and imageId out.");
        }

        if (comment.SegmentId is not null && comment.ImageId is not null)
        {
            errors.Add("imageId", "A comment is about a segment or about a picture, not both.");
        }

        if ((comment.X ?? comment.Y) is not null && comment.ImageId is null)
        {
            errors.Add("x", "A point lies on a picture: name its imageId.");
        }

        foreach (var (field, value, other) in new[] { ("x", comment.X, comment.Y), ("y", comment.Y, comment.X) })
        {
            if (value is null && other is not null)
            {
                errors.Add(field, "A point has x and y.");
            }
            else if (value is not (null or (>= 0 and <= 1)))
            {
                errors.Add(field, "A point lies between 0 and 1.");
            }
        }

        errors.ThrowIfAny();
        return text!;
    }

    /// <exception cref="InvalidInputException">Names <c>reason</c>.</exception>
    public static string? Reason(DecisionKind decision, string? reason)
    {
        var errors = new FieldErrors();
        var accepted = decision is DecisionKind.ChangesWanted
            ? string.IsNullOrWhiteSpace(reason) ? null : errors.Optional("reason", "The reason", reason, Decision.MaxReasonLength)
            : null;
        if (decision is DecisionKind.ChangesWanted && string.IsNullOrWhiteSpace(reason))
        {
            errors.Add("reason", "Say what should be different.");
        }

        errors.ThrowIfAny();
        return accepted;
    }
}
