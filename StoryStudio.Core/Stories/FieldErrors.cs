namespace StoryStudio.Core.Stories;

/// <summary>Collects what is wrong, field by field, so that all of it is said at once.</summary>
/// <param name="most">How many sentences are kept; those after them are not.</param>
internal sealed class FieldErrors(int most = int.MaxValue)
{
    private readonly Dictionary<string, List<string>> _errors = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Whether there is no use in looking for more.</summary>
    public bool IsFull => _count >= most;

    public void Add(string field, string sentence)
    {
        if (IsFull)
        {
            return;
        }

        _count++;
        if (!_errors.TryGetValue(field, out var sentences))
        {
            _errors[field] = sentences = [];
        }

        sentences.Add(sentence);
    }

    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            throw new InvalidInputException(_errors.ToDictionary(e => e.Key, e => e.Value.ToArray(), StringComparer.Ordinal));
        }
    }

    /// <summary>A text that has to be there: trimmed, with <c>\n</c> as its line end; null and an error where it breaks a rule.</summary>
    public string? Required(string field, string what, string? value, int maxLength, bool oneLine = false)
    {
        if (!string.IsNullOrWhiteSpace(value))
        {
            return Optional(field, what, value, maxLength, oneLine);
        }

        Add(field, $"{what} is missing.");
        return null;
    }

    /// <summary>A text that may be missing: null then, and where it is blank or breaks a rule.</summary>
    public string? Optional(string field, string what, string? value, int maxLength, bool oneLine = false)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return null;
        }

        var text = value.ReplaceLineEndings("\n").Trim();
        if (text.Length > maxLength)
        {
            Add(field, StoryText.TooLong(text.Length, maxLength));
            return null;
        }

        if (StoryText.Fault(text) is { } fault)
        {
            Add(field, $"{what} {fault}");
            return null;
        }

        if (oneLine && text.Any(char.IsControl))
        {
            Add(field, $"{what} holds a line break or another control character.");
            return null;
        }

        return text;
    }

    /// <summary>What somebody wrote, short enough to be named in a sentence.</summary>
    public static string Quote(string? value) => $"“{TitleText.Shorten(TitleText.Clean(value ?? ""), 60)}”";
}
