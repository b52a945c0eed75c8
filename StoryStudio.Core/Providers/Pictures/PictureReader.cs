using System.Buffers.Binary;

namespace StoryStudio.Core.Providers.Pictures;

/// <summary>Reads a picture's bytes in order, knows how many are left, and turns their end into a fault.</summary>
internal sealed class PictureReader(Stream stream, long length)
{
    private readonly byte[] _scratch = new byte[8];
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    public long Length { get; } = length;

    public long Position { get; private set; }

    public long Remaining => Length - Position;

    public byte ReadByte()
    {
        if (_start == _end)
        {
            Fill();
        }

        Position++;
        return _buffer[_start++];
    }

    public void ReadExactly(Span<byte> target)
    {
        while (target.Length > 0)
        {
            if (_start == _end)
            {
                Fill();
            }

            var count = Math.Min(target.Length, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(target);
            _start += count;
            Position += count;
            target = target[count..];
        }
    }

    /// <summary>Bytes that are there to be looked at without copying, at most <paramref name="atMost"/>; counts as read.</summary>
    public ReadOnlySpan<byte> ReadSome(long atMost)
    {
        if (_start == _end)
        {
            Fill();
        }

        var count = (int)Math.Min(atMost, _end - _start);
        var span = _buffer.AsSpan(_start, count);
        _start += count;
        Position += count;
        return span;
    }

    public void Skip(long count)
    {
        while (count > 0)
        {
            count -= ReadSome(count).Length;
        }
    }

    public ushort ReadUInt16BigEndian() => BinaryPrimitives.ReadUInt16BigEndian(Read(2));

    public uint ReadUInt32BigEndian() => BinaryPrimitives.ReadUInt32BigEndian(Read(4));

    public uint ReadUInt32LittleEndian() => BinaryPrimitives.ReadUInt32LittleEndian(Read(4));

    public ReadOnlySpan<byte> Read(int count)
    {
        ReadExactly(_scratch.AsSpan(0, count));
        return _scratch.AsSpan(0, count);
    }

    private void Fill()
    {
        _start = 0;
        _end = stream.Read(_buffer);
        if (_end == 0)
        {
            throw new PictureFaultException(PictureFault.Truncated, $"The file ends at byte {Position}, before the picture does.");
        }
    }
}
