using System.Collections.Concurrent;

namespace StoryStudio.Core.Storage;

/// <summary>
/// Counts, in memory, what was changed in each story of what pictures are made from. An attempt notes the count as it reads what it draws
/// from; where it is the same when the picture is there, nothing was changed meanwhile and nothing has to be compared.
/// </summary>
public sealed class StoryStamps
{
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public long Read(string storyId) => _counts.GetValueOrDefault(storyId);

    /// <summary>After the commit: whoever reads the old count has read the old story, or compares once for nothing.</summary>
    public void Raise(string storyId) => _counts.AddOrUpdate(storyId, 1, (_, count) => count + 1);
}
