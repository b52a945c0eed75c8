using Microsoft.Extensions.Options;
using StoryStudio.Core.Books;
using StoryStudio.Core.Books.Reading;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <inheritdoc/>
internal sealed class StoryImport(IStoryLibrary library, StoryWriter writer, DataDirectory directory, ImportFolder folders, IOptions<StoryStudioOptions> options, TimeProvider time) : IStoryImport
{
    private const int Head = 4;

    private IReadOnlyCollection<string> StyleKeys => [.. options.Value.Styles.Select(s => s.Key)];

    public async Task<ImportedStory> ReadAsync(Stream content, string? fileName, IProgress<UnpackedPictures>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var head = new byte[Head];
        var read = await content.ReadAtLeastAsync(head, Head, throwOnEndOfStream: false, cancellationToken);
        var whole = new JoinedStream(head.AsMemory(0, read), content);
        return head is [(byte)'P', (byte)'K', 3, 4] or [(byte)'P', (byte)'K', 5, 6]
            ? await ReadArchiveAsync(whole, fileName, progress, cancellationToken)
            : await ReadTextAsync(whole, fileName, cancellationToken);
    }

    public Task<ImportedStory?> RecogniseAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        StoryText.EnsureLength(text);
        return Task.Run(() => TextFile.Recognise(text.ReplaceLineEndings("\n"), options.Value.Styles), cancellationToken);
    }

    public async Task<StoryDetails> MakeAsync(ImportedStory imported, string? title = null, IReadOnlyList<string>? styles = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(imported);
        if (imported.Staged is not ArchiveStage stage)
        {
            return await library.CreateAsync(imported.Story with { Title = title ?? imported.Story.Title, Styles = styles ?? imported.Story.Styles }, cancellationToken);
        }

        var accepted = title is null ? stage.Accepted.Title : NewStoryRules.Check(new StoryPatch { Title = title }, StyleKeys).Title!;
        stage.Claim();
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            stage.Take();
            await writer.ExecuteAsync(scope => new ArchivePlanter(stage, scope).PlantAsync(accepted, cancellationToken));
        }
        catch
        {
            stage.GiveBack();
            throw;
        }

        // There it is: whoever wanted it stopped was too late, and is told so by being given it.
        return await library.GetAsync(stage.StoryId, CancellationToken.None);
    }

    private async Task<ImportedStory> ReadTextAsync(Stream content, string? fileName, CancellationToken cancellationToken)
    {
        try
        {
            var text = await StoryText.ReadAsync(content, fileName, cancellationToken);
            return await Task.Run(() => TextFile.Read(text, fileName, options.Value.Styles), cancellationToken);
        }
        catch (InvalidInputException failure) when (failure.Errors.TryGetValue("text", out var errors) && failure.Errors.Count == 1)
        {
            // Here it is a file that was chosen, and no field with a text in it.
            throw new InvalidInputException(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["file"] = errors });
        }
    }

    private async Task<ImportedStory> ReadArchiveAsync(Stream content, string? fileName, IProgress<UnpackedPictures>? progress, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var folder = folders.Make(now);
        try
        {
            var archive = Path.Combine(folder, "archive.zip");
            await using (var kept = new FileStream(archive, FileMode.CreateNew, FileAccess.Write, FileShare.None, 81_920, FileOptions.Asynchronous))
            {
                await KeepAsync(content, kept, cancellationToken);
            }

            // Pictures are decoded there; whoever waits for them, a page among them, is to stay awake meanwhile.
            var stage = await Task.Run(() => ArchiveStage.OpenAsync(directory.Path, folder, archive, now, progress, cancellationToken), cancellationToken);
            File.Delete(archive);
            return Describe(stage, fileName);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    private ImportedStory Describe(ArchiveStage stage, string? fileName)
    {
        var unknown = stage.Accepted.Styles.Except(StyleKeys, StringComparer.Ordinal).ToList();
        return new()
        {
            Kind = StoryFileKind.Archive,
            FileName = TitleText.Shorten(TitleText.Clean(fileName ?? ""), 80),
            Story = new()
            {
                Title = stage.Accepted.Title,
                Segments = [.. stage.Accepted.Segments.Select(s => new NewSegment { Number = s.Number.ToString(), Text = s.Text, HardCut = s.HardCut, Prompt = s.Prompt, Prompts = s.Prompts, Characters = s.Characters })],
                Characters = [.. stage.Accepted.Characters.Select(c => new NewCharacter(c.Name, c.Description) { Kind = c.Kind, Aliases = c.Aliases })],
                Styles = stage.Accepted.Styles,
            },
            Pictures = stage.Pictures,
            Notes = [.. unknown.Select(key => $"The style “{key}” is not in the settings here: its pictures come along, new ones can’t be drawn in it."), .. Said(stage)],
            Staged = stage,
        };
    }

    private static IEnumerable<string> Said(ArchiveStage stage)
    {
        if ((stage.Manifest.Comments?.Count ?? 0, stage.Manifest.Decisions?.Count ?? 0) is var (comments, decisions) and not (0, 0))
        {
            yield return $"{ReadWords.Count(comments, "comment")} and {ReadWords.Count(decisions, "decision")} come along.";
        }
    }

    private static async Task KeepAsync(Stream content, FileStream kept, CancellationToken cancellationToken)
    {
        var buffer = new byte[81_920];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (kept.Position + read > ImportedStory.MaxBytes)
            {
                throw new InvalidInputException("file", $"This file is larger than {ImportedStory.MaxBytes / (1024 * 1024 * 1024)} GB, the most that is taken.");
            }

            await kept.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    /// <summary>What was read already, and then the rest.</summary>
    private sealed class JoinedStream(ReadOnlyMemory<byte> head, Stream rest) : Stream
    {
        private ReadOnlyMemory<byte> _head = head;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_head.IsEmpty)
            {
                return await rest.ReadAsync(buffer, cancellationToken);
            }

            var count = Math.Min(buffer.Length, _head.Length);
            _head[..count].CopyTo(buffer);
            _head = _head[count..];
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
