using System.Collections;
using System.Diagnostics.CodeAnalysis;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>Prompts by style that are composed when somebody asks: a long story has thousands, of which hardly any is looked at.</summary>
internal sealed class LazyPrompts(IReadOnlyList<StyleSummary> styles, Func<string, string> compose) : IReadOnlyDictionary<string, string>
{
    public int Count => styles.Count;

    public IEnumerable<string> Keys => styles.Select(s => s.Key);

    public IEnumerable<string> Values => styles.Select(s => compose(s.Key));

    public string this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no prompt for {key}.");

    public bool ContainsKey(string key) => styles.Any(s => s.Key == key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        value = ContainsKey(key) ? compose(key) : null;
        return value is not null;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => styles.Select(s => KeyValuePair.Create(s.Key, compose(s.Key))).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
