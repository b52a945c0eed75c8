namespace StoryStudio.Core.Providers.Pictures;

/// <summary>WebP: the container is as long as it says, its parts fit, and the frame header inside holds the picture's size.</summary>
internal static class WebpCheck
{
    private const uint Vp8 = 0x20385056;
    private const uint Vp8L = 0x4C385056;
    private const uint Vp8X = 0x58385056;
    private const uint Anmf = 0x464D4E41;

    public static (int Width, int Height) Run(PictureReader reader)
    {
        reader.Skip(4);
        var claimed = reader.ReadUInt32LittleEndian() + 8L;
        if (claimed > reader.Length)
        {
            throw new PictureFaultException(PictureFault.Truncated, $"The WebP says that it has {claimed} bytes and has {reader.Length}.");
        }

        if (claimed != reader.Length)
        {
            throw Damaged($"says that it has {claimed} bytes and has {reader.Length}");
        }

        reader.Skip(4);
        (int Width, int Height)? canvas = null;
        (int Width, int Height)? picture = null;
        var first = true;
        while (reader.Remaining > 0)
        {
            var (type, length) = ReadChunk(reader, reader.Remaining);
            var after = reader.Remaining - length - (length & 1);
            switch (type)
            {
                case Vp8X when first:
                    canvas = ReadCanvas(reader, length);
                    break;
                case Vp8 or Vp8L when picture is null && (first || canvas is not null):
                    picture = type == Vp8 ? ReadLossy(reader, length) : ReadLossless(reader, length);
                    break;
                case Anmf when canvas is not null:
                    ReadAnimationFrame(reader, length, canvas.Value);
                    picture ??= canvas;
                    break;
                default:
                    if (first)
                    {
                        throw Damaged("does not begin with a picture");
                    }

                    break;
            }

            reader.Skip(reader.Remaining - Math.Max(after, 0));
            first = false;
        }

        if (picture is null || (canvas is not null && canvas != picture))
        {
            throw Damaged("has no picture of the size that it names");
        }

        return picture.Value;
    }

    private static (uint Type, long Length) ReadChunk(PictureReader reader, long room)
    {
        if (room < 8)
        {
            throw Damaged("has stray bytes after its parts");
        }

        var type = reader.ReadUInt32LittleEndian();
        long length = reader.ReadUInt32LittleEndian();
        if (length > room - 8)
        {
            throw new PictureFaultException(PictureFault.Truncated, "The WebP ends amid one of its parts.");
        }

        return (type, length);
    }

    private static (int Width, int Height) ReadCanvas(PictureReader reader, long length)
    {
        if (length < 10)
        {
            throw Damaged("has a header that is too short");
        }

        reader.Skip(4);
        var width = ReadUInt24(reader) + 1L;
        var height = ReadUInt24(reader) + 1L;
        return PictureInspector.CheckSize(width, height);
    }

    private static (int Width, int Height) ReadLossy(PictureReader reader, long length)
    {
        if (length < 11)
        {
            throw Damaged("has a frame that is too short");
        }

        var tag = ReadUInt24(reader);
        var start = ReadUInt24(reader);
        var width = reader.ReadByte() | (reader.ReadByte() << 8);
        var height = reader.ReadByte() | (reader.ReadByte() << 8);
        var isKeyFrame = (tag & 1) == 0;
        var firstPartition = tag >> 5;
        if (!isKeyFrame || start != 0x2A019D || firstPartition == 0)
        {
            throw Damaged("has a frame that makes no sense");
        }

        if (firstPartition > length - 10)
        {
            throw Damaged("has a frame that is cut off");
        }

        return PictureInspector.CheckSize(width & 0x3FFF, height & 0x3FFF);
    }

    private static (int Width, int Height) ReadLossless(PictureReader reader, long length)
    {
        if (length < 6 || reader.ReadByte() != 0x2F)
        {
            throw Damaged("has a frame that makes no sense");
        }

        var bits = reader.ReadUInt32LittleEndian();
        if (bits >> 29 != 0)
        {
            throw Damaged("is of an unknown version");
        }

        return PictureInspector.CheckSize((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1);
    }

    private static void ReadAnimationFrame(PictureReader reader, long length, (int Width, int Height) canvas)
    {
        if (length < 24)
        {
            throw Damaged("has a frame that is too short");
        }

        reader.Skip(16);
        var room = length - 16;
        while (room > 0)
        {
            var (type, inner) = ReadChunk(reader, room);
            var before = reader.Remaining;
            if (type is Vp8 or Vp8L)
            {
                var (width, height) = type == Vp8 ? ReadLossy(reader, inner) : ReadLossless(reader, inner);
                if (width > canvas.Width || height > canvas.Height)
                {
                    throw Damaged("has a frame larger than itself");
                }

                return;
            }

            var padded = Math.Min(inner + (inner & 1), room - 8);
            reader.Skip(padded - (before - reader.Remaining));
            room -= 8 + padded;
        }

        throw Damaged("has a frame without a picture");
    }

    private static int ReadUInt24(PictureReader reader) => reader.ReadByte() | (reader.ReadByte() << 8) | (reader.ReadByte() << 16);

    private static PictureFaultException Damaged(string what) => new(PictureFault.Damaged, $"The WebP {what}.");
}
