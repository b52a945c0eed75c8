using System.Runtime.InteropServices;
using StoryStudio.Core.Books;
using StoryStudio.Core.Books.Archive;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>
/// A story from an archive on its way in: its pictures unpacked, each looked at and held against its hash, in a folder of its own that becomes
/// the story's by one rename. What is not taken is gone when it is disposed.
/// </summary>
internal sealed class ArchiveStage : IAsyncDisposable
{
    /// <summary>Holds the story's id from before the rename on, so that a start after a kill knows what to take away.</summary>
    public const string ClaimFile = "story";

    private const int MostErrors = 20;

    private readonly string _root;
    private readonly string _folder;
    private readonly Dictionary<ArchivedFile, StagedFile> _files = new(ReferenceEqualityComparer.Instance);
    private int _taken;

    private ArchiveStage(string root, string folder, string storyId, ArchiveManifest manifest, AcceptedStory accepted, IReadOnlyList<string> characterIds)
    {
        (_root, _folder, StoryId, Manifest, Accepted, CharacterIds) = (root, folder, storyId, manifest, accepted, characterIds);
    }

    /// <summary>A picture that was unpacked.</summary>
    /// <param name="Path">Where it will be, below the data directory, with <c>/</c>.</param>
    /// <param name="MediaType">As found in its bytes, like all that follows.</param>
    /// <param name="Width">Pixels.</param>
    /// <param name="Height">Pixels.</param>
    /// <param name="Bytes">Length of the file.</param>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct StagedFile(string Path, string MediaType, int Width, int Height, long Bytes);

    public string StoryId { get; }

    public ArchiveManifest Manifest { get; }

    public AcceptedStory Accepted { get; }

    /// <summary>Of the characters, by their place.</summary>
    public IReadOnlyList<string> CharacterIds { get; }

    public int Pictures => _files.Count;

    /// <param name="root">The data directory.</param>
    /// <param name="folder">A new one below it, in which the archive lies.</param>
    /// <param name="archive">The archive's path.</param>
    /// <param name="now">The present, for ids.</param>
    /// <param name="progress">Is told of every picture.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="InvalidInputException">With the places that are wrong; the folder is left to the caller.</exception>
    public static async Task<ArchiveStage> OpenAsync(string root, string folder, string archive, DateTimeOffset now, IProgress<UnpackedPictures>? progress, CancellationToken cancellationToken)
    {
        using var file = ArchiveFile.Open(archive);
        var manifest = await file.ReadManifestAsync(cancellationToken);
        var accepted = ArchiveRules.Check(manifest);
        var stage = new ArchiveStage(root, folder, Ids.New(now), manifest, accepted, [.. accepted.Characters.Select(_ => Ids.New(now))]);
        await stage.UnpackAsync(file, now, progress, cancellationToken);
        return stage;
    }

    public StagedFile this[ArchivedFile file] => _files[file];

    /// <summary>Once: a second time is a second wish for the same story.</summary>
    public void Claim()
    {
        if (Interlocked.Exchange(ref _taken, 1) == 1)
        {
            throw new ConflictException("import_taken", "The story of this file was made already.");
        }
    }

    /// <summary>Makes the folder the story's. Where that fails, whoever claimed it takes away what is there.</summary>
    public void Take()
    {
        File.WriteAllText(Path.Combine(_folder, ClaimFile), StoryId);
        DurableDirectory.Flush(_folder);
        var unpacked = Path.Combine(_folder, "unpacked");
        var stories = Path.Combine(_root, "stories");
        if (Directory.Exists(unpacked))
        {
            Directory.CreateDirectory(stories);
            Directory.Move(unpacked, Path.Combine(stories, StoryId));
            DurableDirectory.Flush(stories);
        }
    }

    /// <summary>Takes the pictures back, because nothing came of the story: it may be made once more, or left.</summary>
    public void GiveBack()
    {
        var (taken, unpacked) = (Path.Combine(_root, "stories", StoryId), Path.Combine(_folder, "unpacked"));
        if (!Directory.Exists(_folder))
        {
            // Left in the meantime: nobody waits for it any more.
            Delete(taken);
            return;
        }

        if (Directory.Exists(taken))
        {
            Directory.Move(taken, unpacked);
        }

        File.Delete(Path.Combine(_folder, ClaimFile));
        Volatile.Write(ref _taken, 0);
    }

    public ValueTask DisposeAsync()
    {
        Delete(_folder);
        return ValueTask.CompletedTask;
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task UnpackAsync(ArchiveFile archive, DateTimeOffset now, IProgress<UnpackedPictures>? progress, CancellationToken cancellationToken)
    {
        var total = Manifest.Files().Count();
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var (file, place, target) in Wanted(now))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await UnpackAsync(archive, file, target, cancellationToken) is { } fault)
            {
                errors[$"manifest.{place}"] = [fault];
                if (errors.Count == MostErrors)
                {
                    break;
                }
            }

            progress?.Report(new(_files.Count, total));
        }

        if (errors.Count > 0)
        {
            throw new InvalidInputException(errors);
        }
    }

    /// <summary>Every file that the list names, with its place in the list and the one that it will have in the story's folder, without extension.</summary>
    private IEnumerable<(ArchivedFile File, string Place, string Target)> Wanted(DateTimeOffset now)
    {
        for (var c = 0; c < Manifest.Characters?.Count; c++)
        {
            for (var i = 0; i < Manifest.Characters[c].Pictures?.Count; i++)
            {
                yield return (Manifest.Characters[c].Pictures![i], $"characters[{c}].pictures[{i}]", $"characters/{CharacterIds[c]}.{Ids.New(now)}");
            }

            foreach (var wanted in Versions(Manifest.Characters[c].Sheets, $"characters[{c}].sheets", "Characters", CharacterIds[c]))
            {
                yield return wanted;
            }
        }

        for (var s = 0; s < Manifest.Segments?.Count; s++)
        {
            var number = Manifest.Segments[s].Number!;
            foreach (var wanted in Versions(Manifest.Segments[s].Images, $"segments[{s}].images", $"Shot_{number.Split('.')[0]}", $"Beat_{number}"))
            {
                yield return wanted;
            }
        }
    }

    private static IEnumerable<(ArchivedFile File, string Place, string Target)> Versions(IReadOnlyList<ArchivedImage>? images, string place, string folder, string name)
    {
        for (var i = 0; i < images?.Count; i++)
        {
            for (var v = 0; v < images[i].Versions?.Count; v++)
            {
                var version = images[i].Versions![v];
                yield return (version, $"{place}[{i}].versions[{v}]", $"generated_images/{images[i].Style}/{folder}/{name}{(version.Number == 1 ? "" : $".v{version.Number}")}");
            }
        }
    }

    /// <summary>What is wrong with it; null where it is what the list says.</summary>
    private async Task<string?> UnpackAsync(ArchiveFile archive, ArchivedFile file, string target, CancellationToken cancellationToken)
    {
        if (!archive.Has(file.File!))
        {
            return $"“{file.File}” is not in the archive.";
        }

        var whole = Path.Combine(_folder, "unpacked", target);
        Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
        var raw = $"{whole}.tmp";
        await using (var written = new HashedFileStream(raw, PictureInspector.MaxBytes))
        {
            await archive.CopyAsync(file.File!, written, PictureInspector.MaxBytes, cancellationToken);
            written.Seal();
            if (written.Sha256 != file.Sha256)
            {
                return $"“{file.File}” is not the file that the list of contents speaks of: its SHA-256 is another.";
            }
        }

        // Only our own illustrator makes SVG; whatever the list says, nothing in it may run or fetch.
        var inspection = PictureInspector.Inspect(raw, allowSvg: file is ArchivedVersion { Provider: ImageProviders.Sketch });
        if (!inspection.IsSound)
        {
            return $"“{file.File}” is no picture that can be used. {inspection.Reason}";
        }

        File.Move(raw, $"{whole}.{PictureFormats.Extension(inspection.MediaType!)}");
        _files[file] = new($"stories/{StoryId}/{target}.{PictureFormats.Extension(inspection.MediaType!)}", inspection.MediaType!, inspection.Width, inspection.Height, inspection.Bytes);
        return null;
    }
}
