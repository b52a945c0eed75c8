using StoryStudio.Core.Access;
using StoryStudio.Core.Live;
using StoryStudio.Core.Reviews;

namespace StoryStudio.Web.Live;

/// <summary>Who looks at a story at this moment.</summary>
/// <param name="StoryId">The story.</param>
/// <param name="Count">People; one with two windows is one.</param>
/// <param name="People">The first of them to come, at most <see cref="MostNamed"/>.</param>
public sealed record StoryWatchers(string StoryId, int Count, IReadOnlyList<Person> People)
{
    public const int MostNamed = 20;

    /// <summary>"Anna, Ben and 3 others are here"; empty where nobody is.</summary>
    public string Words => (Count, People) switch
    {
        (0, _) => "",
        (1, [var one, ..]) => $"{one.Name} is here",
        (2, [var one, var two, ..]) => $"{one.Name} and {two.Name} are here",
        (3, [var one, var two, var three, ..]) => $"{one.Name}, {two.Name} and {three.Name} are here",
        (_, [var one, var two, ..]) => $"{one.Name}, {two.Name} and {Count - 2} others are here",
        _ => $"{Count} are here",
    };
}

/// <summary>Somebody came or went. Passes by: nothing of it is kept, and its number has nothing to do with the story's.</summary>
public sealed record WatchersChanged(StoryWatchers Watchers, long Number) : StoryChange(Watchers.StoryId, $"{Watchers.StoryId}.watchers", Number);

public sealed class WatchersEventArgs(StoryWatchers watchers) : EventArgs
{
    public StoryWatchers Watchers => watchers;
}

/// <summary>Who looks at which story, from the lines that pages hold open. Safe from any thread.</summary>
public sealed class Presence(StoryChanges changes, TimeProvider time)
{
    /// <summary>Whoever comes within it is told of in one go: a thousand who open a page together are a handful of messages.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Room> _rooms = new(StringComparer.Ordinal);
    private long _number;

    /// <summary>Raised after the watchers of a story changed.</summary>
    public event EventHandler<WatchersEventArgs>? Changed;

    /// <param name="storyId">The story.</param>
    /// <param name="without">Id of the person who is neither counted nor named; null for nobody.</param>
    public StoryWatchers Of(string storyId, string? without = null)
    {
        lock (_gate)
        {
            return _rooms.TryGetValue(storyId, out var room) ? room.State(storyId, without) : new(storyId, 0, []);
        }
    }

    /// <summary>Somebody begins to look, until what is returned is disposed of.</summary>
    public IDisposable Enter(string storyId, Actor who)
    {
        lock (_gate)
        {
            if (!_rooms.TryGetValue(storyId, out var room))
            {
                _rooms[storyId] = room = new();
            }

            room.Add(new(who.Id, who.Name, who.May(StoryRole.Author)));
            Tell(storyId, room);
        }

        return new Leaving(() =>
        {
            lock (_gate)
            {
                var room = _rooms[storyId];
                room.Remove(who.Id);
                Tell(storyId, room);
            }
        });
    }

    private void Tell(string storyId, Room room) => room.Telling ??= time.CreateTimer(_ => TellNow(storyId), null, Gathering, Timeout.InfiniteTimeSpan);

    private void TellNow(string storyId)
    {
        StoryWatchers watchers;
        lock (_gate)
        {
            var room = _rooms[storyId];
            room.Telling?.Dispose();
            room.Telling = null;
            watchers = room.State(storyId);
            if (watchers.Count == 0)
            {
                _rooms.Remove(storyId);
            }
        }

        changes.Publish([new WatchersChanged(watchers, Interlocked.Increment(ref _number))]);
        Changed?.Invoke(this, new(watchers));
    }

    private sealed class Room
    {
        private readonly List<(Person Who, int Windows)> _people = [];

        public ITimer? Telling { get; set; }

        public void Add(Person who)
        {
            var at = _people.FindIndex(p => p.Who.Id == who.Id);
            if (at < 0)
            {
                _people.Add((who, 1));
            }
            else
            {
                _people[at] = (who, _people[at].Windows + 1);
            }
        }

        public void Remove(string id)
        {
            var at = _people.FindIndex(p => p.Who.Id == id);
            if (_people[at].Windows == 1)
            {
                _people.RemoveAt(at);
            }
            else
            {
                _people[at] = (_people[at].Who, _people[at].Windows - 1);
            }
        }

        public StoryWatchers State(string storyId, string? without = null)
        {
            var people = _people.Where(p => p.Who.Id != without).Select(p => p.Who).ToList();
            return new(storyId, people.Count, [.. people.Take(StoryWatchers.MostNamed)]);
        }
    }

    private sealed class Leaving(Action leave) : IDisposable
    {
        private Action? _leave = leave;

        public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
    }
}

/// <summary>Where one circuit is: it leaves the story while its browser's line is cut, and is back with it.</summary>
internal sealed class CircuitPresence(Presence presence)
{
    private readonly Lock _gate = new();
    private readonly List<Stay> _stays = [];
    private bool _connected;

    public IDisposable Enter(string storyId, Actor who)
    {
        var stay = new Stay(this, storyId, who);
        lock (_gate)
        {
            _stays.Add(stay);
            stay.Seat = _connected ? presence.Enter(storyId, who) : null;
        }

        return stay;
    }

    public void Connect(bool connected)
    {
        lock (_gate)
        {
            _connected = connected;
            foreach (var stay in _stays)
            {
                if (connected)
                {
                    stay.Seat ??= presence.Enter(stay.StoryId, stay.Who);
                }
                else
                {
                    stay.Seat?.Dispose();
                    stay.Seat = null;
                }
            }
        }
    }

    private sealed class Stay(CircuitPresence circuit, string storyId, Actor who) : IDisposable
    {
        public string StoryId => storyId;

        public Actor Who => who;

        public IDisposable? Seat { get; set; }

        public void Dispose()
        {
            lock (circuit._gate)
            {
                circuit._stays.Remove(this);
                Seat?.Dispose();
                Seat = null;
            }
        }
    }
}
