using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Generation;

/// <summary>What a person may say about another version.</summary>
internal static class RegenerateRules
{
    public static void Check(string? prompt, string? instruction)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        CheckLength(nameof(prompt), prompt, errors);
        CheckLength(nameof(instruction), instruction, errors);
        if (errors.Count > 0)
        {
            throw new InvalidInputException(errors);
        }
    }

    private static void CheckLength(string field, string? text, Dictionary<string, string[]> errors)
    {
        if (text?.Length > Segment.MaxPromptLength)
        {
            errors[field] = [$"At most {Segment.MaxPromptLength} characters, but this has {text.Length}."];
        }
    }
}
