namespace StoryStudio.Core;

/// <summary>Gathers what is wrong with the settings, a sentence each, which names the full key and shows no key or address.</summary>
internal sealed class Faults
{
    public List<string> Found { get; } = [];

    public void Add(string key, string what) => Found.Add($"{StoryStudioOptions.Section}:{key} {what}.");

    public void Require(bool sound, string key, string wanted, string? shown)
    {
        if (!sound)
        {
            Add(key, $"must be {wanted}{(shown is null ? "" : $", but is {StoryStudioSettings.Show(shown)}")}");
        }
    }

    public void Filled(string key, string? value) => Require(!string.IsNullOrWhiteSpace(value), key, "filled in", shown: null);

    public void OneOf(string key, string? value, string[] words, StringComparer? comparer = null) => Require(words.Contains(value, comparer ?? StringComparer.Ordinal), key, $"one of {string.Join(", ", words)}", value ?? "");

    public void Between(string key, int value, int lowest, int highest) =>
        Require(value >= lowest && value <= highest, key, $"{lowest} to {highest}", $"{value}");

    public void Between(string key, TimeSpan value, TimeSpan lowest, TimeSpan highest) =>
        Require(value >= lowest && value <= highest, key, $"{lowest:g} to {highest:g}", $"{value:g}");

    public void NotNegative(string key, decimal value) => Require(value >= 0, key, "0 or more", $"{value}");

    public void Endpoint(string key, string? value) => Require(
        string.IsNullOrWhiteSpace(value) || (Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0),
        key,
        "a whole address that begins with http:// or https:// and holds no user name",
        shown: null);

    // A key goes into a header, where a line's end or a space does no good; it comes along when one is pasted.
    public void ApiKey(string key, string? value) =>
        Require(string.IsNullOrEmpty(value) || value.All(c => c is > ' ' and < '\u007f'), key, "without spaces, line ends and letters outside ASCII", shown: null);

    public void ApiKeys(string key, List<ApiKeyDefinition> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            var value = values[i]?.Key ?? "";
            Require(value.Length > 0, $"{key}:{i}", "a key", shown: null);
            ApiKey($"{key}:{i}", value);
            Require(values[i]?.Account is not { Length: > 100 }, $"{key}:{i}:Account", "100 characters at most", shown: null);
        }
    }
}
