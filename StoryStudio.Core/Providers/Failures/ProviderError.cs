using System.Globalization;
using System.Text.Json;

namespace StoryStudio.Core.Providers.Failures;

/// <summary>What an answer says went wrong, whichever of the many shapes it has.</summary>
/// <param name="Code">A word for programs; never a number.</param>
/// <param name="Type">A coarser word.</param>
/// <param name="Message">A sentence, which may hold anything.</param>
/// <param name="Hints">Further words for programs: reasons, quota ids, inner codes.</param>
/// <param name="RetryDelay">A wait that the body names, such as <c>58s</c>.</param>
/// <param name="Field">The field of the request that it is about, such as <c>size</c>.</param>
public sealed record ProviderError(string? Code, string? Type, string? Message, IReadOnlyList<string> Hints, string? RetryDelay, string? Field = null)
{
    private const int MaxHints = 32;

    public static ProviderError None { get; } = new(null, null, null, [], null);

    /// <summary>Reads an error out of a body: an object or a string under <c>error</c>, a string, list or object under <c>detail</c>, bare fields, or no JSON at all.</summary>
    public static ProviderError Parse(string? body)
    {
        if (string.IsNullOrWhiteSpace(body))
        {
            return None;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is for JSON with words in it that are no text, such as half of a surrogate pair.
            return None with { Message = body };
        }
    }

    /// <summary>As <see cref="Parse"/>, for an answer that is read already; null where it names no error.</summary>
    public static ProviderError? Find(JsonElement root) =>
        root.ValueKind is JsonValueKind.Object
        && ((root.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.Object or JsonValueKind.String) || root.TryGetProperty("detail", out _))
            ? Read(root)
            : null;

    private static ProviderError Read(JsonElement root)
    {
        if (root.ValueKind is JsonValueKind.Array && root.GetArrayLength() > 0)
        {
            root = root[0];
        }

        if (root.ValueKind is not JsonValueKind.Object)
        {
            return None with { Message = root.ToString() };
        }

        if (root.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.Object)
        {
            return FromObject(error);
        }

        if (error.ValueKind is JsonValueKind.String)
        {
            return FromObject(root) with { Message = error.GetString() };
        }

        if (root.TryGetProperty("detail", out var detail))
        {
            return detail.ValueKind switch
            {
                JsonValueKind.Object => FromObject(detail),
                JsonValueKind.Array => None with { Message = string.Join("; ", detail.EnumerateArray().Take(5).Select(Describe)), Field = detail.EnumerateArray().Select(FieldOf).FirstOrDefault() },
                _ => FromObject(root) with { Message = detail.ToString() },
            };
        }

        return FromObject(root);
    }

    private static ProviderError FromObject(JsonElement error)
    {
        var hints = new List<string>();
        string? retryDelay = null;
        CollectHints(error, hints, ref retryDelay, depth: 0);
        return new ProviderError(Word(error, "code"), Word(error, "type") ?? Word(error, "status"), Text(error, "message") ?? Text(error, "msg"), hints, retryDelay, FieldOf(error));
    }

    /// <summary>Azure's inner errors and Google's details hold the words that matter some levels down.</summary>
    private static void CollectHints(JsonElement element, List<string> hints, ref string? retryDelay, int depth)
    {
        if (depth > 5 || hints.Count >= MaxHints)
        {
            return;
        }

        if (element.ValueKind is JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray().Take(MaxHints))
            {
                CollectHints(item, hints, ref retryDelay, depth + 1);
            }
        }
        else if (element.ValueKind is JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject().Take(MaxHints))
            {
                if (property.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                {
                    CollectHints(property.Value, hints, ref retryDelay, depth + 1);
                }
                else if (property.Value.ValueKind is JsonValueKind.String && property.Value.GetString() is { Length: <= 200 } text)
                {
                    if (property.NameEquals("retryDelay"))
                    {
                        retryDelay ??= text;
                    }
                    else if (property.NameEquals("reason") || property.NameEquals("quotaId") || property.NameEquals("code") || property.NameEquals("status"))
                    {
                        hints.Add(text);
                    }
                }
            }
        }
    }

    private static string Describe(JsonElement item)
    {
        if (item.ValueKind is not JsonValueKind.Object)
        {
            return item.ToString();
        }

        var where = item.TryGetProperty("loc", out var loc) && loc.ValueKind is JsonValueKind.Array ? string.Join('.', loc.EnumerateArray().Take(8)) : null;
        var what = Text(item, "msg") ?? Text(item, "message");
        return where is null ? what ?? "" : $"{where}: {what}";
    }

    /// <summary>OpenAI's <c>param</c>, which may be <c>image[0]</c>, or the last name of a <c>loc</c> such as <c>["body", "size"]</c>.</summary>
    private static string? FieldOf(JsonElement error)
    {
        var name = error.ValueKind is not JsonValueKind.Object ? null
            : error.TryGetProperty("loc", out var loc) && loc.ValueKind is JsonValueKind.Array
                ? loc.EnumerateArray().Take(8).LastOrDefault(part => part.ValueKind is JsonValueKind.String) is { ValueKind: JsonValueKind.String } last ? last.GetString() : null
                : Text(error, "param");
        var index = name?.IndexOf('[', StringComparison.Ordinal) ?? -1;
        return index < 0 ? name : name![..index];
    }

    /// <summary>Some servers repeat the status where a word belongs; that says nothing new.</summary>
    private static string? Word(JsonElement element, string name) =>
        Text(element, name) is { } text && !int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) ? text : null;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String && value.GetString() is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
}
