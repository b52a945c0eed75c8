namespace StoryStudio.Core.Stories;

/// <summary>What making one of two changed of the one that stayed, so that the other can come out of it again.</summary>
public sealed record CastMerger
{
    /// <summary>Id of the one that stayed.</summary>
    public required string Into { get; init; }

    /// <summary>How that one was before.</summary>
    public required MergedLook Was { get; init; }

    /// <summary>How it was afterwards; what differs from this now was changed since.</summary>
    public required MergedLook Became { get; init; }

    /// <summary>The picture that went over to it; null where none did.</summary>
    public MergedPicture? Picture { get; init; }

    /// <summary>Segments whose author had named the other.</summary>
    public IReadOnlyList<MergedNames> Named { get; init; } = [];
}

/// <summary>All of a member that taking another in changes; the last two are ids of segments.</summary>
public sealed record MergedLook(string Description, List<string> Aliases, List<string> AddedTo, List<string> RemovedFrom)
{
    public static MergedLook Of(Character character) => new(character.Description, [.. character.Aliases], [.. character.AddedTo], [.. character.RemovedFrom]);
}

/// <summary>A picture from outside that changed hands: its file, and its number with whom it came from.</summary>
public sealed record MergedPicture(string Path, int Number);

/// <summary>Who was in a segment, as its author said, before and after a name was exchanged for another.</summary>
public sealed record MergedNames(string SegmentId, List<string> Was, List<string> Became);
