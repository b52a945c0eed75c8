using System.IO.Compression;

namespace StoryStudio.Core.Books.Making;

/// <summary>A ZIP that is written from front to end, the same bytes for the same book.</summary>
internal sealed class BookZip(Stream target, DateTimeOffset modified) : IDisposable
{
    private static readonly DateTimeOffset Earliest = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ZipArchive _zip = new(target, ZipArchiveMode.Create, leaveOpen: true, Markup.Utf8);
    private readonly DateTimeOffset _modified = modified < Earliest ? Earliest : modified;

    public async Task AddAsync(string name, string text, bool store = false, CancellationToken cancellationToken = default)
    {
        await using var entry = Open(name, store);
        await entry.WriteAsync(Markup.Utf8.GetBytes(text), cancellationToken);
    }

    /// <summary>What is packed already is not packed again.</summary>
    public async Task AddAsync(string name, BookPicture picture, CancellationToken cancellationToken)
    {
        await using var file = picture.Open();
        await using var entry = Open(name, store: picture.IsRaster);
        await file.CopyToAsync(entry, cancellationToken);
    }

    public Stream Open(string name, bool store)
    {
        var entry = _zip.CreateEntry(name, store ? CompressionLevel.NoCompression : CompressionLevel.Optimal);
        entry.LastWriteTime = _modified;
        return entry.Open();
    }

    public void Dispose() => _zip.Dispose();
}
