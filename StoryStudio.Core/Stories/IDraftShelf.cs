namespace StoryStudio.Core.Stories;

/// <summary>
/// Stories that are being made ready, kept by the server so that any window may go on with them. Unknown ids throw
/// <see cref="NotFoundException"/> (<c>draft_not_found</c>), input that breaks a rule <see cref="InvalidInputException"/>.
/// </summary>
public interface IDraftShelf
{
    /// <summary>How long a draft that nobody touches is kept.</summary>
    static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    /// <summary>The fifty that were changed last, newest first.</summary>
    Task<IReadOnlyList<DraftSummary>> ListAsync(CancellationToken cancellationToken = default);

    Task<KeptDraft> GetAsync(string draftId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Keeps title and text under an id that the caller made, if there is anything to keep. Where the text is another than before, the
    /// draft stands at its first step again. A draft that was thrown away or became a story is not found. Where <paramref name="basedOn"/>,
    /// the <see cref="TextMark"/>s of the texts of it that the caller has seen, has not that which is kept, nothing is changed, and
    /// <see cref="ConflictException"/> <c>draft_changed</c> says so. Null keeps in any case.
    /// </summary>
    Task KeepTextAsync(string draftId, string? title, string? text, IReadOnlyCollection<string>? basedOn = null, CancellationToken cancellationToken = default);

    /// <summary>Keeps what was chosen and done since.</summary>
    /// <param name="draftId">Its id.</param>
    /// <param name="title">Empty while nobody gave one.</param>
    /// <param name="step">How far its author is.</param>
    /// <param name="work">At most <see cref="KeptDraft.MaxWork"/> UTF-16 units.</param>
    /// <param name="since">As the caller knew it: where it is another one by now, nothing is kept. Null keeps in any case.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null where it is kept, else how it stands, for the caller to take in first.</returns>
    Task<DraftStand?> KeepWorkAsync(string draftId, string? title, DraftStep step, string work, DraftStand? since = null, CancellationToken cancellationToken = default);

    /// <summary>Takes it off the shelf; it can be restored for an hour.</summary>
    Task DiscardAsync(string draftId, CancellationToken cancellationToken = default);

    Task RestoreAsync(string draftId, CancellationToken cancellationToken = default);
}
