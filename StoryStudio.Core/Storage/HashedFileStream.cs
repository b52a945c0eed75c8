using System.Security.Cryptography;

namespace StoryStudio.Core.Storage;

/// <summary>A new file, written once from front to end, with its hash and a limit on its length.</summary>
internal sealed class HashedFileStream : Stream
{
    private const int BufferBytes = 32 * 1024;

    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly long _limit;
    private long _length;
    private string? _sha256;

    public HashedFileStream(string path, long limit)
    {
        _file = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, BufferBytes);
        _limit = limit;
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => _sha256 is null;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <summary>Lower-case hexadecimal, once sealed.</summary>
    public string Sha256 => _sha256 ?? throw new InvalidOperationException("The file has not been sealed.");

    /// <summary>Writes what is buffered through to the disk; nothing can be added after.</summary>
    public void Seal()
    {
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        _sha256 = Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Count(buffer);
        _file.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Count(buffer.Span);
        await _file.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => _file.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Count(ReadOnlySpan<byte> bytes)
    {
        _length += bytes.Length;
        if (_length > _limit)
        {
            throw new PictureTooLargeException(_limit);
        }

        _hash.AppendData(bytes);
    }
}

/// <summary>More bytes than any picture may have.</summary>
public sealed class PictureTooLargeException(long limit) : IOException($"A picture may have {limit} bytes at most.");
