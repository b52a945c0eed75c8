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
    /// Keeps title and text under an id that the caller made, if there is anything to keep. Where the text is another than before, what was
    /// done to it is void. A draft that was thrown away or became a story is not found.
    /// </summary>
    Task KeepTextAsync(string draftId, string? title, string? text, CancellationToken cancellationToken = default);

    /// <summary>Keeps what was chosen and done since.</summary>
    Task KeepWorkAsync(string draftId, string? title, DraftStep step, string work, CancellationToken cancellationToken = default);

    /// <summary>Takes it off the shelf; it can be restored for an hour.</summary>
    Task DiscardAsync(string draftId, CancellationToken cancellationToken = default);

    Task RestoreAsync(string draftId, CancellationToken cancellationToken = default);
}
