namespace StoryStudio.Core.Stories;

/// <summary>
/// The order of a story's segments while an edit rearranges it, and the numbers that follow from it. A scene start belongs to the place and
/// not to the words: where the first segment of a scene leaves, the next one starts the scene. The first segment of all always starts one.
/// </summary>
internal sealed class BeatOrder
{
    private readonly List<Beat> _beats;

    public BeatOrder(IEnumerable<(string Id, bool HardCut)> segments) => _beats = [.. segments.Select(s => new Beat(s.Id) { HardCut = s.HardCut })];

    public int Count => _beats.Count;

    public IReadOnlyList<Beat> Beats => _beats;

    public bool Contains(string id) => _beats.Exists(b => b.Id == id);

    /// <summary>The segment before, or null where it is the first.</summary>
    public string? Before(string id) => Index(id) is > 0 and var at ? _beats[at - 1].Id : null;

    /// <summary>The segment after, or null where it is the last.</summary>
    public string? After(string id) => Index(id) + 1 is var next && next < _beats.Count ? _beats[next].Id : null;

    /// <summary>Takes the place of <paramref name="next"/>, and its scene start with it.</summary>
    public void PutBefore(string id, string next)
    {
        var at = Index(next);
        _beats.Insert(at, new(id) { HardCut = _beats[at].HardCut });
        _beats[at + 1].HardCut = false;
    }

    /// <summary>Goes on the scene of <paramref name="previous"/>; first of all where that is null.</summary>
    public void PutAfter(string id, string? previous)
    {
        if (previous is null && _beats.Count > 0)
        {
            PutBefore(id, _beats[0].Id);
        }
        else
        {
            _beats.Insert(previous is null ? 0 : Index(previous) + 1, new(id));
        }
    }

    /// <summary>Puts it where it is told, with the scene start it is told.</summary>
    public void Restore(string id, string? previous, bool hardCut) => _beats.Insert(previous is null ? 0 : Index(previous) + 1, new(id) { HardCut = hardCut });

    /// <summary>Takes it out. The scene that it started goes on with the next one.</summary>
    public void TakeOut(string id)
    {
        var at = Index(id);
        if (_beats[at].HardCut && at + 1 < _beats.Count)
        {
            _beats[at + 1].HardCut = true;
        }

        _beats.RemoveAt(at);
    }

    /// <summary>Takes it out, and the scene that it started, with what follows in it, goes on the one before.</summary>
    public void Absorb(string id) => _beats.RemoveAt(Index(id));

    public void Cut(string id, bool hardCut) => _beats[Index(id)].HardCut = hardCut;

    /// <summary>
    /// <c>scene.beat</c> in order, from 1.1 without gaps; a scene without end goes on as another one where beats run out. Throws
    /// <see cref="InvalidInputException"/> where there are more scenes than numbers.
    /// </summary>
    public IReadOnlyList<SegmentNumber> Number()
    {
        if (_beats.Count > 0)
        {
            _beats[0].HardCut = true;
        }

        List<SegmentNumber> numbers = [.. Following()];
        return numbers.Count == 0 || numbers[^1].Scene <= SegmentNumber.Highest ? numbers : throw new InvalidInputException("hardCut", $"A story has at most {SegmentNumber.Highest} scenes.");
    }

    /// <summary>Whether these are the numbers that follow from the order, or somebody chose others.</summary>
    public bool IsNumbered(IEnumerable<SegmentNumber> numbers) => Following().SequenceEqual(numbers);

    private IEnumerable<SegmentNumber> Following()
    {
        var last = new SegmentNumber(0, 0);
        foreach (var beat in _beats)
        {
            last = beat.HardCut || last.Scene == 0 || last.Beat == SegmentNumber.Highest ? new(last.Scene + 1, 1) : last with { Beat = last.Beat + 1 };
            yield return last;
        }
    }

    private int Index(string id) => _beats.FindIndex(b => b.Id == id) is >= 0 and var at ? at : throw new ArgumentException("Not in the story.", nameof(id));

    internal sealed class Beat(string id)
    {
        public string Id { get; } = id;

        /// <summary>Whether a scene starts here.</summary>
        public bool HardCut { get; set; }
    }
}
