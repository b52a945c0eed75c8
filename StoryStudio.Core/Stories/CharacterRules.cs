namespace StoryStudio.Core.Stories;

/// <summary>What a character's name and description must be.</summary>
internal static class CharacterRules
{
    /// <param name="name">One line.</param>
    /// <param name="description">May be missing.</param>
    /// <param name="taken">Names of the story's other characters.</param>
    /// <exception cref="InvalidInputException">Names <c>name</c>, <c>description</c>, or both.</exception>
    public static CharacterLook Check(string? name, string? description, IReadOnlyList<string> taken)
    {
        var errors = new FieldErrors();
        var accepted = errors.Required("name", "The name", name, Character.MaxNameLength, oneLine: true);
        var look = errors.Optional("description", "The description", description, Character.MaxDescriptionLength);
        if (accepted is not null && taken.Contains(accepted, StringComparer.OrdinalIgnoreCase))
        {
            errors.Add("name", $"The story has {FieldErrors.Quote(accepted)} already.");
        }

        if (taken.Count >= NewStoryRules.MaxCharacters)
        {
            errors.Add("name", $"A story has at most {NewStoryRules.MaxCharacters} characters.");
        }

        errors.ThrowIfAny();
        return new(accepted!, look ?? "");
    }
}
