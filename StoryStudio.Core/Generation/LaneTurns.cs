namespace StoryStudio.Core.Generation;

/// <summary>
/// Whose turn it is among the lanes that have work. What a person waits for goes first, "this one next" before all; but of every few turns
/// one is left to the others. Among those the higher priority goes first, and whoever is passed over rises by a step every
/// <see cref="Ageing"/>, so that nothing waits for ever. Among equals it is the story that was served longest ago, and within it the
/// lane that was. Safe from any thread.
/// </summary>
public sealed class LaneTurns
{
    /// <summary>How long a lane is passed over until it counts as one step more urgent.</summary>
    public static readonly TimeSpan Ageing = TimeSpan.FromMinutes(2);

    /// <summary>Turns in a row that go to what people wait for while others have work.</summary>
    public const int MostUrgentInRow = 3;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _stories;
    private readonly Dictionary<LaneKey, (long Turn, DateTimeOffset At)> _lanes;
    private long _turn;
    private int _urgentInRow;

    public LaneTurns()
        : this(new(StringComparer.Ordinal), [], 0, 0)
    {
    }

    private LaneTurns(Dictionary<string, long> stories, Dictionary<LaneKey, (long Turn, DateTimeOffset At)> lanes, long turn, int urgentInRow) =>
        (_stories, _lanes, _turn, _urgentInRow) = (stories, lanes, turn, urgentInRow);

    /// <summary>The same as it stands, to be played on without an effect here: whose turn would come.</summary>
    public LaneTurns Copy()
    {
        lock (_gate)
        {
            return new(new(_stories, StringComparer.Ordinal), new(_lanes), _turn, _urgentInRow);
        }
    }

    /// <summary>A lane was given a slot, for an image of this urgency.</summary>
    public void Served(LaneKey lane, Urgency urgency, DateTimeOffset now)
    {
        lock (_gate)
        {
            _turn++;
            _stories[lane.StoryId] = _turn;
            _lanes[lane] = (_turn, now);
            _urgentInRow = urgency is Urgency.None ? 0 : _urgentInRow + 1;
        }
    }

    /// <summary>Forgets lanes that have no work any more.</summary>
    public void KeepOnly(IReadOnlyCollection<Lane> lanes)
    {
        lock (_gate)
        {
            if (_lanes.Count > lanes.Count)
            {
                var present = lanes.Select(l => l.Key).ToHashSet();
                var stories = lanes.Select(l => l.Key.StoryId).ToHashSet(StringComparer.Ordinal);
                _lanes.Keys.Where(k => !present.Contains(k)).ToList().ForEach(k => _lanes.Remove(k));
                _stories.Keys.Where(s => !stories.Contains(s)).ToList().ForEach(s => _stories.Remove(s));
            }
        }
    }

    /// <summary>The wall clock was set: how long each lane was passed over stays what it was.</summary>
    /// <param name="by">Forward, or back where it is negative.</param>
    public void Move(TimeSpan by)
    {
        lock (_gate)
        {
            foreach (var (lane, (turn, at)) in _lanes.ToList())
            {
                _lanes[lane] = (turn, at + by);
            }
        }
    }

    /// <param name="candidates">Lanes that may go. At least one.</param>
    /// <param name="now">The present.</param>
    public LaneInTurn Pick(IReadOnlyCollection<LaneInTurn> candidates, DateTimeOffset now)
    {
        lock (_gate)
        {
            var othersTurn = _urgentInRow >= MostUrgentInRow && candidates.Any(c => c.Urgency is Urgency.None);
            return candidates
                .Where(c => !othersTurn || c.Urgency is Urgency.None)
                .MinBy(c => (-(int)c.Urgency, -Level(c.Lane, now), _stories.GetValueOrDefault(c.Lane.Key.StoryId), _lanes.GetValueOrDefault(c.Lane.Key).Turn))!;
        }
    }

    /// <summary>How far to the front a lane is: what decides between two before their turns do.</summary>
    public (Urgency Urgency, int Level) RankOf(LaneInTurn lane, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(lane);
        lock (_gate)
        {
            return (lane.Urgency, Level(lane.Lane, now));
        }
    }

    private int Level(Lane lane, DateTimeOffset now)
    {
        var served = _lanes.GetValueOrDefault(lane.Key).At;
        var passedOver = now - (served > lane.WaitingSince ? served : lane.WaitingSince);
        return Math.Min((int)RunPriority.High, (int)lane.Priority + (int)Math.Clamp(passedOver / Ageing, 0, (int)RunPriority.High));
    }
}

/// <summary>A lane that takes part in the turns, and what may be claimed of it.</summary>
public sealed class LaneInTurn(Lane lane)
{
    public Lane Lane => lane;

    /// <summary>Null while nobody has looked.</summary>
    public Queue<WaitingImage>? Images { get; set; }

    /// <summary>Of the image that is first in it.</summary>
    public Urgency Urgency => Images is null ? lane.Urgency : Images.TryPeek(out var first) ? first.Urgency : Urgency.None;
}
