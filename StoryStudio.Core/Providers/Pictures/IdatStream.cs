namespace StoryStudio.Core.Providers.Pictures;

/// <summary>The data of a run of IDAT chunks as one stream. The chunk after the run is left begun, as <see cref="PngChunks.Next"/> would.</summary>
internal sealed class IdatStream(PngChunks chunks) : Stream
{
    private readonly uint _type = chunks.Type;
    private bool _atEnd;

    /// <summary>Whether the run has ended and the next chunk, if there is one, was begun.</summary>
    public bool HasNextChunk { get; private set; }

    /// <summary>Whether a reader wanted more than there was.</summary>
    public bool AskedBeyondEnd { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.Length == 0)
        {
            return 0;
        }

        var count = ReadRun(buffer);
        AskedBeyondEnd |= count == 0;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Goes to the end of the run, checking what is left of it.</summary>
    public void Drain()
    {
        Span<byte> scratch = stackalloc byte[1024];
        while (ReadRun(scratch) > 0)
        {
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int ReadRun(Span<byte> buffer)
    {
        while (!_atEnd && chunks.Remaining == 0)
        {
            chunks.Finish();
            HasNextChunk = chunks.Next();
            _atEnd = !HasNextChunk || chunks.Type != _type;
        }

        if (_atEnd)
        {
            return 0;
        }

        var count = (int)Math.Min(buffer.Length, chunks.Remaining);
        chunks.ReadExactly(buffer[..count]);
        return count;
    }
}
