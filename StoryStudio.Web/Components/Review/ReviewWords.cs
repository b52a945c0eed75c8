using StoryStudio.Core.Access;
using StoryStudio.Core.Reviews;
using StoryStudio.Web.Components.Stories;

namespace StoryStudio.Web.Components.Review;

/// <summary>What is said about what others say.</summary>
internal static class ReviewWords
{
    /// <summary>"Anna", "Anna and Ben", "Anna, Ben and 2 others".</summary>
    public static string Names(IReadOnlyList<string> names) => names switch
    {
        [] => "nobody",
        [var one] => one,
        [var one, var two] => $"{one} and {two}",
        [var one, var two, var three] => $"{one}, {two} and {three}",
        [var one, var two, ..] => $"{one}, {two} and {names.Count - 2} others",
    };

    public static string By(Person person, Actor actor) => person.Id == actor.Id ? "you" : person.Name;

    /// <summary>What is asked of this person, in a sentence.</summary>
    /// <param name="actor">Who looks.</param>
    /// <param name="pictures">Pictures that there are in the style that is shown.</param>
    /// <param name="waiting">Of these, how many they have not decided about.</param>
    /// <param name="elsewhere">How many they have not decided about in the story's other styles.</param>
    public static string Asked(Actor actor, int pictures, int waiting, int elsewhere) => (actor.Role, waiting, elsewhere) switch
    {
        (StoryRole.Look, _, _) => "You can look on while it grows.",
        (StoryRole.Comment, _, _) => "Say what you think beside any picture or text.",
        (_, > 0, > 0) => $"{Wait(waiting)} for your word in this style, and {elsewhere} in the others.",
        (_, > 0, _) => $"{Wait(waiting)} for your word.",
        (_, _, > 0) => $"Nothing is left to decide in this style. {Wait(elsewhere)} for your word in the others.",
        _ when pictures == 0 => "Pictures will wait here for your word.",
        _ => "You have said your word about every picture.",
    };

    /// <summary>What waits for whoever has said something.</summary>
    /// <param name="talks">In how many talks somebody answered.</param>
    /// <param name="by">Who did in the first of them.</param>
    /// <param name="number">Of the segment that it is about; null where it is about the story.</param>
    public static string Answered(int talks, Person by, string? number)
    {
        var first = $"{by.Name} answered you {(number is null ? "about the story" : $"at {number}")}";
        return talks == 1 ? $"{first}." : $"{first}, and {Words.Count(talks - 1, "other answer")} {(talks == 2 ? "waits" : "wait")} for you.";
    }

    private static string Wait(int pictures) => $"{Words.Count(pictures, "picture")} {(pictures == 1 ? "waits" : "wait")}";

    /// <summary>"3 of 9 pictures approved, 1 to be changed".</summary>
    public static string Counts(ReviewCounts counts) => counts switch
    {
        { Pictures: 0 } => "",
        { ChangesWanted: 0 } => $"{counts.Approved} of {Words.Count(counts.Pictures, "picture")} approved",
        _ => $"{counts.Approved} of {Words.Count(counts.Pictures, "picture")} approved, {counts.ChangesWanted} to be changed",
    };
}
