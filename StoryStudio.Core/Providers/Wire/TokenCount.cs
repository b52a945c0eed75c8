using System.Text.Json;

namespace StoryStudio.Core.Providers.Wire;

/// <summary>A number of tokens as an answer writes it.</summary>
internal static class TokenCount
{
    /// <summary>Null where it is not there, or is what no count can be.</summary>
    public static long? Find(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number) && number is >= 0 and < 1_000_000_000 ? number : null;
}
