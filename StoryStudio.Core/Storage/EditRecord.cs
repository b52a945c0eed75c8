using System.Text.Json.Serialization;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>A step in the editing of a story, with what it changed as it was before and after.</summary>
internal sealed class EditRecord
{
    public required string StoryId { get; init; }

    /// <summary>A change number of the story: rises, and is never given twice.</summary>
    public required long Step { get; init; }

    public required string Words { get; init; }

    /// <summary>Whether it was undone, and can be done again.</summary>
    public bool Undone { get; set; }

    public required DateTimeOffset At { get; init; }

    public required List<SegmentChange> Changes { get; set; }

    /// <summary>The numbers before, as <see cref="NumberRuns"/>, where they were others than follow from the order and are no more; else null.</summary>
    public string? Numbers { get; init; }

    /// <summary>As <see cref="Generation.PromptChange.Together"/>, where it changed prompts and nothing else: what they were is in their own past. Else null.</summary>
    public string? Prompts { get; init; }

    public EditStep ToStep() => new(Step, Words);
}

/// <summary>What a step changes; <paramref name="Numbers"/> as <see cref="EditRecord.Numbers"/>.</summary>
internal sealed record EditChanges(List<SegmentChange> Segments, string? Numbers)
{
    public bool IsEmpty => Segments.Count == 0 && Numbers is null;
}

/// <summary>One segment before and after a step; null where it is not in the story.</summary>
internal sealed record SegmentChange(string Id, SegmentState? Was, SegmentState? Is)
{
    /// <summary>The segment that its words are part of while it is not in the story; null where they are in none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Into { get; init; }

    /// <summary>Ids of the talks about its words that stand with that segment meanwhile; null where none do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public List<string>? Talks { get; init; }

    public SegmentChange Reverse() => this with { Was = Is, Is = Was };
}

/// <summary>
/// All of a segment that an author edits; <c>After</c> is the segment before it, null where it is the first. <c>Corrected</c> holds by the ids of
/// those in the cast whether one was put into it by hand or taken out; null where nobody was.
/// </summary>
internal sealed record SegmentState(
    string? After, bool HardCut, string Text, string? Prompt, Dictionary<string, string> Prompts, List<string>? Characters, Dictionary<string, bool>? Corrected = null)
{
    public static SegmentState Of(Segment segment, string? after, bool hardCut, IReadOnlyList<Character> cast) =>
        new(after, hardCut, segment.Text, segment.Prompt, segment.Prompts, segment.Characters, Corrections(segment.Id, cast));

    /// <summary>Whether somebody was put into it (true) or taken out (false); null where neither.</summary>
    public bool? CorrectionOf(string characterId) => Corrected?.TryGetValue(characterId, out var added) == true ? added : null;

    public bool SameCorrections(SegmentState other) => (Corrected?.Count ?? 0) == (other.Corrected?.Count ?? 0) && (Corrected ?? []).All(c => other.CorrectionOf(c.Key) == c.Value);

    public bool SamePrompts(SegmentState other) => Prompts.Count == other.Prompts.Count && Prompts.All(p => other.Prompts.GetValueOrDefault(p.Key) == p.Value);

    public bool SameCharacters(SegmentState other) => Characters is null ? other.Characters is null : other.Characters is not null && Characters.SequenceEqual(other.Characters, StringComparer.Ordinal);

    public bool Same(SegmentState other) => After == other.After && HardCut == other.HardCut && Text == other.Text && Prompt == other.Prompt && SamePrompts(other) && SameCharacters(other) && SameCorrections(other);

    /// <summary>Whether what differs between the two others in place and words is here as it is in <paramref name="was"/>.</summary>
    public bool Fits(SegmentState was, SegmentState to) =>
        (was.After == to.After || After == was.After)
        && (was.HardCut == to.HardCut || HardCut == was.HardCut)
        && (was.Text == to.Text || Text == was.Text);

    private static Dictionary<string, bool>? Corrections(string segmentId, IReadOnlyList<Character> cast)
    {
        var corrected = cast
            .Where(c => c.AddedTo.Contains(segmentId, StringComparer.Ordinal) || c.RemovedFrom.Contains(segmentId, StringComparer.Ordinal))
            .ToDictionary(c => c.Id, c => c.AddedTo.Contains(segmentId, StringComparer.Ordinal), StringComparer.Ordinal);
        return corrected.Count == 0 ? null : corrected;
    }
}
