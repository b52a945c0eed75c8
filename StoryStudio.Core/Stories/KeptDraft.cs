namespace StoryStudio.Core.Stories;

/// <summary>How far an author is on the way from a text to a story. Words on the wire: <c>text</c>, <c>pages</c>, <c>cast</c>, <c>styles</c>.</summary>
public enum DraftStep
{
    Text,
    Pages,
    Cast,
    Styles,
}

/// <summary>A story that is being made ready, kept until it is made, thrown away or forgotten.</summary>
public sealed class KeptDraft
{
    /// <summary>
    /// Largest <see cref="Work"/>, in UTF-16 units: a shot list of a file as large as may be has its words twice, as text and as prompt,
    /// and every character of them may need a second one in front of it; the rest is what is done to that.
    /// </summary>
    public const int MaxWork = (4 * StoryText.MaxLength) + 4_000_000;

    public required string Id { get; init; }

    /// <summary>Empty while nobody gave one.</summary>
    public required string Title { get; set; }

    public required string Text { get; set; }

    public DraftStep Step { get; set; }

    /// <summary>What was chosen and done to the text since, as the page writes it down for itself; empty where nothing. It outlives the text that it was done to: what of it no longer fits, the page knows.</summary>
    public string Work { get; set; } = "";

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When it was thrown away or became a story; it can be brought back for an hour.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
}

/// <summary>What of a draft may be another one in another window by now.</summary>
public sealed record DraftStand(string Title, string Text, string Work)
{
    public static DraftStand Of(KeptDraft draft) => new(draft.Title, draft.Text, draft.Work);
}

/// <summary>A draft as the shelf shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">As given, else the beginning of its text.</param>
/// <param name="Step">How far its author is.</param>
/// <param name="UpdatedAt">When it was changed last.</param>
public sealed record DraftSummary(string Id, string Title, DraftStep Step, DateTimeOffset UpdatedAt);
