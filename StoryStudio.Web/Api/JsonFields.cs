using System.Text.Json;
using StoryStudio.Core;

namespace StoryStudio.Web.Api;

/// <summary>
/// The fields of one JSON object. What is absent or null is null; what has a wrong shape is noted under the field's path
/// (<c>segments[0].text</c>) and read as null, so that one answer names every mistake. Fields that nobody asks for are ignored.
/// </summary>
internal readonly struct JsonFields
{
    private readonly JsonElement _object;
    private readonly string _path;
    private readonly Dictionary<string, string[]> _errors;

    private JsonFields(JsonElement value, string path, Dictionary<string, string[]> errors)
    {
        _path = path;
        _errors = errors;
        if (value.ValueKind is JsonValueKind.Object)
        {
            // Asking for any field may throw where there is such a name.
            if (value.EnumerateObject().All(m => NameOf(m) is not null))
            {
                _object = value;
            }
            else
            {
                NoteAt(path.Length == 0 ? "body" : path, "has a name with a character that is not complete");
            }
        }
        else if (value.ValueKind is not JsonValueKind.Undefined)
        {
            NoteAt(path.Length == 0 ? "body" : path, "must be an object");
        }
    }

    /// <exception cref="InvalidInputException">With every field of a wrong shape.</exception>
    public static T Read<T>(JsonElement root, Func<JsonFields, T> read)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var result = read(new JsonFields(root, "", errors));
        return errors.Count == 0 ? result : throw new InvalidInputException(errors);
    }

    public string? Text(string name) => Find(name) is { } value ? AsText(value, PathOf(name)) : null;

    public bool? Flag(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Note(name, "must be true or false");
        return null;
    }

    /// <summary>One of an enum's words on the wire.</summary>
    public T? Word<T>(string name)
        where T : struct, Enum
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        var words = Enum.GetValues<T>().ToDictionary(v => JsonNamingPolicy.SnakeCaseLower.ConvertName(v.ToString()), StringComparer.Ordinal);
        if (value.ValueKind is JsonValueKind.String && words.TryGetValue(AsText(value, PathOf(name)) ?? "", out var found))
        {
            return found;
        }

        Note(name, $"must be one of {string.Join(", ", words.Keys)}");
        return null;
    }

    /// <summary>A moment, as ISO 8601 has it, with its offset.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        // Without an offset it would be a time of some place that nobody named.
        if (value.ValueKind is JsonValueKind.String && AsText(value, PathOf(name)) is { } text && value.TryGetDateTimeOffset(out var time) && text.IndexOf('T', StringComparison.Ordinal) is > 0 and var clock && (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > clock))
        {
            return time;
        }

        Note(name, "must be a time such as 2026-12-24T18:00:00Z");
        return null;
    }

    /// <summary>An amount of money, 0 or more.</summary>
    public decimal? Amount(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.Number && value.TryGetDecimal(out var amount) && amount is >= 0 and <= 1_000_000)
        {
            return amount;
        }

        Note(name, "must be a number of US dollars from 0 to 1000000");
        return null;
    }

    /// <summary>Whether the field is there and says null, which is another thing than not to be there.</summary>
    public bool IsNull(string name) => _object.ValueKind is JsonValueKind.Object && _object.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Null;

    /// <summary>Says what is wrong with a field that has to be there, unless something was said of it already.</summary>
    public void Require(string name, string what) => _errors.TryAdd(PathOf(name), [$"{PathOf(name)} {what}."]);

    /// <summary>Whether the field is there and says something.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A large whole number that has to be there.</summary>
    public long LongNumber(string name)
    {
        if (Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number))
        {
            return number;
        }

        Note(name, "must be a whole number");
        return 0;
    }

    /// <summary>A whole number that has to be there.</summary>
    public int Number(string name)
    {
        if (Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number))
        {
            return number;
        }

        Note(name, "must be a whole number");
        return 0;
    }

    /// <summary>A whole number that may be missing.</summary>
    public int? Whole(string name) => Find(name) is null ? null : Number(name);

    /// <summary>A number of any kind that may be missing.</summary>
    public double? Fraction(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number))
        {
            return number;
        }

        Note(name, "must be a number");
        return null;
    }

    public IReadOnlyList<string>? Texts(string name) => Items(name, AsText)?.OfType<string>().ToList();

    public IReadOnlyList<T>? Objects<T>(string name, Func<JsonFields, T> read)
    {
        var errors = _errors;
        return Items(name, (item, path) => read(item.ValueKind is JsonValueKind.Null ? Refuse(path) : new JsonFields(item, path, errors)));

        JsonFields Refuse(string path)
        {
            errors[path] = [$"{path} must be an object."];
            return new JsonFields(default, path, errors);
        }
    }

    /// <summary>An object whose values are texts; null stands for an empty one.</summary>
    public IReadOnlyDictionary<string, string>? TextsByKey(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        var path = PathOf(name);
        if (value.ValueKind is not JsonValueKind.Object)
        {
            NoteAt(path, "must be an object whose values are texts");
            return null;
        }

        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            if (NameOf(member) is not { } key)
            {
                NoteAt(path, "has a name with a character that is not complete");
            }
            else if (member.Value.ValueKind is JsonValueKind.Null)
            {
                texts[key] = "";
            }
            else if (AsText(member.Value, $"{path}.{key}") is { } text)
            {
                texts[key] = text;
            }
        }

        return texts;
    }

    /// <summary>Says that a field is wrong, as the end of a sentence that its name begins.</summary>
    public void Note(string name, string what) => NoteAt(PathOf(name), what);

    private static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private List<T>? Items<T>(string name, Func<JsonElement, string, T> read)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        var path = PathOf(name);
        if (value.ValueKind is not JsonValueKind.Array)
        {
            NoteAt(path, "must be a list");
            return null;
        }

        return [.. value.EnumerateArray().Select((item, index) => read(item, $"{path}[{index}]"))];
    }

    private string? AsText(JsonElement value, string path)
    {
        if (value.ValueKind is not JsonValueKind.String)
        {
            NoteAt(path, "must be text");
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, as in "\ud800": well-formed JSON, but no text.
            NoteAt(path, "has a character that is not complete");
            return null;
        }
    }

    private JsonElement? Find(string name)
    {
        if (_object.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        if (_object.TryGetProperty(name, out var exact))
        {
            return exact.ValueKind is JsonValueKind.Null ? null : exact;
        }

        foreach (var member in _object.EnumerateObject())
        {
            if (name.Equals(NameOf(member), StringComparison.OrdinalIgnoreCase))
            {
                return member.Value.ValueKind is JsonValueKind.Null ? null : member.Value;
            }
        }

        return null;
    }

    private string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    private void NoteAt(string path, string what) => _errors[path] = [$"{(path == "body" ? "The body" : path)} {what}."];
}
