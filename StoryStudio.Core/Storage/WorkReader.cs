using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>What an image is drawn from, as it stands at the moment.</summary>
internal sealed class WorkReader(OpenReaders readers, ReferenceFinder references, StyleSamples samples, StoryStamps stamps, IOptions<StoryStudioOptions> options)
{
    /// <summary>Of one that an attempt holds; null where it holds it no more.</summary>
    public Task<ImageWork?> LoadAsync(Claim claim, CancellationToken cancellationToken)
    {
        // Before anything is read: what is changed from now on raises it.
        var stamp = stamps.Read(claim.StoryId);
        var drawn = new Drawn(ReferenceNeed.Of(claim), claim.CharacterId, claim.Token, claim.PromptOverride);
        return readers.ReadAsync(db => LoadAsync(db, drawn, stamp, cancellationToken), cancellationToken);
    }

    /// <summary>Of one that is about to be claimed; null where it waits no more.</summary>
    public Task<ImageWork?> LoadAsync(StoryDbContext db, StoryImage waiting, bool becomesReference) =>
        LoadAsync(db, new(ReferenceNeed.Of(waiting, becomesReference), waiting.CharacterId, Token: null, waiting.PromptOverride), stamps.Read(waiting.StoryId), CancellationToken.None);

    private Task<ImageWork?> LoadAsync(StoryDbContext db, Drawn drawn, long stamp, CancellationToken cancellationToken) =>
        drawn.CharacterId is null ? LoadSegmentAsync(db, drawn, stamp, cancellationToken) : LoadSheetAsync(db, drawn, stamp, cancellationToken);

    private async Task<ImageWork?> LoadSegmentAsync(StoryDbContext db, Drawn drawn, long stamp, CancellationToken cancellationToken)
    {
        var need = drawn.Need;
        if (await EngineQueries.Of(db).Subject(db, need.ImageId, drawn.Token) is not { } subject)
        {
            return null;
        }

        var segment = subject.Segment;
        IReadOnlyList<Character> appearing = subject.HasCast ? CharactersOf.Appearing(segment, await CastAsync(db, need.StoryId, cancellationToken)) : [];
        IReadOnlyList<WantedReference> wanted = references.WithoutCharacters(need, segment.HardCut, previous: null, subject.First);
        IReadOnlyList<string> missing = [];
        if (appearing.Count > 0 || need.TakesPrevious)
        {
            (wanted, missing) = await references.FindAsync(db, need, segment.HardCut, appearing, cancellationToken);
        }
        var own = segment.Prompts.GetValueOrDefault(need.Style) ?? segment.Prompt;
        return new()
        {
            Text = segment.Text,
            OwnPrompt = drawn.PromptOverride ?? own,
            Characters = [.. appearing.Select(CharactersOf.Look)],
            References = wanted,
            Missing = missing,
            StyleNote = subject.Note,
            Basis = Basis(need.Style, segment.Text, own, subject.Note, appearing),
            Stamp = stamp,
        };
    }

    private async Task<ImageWork?> LoadSheetAsync(StoryDbContext db, Drawn drawn, long stamp, CancellationToken cancellationToken)
    {
        var need = drawn.Need;
        if (!await db.Images.AnyAsync(i => i.Id == need.ImageId && i.Token == drawn.Token, cancellationToken))
        {
            return null;
        }

        if ((await CastAsync(db, need.StoryId, cancellationToken)).Find(c => c.Id == drawn.CharacterId) is not { } character)
        {
            return null;
        }

        var look = CharactersOf.Look(character);
        var (along, _) = await references.FindAsync(db, need, sceneStarts: true, [character], cancellationToken);
        var note = await db.StoryStyles.Where(s => s.StoryId == need.StoryId && s.Key == need.Style).Select(s => s.Note).SingleOrDefaultAsync(cancellationToken);
        return new()
        {
            Text = $"{character.Name}. {character.Description}".Trim(),
            OwnPrompt = drawn.PromptOverride,
            Characters = [look],
            Sheet = look,
            References = along,
            StyleNote = note,
            Basis = Basis(need.Style, text: null, ownPrompt: null, note, [character]),
            Stamp = stamp,
        };
    }

    private static Task<List<Character>> CastAsync(StoryDbContext db, string storyId, CancellationToken cancellationToken) =>
        db.Characters.Where(c => c.StoryId == storyId).OrderBy(c => c.Ordinal).ToListAsync(cancellationToken);

    private PictureBasis Basis(string style, string? text, string? ownPrompt, string? note, IReadOnlyList<Character> characters) =>
        PictureBasis.Of(text, ownPrompt, options.Value.Style(style), note, samples.Find(style)?.Sha256, characters);

    /// <param name="Need">Which image it is, and which references go with it.</param>
    /// <param name="CharacterId">Whose sheet it is; null where it illustrates a segment.</param>
    /// <param name="Token">The attempt that holds it; null where none does.</param>
    /// <param name="PromptOverride">A prompt for this picture alone.</param>
    private sealed record Drawn(ReferenceNeed Need, string? CharacterId, string? Token, string? PromptOverride);
}
