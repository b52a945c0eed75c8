using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>Who is in a segment, and which places: as the author said, else whom its text names.</summary>
internal static class CharactersOf
{
    public static IReadOnlyList<CharacterLook> Segment(Segment segment, IReadOnlyList<Character> characters) =>
        [.. Appearing(segment, characters).Select(Look)];

    public static CharacterLook Look(Character character) => new(character.Name, character.Description) { Kind = character.Kind, Aliases = character.Aliases };

    /// <summary>All that decides who appears where and with which words, for comparison.</summary>
    public static string Mark(IEnumerable<Character> characters) =>
        string.Join('\u001f', characters.SelectMany(c => (IEnumerable<string>)[c.Id, c.Kind.ToString(), c.Name, c.Description, .. c.Aliases, "+", .. c.AddedTo, "-", .. c.RemovedFrom]));

    public static IReadOnlyList<Character> Appearing(Segment segment, IReadOnlyList<Character> characters)
    {
        if (characters.Count == 0)
        {
            return [];
        }

        var told = Told(segment, characters);
        return [.. characters.Where(c => c.AddedTo.Contains(segment.Id) || (told.Contains(c) && !c.RemovedFrom.Contains(segment.Id)))];
    }

    /// <summary>The same before anything was corrected by hand. A list of those in a segment says nothing about places that it does not name.</summary>
    public static IReadOnlySet<Character> Told(Segment segment, IReadOnlyList<Character> characters)
    {
        if (segment.Characters is { } listed && characters.All(c => c.Kind is CastKind.Character))
        {
            return characters.Where(c => listed.Contains(c.Name, StringComparer.OrdinalIgnoreCase)).ToHashSet();
        }

        var names = characters.SelectMany(c => c.Aliases.Prepend(c.Name)).ToList();
        var found = CharacterFinder.In(segment.Text, names).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return characters.Where(c => segment.Characters switch
        {
            { } list when list.Contains(c.Name, StringComparer.OrdinalIgnoreCase) => true,
            { } when c.Kind is CastKind.Character => false,
            _ => c.Aliases.Prepend(c.Name).Any(found.Contains),
        }).ToHashSet();
    }
}
