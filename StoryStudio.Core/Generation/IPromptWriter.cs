using StoryStudio.Core.Access;

namespace StoryStudio.Core.Generation;

/// <summary>
/// Has the chat model propose prompts, in the background; nothing of it holds until a person accepts it. One piece of work a story at a time,
/// kept in memory: it costs little and is made again soon.
/// </summary>
public interface IPromptWriter
{
    /// <summary>Whether there is a chat model.</summary>
    bool IsConfigured { get; }

    /// <summary>
    /// Begins, in place of the story's work before. Throws <see cref="ConflictException"/> <c>chat_not_configured</c>, <c>prompts_active</c> or, where
    /// proposals for others than these would be lost that wait for a word, <c>proposals_waiting</c>; <see cref="InvalidInputException"/> for
    /// segments or a style that the story has not.
    /// </summary>
    Task<PromptWork> StartAsync(Actor actor, string storyId, PromptOrder order, CancellationToken cancellationToken = default);

    /// <summary>The story's newest; null where there is none.</summary>
    PromptWork? Find(string storyId);

    /// <summary>Asks for nothing more; what was written stays.</summary>
    void Stop(Actor actor, string storyId);

    /// <summary>
    /// Takes over what was proposed, for these segments or all. Those whose prompt was changed since are passed by, and stay proposed against what
    /// it is now: accepted once more they are taken. Returns how many became others.
    /// </summary>
    Task<int> AcceptAsync(Actor actor, string storyId, IReadOnlyList<string>? segmentIds, CancellationToken cancellationToken = default);

    /// <summary>Wants nothing of what was proposed, for these segments or all.</summary>
    void Dismiss(Actor actor, string storyId, IReadOnlyList<string>? segmentIds);

    /// <summary>Called, from any thread, when something of the story's work changed.</summary>
    IDisposable OnChanged(string storyId, Action handler);
}

/// <summary>What is to be written.</summary>
public sealed record PromptOrder
{
    /// <summary>Key of the style that it is for.</summary>
    public required string Style { get; init; }

    /// <summary>Segment numbers; null for all.</summary>
    public IReadOnlyList<string>? Segments { get; init; }

    /// <summary>Whether to better the prompts that there are, rather than to write new ones from the text.</summary>
    public bool Improve { get; init; }

    /// <summary>What the author wants of them.</summary>
    public string? Wish { get; init; }
}

/// <summary>Words on the wire: <c>writing</c>, <c>written</c>, <c>stopped</c>, <c>failed</c>.</summary>
public enum PromptWorkStatus
{
    Writing,
    Written,
    Stopped,
    Failed,
}

/// <param name="StoryId">Whose.</param>
/// <param name="Style">For which style.</param>
/// <param name="Status">How it goes.</param>
/// <param name="Total">How many were asked for.</param>
/// <param name="Done">How many have an outcome.</param>
/// <param name="Message">Why it failed, or what it waits for; null where all is well.</param>
/// <param name="Proposals">What waits for a person's word, in the order of the story.</param>
public sealed record PromptWork(string StoryId, string Style, PromptWorkStatus Status, int Total, int Done, string? Message, IReadOnlyList<PromptProposal> Proposals);

/// <param name="SegmentId">The segment's.</param>
/// <param name="Number">The segment's.</param>
/// <param name="Before">What is to be in the picture as it stands.</param>
/// <param name="After">What is proposed; null where nothing came.</param>
/// <param name="Error">Why nothing came.</param>
public sealed record PromptProposal(string SegmentId, string Number, string Before, string? After, string? Error);
