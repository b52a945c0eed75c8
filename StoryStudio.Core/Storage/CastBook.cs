using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <inheritdoc/>
internal sealed class CastBook(
    StoryWriter writer,
    IDbContextFactory<StoryDbContext> contexts,
    PictureFiles files,
    GenerationSignals signals,
    ImageProviders providers,
    IOptions<StoryStudioOptions> options,
    TimeProvider time) : ICast
{
    /// <summary>Sheets come before every segment, in the order of the characters.</summary>
    private const int BeforeSegments = -1_000_000;

    private const int MostDismissed = 5_000;

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
            Kind = c.Kind,
            Name = c.Name,
            Aliases = c.Aliases,
            Description = c.Description,
            PictureUrl = pictures[c.Id].MaxBy(p => p.Number) is { } picture ? PictureAddress.OfCharacter(c.Id, picture.Number, picture.MediaType) : null,
            Sheets = [.. sheets.Where(i => i.CharacterId == c.Id).OrderBy(i => styles.IndexOf(i.Style)).Select(i => i.ToState())],
            Segments = [.. appearing.Where(a => a.Who.Contains(c)).Select(a => a.Number)],
            Corrected = [.. segments.Where(s => c.AddedTo.Contains(s.Id) || c.RemovedFrom.Contains(s.Id)).Select(s => s.Number.ToString())],
        });
    }

    public async Task<CastMember> AddAsync(
        string storyId, string? name, string? description, CastKind kind = CastKind.Character, IReadOnlyList<string>? aliases = null, CancellationToken cancellationToken = default)
    {
        RequireId(storyId, Missing.Story);
        var id = await writer.ExecuteAsync(async scope =>
        {
            if (!await scope.Db.Stories.AnyAsync(s => s.Id == storyId && s.DeletedAt == null))
            {
                throw Missing.Story();
            }

            var others = await scope.Db.Characters.Where(c => c.StoryId == storyId).ToListAsync();
            var look = CharacterRules.Check((name, description, kind, aliases ?? []), others);
            var character = new Character
            {
                Id = Ids.New(scope.Now),
                StoryId = storyId,
                Ordinal = 1 + (await scope.Db.Characters.IgnoreQueryFilters().Where(c => c.StoryId == storyId).MaxAsync(c => (int?)c.Ordinal) ?? -1),
                Kind = look.Kind,
                Name = look.Name,
                Description = look.Description,
                Aliases = [.. look.Aliases],
            };
            scope.Db.Characters.Add(character);
            await scope.NextVersionAsync(storyId);
            return character.Id;
        });
        return await MemberAsync(storyId, id, cancellationToken);
    }

    public async Task<CastMember> UpdateAsync(
        string characterId, string? name, string? description, CastKind? kind = null, IReadOnlyList<string>? aliases = null, string? descriptionBasedOn = null, CancellationToken cancellationToken = default)
    {
        var storyId = await ChangeAsync(characterId, async (scope, character) =>
        {
            var others = await scope.Db.Characters.AsNoTracking().Where(c => c.StoryId == character.StoryId && c.Id != characterId).ToListAsync();
            var look = CharacterRules.Check((name ?? character.Name, description ?? character.Description, kind ?? character.Kind, aliases ?? character.Aliases), others);
            if (description is not null && look.Description != character.Description && descriptionBasedOn is not null && descriptionBasedOn.ReplaceLineEndings("\n").Trim() != character.Description)
            {
                throw new ConflictException("description_changed", $"What is said of {character.Name} was changed meanwhile. Nothing was saved.");
            }

            var former = character.Name;
            (character.Kind, character.Name, character.Description, character.Aliases) = (look.Kind, look.Name, look.Description, [.. look.Aliases]);
            if (look.Name != former)
            {
                await CastExits.RenameAsync(scope, character.StoryId, former, look.Name);
                if (aliases is null)
                {
                    await CastExits.KeepNameAsync(scope, character, former);
                }
            }
        });
        return await MemberAsync(storyId, characterId, cancellationToken);
    }

    public async Task RemoveAsync(string characterId, CancellationToken cancellationToken = default)
    {
        List<string> interrupted = [];
        await ChangeAsync(characterId, async (scope, character) => interrupted = await CastExits.RemoveAsync(scope, character));
        interrupted.ForEach(signals.Interrupt);
    }

    public async Task<CastMember> MergeAsync(string characterId, string otherId, CancellationToken cancellationToken = default)
    {
        RequireId(otherId, Missing.Character);
        if (characterId == otherId)
        {
            throw new InvalidInputException("other", "Nobody can be made one with themselves.");
        }

        List<string> interrupted = [];
        var storyId = await ChangeAsync(characterId, async (scope, character) =>
        {
            var other = await Visible(scope.Db).SingleOrDefaultAsync(c => c.Id == otherId) ?? throw Missing.Character();
            if (other.StoryId != character.StoryId)
            {
                throw new InvalidInputException("other", $"{other.Name} is in another story.");
            }

            interrupted = await CastExits.MergeAsync(scope, character, other);
        });
        interrupted.ForEach(signals.Interrupt);
        return await MemberAsync(storyId, characterId, cancellationToken);
    }

    public async Task<CastMember> RestoreAsync(string characterId, CancellationToken cancellationToken = default)
    {
        RequireId(characterId, Missing.Character);
        var storyId = await writer.ExecuteAsync(async scope =>
        {
            var character = await Visible(scope.Db).IgnoreQueryFilters().SingleOrDefaultAsync(c => c.Id == characterId) ?? throw Missing.Character();
            await CastExits.RestoreAsync(scope, character);
            await scope.NextVersionAsync(character.StoryId);
            return character.StoryId;
        });
        return await MemberAsync(storyId, characterId, cancellationToken);
    }

    public async Task<CastMember> SetAppearanceAsync(string characterId, string number, bool? appears, CancellationToken cancellationToken = default)
    {
        var storyId = await ChangeAsync(characterId, async (scope, character) =>
        {
            var segment = await scope.Db.Segments.NamedAsync(character.StoryId, number);
            var cast = await scope.Db.Characters.Where(c => c.StoryId == character.StoryId).ToListAsync();
            CastExits.Correct(character, segment, cast, appears);
        });
        return await MemberAsync(storyId, characterId, cancellationToken);
    }

    public async Task<IReadOnlyList<CastProposal>> GetProposalsAsync(string storyId, CancellationToken cancellationToken = default)
    {
        RequireId(storyId, Missing.Story);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await db.Stories.AnyAsync(s => s.Id == storyId && s.DeletedAt == null, cancellationToken))
        {
            throw Missing.Story();
        }

        var segments = await db.Segments.Where(s => s.StoryId == storyId).OrderBy(s => s.Ordinal).Select(s => new { s.Scene, s.Beat, s.Text }).ToListAsync(cancellationToken);
        var cast = await db.Characters.Where(c => c.StoryId == storyId).ToListAsync(cancellationToken);
        var dismissed = await db.DismissedNames.Where(n => n.StoryId == storyId).Select(n => n.Name).ToListAsync(cancellationToken);
        return CastProposals.Find(segments.Select(s => (new SegmentNumber(s.Scene, s.Beat).ToString(), s.Text)), [.. cast.SelectMany(c => c.Aliases.Prepend(c.Name)), .. dismissed]);
    }

    public Task DismissAsync(string storyId, IReadOnlyList<string> names, CancellationToken cancellationToken = default) => OnNamesAsync(storyId, names, async (scope, keys) =>
    {
        var present = await scope.Db.DismissedNames.Where(n => n.StoryId == storyId).Select(n => n.Name).ToListAsync();
        if (present.Count + keys.Count > MostDismissed)
        {
            throw new InvalidInputException("names", $"No more than {MostDismissed} names can be dismissed.");
        }

        scope.Db.DismissedNames.AddRange(keys.Except(present, StringComparer.Ordinal).Select(name => new DismissedName { StoryId = storyId, Name = name }));
    });

    public Task ProposeAgainAsync(string storyId, IReadOnlyList<string> names, CancellationToken cancellationToken = default) => OnNamesAsync(storyId, names, async (scope, keys) =>
        scope.Db.DismissedNames.RemoveRange(await scope.Db.DismissedNames.Where(n => n.StoryId == storyId && keys.Contains(n.Name)).ToListAsync()));

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
                    await RunPlan.NameReferenceAsync(scope.Db, sheet, providers, anew: []);
                    sheet.Request(runId: null, consistent: true, options.Value.Generation.MaxRetries, scope.Now);
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
        return await UploadedPicture.TakeInAsync(async () =>
        {
            await BringPictureAsync(storyId, characterId, picture, cancellationToken);
            return await MemberAsync(storyId, characterId, cancellationToken);
        });
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

    public async Task<CastMember> RestorePictureAsync(string characterId, CancellationToken cancellationToken = default)
    {
        var storyId = await ChangeAsync(characterId, async (scope, character) =>
        {
            var pictures = await scope.Db.CharacterPictures.Where(p => p.CharacterId == characterId).ToListAsync();
            if (pictures.TrueForAll(p => p.RemovedAt is not null))
            {
                var last = pictures.Max(p => p.RemovedAt);
                pictures.FindAll(p => p.RemovedAt == last).ForEach(p => p.RemovedAt = null);
            }
        });
        return await MemberAsync(storyId, characterId, cancellationToken);
    }

    public async Task<CastMember> TakeBackPictureAsync(string characterId, string? pictureUrl, CancellationToken cancellationToken = default)
    {
        var storyId = await ChangeAsync(characterId, async (scope, character) =>
        {
            var pictures = await scope.Db.CharacterPictures.Where(p => p.CharacterId == characterId && p.RemovedAt == null).ToListAsync();
            if (pictures.MaxBy(p => p.Number) is { } last && PictureAddress.OfCharacter(characterId, last.Number, last.MediaType) == pictureUrl)
            {
                last.RemovedAt = scope.Now;
            }
        });
        return await MemberAsync(storyId, characterId, cancellationToken);
    }

    private async Task OnNamesAsync(string storyId, IReadOnlyList<string> names, Func<WriteScope, List<string>, Task> change)
    {
        ArgumentNullException.ThrowIfNull(names);
        RequireId(storyId, Missing.Story);
        var errors = new FieldErrors();
        var keys = names.Select((name, i) => errors.Required($"names[{i}]", "The name", name, Character.MaxNameLength, oneLine: true)?.ToLowerInvariant()).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (names.Count is 0 or > 1 + Character.MaxAliases)
        {
            errors.Add("names", $"Give 1 to {1 + Character.MaxAliases} names.");
        }

        errors.ThrowIfAny();
        await writer.ExecuteAsync(async scope =>
        {
            if (!await scope.Db.Stories.AnyAsync(s => s.Id == storyId && s.DeletedAt == null))
            {
                throw Missing.Story();
            }

            await change(scope, keys);
            await scope.NextVersionAsync(storyId);
        });
    }

    private async Task BringPictureAsync(string storyId, string characterId, Stream picture, CancellationToken cancellationToken)
    {
        await using var upload = files.BeginUpload(Ids.New(time.GetUtcNow()));
        var inspection = await upload.ReadAsync(picture, cancellationToken);
        try
        {
            await ChangeAsync(characterId, async (scope, character) =>
            {
                var number = 1 + (await scope.Db.CharacterPictures.Where(p => p.CharacterId == characterId).MaxAsync(p => (int?)p.Number) ?? 0);
                scope.Db.CharacterPictures.Add(new()
                {
                    CharacterId = characterId,
                    Number = number,
                    Path = upload.Place(files.PathOfCharacter(storyId, characterId, upload.Token), inspection.MediaType!),
                    MediaType = inspection.MediaType!,
                    Width = inspection.Width,
                    Height = inspection.Height,
                    Bytes = upload.Bytes,
                    Sha256 = upload.Sha256,
                    CreatedAt = scope.Now,
                });
            });
        }
        catch
        {
            if (!await upload.HoldsAsync(contexts))
            {
                throw;
            }
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
