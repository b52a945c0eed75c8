using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace StoryStudio.Core.Live;

/// <summary>
/// What was committed, handed to whoever listens. Publishing never waits: a slow subscriber finds several changes of one
/// subject folded into the newest. Receivers subscribe first, read a snapshot second, and keep the higher version.
/// </summary>
public sealed class StoryChanges
{
    private readonly ConcurrentDictionary<string, ImmutableArray<StorySubscription>> _byStory = new(StringComparer.Ordinal);
    private ImmutableArray<StorySubscription> _everything = [];

    /// <summary>Open subscriptions, for the diagnostics and the tests that look for leaks.</summary>
    public int Subscribers => _everything.Length + _byStory.Values.Sum(s => s.Length);

    /// <summary>Changes of one story. Dispose it to leave.</summary>
    public StorySubscription Subscribe(string storyId)
    {
        var subscription = new StorySubscription(Leave);
        _byStory.AddOrUpdate(storyId, [subscription], (_, present) => present.Add(subscription));
        return subscription;

        void Leave(StorySubscription leaving)
        {
            var present = _byStory.AddOrUpdate(storyId, [], (_, all) => all.Remove(leaving));
            if (present.IsEmpty)
            {
                _byStory.TryRemove(new(storyId, present));
            }
        }
    }

    /// <summary>Changes of every story. Dispose it to leave.</summary>
    public StorySubscription SubscribeAll()
    {
        var subscription = new StorySubscription(leaving => ImmutableInterlocked.Update(ref _everything, all => all.Remove(leaving)));
        ImmutableInterlocked.Update(ref _everything, all => all.Add(subscription));
        return subscription;
    }

    /// <summary>Tells everybody. Call it after the commit, with changes in the order of their versions.</summary>
    public void Publish(IReadOnlyList<StoryChange> changes)
    {
        foreach (var (storyId, ofStory) in changes.GroupBy(c => c.StoryId, StringComparer.Ordinal).Select(g => (g.Key, g.ToList())))
        {
            foreach (var subscription in _byStory.GetValueOrDefault(storyId, []))
            {
                subscription.Offer(ofStory);
            }
        }

        foreach (var subscription in _everything)
        {
            subscription.Offer(changes);
        }
    }
}
