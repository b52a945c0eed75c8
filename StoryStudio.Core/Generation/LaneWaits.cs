using StoryStudio.Core.Providers.Keys;

namespace StoryStudio.Core.Generation;

/// <summary>Which lanes wait for a key at the moment, and for which; as of the engine's last look. Safe from any thread.</summary>
public sealed class LaneWaits
{
    private volatile IReadOnlyDictionary<LaneKey, KeyWait> _current = new Dictionary<LaneKey, KeyWait>();

    /// <summary>A picture of one moment, which does not change any more.</summary>
    public IReadOnlyDictionary<LaneKey, KeyWait> Current => _current;

    internal void Replace(IReadOnlyDictionary<LaneKey, KeyWait> waits) => _current = waits;
}
