using System.Collections.Immutable;

namespace StoryStudio.Core.Stories;

/// <summary>A segment as a text was split, before it is stored.</summary>
/// <param name="Number">Its place.</param>
/// <param name="Text">Its words; all of them joined give the text back, white space aside.</param>
/// <param name="HardCut">Whether a scene starts here.</param>
public sealed record SegmentDraft(SegmentNumber Number, string Text, bool HardCut)
{
    /// <summary>The white space between the segment before and this one, put back when they are joined.</summary>
    public string Gap { get; init; } = "\n\n";

    /// <summary>The author's own prompt for every style, where the text brought one along; null where none.</summary>
    public string? Prompt { get; init; }

    /// <summary>The author's own prompts by style, where the text brought some along; null where none.</summary>
    public IReadOnlyDictionary<string, string>? Prompts { get; init; }

    /// <summary>Names of who is in it, where the text says so; null where they are found in its words.</summary>
    public IReadOnlyList<string>? Characters { get; init; }

    /// <summary>What comes of this one and the next: the words of both, what this one brought along first.</summary>
    internal SegmentDraft With(SegmentDraft next) => this with
    {
        Text = Text + next.Gap + next.Text,
        Prompt = Prompt ?? next.Prompt,
        Prompts = Prompts is null || next.Prompts is null ? Prompts ?? next.Prompts : next.Prompts.Concat(Prompts).GroupBy(p => p.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().Value, StringComparer.Ordinal),
        Characters = Characters is null || next.Characters is null ? Characters ?? next.Characters : [.. Characters.Union(next.Characters, StringComparer.OrdinalIgnoreCase)],
    };

    /// <summary>Numbers in order from 1.1; the first segment, and one that no beat is left for, starts a scene whether it says so or not.</summary>
    internal static List<SegmentDraft> Renumber(IEnumerable<SegmentDraft> drafts)
    {
        var numbered = new List<SegmentDraft>();
        var number = new SegmentNumber(0, 0);
        foreach (var draft in drafts)
        {
            var startsScene = draft.HardCut || number.Scene == 0 || number.Beat == SegmentNumber.Highest;
            number = startsScene ? new(number.Scene + 1, 1) : number with { Beat = number.Beat + 1 };
            numbered.Add(draft.Number == number && draft.HardCut == startsScene ? draft : draft with { Number = number, HardCut = startsScene });
        }

        return numbered;
    }
}

/// <summary>
/// The segments of a text while the author adjusts them. Every change gives a new draft, numbered <c>scene.beat</c> from 1.1
/// without gaps where segments come or go or scenes start elsewhere, and none loses a character. An index outside the list throws <see cref="ArgumentOutOfRangeException"/>; a change
/// that a limit forbids throws <see cref="InvalidInputException"/> with the sentence for the author.
/// </summary>
public sealed record StoryDraft
{
    public static readonly StoryDraft Empty = new([]);

    private StoryDraft(ImmutableArray<SegmentDraft> segments) => Segments = segments;

    /// <summary>In order.</summary>
    public ImmutableArray<SegmentDraft> Segments { get; }

    /// <summary>Splits a text. Throws <see cref="InvalidInputException"/> where it is too long.</summary>
    public static StoryDraft Of(string text) => new([.. StorySplitter.Split(text)]);

    /// <summary>Numbers the segments anew, by where their scenes start.</summary>
    public static StoryDraft Of(IEnumerable<SegmentDraft> segments)
    {
        var numbered = SegmentDraft.Renumber(segments);
        if (numbered.Count > StorySplitter.MaxSegments)
        {
            throw new InvalidInputException("segments", $"A story has at most {StorySplitter.MaxSegments} segments.");
        }

        if (numbered.Count > 0 && numbered[^1].Number.Scene > SegmentNumber.Highest)
        {
            throw new InvalidInputException("segments", $"A story has at most {SegmentNumber.Highest} scenes.");
        }

        return new([.. numbered]);
    }

    /// <summary>
    /// Keeps the numbers that were chosen for the segments, until they are rearranged. Where one has none, or they don't rise, all are
    /// numbered anew.
    /// </summary>
    public static StoryDraft OfNumbered(IEnumerable<SegmentDraft> segments)
    {
        List<SegmentDraft> numbered = [.. segments];
        var areChosen = numbered.Count is > 0 and <= StorySplitter.MaxSegments && numbered[0].Number > default(SegmentNumber)
            && numbered.Zip(numbered.Skip(1)).All(pair => pair.First.Number < pair.Second.Number);
        return areChosen ? new([numbered[0] with { HardCut = true }, .. numbered.Skip(1)]) : Of(numbered);
    }

    /// <summary>Whether there is a next one, and both fit into one segment.</summary>
    public bool CanJoin(int index) => index >= 0 && index < Segments.Length - 1 && Joined(index).Length <= Segment.MaxTextLength;

    /// <summary>Makes one segment of this and the next, with the white space that stood between them.</summary>
    public StoryDraft Join(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Segments.Length - 1);
        if (Joined(index).Length > Segment.MaxTextLength)
        {
            throw new InvalidInputException($"segments[{index}].text", $"Together these two would be longer than {Segment.MaxTextLength} characters.");
        }

        return Of(Segments.RemoveAt(index + 1).SetItem(index, Segments[index].With(Segments[index + 1])));
    }

    /// <summary>
    /// Moves the joint between a segment and the next. <paramref name="position"/> counts UTF-16 units of the words of both, with the
    /// white space between them; one inside a character counts as the place before it. Where one side would be blank the draft stays as it is.
    /// </summary>
    public StoryDraft Shift(int index, int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Segments.Length - 1);
        var (above, below, whole) = (Segments[index], Segments[index + 1], Joined(index));
        var at = Graphemes.Floor(whole, Math.Clamp(position, 0, whole.Length));
        var first = whole[..at].TrimEnd();
        var start = Graphemes.SkipWhiteSpace(whole, at, whole.Length);
        if (string.IsNullOrWhiteSpace(first) || start == whole.Length || first == above.Text)
        {
            return this;
        }

        if (Math.Max(first.Length, whole.Length - start) > Segment.MaxTextLength)
        {
            throw new InvalidInputException($"segments[{index}].text", $"One of these two would be longer than {Segment.MaxTextLength} characters.");
        }

        // Words alone go elsewhere: the segments stay what they are, with their numbers.
        return new(Segments.SetItem(index, above with { Text = first }).SetItem(index + 1, below with { Text = whole[start..], Gap = whole[first.Length..start] }));
    }

    /// <summary>Moves the joint between a segment and the next by words, down where <paramref name="by"/> is above 0, and up where it is below; as far as there are words.</summary>
    public StoryDraft Nudge(int index, int by)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Segments.Length - 1);
        var places = WordPlaces.Of(Joined(index));
        var here = WordPlaces.Before(places, Segments[index].Text.Length);
        return places.Count == 0 ? this : Shift(index, places[Math.Clamp(here + by, 0, places.Count - 1)]);
    }

    /// <summary>Where the joint between a segment and the next stands among the places where it may, from 0, and how many of these there are.</summary>
    public (int At, int Count) Joint(int index)
    {
        var places = WordPlaces.Of(Joined(index));
        return (Math.Max(0, WordPlaces.Before(places, Segments[index].Text.Length)), places.Count);
    }

    /// <summary>The place that <see cref="Shift"/> counts, of one in the second segment's own words.</summary>
    public int BelowJoint(int index, int position) => Segments[index].Text.Length + Segments[index + 1].Gap.Length + position;

    /// <summary>
    /// Cuts a segment in two. <paramref name="position"/> counts UTF-16 units of its text; one inside a character counts as the
    /// place before it. Where one side would be blank the draft stays as it is.
    /// </summary>
    public StoryDraft Cut(int index, int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Segments.Length);
        var whole = Segments[index];
        var at = Graphemes.Floor(whole.Text, Math.Clamp(position, 0, whole.Text.Length));
        var first = whole.Text[..at].TrimEnd();
        var start = Graphemes.SkipWhiteSpace(whole.Text, at, whole.Text.Length);
        if (string.IsNullOrWhiteSpace(first) || start == whole.Text.Length)
        {
            return this;
        }

        var second = new SegmentDraft(whole.Number, whole.Text[start..], HardCut: false) { Gap = whole.Text[first.Length..start] };
        return Of(Segments.SetItem(index, whole with { Text = first }).Insert(index + 1, second));
    }

    /// <summary>Starts a scene at this segment, or takes the scene start away. The first segment always starts one.</summary>
    public StoryDraft ToggleScene(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Segments.Length);
        return index == 0 ? this : Of(Segments.SetItem(index, Segments[index] with { HardCut = !Segments[index].HardCut }));
    }

    /// <summary>What a new story is made of.</summary>
    public IReadOnlyList<NewSegment> ToNewSegments() =>
        [.. Segments.Select(s => new NewSegment { Number = s.Number.ToString(), Text = s.Text, HardCut = s.HardCut, Prompt = s.Prompt, Prompts = s.Prompts, Characters = s.Characters })];

    private string Joined(int index) => Segments[index].Text + Segments[index + 1].Gap + Segments[index + 1].Text;
}
