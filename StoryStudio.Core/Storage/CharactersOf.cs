using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>Who is in a segment: whom the author named, else whom its text names.</summary>
internal static class CharactersOf
{
    public static IReadOnlyList<CharacterLook> Segment(Segment segment, IReadOnlyList<Character> characters) =>
        [.. Appearing(segment, characters).Select(c => new CharacterLook(c.Name, c.Description))];

    public static IReadOnlyList<Character> Appearing(Segment segment, IReadOnlyList<Character> characters)
    {
        if (characters.Count == 0)
        {
            return [];
        }

        IReadOnlyList<string> names = segment.Characters ?? CharacterFinder.In(segment.Text, [.. characters.Select(c => c.Name)]);
        return [.. characters.Where(c => names.Contains(c.Name, StringComparer.OrdinalIgnoreCase))];
    }
}
