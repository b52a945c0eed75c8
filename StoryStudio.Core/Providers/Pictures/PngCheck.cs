using System.Buffers.Binary;
using System.IO.Compression;

namespace StoryStudio.Core.Providers.Pictures;

/// <summary>PNG: every chunk's checksum, a sane header, and picture data that unpacks to exactly the rows which the header promises.</summary>
internal static class PngCheck
{
    private const uint Ihdr = 0x49484452;
    private const uint Plte = 0x504C5445;
    private const uint Idat = 0x49444154;
    private const uint Iend = 0x49454E44;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static (int Width, int Height) Run(PictureReader reader)
    {
        reader.Skip(Signature.Length);
        var chunks = new PngChunks(reader);
        if (!chunks.Next() || chunks.Type != Ihdr || chunks.Remaining != 13)
        {
            throw Damaged("does not begin with its header");
        }

        Span<byte> fields = stackalloc byte[13];
        chunks.ReadExactly(fields);
        chunks.Finish();
        var width = BinaryPrimitives.ReadUInt32BigEndian(fields);
        var height = BinaryPrimitives.ReadUInt32BigEndian(fields[4..]);
        var size = PictureInspector.CheckSize(width, height);
        var bits = BitsPerPixel(fields[8], fields[9]);
        if (fields[10] != 0 || fields[11] != 0 || fields[12] > 1)
        {
            throw Damaged("is packed in an unknown way");
        }

        var hasPalette = false;
        var hasData = false;
        var more = chunks.Next();
        while (more)
        {
            switch (chunks.Type)
            {
                case Ihdr:
                    throw Damaged("has two headers");
                case Plte:
                    hasPalette = true;
                    break;
                case Idat when hasData:
                    throw Damaged("has picture data in two places");
                case Idat:
                    if (fields[9] == 3 && !hasPalette)
                    {
                        throw Damaged("lacks its palette");
                    }

                    hasData = true;
                    more = Unpack(chunks, size.Width, size.Height, bits, interlaced: fields[12] == 1);
                    continue;
                case Iend when hasData:
                    chunks.Finish();
                    return size;
                case Iend:
                    throw Damaged("has no picture data");
                case var type when (type & 0x20000000) == 0:
                    throw Damaged("has a part that nobody knows and that cannot be left out");
            }

            chunks.Finish();
            more = chunks.Next();
        }

        throw new PictureFaultException(PictureFault.Truncated, "The PNG has no end.");
    }

    /// <returns>Whether another chunk was begun after the data.</returns>
    private static bool Unpack(PngChunks chunks, int width, int height, int bits, bool interlaced)
    {
        using var data = new IdatStream(chunks);
        using var unpacked = new ZLibStream(data, CompressionMode.Decompress);
        var buffer = new byte[64 * 1024];
        try
        {
            foreach (var (columns, rows) in interlaced ? Adam7(width, height) : [(width, height)])
            {
                var rowBytes = (((long)columns * bits) + 7) / 8;
                for (var row = 0; row < rows; row++)
                {
                    ReadRow(unpacked, rowBytes, buffer);
                }
            }

            if (unpacked.Read(buffer, 0, 1) != 0)
            {
                throw Damaged("has more picture data than its size says");
            }
        }
        catch (InvalidDataException)
        {
            throw Damaged("has picture data that cannot be unpacked");
        }

        // The unpacker does not complain of an end that comes too soon; that it still asked for more says so.
        if (data.AskedBeyondEnd)
        {
            throw Damaged("has picture data that stops short");
        }

        data.Drain();
        return data.HasNextChunk;
    }

    private static void ReadRow(Stream unpacked, long rowBytes, byte[] buffer)
    {
        var left = rowBytes + 1;
        while (left > 0)
        {
            var count = unpacked.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (count == 0)
            {
                throw Damaged("has less picture data than its size says");
            }

            if (left == rowBytes + 1 && buffer[0] > 4)
            {
                throw Damaged("has a row with an unknown filter");
            }

            left -= count;
        }
    }

    private static int BitsPerPixel(byte depth, byte colour) => (colour, depth) switch
    {
        (0, 1 or 2 or 4 or 8 or 16) => depth,
        (2, 8 or 16) => 3 * depth,
        (3, 1 or 2 or 4 or 8) => depth,
        (4, 8 or 16) => 2 * depth,
        (6, 8 or 16) => 4 * depth,
        _ => throw Damaged("has colours of an unknown kind"),
    };

    /// <summary>The seven small pictures of an interlaced one; a pass without columns has no rows either.</summary>
    private static IEnumerable<(int Columns, int Rows)> Adam7(int width, int height)
    {
        (int X, int Y, int Dx, int Dy)[] passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
        return from pass in passes
               let columns = (width - pass.X + pass.Dx - 1) / pass.Dx
               let rows = (height - pass.Y + pass.Dy - 1) / pass.Dy
               where columns > 0 && rows > 0
               select (columns, rows);
    }

    private static PictureFaultException Damaged(string what) => new(PictureFault.Damaged, $"The PNG {what}.");
}
