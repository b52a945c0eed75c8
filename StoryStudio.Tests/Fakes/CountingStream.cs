namespace StoryStudio.Tests.Fakes;

/// <summary>Takes bytes, keeps none, and cannot go back; or is full.</summary>
internal sealed class CountingStream : Stream
{
    public long Written { get; private set; }

    public bool Full { get; init; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Written += Full ? throw new IOException("No space left on device.") : count;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Written += Full ? throw new IOException("No space left on device.") : buffer.Length;
        return ValueTask.CompletedTask;
    }
}
