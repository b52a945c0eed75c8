using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Generation;

/// <summary>
/// The characters and places of a story and what they look like: in words, in sheets that the engine draws, and in pictures from outside.
/// Unknown ids throw <see cref="NotFoundException"/> (<c>story_not_found</c>, <c>character_not_found</c>, <c>segment_not_found</c>).
/// </summary>
public interface ICast
{
    /// <summary>In the order in which they were named.</summary>
    Task<IReadOnlyList<CastMember>> GetAsync(string storyId, CancellationToken cancellationToken = default);

    /// <summary>Throws <see cref="InvalidInputException"/> for a name, or another name, that is blank, too long or taken.</summary>
    Task<CastMember> AddAsync(
        string storyId, string? name, string? description, CastKind kind = CastKind.Character, IReadOnlyList<string>? aliases = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Changes what is not null; the text stays as it is. A name that is changed stays as another one, unless <paramref name="aliases"/> say
    /// which there are, where the text still goes by it. What was drawn with the old description stays, and says that it is of before. Where
    /// <paramref name="descriptionBasedOn"/>, what the description was when the change of it was made, is no longer so, nothing is changed and
    /// <see cref="ConflictException"/> <c>description_changed</c> thrown.
    /// </summary>
    Task<CastMember> UpdateAsync(
        string characterId, string? name, string? description, CastKind? kind = null, IReadOnlyList<string>? aliases = null, string? descriptionBasedOn = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes one of two: the names of the other become other names of this one, which appears wherever either did. Description and picture of
    /// the other are taken over where this one has none; its sheets go. <see cref="RestoreAsync"/> takes it apart again. Throws <see cref="InvalidInputException"/> where both are the same, or
    /// are of two stories.
    /// </summary>
    Task<CastMember> MergeAsync(string characterId, string otherId, CancellationToken cancellationToken = default);

    /// <summary>Says whether they appear in a segment, whatever its text says; null goes by the text again.</summary>
    Task<CastMember> SetAppearanceAsync(string characterId, string number, bool? appears, CancellationToken cancellationToken = default);

    /// <summary>Whom and what the text comes back to that is not in the cast and was not dismissed.</summary>
    Task<IReadOnlyList<CastProposal>> GetProposalsAsync(string storyId, CancellationToken cancellationToken = default);

    /// <summary>These names are not proposed again.</summary>
    Task DismissAsync(string storyId, IReadOnlyList<string> names, CancellationToken cancellationToken = default);

    /// <summary>Takes <see cref="DismissAsync"/> back.</summary>
    Task ProposeAgainAsync(string storyId, IReadOnlyList<string> names, CancellationToken cancellationToken = default);

    /// <summary>Takes a character out of the story, sheets and pictures with it; for an hour they can be restored. What was drawn with them stays.</summary>
    Task RemoveAsync(string characterId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Brings back one that was removed, or merged into another, with everything that it had; what was to be drawn of it stays cancelled, and
    /// what was changed of the other since stays changed. Nothing happens to one that is there. Throws <see cref="ConflictException"/>
    /// (<c>name_taken</c>) where another has one of its names by now.
    /// </summary>
    Task<CastMember> RestoreAsync(string characterId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Has the engine draw the character's sheet in these styles, or in all of the story's: anew where there is one. Those that are being
    /// drawn already are left to it. Unknown styles throw <see cref="InvalidInputException"/>.
    /// </summary>
    Task<CastMember> DrawSheetsAsync(string characterId, IReadOnlyList<string>? styles, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes a picture of the character from outside: PNG, JPEG or WebP. It goes along, in place of sheets, with every request in which the
    /// character appears. Throws <see cref="InvalidInputException"/> for anything else.
    /// </summary>
    Task<CastMember> SetPictureAsync(string characterId, Stream picture, CancellationToken cancellationToken = default);

    /// <summary>Goes back to sheets.</summary>
    Task<CastMember> RemovePictureAsync(string characterId, CancellationToken cancellationToken = default);

    /// <summary>Puts back the picture that was removed last, unless there is another one by now.</summary>
    Task<CastMember> RestorePictureAsync(string characterId, CancellationToken cancellationToken = default);

    /// <summary>Goes back to the picture before the last one, or to sheets where there was none, unless the last one is another than this by now.</summary>
    /// <param name="characterId">Of the character.</param>
    /// <param name="pictureUrl">Of the picture that is to go, as in <see cref="CastMember.PictureUrl"/>.</param>
    /// <param name="cancellationToken">Until it is asked for.</param>
    Task<CastMember> TakeBackPictureAsync(string characterId, string? pictureUrl, CancellationToken cancellationToken = default);
}

/// <summary>One character or place with everything that shows them.</summary>
public sealed record CastMember
{
    public required string Id { get; init; }

    public CastKind Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>What the story calls them besides.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    public required string Description { get; init; }

    /// <summary>Address of the picture that was brought from outside; null where there is none.</summary>
    public string? PictureUrl { get; init; }

    /// <summary>Sheets, in the order of the story's styles.</summary>
    public required IReadOnlyList<ImageState> Sheets { get; init; }

    /// <summary>Numbers of the segments in which they appear.</summary>
    public required IReadOnlyList<string> Segments { get; init; }

    /// <summary>Numbers of the segments for which the author said whether they appear.</summary>
    public IReadOnlyList<string> Corrected { get; init; } = [];
}
