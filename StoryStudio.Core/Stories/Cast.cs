namespace StoryStudio.Core.Stories;

/// <summary>The characters of a new story while its rules are checked.</summary>
internal sealed class Cast
{
    private readonly Dictionary<string, (CharacterLook Look, string Field)> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<CharacterLook> _looks = [];
    private readonly bool _isListed;
    private readonly FieldErrors _errors;

    public Cast(IReadOnlyList<NewCharacter>? characters, FieldErrors errors)
    {
        _errors = errors;
        _isListed = characters is { Count: > 0 };
        if (characters?.Count > NewStoryRules.MaxCharacters)
        {
            errors.Add("characters", $"A story has at most {NewStoryRules.MaxCharacters} characters and places; these are {characters.Count}.");
            return;
        }

        // Another name must not be anybody's first one, whoever comes earlier.
        _taken.UnionWith((characters ?? []).Select(c => c?.Name?.Trim()).OfType<string>());

        for (var i = 0; i < characters?.Count; i++)
        {
            Add($"characters[{i}]", characters[i]);
        }
    }

    public IReadOnlyList<CharacterLook> Looks => _looks;

    /// <summary>The names of a segment's characters as the story spells them; null stays null.</summary>
    public List<string>? Named(string field, IReadOnlyList<string>? names)
    {
        if (names is null)
        {
            return null;
        }

        var accepted = new List<string>();
        for (var i = 0; i < names.Count; i++)
        {
            if (Find($"{field}[{i}]", names[i]) is { } name && !accepted.Contains(name, StringComparer.Ordinal))
            {
                accepted.Add(name);
            }
        }

        return accepted;
    }

    private void Add(string field, NewCharacter? character)
    {
        var name = _errors.Required($"{field}.name", "The name", character?.Name, Character.MaxNameLength, oneLine: true);
        var description = _errors.Optional($"{field}.description", "The description", character?.Description, Character.MaxDescriptionLength);
        if (name is null)
        {
            return;
        }

        if (_byName.TryGetValue(name, out var present))
        {
            _errors.Add($"{field}.name", $"{FieldErrors.Quote(name)} is also the name of {present.Field}.");
            return;
        }

        var aliases = CharacterRules.Aliases($"{field}.aliases", name, character!.Aliases ?? [], _taken, _errors);
        _taken.UnionWith(aliases);
        Add(new(name, description ?? "") { Kind = character.Kind, Aliases = aliases }, field);
    }

    private string? Find(string field, string? given)
    {
        if (_errors.Required(field, "The name", given, Character.MaxNameLength, oneLine: true) is not { } name)
        {
            return null;
        }

        if (_byName.TryGetValue(name, out var present))
        {
            return present.Look.Name;
        }

        if (_isListed)
        {
            _errors.Add(field, $"{FieldErrors.Quote(name)} is not one of the story's characters.");
            return null;
        }

        if (_looks.Count == NewStoryRules.MaxCharacters)
        {
            _errors.Add(field, $"A story has at most {NewStoryRules.MaxCharacters} characters.");
            return null;
        }

        Add(new(name, ""), field);
        return name;
    }

    private void Add(CharacterLook look, string field)
    {
        _byName.Add(look.Name, (look, field));
        _looks.Add(look);
    }
}
