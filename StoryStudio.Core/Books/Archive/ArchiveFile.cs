using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;

namespace StoryStudio.Core.Books.Archive;

/// <summary>
/// A ZIP from outside, opened with care: how much of a directory it has is looked at before it is read, names that lead elsewhere, links
/// and doubles are refused, and what comes out is counted as it comes, whatever the headers say.
/// </summary>
internal sealed class ArchiveFile : IDisposable
{
    public const int MaxEntries = 60_000;

    /// <summary>Longest list of contents, in bytes.</summary>
    public const int MaxManifestBytes = 128 * 1024 * 1024;

    /// <summary>
    /// Most words of JSON in a list of contents. Ten thousand segments in three styles, with two versions of each picture and what went
    /// along with them, are six million in 122 MB: a list that is written here becomes too long in bytes before it has more.
    /// </summary>
    public const int MaxTokens = 8_000_000;

    /// <summary>Most objects among them: two bytes that say one become two hundred in memory. The same story has 520,000, and no list that is written here has 800,000.</summary>
    public const int MaxObjects = 1_000_000;

    private const string Field = "file";
    private const int EndRecord = 22;
    private const long MaxDirectoryBytes = 16L * 1024 * 1024;

    /// <summary>Whatever is packed more tightly than this is packed to do harm.</summary>
    private const int MaxRatio = 200;

    /// <summary>Below this nothing is said about how tightly it is packed.</summary>
    private const long Harmless = 16L * 1024 * 1024;

    private readonly FileStream _file;
    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private long _unpacked;

    private ArchiveFile(FileStream file, ZipArchive zip) => (_file, _zip) = (file, zip);

    /// <exception cref="InvalidInputException">It is no archive, or none that is taken.</exception>
    public static ArchiveFile Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 81_920, FileOptions.RandomAccess);
        try
        {
            RequireSmallDirectory(file);
            var archive = new ArchiveFile(file, new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true));
            archive.ReadDirectory();
            return archive;
        }
        catch (InvalidDataException)
        {
            file.Dispose();
            throw NotWhole();
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _zip.Dispose();
        _file.Dispose();
    }

    /// <summary>The list of contents; it may stand in one folder with everything else.</summary>
    public async Task<ArchiveManifest> ReadManifestAsync(CancellationToken cancellationToken)
    {
        if (_entries.Keys.Where(n => n == ArchiveManifest.FileName || (n.EndsWith($"/{ArchiveManifest.FileName}", StringComparison.Ordinal) && n.Count(c => c == '/') == 1)).MinBy(n => n.Length) is not { } name)
        {
            throw new InvalidInputException(Field, $"This archive is {Kind()}: it has no {ArchiveManifest.FileName}.");
        }

        Folder = name[..^ArchiveManifest.FileName.Length];
        using var bytes = new MemoryStream();
        await CopyAsync(_entries[name], bytes, MaxManifestBytes, cancellationToken);
        bytes.Position = 0;
        try
        {
            RequireSensible(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
            return await JsonSerializer.DeserializeAsync(bytes, ArchiveJson.Default.ArchiveManifest, cancellationToken) ?? throw new InvalidInputException(ArchiveManifest.FileName, "The list of contents is empty.");
        }
        catch (JsonException failure)
        {
            throw new InvalidInputException(
                ArchiveManifest.FileName,
                $"The list of contents cannot be read: it goes wrong in line {(failure.LineNumber ?? 0) + 1}{(failure.Path is { Length: > 1 and < 200 } path ? $", at {path.TrimStart('$', '.')}" : "")}.");
        }
    }

    public bool Has(string name) => _entries.ContainsKey(Folder + name);

    /// <summary>Unpacks one file, <paramref name="limit"/> bytes at most.</summary>
    public Task CopyAsync(string name, Stream target, long limit, CancellationToken cancellationToken) => CopyAsync(_entries[Folder + name], target, limit, cancellationToken);

    /// <summary>Looks through a list of contents before anything is made of it: few bytes may hold millions of empty objects.</summary>
    /// <exception cref="JsonException">It is not well formed.</exception>
    /// <exception cref="InvalidInputException">It holds more than any story has.</exception>
    internal static void RequireSensible(ReadOnlySpan<byte> list)
    {
        // Whoever reads it afterwards passes over this mark as well.
        var reader = new Utf8JsonReader(list.StartsWith("\uFEFF"u8) ? list[3..] : list);
        var (tokens, objects) = (0, 0);
        while (reader.Read())
        {
            tokens++;
            objects += reader.TokenType is JsonTokenType.StartObject ? 1 : 0;
            if (tokens > MaxTokens || objects > MaxObjects)
            {
                throw new InvalidInputException(ArchiveManifest.FileName, "The list of contents holds far more entries than any story has. Nothing of it is unpacked.");
            }
        }
    }

    private string Folder { get; set; } = "";

    private static InvalidInputException NotWhole() => new(Field, "This archive is damaged, or is not whole. Export the story once more, and take the file as it is.");

    private async Task CopyAsync(ZipArchiveEntry entry, Stream target, long limit, CancellationToken cancellationToken)
    {
        var buffer = new byte[81_920];
        long written = 0;
        try
        {
            await using var source = entry.Open();
            int read;
            while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
            {
                written += read;
                _unpacked += read;
                if (written > limit)
                {
                    throw new InvalidInputException(Field, $"“{Shown(entry.FullName)}” is larger than {limit / (1024 * 1024)} MB.");
                }

                if ((written > Harmless && written > MaxRatio * Math.Max(1, entry.CompressedLength)) || (_unpacked > Harmless && _unpacked > MaxRatio * _file.Length))
                {
                    throw new InvalidInputException(Field, "This archive holds far more than its size says. It is not unpacked.");
                }

                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        catch (InvalidDataException)
        {
            throw new InvalidInputException(Field, $"“{Shown(entry.FullName)}” in this archive is damaged.");
        }
    }

    private void ReadDirectory()
    {
        if (_zip.Entries.Count > MaxEntries)
        {
            throw TooMany();
        }

        foreach (var entry in _zip.Entries)
        {
            var name = entry.FullName;
            if (name.Length is 0 or > 400 || name[0] == '/' || name.Contains('\\') || name.Contains(':') || name.Any(char.IsControl) || name.Split('/').Contains("..", StringComparer.Ordinal))
            {
                throw new InvalidInputException(Field, $"This archive names a file outside itself: “{Shown(name)}”. Nothing of it is unpacked.");
            }

            const int typeMask = 0xF000;
            const int regular = 0x8000;
            const int folder = 0x4000;
            if (((entry.ExternalAttributes >> 16) & typeMask) is not (0 or regular or folder))
            {
                throw new InvalidInputException(Field, $"“{Shown(name)}” in this archive is a link or a device, which no story has. Nothing of it is unpacked.");
            }

            if (!name.EndsWith('/') && !_entries.TryAdd(name, entry))
            {
                throw new InvalidInputException(Field, $"“{Shown(name)}” is in this archive twice.");
            }
        }
    }

    /// <summary>
    /// The directory at a ZIP's end is read whole into memory by whoever opens it: one that would fill it is refused before. How many
    /// entries it says it has is not asked, but how many bytes lie between its beginning and the end of the file.
    /// </summary>
    private static void RequireSmallDirectory(FileStream file)
    {
        var tail = new byte[(int)Math.Min(file.Length, EndRecord + ushort.MaxValue + 20)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        var end = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (end < 0 || end + EndRecord > tail.Length)
        {
            throw NotWhole();
        }

        long start = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        if (start == uint.MaxValue)
        {
            start = end >= 20 && tail.AsSpan(end - 20).StartsWith("PK\x06\x07"u8) ? StartIn64(file, BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(end - 12))) : throw NotWhole();
        }

        file.Position = 0;
        if (start < 0 || start > file.Length)
        {
            throw NotWhole();
        }

        if (file.Length - start > MaxDirectoryBytes)
        {
            throw TooMany();
        }
    }

    private static long StartIn64(FileStream file, long at)
    {
        var record = new byte[56];
        if (at < 0 || at > file.Length - record.Length)
        {
            throw NotWhole();
        }

        file.Position = at;
        file.ReadExactly(record);
        return record.AsSpan().StartsWith("PK\x06\x06"u8) ? BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48)) : throw NotWhole();
    }

    private static InvalidInputException TooMany() => new(Field, $"This archive holds more than {MaxEntries} files, more than any story has.");

    private string Kind() => _entries.Keys.Any(n => n.StartsWith("word/", StringComparison.Ordinal)) ? "a Word document and no story that was exported here"
        : _entries.ContainsKey("mimetype") ? "a book or an office document and no story that was exported here"
        : "no story that was exported here";

    private static string Shown(string name) => Stories.TitleText.Shorten(Stories.TitleText.Clean(name), 80);
}
