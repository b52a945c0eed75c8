namespace StoryStudio.Core.Generation;

/// <summary>
/// Whose turn it is among the lanes that have work: the most urgent first; among equals the story that was served longest ago, and within
/// it the lane that was. Whoever is passed over rises by a step every <see cref="Ageing"/>, so that nothing waits for ever. Safe from
/// any thread.
/// </summary>
public sealed class LaneTurns
{
    /// <summary>How long a lane is passed over until it counts as one step more urgent.</summary>
    public static readonly TimeSpan Ageing = TimeSpan.FromMinutes(2);

    private const int Highest = 3;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _stories;
    private readonly Dictionary<LaneKey, (long Turn, DateTimeOffset At)> _lanes;
    private long _turn;

    public LaneTurns()
        : this(new(StringComparer.Ordinal), [], 0)
    {
    }

    private LaneTurns(Dictionary<string, long> stories, Dictionary<LaneKey, (long Turn, DateTimeOffset At)> lanes, long turn) =>
        (_stories, _lanes, _turn) = (stories, lanes, turn);

    /// <summary>The same as it stands, to be played on without an effect here: whose turn would come.</summary>
    public LaneTurns Copy()
    {
        lock (_gate)
        {
            return new(new(_stories, StringComparer.Ordinal), new(_lanes), _turn);
        }
    }

    /// <summary>A lane was given a slot.</summary>
    public void Served(LaneKey lane, DateTimeOffset now)
    {
        lock (_gate)
        {
            _turn++;
            _stories[lane.StoryId] = _turn;
            _lanes[lane] = (_turn, now);
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

    /// <param name="candidates">Lanes that may go. At least one.</param>
    /// <param name="now">The present.</param>
    public LaneInTurn Pick(IReadOnlyCollection<LaneInTurn> candidates, DateTimeOffset now)
    {
        lock (_gate)
        {
            return candidates.MinBy(c => (-Level(c, now), _stories.GetValueOrDefault(c.Lane.Key.StoryId), _lanes.GetValueOrDefault(c.Lane.Key).Turn))!;
        }
    }

    private int Level(LaneInTurn candidate, DateTimeOffset now)
    {
        var level = candidate.Urgency switch
        {
            Urgency.Next => Highest,
            Urgency.Asked => (int)RunPriority.High,
            _ => (int)candidate.Lane.Priority,
        };
        var served = _lanes.GetValueOrDefault(candidate.Lane.Key).At;
        var passedOver = now - (served > candidate.Lane.WaitingSince ? served : candidate.Lane.WaitingSince);
        return Math.Min(Highest, level + (int)Math.Clamp(passedOver / Ageing, 0, Highest));
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
