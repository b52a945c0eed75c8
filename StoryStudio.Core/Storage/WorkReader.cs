using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>What an image that an attempt holds is drawn from, as it stands at the moment.</summary>
internal sealed class WorkReader(OpenReaders readers, ReferenceFinder references, StyleSamples samples, StoryStamps stamps, IOptions<StoryStudioOptions> options)
{
    public Task<ImageWork?> LoadAsync(Claim claim, CancellationToken cancellationToken)
    {
        // Before anything is read: what is changed from now on raises it.
        var stamp = stamps.Read(claim.StoryId);
        return readers.ReadAsync(db => claim.CharacterId is null ? LoadSegmentAsync(db, claim, stamp, cancellationToken) : LoadSheetAsync(db, claim, stamp, cancellationToken), cancellationToken);
    }

    private async Task<ImageWork?> LoadSegmentAsync(StoryDbContext db, Claim claim, long stamp, CancellationToken cancellationToken)
    {
        if (await EngineQueries.Of(db).Subject(db, claim.ImageId, claim.Token) is not { } subject)
        {
            return null;
        }

        var segment = subject.Segment;
        var need = ReferenceNeed.Of(claim);
        IReadOnlyList<Character> appearing = subject.HasCast ? CharactersOf.Appearing(segment, await CastAsync(db, claim, cancellationToken)) : [];
        IReadOnlyList<WantedReference> wanted = references.WithoutCharacters(need, segment.HardCut, previous: null, subject.First);
        IReadOnlyList<string> missing = [];
        if (appearing.Count > 0 || need.TakesPrevious)
        {
            (wanted, missing) = await references.FindAsync(db, need, segment.HardCut, appearing, cancellationToken);
        }
        var own = segment.Prompts.GetValueOrDefault(claim.Style) ?? segment.Prompt;
        return new()
        {
            Text = segment.Text,
            OwnPrompt = claim.PromptOverride ?? own,
            Characters = [.. appearing.Select(CharactersOf.Look)],
            References = wanted,
            Missing = missing,
            StyleNote = subject.Note,
            Basis = Basis(claim, segment.Text, own, subject.Note, appearing),
            Stamp = stamp,
        };
    }

    private async Task<ImageWork?> LoadSheetAsync(StoryDbContext db, Claim claim, long stamp, CancellationToken cancellationToken)
    {
        if (!await db.Images.AnyAsync(i => i.Id == claim.ImageId && i.Token == claim.Token, cancellationToken))
        {
            return null;
        }

        if ((await CastAsync(db, claim, cancellationToken)).Find(c => c.Id == claim.CharacterId) is not { } character)
        {
            return null;
        }

        var look = CharactersOf.Look(character);
        var (along, _) = await references.FindAsync(db, ReferenceNeed.Of(claim), sceneStarts: true, [character], cancellationToken);
        var note = await db.StoryStyles.Where(s => s.StoryId == claim.StoryId && s.Key == claim.Style).Select(s => s.Note).SingleOrDefaultAsync(cancellationToken);
        return new()
        {
            Text = $"{character.Name}. {character.Description}".Trim(),
            OwnPrompt = claim.PromptOverride,
            Characters = [look],
            Sheet = look,
            References = along,
            StyleNote = note,
            Basis = Basis(claim, text: null, ownPrompt: null, note, [character]),
            Stamp = stamp,
        };
    }

    private static Task<List<Character>> CastAsync(StoryDbContext db, Claim claim, CancellationToken cancellationToken) =>
        db.Characters.Where(c => c.StoryId == claim.StoryId).OrderBy(c => c.Ordinal).ToListAsync(cancellationToken);

    private PictureBasis Basis(Claim claim, string? text, string? ownPrompt, string? note, IReadOnlyList<Character> characters) =>
        PictureBasis.Of(text, ownPrompt, options.Value.Style(claim.Style), note, samples.Find(claim.Style)?.Sha256, characters);
}
