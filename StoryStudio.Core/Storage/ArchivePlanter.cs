using StoryStudio.Core.Books.Archive;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>Makes the rows of a story whose files are in place. Every id is new: nothing in an archive can point at what is another story's.</summary>
internal sealed class ArchivePlanter(ArchiveStage stage, WriteScope scope)
{
    /// <summary>Sheets come before every segment, in the order of the characters.</summary>
    private const int BeforeSegments = -1_000_000;

    private readonly Dictionary<ArchivedSource, string> _ids = [];
    private readonly Dictionary<string, string> _segments = new(StringComparer.Ordinal);
    private readonly HashSet<(string ImageId, int Number)> _versions = [];

    public async Task PlantAsync(string title, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var manifest = stage.Manifest;
        var story = Story(title);
        scope.Db.Stories.Add(story);
        await scope.Db.SaveChangesAsync(CancellationToken.None);

        NameImages();
        var byNumber = (manifest.Segments ?? []).ToDictionary(s => s.Number!, StringComparer.Ordinal);
        foreach (var segment in story.Segments)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var image in byNumber[segment.Number.ToString()].Images ?? [])
            {
                Add(image, new(segment.Number.ToString(), null, image.Style), segment.Ordinal, segment.Scene, segment.Beat);
            }
        }

        for (var i = 0; i < manifest.Characters?.Count; i++)
        {
            Add(manifest.Characters[i], i);
        }

        // What is shown goes by its style's reference, which is there by now.
        for (var i = 0; i < story.Styles.Count; i++)
        {
            story.Styles[i].ReferenceImageId = manifest.Styles![i].Reference is { } reference ? _ids.GetValueOrDefault(reference) : null;
        }

        await AddReviewsAsync(manifest);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private Story Story(string title)
    {
        var (accepted, now) = (stage.Accepted, scope.Now);
        var story = new Story
        {
            Id = stage.StoryId,
            Title = title,
            CreatedAt = now,
            UpdatedAt = now,
            Version = 1,
            EditVersion = Stories.Story.Unedited,
            Styles = [.. stage.Manifest.Styles!.Select((s, i) => new StoryStyle { StoryId = stage.StoryId, Key = s.Key!, Ordinal = i, Note = s.Note })],
            Characters = [.. accepted.Characters.Select((c, i) => new Character { Id = stage.CharacterIds[i], StoryId = stage.StoryId, Ordinal = i, Kind = c.Kind, Name = c.Name, Description = c.Description, Aliases = [.. c.Aliases] })],
            Segments = [.. accepted.Segments.Select((s, i) => new Segment
            {
                Id = _segments[s.Number.ToString()] = Ids.New(now),
                StoryId = stage.StoryId,
                Ordinal = i,
                Scene = s.Number.Scene,
                Beat = s.Number.Beat,
                Text = s.Text,
                HardCut = s.HardCut,
                Prompt = s.Prompt,
                Prompts = new(s.Prompts, StringComparer.Ordinal),
                Characters = s.Characters?.ToList(),
            })],
        };
        for (var i = 0; i < stage.Manifest.Characters?.Count; i++)
        {
            (story.Characters[i].AddedTo, story.Characters[i].RemovedFrom) = (Named(stage.Manifest.Characters[i].AddedTo), Named(stage.Manifest.Characters[i].RemovedFrom));
        }

        return story;

        List<string> Named(IReadOnlyList<string>? numbers) => [.. (numbers ?? []).Select(n => _segments.GetValueOrDefault(n ?? "")).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    /// <summary>References point to and fro: every image has its id before any of them is made.</summary>
    private void NameImages()
    {
        foreach (var segment in stage.Manifest.Segments ?? [])
        {
            foreach (var image in segment.Images ?? [])
            {
                _ids[new(segment.Number, null, image.Style)] = Ids.New(scope.Now);
            }
        }

        for (var i = 0; i < stage.Manifest.Characters?.Count; i++)
        {
            _ids[new(null, i, null)] = stage.CharacterIds[i];
            foreach (var sheet in stage.Manifest.Characters[i].Sheets ?? [])
            {
                _ids[new(null, i, sheet.Style)] = Ids.New(scope.Now);
            }
        }
    }

    private void Add(ArchivedCharacter character, int place)
    {
        foreach (var look in character.Pictures ?? [])
        {
            var file = stage[look];
            scope.Db.CharacterPictures.Add(new()
            {
                CharacterId = stage.CharacterIds[place],
                Number = look.Number,
                Path = file.Path,
                MediaType = file.MediaType,
                Width = file.Width,
                Height = file.Height,
                Bytes = file.Bytes,
                Sha256 = look.Sha256!,
                CreatedAt = look.CreatedAt,
                RemovedAt = look.RemovedAt,
            });
        }

        foreach (var sheet in character.Sheets ?? [])
        {
            Add(sheet, new(null, place, sheet.Style), BeforeSegments + place, scene: 0, beat: place + 1);
        }
    }

    private void Add(ArchivedImage archived, ArchivedSource source, int ordinal, int scene, int beat)
    {
        var image = new StoryImage
        {
            Id = _ids[source],
            StoryId = stage.StoryId,
            SegmentId = source.Segment is { } number ? _segments[number] : null,
            CharacterId = source.Segment is null ? stage.CharacterIds[source.Character!.Value] : null,
            Style = archived.Style!,
            Ordinal = ordinal,
            Scene = scene,
            Beat = beat,
        };
        scope.Db.Images.Add(image);
        var versions = archived.Versions!.OrderBy(v => v.Number).Select(v => (Archived: v, Version: Version(v, image.Id))).ToList();
        foreach (var (version, row) in versions)
        {
            image.Bring(row);
            scope.Db.ImageVersions.Add(row);
            _versions.Add((image.Id, version.Number));
            AddReferences(version, image.Id, isOutdated: version.Number == archived.Chosen && archived.Stale?.Code?.Split(' ').Contains(StaleCauses.ReferenceChanged, StringComparer.Ordinal) == true);
        }

        image.Choose(versions.Find(v => v.Archived.Number == archived.Chosen).Version);
        if (archived.Stale is { } stale)
        {
            // Several codes with a blank between them, as they are stored.
            image.MarkStale([new(stale.Code!, stale.Message!)]);
        }

        if (archived.Lock is { } locked)
        {
            image.Lock(locked.Reason, locked.By!, locked.At);
        }
    }

    private ImageVersion Version(ArchivedVersion version, string imageId)
    {
        var file = stage[version];
        return new()
        {
            ImageId = imageId,
            Number = version.Number,
            AttemptId = Ids.New(scope.Now),
            Path = file.Path,
            MediaType = file.MediaType,
            Width = file.Width,
            Height = file.Height,
            Bytes = file.Bytes,
            Sha256 = version.Sha256!,
            Prompt = version.Prompt!,
            Provider = version.Provider!,
            Model = version.Model,
            CostUsd = version.CostUsd,
            CreatedAt = version.CreatedAt,
            RequestHash = version.RequestHash,
            Described = version.Described,
            Instruction = version.Instruction,
            MadeFrom = version.MadeFrom is not { } basis ? null : new()
            {
                Text = basis.Text,
                Setting = basis.Setting,
                Prompt = basis.Prompt,
                Style = basis.Style,
                Note = basis.Note,
                Sample = basis.Sample,
                Characters = [.. (basis.Characters ?? []).Select(c => new BasisCharacter(c.Character is { } place && place >= 0 && place < stage.CharacterIds.Count ? stage.CharacterIds[place] : Ids.New(scope.Now), c.Name!, c.Look!))],
                Undescribed = basis.Undescribed ?? [],
                Missing = basis.Missing ?? [],
                Unsent = basis.Unsent ?? [],
                Uploaded = basis.Uploaded,
            },
        };
    }

    /// <summary>
    /// What it was made from may have gone with its page. Unless the archive says that this is from before a change, it is not: it is held
    /// against no version then.
    /// </summary>
    private void AddReferences(ArchivedVersion version, string imageId, bool isOutdated)
    {
        for (var i = 0; i < version.References?.Count; i++)
        {
            var reference = version.References[i];
            scope.Db.PictureReferences.Add(new()
            {
                ImageId = imageId,
                Version = version.Number,
                Ordinal = i,
                Role = reference.Role,
                Name = reference.Name,
                SourceId = reference.Role is ReferenceRole.StyleSample && ArchiveRules.IsStyleKey(reference.Source?.Style) ? reference.Source!.Style! : IdOf(reference.Source),
                SourceVersion = reference is { Role: ReferenceRole.Consistency, Source: null } && !isOutdated ? PictureReference.NoVersion : reference.SourceVersion,
                Sha256 = reference.Sha256!,
            });
        }
    }

    /// <summary>The new id of what an archive speaks of; one that nothing has, where that is gone.</summary>
    private string IdOf(ArchivedSource? source) => (source is null ? null : _ids.GetValueOrDefault(source)) ?? Ids.New(scope.Now);

    private async Task AddReviewsAsync(ArchiveManifest manifest)
    {
        if (manifest.Comments is not { Count: > 0 } && manifest.Decisions is not { Count: > 0 })
        {
            return;
        }

        // Nobody is who they say in a file: they keep their names, and nobody speaks for them.
        var people = (manifest.People ?? []).Select(p => (Id: Ids.New(scope.Now), Name: p.Name!, p.IsAuthor)).ToList();
        var version = await scope.NextVersionAsync(stage.StoryId);
        var comments = new List<Comment>();
        foreach (var said in manifest.Comments ?? [])
        {
            var segment = said.Segment is { } number ? _segments.GetValueOrDefault(number) : null;
            var image = said.Image is not null && _ids.GetValueOrDefault(said.Image) is { } known && said.Image is { Segment: not null } or { Style: not null } ? known : null;
            comments.Add(new()
            {
                Id = Ids.New(said.CreatedAt),
                StoryId = stage.StoryId,
                ParentId = said.Answers is { } place ? comments[place].Id : null,
                SegmentId = segment ?? (said.Gone ? Ids.New(scope.Now) : null),
                ImageId = image,
                PictureVersion = said.PictureVersion,
                X = said.X,
                Y = said.Y,
                Text = said.Text!,
                WriterId = people[said.Writer].Id,
                WriterName = people[said.Writer].Name,
                ByAuthor = people[said.Writer].IsAuthor,
                CreatedAt = said.CreatedAt,
                EditedAt = said.EditedAt,
                ResolvedAt = said.ResolvedAt,
                ResolvedBy = said.ResolvedBy,
                DeletedAt = said.DeletedAt,
                Version = version,
            });
        }

        scope.Db.Comments.AddRange(comments);
        var decided = new HashSet<(string, int, int)>();
        foreach (var decision in manifest.Decisions ?? [])
        {
            if (decision.Image is { } of && of is { Segment: not null } or { Style: not null } && _ids.GetValueOrDefault(decision.Image!) is { } imageId
                && _versions.Contains((imageId, decision.PictureVersion)) && decided.Add((imageId, decision.PictureVersion, decision.Person)))
            {
                scope.Db.Decisions.Add(new()
                {
                    ImageId = imageId,
                    PictureVersion = decision.PictureVersion,
                    PersonId = people[decision.Person].Id,
                    StoryId = stage.StoryId,
                    PersonName = people[decision.Person].Name,
                    ByAuthor = people[decision.Person].IsAuthor,
                    Kind = decision.Kind,
                    Reason = decision.Reason,
                    DecidedAt = decision.DecidedAt,
                    TakenUpAt = decision.TakenUpAt,
                    WithdrawnAt = decision.WithdrawnAt,
                    Version = version,
                });
            }
        }
    }
}
