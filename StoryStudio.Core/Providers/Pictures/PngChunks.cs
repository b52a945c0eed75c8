using System.Buffers.Binary;

namespace StoryStudio.Core.Providers.Pictures;

/// <summary>Goes through a PNG's chunks and holds each against its checksum.</summary>
internal sealed class PngChunks(PictureReader reader)
{
    private static readonly uint[] Table = MakeTable();
    private uint _crc;

    /// <summary>Four letters, the first one highest.</summary>
    public uint Type { get; private set; }

    /// <summary>Bytes of this chunk's data that were not read yet.</summary>
    public long Remaining { get; private set; }

    /// <summary>Goes to the next chunk; false where the file ends. The present one must be finished.</summary>
    public bool Next()
    {
        if (reader.Remaining == 0)
        {
            return false;
        }

        var length = reader.ReadUInt32BigEndian();
        var name = reader.Read(4);
        foreach (var letter in name)
        {
            if (!char.IsAsciiLetter((char)letter))
            {
                throw new PictureFaultException(PictureFault.Damaged, "The PNG has a part without a name.");
            }
        }

        Type = BinaryPrimitives.ReadUInt32BigEndian(name);
        _crc = Update(uint.MaxValue, name);
        if (length > int.MaxValue || length + 4 > reader.Remaining)
        {
            throw new PictureFaultException(PictureFault.Truncated, $"The PNG ends amid a part of {length} bytes.");
        }

        Remaining = length;
        return true;
    }

    public void ReadExactly(Span<byte> target)
    {
        reader.ReadExactly(target);
        Remaining -= target.Length;
        _crc = Update(_crc, target);
    }

    /// <summary>Reads what is left of this chunk and checks it.</summary>
    public void Finish()
    {
        while (Remaining > 0)
        {
            var some = reader.ReadSome(Remaining);
            Remaining -= some.Length;
            _crc = Update(_crc, some);
        }

        if (reader.ReadUInt32BigEndian() != ~_crc)
        {
            throw new PictureFaultException(PictureFault.Damaged, "A part of the PNG does not match its checksum.");
        }
    }

    private static uint Update(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var n = 0u; n < 256; n++)
        {
            var c = n;
            for (var bit = 0; bit < 8; bit++)
            {
                c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            }

            table[n] = c;
        }

        return table;
    }
}
