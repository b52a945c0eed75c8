namespace StoryStudio.Core.Stories;

/// <summary>What the name, the other names and the description of a character or a place must be.</summary>
internal static class CharacterRules
{
    /// <param name="look">As it came in; name and description may be missing.</param>
    /// <param name="others">The rest of the story's cast.</param>
    /// <exception cref="InvalidInputException">Names <c>name</c>, <c>aliases[n]</c>, <c>description</c>, or several of them.</exception>
    public static CharacterLook Check((string? Name, string? Description, CastKind Kind, IReadOnlyList<string?> Aliases) look, IReadOnlyList<Character> others)
    {
        var errors = new FieldErrors();
        var taken = others.SelectMany(o => o.Aliases.Prepend(o.Name)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var name = errors.Required("name", "The name", look.Name, Character.MaxNameLength, oneLine: true);
        var description = errors.Optional("description", "The description", look.Description, Character.MaxDescriptionLength);
        if (name is not null && taken.Contains(name))
        {
            errors.Add("name", $"The story has {FieldErrors.Quote(name)} already.");
        }

        var aliases = Aliases("aliases", name, look.Aliases, taken, errors);
        if (others.Count >= NewStoryRules.MaxCharacters)
        {
            errors.Add("name", $"A story has at most {NewStoryRules.MaxCharacters} characters and places.");
        }

        errors.ThrowIfAny();
        return new(name!, description ?? "") { Kind = look.Kind, Aliases = aliases };
    }

    /// <summary>Without blanks, doubles and the name itself.</summary>
    public static IReadOnlyList<string> Aliases(string field, string? name, IReadOnlyList<string?> given, IReadOnlySet<string> taken, FieldErrors errors)
    {
        if (given.Count > Character.MaxAliases)
        {
            errors.Add(field, $"Nobody has more than {Character.MaxAliases} other names; these are {given.Count}.");
            return [];
        }

        var accepted = new List<string>();
        for (var i = 0; i < given.Count; i++)
        {
            if (errors.Optional($"{field}[{i}]", "The other name", given[i], Character.MaxNameLength, oneLine: true) is not { } alias
                || alias.Equals(name, StringComparison.OrdinalIgnoreCase) || accepted.Contains(alias, StringComparer.OrdinalIgnoreCase))
            {
                continue;
            }

            if (taken.Contains(alias))
            {
                errors.Add($"{field}[{i}]", $"The story has {FieldErrors.Quote(alias)} already.");
            }

            accepted.Add(alias);
        }

        // One instance for nothing, so that equal looks are equal.
        return accepted.Count == 0 ? [] : accepted;
    }
}
