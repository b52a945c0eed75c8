using System.Collections;

namespace StoryStudio.Core.Generation;

/// <summary>What every line of the log that is written during an attempt carries, whoever writes it.</summary>
internal sealed class AttemptScope(Claim claim) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 4;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("StoryId", claim.StoryId),
        1 => new("RunId", claim.RunId),
        2 => new("ImageId", claim.ImageId),
        3 => new("Attempt", claim.Token),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"story {claim.StoryId}, run {claim.RunId ?? "none"}, image {claim.ImageId}, attempt {claim.Token}";
}
