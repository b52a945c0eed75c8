using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Books;
using StoryStudio.Core.Books.Archive;
using StoryStudio.Core.Books.Making;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>Writes a whole story into an archive that imports again: all of it at one moment, but ids, runs and attempts.</summary>
internal sealed class ArchiveShelf(IDbContextFactory<StoryDbContext> contexts, DataDirectory directory, IOptions<StoryStudioOptions> options)
{
    /// <param name="storyId">The story.</param>
    /// <param name="target">Where it is written.</param>
    /// <param name="done">Called with the number of files that are written, and of how many.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public async Task WriteAsync(string storyId, Stream target, Action<int, int> done, CancellationToken cancellationToken)
    {
        var files = new List<(string Name, string Path, string MediaType)>();
        var manifest = await ReadAsync(storyId, files, cancellationToken);
        using var zip = new BookZip(target, manifest.Story!.UpdatedAt);
        await using (var entry = zip.Open(ArchiveManifest.FileName, store: false))
        {
            await JsonSerializer.SerializeAsync(entry, manifest, ArchiveJson.Default.ArchiveManifest, cancellationToken);
        }

        for (var i = 0; i < files.Count; i++)
        {
            done(i, files.Count);
            await using var file = new FileStream(files[i].Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 81_920, FileOptions.Asynchronous | FileOptions.SequentialScan);
            await using var entry = zip.Open(files[i].Name, store: files[i].MediaType != Providers.Pictures.PictureFormats.Svg);
            await file.CopyToAsync(entry, cancellationToken);
        }
    }

    /// <summary>What would be left out: pictures that nobody drew, in each of the story's styles, and those of any version whose files are gone.</summary>
    public async Task<ExportCheck> CheckAsync(string storyId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var read = await ReadTransaction.BeginAsync(db, cancellationToken);
        if (!Ids.IsId(storyId) || !await db.Stories.AnyAsync(s => s.Id == storyId && s.DeletedAt == null, cancellationToken))
        {
            throw Missing.Story();
        }

        var styles = await db.StoryStyles.Where(s => s.StoryId == storyId).OrderBy(s => s.Ordinal).Select(s => s.Key).ToListAsync(cancellationToken);
        var segments = await db.Segments.Where(s => s.StoryId == storyId).OrderBy(s => s.Ordinal).Select(s => new { s.Id, s.Scene, s.Beat }).ToListAsync(cancellationToken);
        var characters = await db.Characters.Where(c => c.StoryId == storyId).OrderBy(c => c.Ordinal).Select(c => new { c.Id, c.Name }).ToListAsync(cancellationToken);
        var images = (await db.Images.Where(i => i.StoryId == storyId).ToListAsync(cancellationToken)).ToLookup(i => i.SegmentId ?? i.CharacterId, StringComparer.Ordinal);
        var versions = (await db.ImageVersions.Where(v => db.Images.Any(i => i.Id == v.ImageId && i.StoryId == storyId)).OrderBy(v => v.Number)
            .Select(v => new { v.ImageId, v.Number, v.Path }).ToListAsync(cancellationToken)).ToLookup(v => v.ImageId, StringComparer.Ordinal);
        var looks = await db.CharacterPictures.Where(p => db.Characters.Any(c => c.Id == p.CharacterId && c.StoryId == storyId)).Select(p => new { p.CharacterId, p.Path }).ToListAsync(cancellationToken);
        List<MissingPicture> missing =
        [
            .. styles.SelectMany(style => segments.Where(s => !images[s.Id].Any(i => i.Style == style && i.ChosenVersion is not null))
                .Select(s => new MissingPicture(Number(s.Scene, s.Beat), BookShelf.LackOf(images[s.Id].FirstOrDefault(i => i.Style == style))) { Style = style })),
            .. segments.SelectMany(s => images[s.Id].SelectMany(i => Gone(i).Select(version => new MissingPicture(Number(s.Scene, s.Beat), PictureLack.Gone) { Style = i.Style, Version = version }))),
            .. characters.SelectMany(c => images[c.Id].SelectMany(i => Gone(i).Select(version => new MissingPicture("", PictureLack.Gone) { Style = i.Style, Version = version, Character = c.Name }))),
            .. characters.SelectMany(c => looks.Where(l => l.CharacterId == c.Id && !IsThere(l.Path)).Select(_ => new MissingPicture("", PictureLack.Gone) { Character = c.Name })),
        ];
        return new("", segments.Count * styles.Count, missing);

        IEnumerable<int?> Gone(StoryImage image) => image.ChosenVersion is null ? [] : versions[image.Id].Where(v => !IsThere(v.Path)).Select(v => v.Number == image.ChosenVersion ? (int?)null : v.Number);

        bool IsThere(string path) => File.Exists(Path.Combine(directory.Path, path));

        static string Number(int scene, int beat) => new SegmentNumber(scene, beat).ToString();
    }

    private async Task<ArchiveManifest> ReadAsync(string storyId, List<(string Name, string Path, string MediaType)> files, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var read = await ReadTransaction.BeginAsync(db, cancellationToken);
        var story = await db.Stories.SingleOrDefaultAsync(s => s.Id == storyId && s.DeletedAt == null, cancellationToken) ?? throw Missing.Story();
        var contents = new Contents
        {
            Segments = await db.Segments.Where(s => s.StoryId == storyId).OrderBy(s => s.Ordinal).ToListAsync(cancellationToken),
            Characters = await db.Characters.Where(c => c.StoryId == storyId).OrderBy(c => c.Ordinal).ToListAsync(cancellationToken),
            Styles = await db.StoryStyles.Where(s => s.StoryId == storyId).OrderBy(s => s.Ordinal).ToListAsync(cancellationToken),
            Images = await db.Images.Where(i => i.StoryId == storyId && i.ChosenVersion != null).OrderBy(i => i.Ordinal).ThenBy(i => i.Style).ToListAsync(cancellationToken),
        };
        var looks = await db.CharacterPictures.Where(p => db.Characters.Any(c => c.Id == p.CharacterId && c.StoryId == storyId)).OrderBy(p => p.Number).ToListAsync(cancellationToken);
        contents.Versions = (await db.ImageVersions.Where(v => db.Images.Any(i => i.Id == v.ImageId && i.StoryId == storyId)).OrderBy(v => v.Number).ToListAsync(cancellationToken)).ToLookup(v => v.ImageId, StringComparer.Ordinal);
        contents.References = (await db.PictureReferences.Where(r => db.Images.Any(i => i.Id == r.ImageId && i.StoryId == storyId)).OrderBy(r => r.Ordinal).ToListAsync(cancellationToken)).ToLookup(r => (r.ImageId, r.Version));
        var people = new People();
        var comments = await db.Comments.Where(c => c.StoryId == storyId).ToListAsync(cancellationToken);
        var decisions = await db.Decisions.Where(d => d.StoryId == storyId).ToListAsync(cancellationToken);
        var images = contents.Images.ToLookup(i => i.SegmentId ?? i.CharacterId, StringComparer.Ordinal);
        var names = contents.Characters.Select(c => c.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new()
        {
            Format = ArchiveManifest.FormatName,
            Version = ArchiveManifest.CurrentVersion,
            Story = new() { Title = story.Title, CreatedAt = story.CreatedAt, UpdatedAt = story.UpdatedAt },
            Styles = contents.Styles.ConvertAll(s => new ArchivedStyle
            {
                Key = s.Key,
                Name = options.Value.Style(s.Key).Name,
                Note = s.Note,
                Reference = s.ReferenceImageId is { } reference ? contents.Source(reference) : null,
            }),
            Characters = [.. contents.Characters.Select((c, place) => new ArchivedCharacter
            {
                Name = c.Name,
                Description = c.Description,
                IsPlace = c.Kind is CastKind.Place,
                Aliases = c.Aliases,
                AddedTo = [.. contents.Segments.Where(s => c.AddedTo.Contains(s.Id)).Select(s => s.Number.ToString())],
                RemovedFrom = [.. contents.Segments.Where(s => c.RemovedFrom.Contains(s.Id)).Select(s => s.Number.ToString())],
                Pictures = [.. looks.Where(l => l.CharacterId == c.Id).Select(l => Look(l, place, files)).OfType<ArchivedLook>()],
                Sheets = [.. images[c.Id].Select(i => Image(i, contents, $"{i.Style}/Characters/{place + 1}", files)).OfType<ArchivedImage>()],
            })],
            Segments = contents.Segments.ConvertAll(s => new ArchivedSegment
            {
                Number = s.Number.ToString(),
                Text = s.Text,
                HardCut = s.HardCut,
                Prompt = s.Prompt,
                Prompts = s.Prompts,
                Characters = s.Characters?.FindAll(names.Contains),
                Images = [.. images[s.Id].Select(i => Image(i, contents, $"{i.Style}/Shot_{s.Scene}/Beat_{s.Number}", files)).OfType<ArchivedImage>()],
            }),
            Comments = Comments(comments, contents, people),
            Decisions = [.. decisions.OrderBy(d => d.DecidedAt).ThenBy(d => contents.Images.FindIndex(i => i.Id == d.ImageId)).ThenBy(d => d.PictureVersion).Select(d => Decision(d, contents, people)).OfType<ArchivedDecision>()],
            People = people.List,
        };
    }

    private ArchivedLook? Look(CharacterPicture picture, int place, List<(string Name, string Path, string MediaType)> files) => Take(picture.Path, $"characters/{place + 1}{(picture.Number == 1 ? "" : $".v{picture.Number}")}", picture.MediaType, files) is not { } name ? null : new()
    {
        Number = picture.Number,
        File = name,
        MediaType = picture.MediaType,
        Width = picture.Width,
        Height = picture.Height,
        Bytes = picture.Bytes,
        Sha256 = picture.Sha256,
        CreatedAt = picture.CreatedAt,
        RemovedAt = picture.RemovedAt,
    };

    private ArchivedImage? Image(StoryImage image, Contents contents, string place, List<(string Name, string Path, string MediaType)> files)
    {
        var versions = contents.Versions[image.Id].Select(v => Version(v, contents, NameOf(v.Number), files)).OfType<ArchivedVersion>().ToList();
        return versions.Count == 0 ? null : new()
        {
            Style = image.Style,
            Chosen = versions.Exists(v => v.Number == image.ChosenVersion) ? image.ChosenVersion!.Value : versions[^1].Number,
            Stale = image.StaleCode is null ? null : new(image.StaleCode, image.StaleMessage),
            Lock = image.LockReason is { } reason ? new(reason, image.LockedBy, image.LockedAt ?? image.UpdatedAt) : null,
            Versions = versions,
        };

        // Whoever unpacks it by hand finds the book's pictures in one folder, and what was not chosen beside it.
        string NameOf(int number) => number == image.ChosenVersion ? $"generated_images/{place}" : $"versions/{place}.v{number}";
    }

    private ArchivedVersion? Version(ImageVersion version, Contents contents, string place, List<(string Name, string Path, string MediaType)> files) => Take(version.Path, place, version.MediaType, files) is not { } name ? null : new()
    {
        Number = version.Number,
        File = name,
        MediaType = version.MediaType,
        Width = version.Width,
        Height = version.Height,
        Bytes = version.Bytes,
        Sha256 = version.Sha256,
        CreatedAt = version.CreatedAt,
        Prompt = version.Prompt,
        Provider = version.Provider,
        Model = version.Model,
        CostUsd = version.CostUsd,
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
            Characters = [.. basis.Characters.Select(c => new ArchivedBasisCharacter(contents.PlaceOf(c.Id), c.Name, c.Look))],
            Undescribed = basis.Undescribed,
            Missing = basis.Missing,
            Unsent = basis.Unsent,
            Uploaded = basis.Uploaded,
        },
        References = [.. contents.References[(version.ImageId, version.Number)].Select(r => new ArchivedReference
        {
            Role = r.Role,
            Name = r.Name,
            Sha256 = r.Sha256,
            Source = r.Role is Providers.ReferenceRole.StyleSample ? new(null, null, r.SourceId) : contents.Source(r.SourceId),
            SourceVersion = r.SourceVersion,
        })],
    };

    /// <summary>The name in the archive; null where the file is gone, and what speaks of it stays out.</summary>
    private string? Take(string path, string place, string mediaType, List<(string Name, string Path, string MediaType)> files)
    {
        var whole = Path.Combine(directory.Path, path);
        if (!File.Exists(whole))
        {
            return null;
        }

        var name = $"{place}.{Providers.Pictures.PictureFormats.Extension(mediaType)}";
        files.Add((name, whole, mediaType));
        return name;
    }

    private static List<ArchivedComment> Comments(List<Comment> comments, Contents contents, People people)
    {
        var order = comments.OrderBy(c => c.ParentId is not null).ThenBy(c => c.CreatedAt).ThenBy(c => c.Id, StringComparer.Ordinal).ToList();
        var places = order.Select((c, i) => (c.Id, i)).ToDictionary(c => c.Id, c => c.i, StringComparer.Ordinal);
        var numbers = contents.Segments.ToDictionary(s => s.Id, s => s.Number.ToString(), StringComparer.Ordinal);
        return order.ConvertAll(c =>
        {
            var segment = c.SegmentId is { } id ? numbers.GetValueOrDefault(id) : null;
            var image = c.ImageId is { } picture ? contents.Source(picture) : null;
            return new ArchivedComment
            {
                Writer = people.PlaceOf(c.WriterId, c.WriterName, c.ByAuthor),
                Text = c.DeletedAt is null ? c.Text : "",
                Answers = c.ParentId is { } parent && places.TryGetValue(parent, out var place) && place < places[c.Id] ? place : null,
                Segment = segment,
                Image = image,
                PictureVersion = c.PictureVersion,
                X = c.X,
                Y = c.Y,
                Gone = (c.SegmentId is not null && segment is null) || (c.ImageId is not null && image is null),
                CreatedAt = c.CreatedAt,
                EditedAt = c.EditedAt,
                ResolvedAt = c.ResolvedAt,
                ResolvedBy = c.ResolvedBy,
                DeletedAt = c.DeletedAt,
            };
        });
    }

    private static ArchivedDecision? Decision(Decision decision, Contents contents, People people) => contents.Source(decision.ImageId) is not { } image ? null : new()
    {
        Person = people.PlaceOf(decision.PersonId, decision.PersonName, decision.ByAuthor),
        Image = image,
        PictureVersion = decision.PictureVersion,
        Kind = decision.Kind,
        Reason = decision.Reason,
        DecidedAt = decision.DecidedAt,
        TakenUpAt = decision.TakenUpAt,
        WithdrawnAt = decision.WithdrawnAt,
    };

    /// <summary>Persons without their ids, each with the name that they went by.</summary>
    private sealed class People
    {
        private readonly Dictionary<(string Id, string Name, bool IsAuthor), int> _places = [];

        public List<ArchivedPerson> List { get; } = [];

        public int PlaceOf(string id, string name, bool isAuthor)
        {
            if (!_places.TryGetValue((id, name, isAuthor), out var place))
            {
                _places[(id, name, isAuthor)] = place = List.Count;
                List.Add(new(name, isAuthor));
            }

            return place;
        }
    }

    private sealed class Contents
    {
        private Dictionary<string, ArchivedSource>? _sources;

        public required List<Segment> Segments { get; init; }

        public required List<Character> Characters { get; init; }

        public required List<StoryStyle> Styles { get; init; }

        public required List<StoryImage> Images { get; init; }

        public ILookup<string, ImageVersion> Versions { get; set; } = null!;

        public ILookup<(string ImageId, int Version), PictureReference> References { get; set; } = null!;

        public int? PlaceOf(string characterId) => Characters.FindIndex(c => c.Id == characterId) is >= 0 and var place ? place : null;

        /// <summary>What goes by that id; null where it is gone.</summary>
        public ArchivedSource? Source(string id) => (_sources ??= Sources()).GetValueOrDefault(id);

        private Dictionary<string, ArchivedSource> Sources()
        {
            var numbers = Segments.ToDictionary(s => s.Id, s => s.Number.ToString(), StringComparer.Ordinal);
            var sources = Images
                .Where(i => i.CharacterId is not null || numbers.ContainsKey(i.SegmentId!))
                .ToDictionary(i => i.Id, i => i.SegmentId is { } segment ? new ArchivedSource(numbers[segment], null, i.Style) : new(null, PlaceOf(i.CharacterId!), i.Style), StringComparer.Ordinal);
            for (var i = 0; i < Characters.Count; i++)
            {
                sources[Characters[i].Id] = new(null, i, null);
            }

            return sources;
        }
    }
}
