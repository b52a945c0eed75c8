using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>Segments as the page and the API read them.</summary>
internal sealed class SegmentReader(IOptions<StoryStudioOptions> options)
{
    public async Task<SegmentDetails?> FindAsync(StoryDbContext db, string storyId, string segmentId, CancellationToken cancellationToken)
    {
        if (await db.Segments.SingleOrDefaultAsync(s => s.Id == segmentId, cancellationToken) is not { } segment)
        {
            return null;
        }

        var styles = await db.StoryStyles.Where(s => s.StoryId == storyId).OrderBy(s => s.Ordinal).Select(s => new StyleSummary(s.Key, s.Key) { Note = s.Note }).ToListAsync(cancellationToken);
        var characters = await db.Characters.Where(c => c.StoryId == storyId).OrderBy(c => c.Ordinal).ToListAsync(cancellationToken);
        return Details(segment, characters, styles);
    }

    /// <param name="segment">As it is stored.</param>
    /// <param name="characters">The story's.</param>
    /// <param name="styles">The story's.</param>
    /// <param name="before">The same segment at an earlier moment, with the same characters and styles: it is taken where it still says the same.</param>
    public SegmentDetails Details(Segment segment, IReadOnlyList<Character> characters, IReadOnlyList<StyleSummary> styles, SegmentDetails? before = null)
    {
        var number = segment.Number.ToString();
        if (before is not null && before.Number == number && before.Text == segment.Text && before.HardCut == segment.HardCut && before.Prompt == segment.Prompt
            && before.Prompts.Count == segment.Prompts.Count && before.Prompts.All(p => segment.Prompts.GetValueOrDefault(p.Key) == p.Value)
            && (segment.Characters is null || before.Characters.SequenceEqual(segment.Characters, StringComparer.OrdinalIgnoreCase)))
        {
            return before;
        }

        var looks = CharactersOf.Segment(segment, characters);
        return new()
        {
            Id = segment.Id,
            Number = number,
            Text = segment.Text,
            HardCut = segment.HardCut,
            Prompt = segment.Prompt,
            Prompts = segment.Prompts,
            EffectivePrompts = new LazyPrompts(styles, Compose),
            Characters = [.. looks.Select(l => l.Name)],
        };

        string Compose(string style) => PromptComposer.Compose(
            options.Value.Style(style).With(styles.First(s => s.Key == style).Note), segment.Text, segment.Prompts.GetValueOrDefault(style) ?? segment.Prompt, looks, describeCharacters: true, instruction: null);
    }
}
