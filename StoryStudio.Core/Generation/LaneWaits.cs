using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Keys;

namespace StoryStudio.Core.Generation;

/// <summary>
/// What keeps the lanes from beginning a call, slots apart. It asks the key pools when it is asked, so that nothing it says is of a moment
/// gone by. Safe from any thread.
/// </summary>
public sealed class LaneWaits(ImageProviders providers, ApiKeyPools keys, IOptions<StoryStudioOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _nextStarts = new(StringComparer.Ordinal);
    private volatile string? _held;

    /// <summary>Why free slots are not given out in turn at the moment, in a sentence; null while they are.</summary>
    public string? Held
    {
        get => _held;
        internal set => _held = value;
    }

    /// <summary>What a style waits for; null where a call of it may begin now, or begins to fail because no key serves within the time that is worth waiting.</summary>
    public QueueWait? Find(string style)
    {
        var key = Key(style);
        return NextStart(style, time.GetUtcNow()) is { } start && !(key?.At >= start)
            ? new(QueueWaitKind.Delay, "Waiting between two pictures.", start)
            : key is null ? null
            : new(QueueWaitKind.Key, key.Tail is null ? "Waiting for the service." : $"Waiting for key {key.Tail}.", key.At, key.Tail);
    }

    /// <summary>The key that a style waits for; null where one is ready, or none is worth waiting for.</summary>
    public KeyWait? Key(string style)
    {
        if (!options.Value.HasStyle(style))
        {
            // It left the settings: nobody's key is waited for.
            return null;
        }

        var pool = keys.For(options.Value.Style(style), providers.For(style).Name);
        return pool.NextReady() is { } wait && pool.Closed(options.Value.Generation.MaxKeyWait) is null ? wait : null;
    }

    /// <summary>Whether the account serves now that a call goes to which goes again where there is no money for another.</summary>
    internal bool Serves(string style, string? keyTail) => !options.Value.HasStyle(style) || keys.For(options.Value.Style(style), providers.For(style).Name).Serves(keyTail);

    /// <summary>
    /// Until when a call that may have been charged waits for the account that it went to, which is at its pace: another one knows nothing of it
    /// and charges anew. Null where it need not, or where that account does not serve at all.
    /// </summary>
    internal DateTimeOffset? OwnAccountAt(string style, string? keyTail) => keyTail is null || !options.Value.HasStyle(style)
        ? null
        : keys.For(options.Value.Style(style), providers.For(style).Name).PacedUntil(keyTail);

    /// <summary>When a call of the style may begin at the earliest for the sake of <c>DelayBetweenImages</c>; null where that is over.</summary>
    internal DateTimeOffset? NextStart(string style, DateTimeOffset now) => _nextStarts.TryGetValue(style, out var next) && next > now ? next : null;

    /// <summary>A call of the style begins.</summary>
    internal void Begin(string style, DateTimeOffset now)
    {
        if (options.Value.Generation.DelayBetweenImages is var delay && delay > TimeSpan.Zero)
        {
            _nextStarts[style] = now + delay;
        }
    }

    /// <summary>The wall clock was set by that much.</summary>
    internal void Move(TimeSpan by)
    {
        foreach (var style in _nextStarts.Keys)
        {
            _nextStarts.AddOrUpdate(style, _ => default, (_, at) => at + by);
        }
    }
}
