using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <inheritdoc/>
internal sealed class CastBook(
    StoryWriter writer,
    IDbContextFactory<StoryDbContext> contexts,
    PictureFiles files,
    StorySnapshots snapshots,
    GenerationSignals signals,
    IOptions<StoryStudioOptions> options,
    TimeProvider time) : ICast
{
    /// <summary>Sheets come before every segment, in the order of the characters.</summary>
    private const int BeforeSegments = -1_000_000;

    public async Task<IReadOnlyList<CastMember>> GetAsync(string storyId, CancellationToken cancellationToken = default)
    {
        RequireId(storyId, Missing.Story);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await db.Stories.AnyAsync(s => s.Id == storyId && s.DeletedAt == null, cancellationToken))
        {
            throw Missing.Story();
        }

        var characters = await db.Characters.Where(c => c.StoryId == storyId).OrderBy(c => c.Ordinal).ToListAsync(cancellationToken);
        var segments = await db.Segments.Where(s => s.StoryId == storyId).OrderBy(s => s.Ordinal).ToListAsync(cancellationToken);
        var sheets = await db.Images.Where(i => i.StoryId == storyId && i.CharacterId != null).ToListAsync(cancellationToken);
        var styles = await db.StoryStyles.Where(s => s.StoryId == storyId).OrderBy(s => s.Ordinal).Select(s => s.Key).ToListAsync(cancellationToken);
        var ids = characters.ConvertAll(c => c.Id);
        var pictures = (await db.CharacterPictures.Where(p => ids.Contains(p.CharacterId) && p.RemovedAt == null).ToListAsync(cancellationToken)).ToLookup(p => p.CharacterId, StringComparer.Ordinal);
        var appearing = segments.ConvertAll(s => (Number: s.Number.ToString(), Who: CharactersOf.Appearing(s, characters)));
        return characters.ConvertAll(c => new CastMember
        {
            Id = c.Id,
            Name = c.Name,
            Description = c.Description,
            PictureUrl = pictures[c.Id].MaxBy(p => p.Number) is { } picture ? PictureAddress.OfCharacter(c.Id, picture.Number, picture.MediaType) : null,
            Sheets = [.. sheets.Where(i => i.CharacterId == c.Id).OrderBy(i => styles.IndexOf(i.Style)).Select(i => i.ToState())],
            Segments = [.. appearing.Where(a => a.Who.Contains(c)).Select(a => a.Number)],
        });
    }

    public async Task<CastMember> AddAsync(string storyId, string? name, string? description, CancellationToken cancellationToken = default)
    {
        RequireId(storyId, Missing.Story);
        var id = await writer.ExecuteAsync(async scope =>
        {
            if (!await scope.Db.Stories.AnyAsync(s => s.Id == storyId && s.DeletedAt == null))
            {
                throw Missing.Story();
            }

            var others = await scope.Db.Characters.Where(c => c.StoryId == storyId).ToListAsync();
            var look = CharacterRules.Check(name, description, [.. others.Select(c => c.Name)]);
            var character = new Character
            {
                Id = Ids.New(scope.Now),
                StoryId = storyId,
                Ordinal = others.Count == 0 ? 0 : others.Max(c => c.Ordinal) + 1,
                Name = look.Name,
                Description = look.Description,
            };
            scope.Db.Characters.Add(character);
            await scope.NextVersionAsync(storyId);
            return character.Id;
        });
        return await MemberAsync(storyId, id, cancellationToken);
    }

    public async Task<CastMember> UpdateAsync(string characterId, string? name, string? description, CancellationToken cancellationToken = default)
    {
        var storyId = await ChangeAsync(characterId, async (scope, character) =>
        {
            var others = await scope.Db.Characters.Where(c => c.StoryId == character.StoryId && c.Id != characterId).Select(c => c.Name).ToListAsync();
            var look = CharacterRules.Check(name ?? character.Name, description ?? character.Description, others);
            if (look.Name != character.Name)
            {
                await RenameAsync(scope, character, look.Name);
            }

            (character.Name, character.Description) = (look.Name, look.Description);
        });
        return await MemberAsync(storyId, characterId, cancellationToken);
    }

    public async Task RemoveAsync(string characterId, CancellationToken cancellationToken = default)
    {
        var (interrupted, paths) = (new List<string>(), new List<string>());
        var storyId = await ChangeAsync(characterId, async (scope, character) =>
        {
            interrupted = await Cancellation.CancelAsync(scope, i => i.CharacterId == characterId);
            var sheets = await scope.Db.Images.Where(i => i.CharacterId == characterId).ToListAsync();
            var ids = sheets.ConvertAll(i => i.Id);
            paths = await scope.Db.ImageVersions.Where(v => ids.Contains(v.ImageId)).Select(v => v.Path)
                .Concat(scope.Db.CharacterPictures.Where(p => p.CharacterId == characterId).Select(p => p.Path))
                .ToListAsync();
            await PastCosts.KeepAsync(scope, scope.Db.Attempts.Where(a => ids.Contains(a.ImageId)));
            scope.Db.Images.RemoveRange(sheets);
            scope.Db.Characters.Remove(character);
        });
        interrupted.ForEach(signals.Interrupt);
        snapshots.Forget(storyId);
        files.Delete(paths);
    }

    public async Task<CastMember> DrawSheetsAsync(string characterId, IReadOnlyList<string>? styles, CancellationToken cancellationToken = default)
    {
        var storyId = await ChangeAsync(characterId, async (scope, character) =>
        {
            var wanted = await WantedStylesAsync(scope.Db, character.StoryId, styles);
            var existing = await scope.Db.Images.Where(i => i.CharacterId == characterId).ToDictionaryAsync(i => i.Style, StringComparer.Ordinal);
            foreach (var style in wanted)
            {
                if (!existing.TryGetValue(style, out var sheet))
                {
                    sheet = new()
                    {
                        Id = Ids.New(scope.Now),
                        StoryId = character.StoryId,
                        CharacterId = characterId,
                        Style = style,
                        Ordinal = BeforeSegments + character.Ordinal,
                        Scene = 0,
                        Beat = character.Ordinal + 1,
                    };
                    scope.Db.Images.Add(sheet);
                }

                if (!sheet.IsLocked && (!sheet.IsActive || sheet.MaxAttempts == 0))
                {
                    sheet.Request(runId: null, consistent: false, options.Value.Generation.MaxRetries, scope.Now);
                }
            }
        });
        signals.Wake();
        return await MemberAsync(storyId, characterId, cancellationToken);
    }

    public async Task<CastMember> SetPictureAsync(string characterId, Stream picture, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(picture);
        RequireId(characterId, Missing.Character);
        var storyId = await StoryOfAsync(characterId, cancellationToken);
        await using var draft = files.BeginUpload(storyId, characterId, Ids.New(time.GetUtcNow()));
        try
        {
            await picture.CopyToAsync(draft.Destination, cancellationToken);
        }
        catch (PictureTooLargeException failure)
        {
            throw new InvalidInputException("picture", failure.Message);
        }

        var inspection = draft.Seal(allowSvg: false);
        if (!inspection.IsSound)
        {
            throw new InvalidInputException("picture", inspection.Fault is PictureFault.TypeNotAllowed or PictureFault.UnknownType or PictureFault.Empty
                ? "A picture of a character is a PNG, JPEG or WebP file."
                : $"This picture cannot be used. {inspection.Reason}");
        }

        _ = draft.Keep(inspection.MediaType!);
        try
        {
            await ChangeAsync(characterId, async (scope, character) =>
            {
                var number = 1 + (await scope.Db.CharacterPictures.Where(p => p.CharacterId == characterId).MaxAsync(p => (int?)p.Number) ?? 0);
                scope.Db.CharacterPictures.Add(new()
                {
                    CharacterId = characterId,
                    Number = number,
                    Path = draft.Path,
                    MediaType = inspection.MediaType!,
                    Width = inspection.Width,
                    Height = inspection.Height,
                    Bytes = draft.Bytes,
                    Sha256 = draft.Sha256,
                    CreatedAt = scope.Now,
                });
            });
        }
        catch
        {
            draft.TakeBack();
            throw;
        }

        return await MemberAsync(storyId, characterId, cancellationToken);
    }

    public async Task<CastMember> RemovePictureAsync(string characterId, CancellationToken cancellationToken = default)
    {
        var storyId = await ChangeAsync(characterId, async (scope, character) =>
        {
            foreach (var picture in await scope.Db.CharacterPictures.Where(p => p.CharacterId == characterId && p.RemovedAt == null).ToListAsync())
            {
                picture.RemovedAt = scope.Now;
            }
        });
        return await MemberAsync(storyId, characterId, cancellationToken);
    }

    /// <summary>Segments in which the author named the character go by the new name.</summary>
    private static async Task RenameAsync(WriteScope scope, Character character, string name)
    {
        foreach (var segment in await scope.Db.Segments.IgnoreQueryFilters().Where(s => s.StoryId == character.StoryId && s.Characters != null).ToListAsync())
        {
            segment.Characters = [.. segment.Characters!.Select(c => c == character.Name ? name : c)];
        }
    }

    private async Task<List<string>> WantedStylesAsync(StoryDbContext db, string storyId, IReadOnlyList<string>? wanted)
    {
        var present = await db.StoryStyles.Where(s => s.StoryId == storyId).OrderBy(s => s.Ordinal).Select(s => s.Key).ToListAsync();
        if (wanted is null or [])
        {
            var known = options.Value.Styles.ConvertAll(s => s.Key);
            return present.FindAll(known.Contains);
        }

        var unknown = wanted.Select((style, i) => (style, i)).Where(w => !present.Contains(w.style)).ToDictionary(
            w => $"styles[{w.i}]", w => new[] { $"This story has no style \"{w.style}\". It has {string.Join(", ", present)}." }, StringComparer.Ordinal);
        return unknown.Count == 0 ? [.. wanted.Distinct(StringComparer.Ordinal)] : throw new InvalidInputException(unknown);
    }

    private async Task<string> StoryOfAsync(string characterId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Visible(db).Where(c => c.Id == characterId).Select(c => c.StoryId).SingleOrDefaultAsync(cancellationToken) ?? throw Missing.Character();
    }

    /// <summary>Returns the story's id.</summary>
    private async Task<string> ChangeAsync(string characterId, Func<WriteScope, Character, Task> change)
    {
        RequireId(characterId, Missing.Character);
        return await writer.ExecuteAsync(async scope =>
        {
            var character = await Visible(scope.Db).SingleOrDefaultAsync(c => c.Id == characterId) ?? throw Missing.Character();
            await change(scope, character);
            await scope.NextVersionAsync(character.StoryId);
            return character.StoryId;
        });
    }

    private async Task<CastMember> MemberAsync(string storyId, string characterId, CancellationToken cancellationToken) =>
        (await GetAsync(storyId, cancellationToken)).FirstOrDefault(c => c.Id == characterId) ?? throw Missing.Character();

    private static IQueryable<Character> Visible(StoryDbContext db) => db.Characters.Where(c => db.Stories.Any(s => s.Id == c.StoryId && s.DeletedAt == null));

    private static void RequireId(string id, Func<NotFoundException> missing)
    {
        if (!Ids.IsId(id))
        {
            throw missing();
        }
    }
}
