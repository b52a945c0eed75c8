namespace StoryStudio.Tests.Faults;

/// <summary>The body of an answer, which comes to a halt once, in the midst of what is sent of it first.</summary>
/// <param name="body">Where it goes.</param>
/// <param name="opening">As many bytes, sent by themselves, are only what the picture comes after.</param>
/// <param name="halfway">Awaited there, when what was written before it is on its way.</param>
internal sealed class HalfwayStream(Stream body, int opening, Func<CancellationToken, Task> halfway) : Stream
{
    private long _written;
    private bool _passed;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _written += buffer.Length;
        if (!_passed && buffer.Length > 0 && _written != opening)
        {
            _passed = true;
            var half = buffer.Length / 2;
            await body.WriteAsync(buffer[..half], cancellationToken);
            await body.FlushAsync(cancellationToken);
            await halfway(cancellationToken);
            buffer = buffer[half..];
        }

        await body.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => body.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
