using StoryStudio.Core.Access;
using StoryStudio.Core.Reviews;

namespace StoryStudio.Web.Components.Review;

/// <summary>What a form on the reviewer's page is for.</summary>
/// <param name="Do">Its word in the address and in what is sent.</param>
/// <param name="Label">Above the field.</param>
/// <param name="Button">What sends it.</param>
/// <param name="Longest">Characters.</param>
/// <param name="Role">Who may.</param>
public sealed record ReviewFormKind(string Do, string Label, string Button, int Longest, StoryRole Role)
{
    public static ReviewFormKind Say { get; } = new("say", "Your comment", "Comment", Comment.MaxTextLength, StoryRole.Comment);

    public static ReviewFormKind Answer { get; } = new("answer", "Your answer", "Answer", Comment.MaxTextLength, StoryRole.Comment);

    public static ReviewFormKind Edit { get; } = new("edit", "Your comment", "Save", Comment.MaxTextLength, StoryRole.Comment);

    public static ReviewFormKind Ask { get; } = new("ask", "What should be different", "Ask for changes", Decision.MaxReasonLength, StoryRole.Decide);

    public static IReadOnlyList<ReviewFormKind> All { get; } = [Say, Answer, Edit, Ask];

    public static ReviewFormKind? Find(string? word) => All.FirstOrDefault(k => k.Do == word);
}
