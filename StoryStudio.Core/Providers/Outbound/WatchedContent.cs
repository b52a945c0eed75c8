using System.Net;

namespace StoryStudio.Core.Providers.Outbound;

/// <summary>A body that is looked at while it passes by, and is neither held up nor held on to.</summary>
internal sealed class WatchedContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly BodyExcerpt _excerpt;
    private readonly Action? _ended;
    private int _hasEnded;

    /// <param name="inner">The body itself; disposed with this one.</param>
    /// <param name="excerpt">What looks at it.</param>
    /// <param name="ended">Called once, when it was read to its end or is let go of.</param>
    public WatchedContent(HttpContent inner, BodyExcerpt excerpt, Action? ended = null)
    {
        (_inner, _excerpt, _ended) = (inner, excerpt, ended);
        foreach (var (name, values) in inner.Headers)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using var watched = new Watched(stream, this, ownsInner: false);
        await _inner.CopyToAsync(watched, context, cancellationToken);
        End();
    }

    protected override async Task<Stream> CreateContentReadStreamAsync() => new Watched(await _inner.ReadAsStreamAsync(), this, ownsInner: true);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        new Watched(await _inner.ReadAsStreamAsync(cancellationToken), this, ownsInner: true);

    protected override bool TryComputeLength(out long length)
    {
        length = _inner.Headers.ContentLength ?? 0;
        return _inner.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            End();
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void End()
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) == 0)
        {
            _ended?.Invoke();
        }
    }

    private sealed class Watched(Stream inner, WatchedContent content, bool ownsInner) : Stream
    {
        public override bool CanRead => inner.CanRead;

        public override bool CanSeek => false;

        public override bool CanWrite => inner.CanWrite;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = inner.Read(buffer);
            Saw(buffer[..count], buffer.Length);
            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            Saw(buffer.Span[..count], buffer.Length);
            return count;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            content._excerpt.Append(buffer);
            inner.Write(buffer);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            content._excerpt.Append(buffer.Span);
            return inner.WriteAsync(buffer, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && ownsInner)
            {
                content.End();
                inner.Dispose();
            }

            base.Dispose(disposing);
        }

        private void Saw(ReadOnlySpan<byte> bytes, int asked)
        {
            content._excerpt.Append(bytes);
            if (bytes.IsEmpty && asked > 0)
            {
                content.End();
            }
        }
    }
}
