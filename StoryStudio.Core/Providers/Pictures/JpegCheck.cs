using System.Buffers.Binary;

namespace StoryStudio.Core.Providers.Pictures;

/// <summary>JPEG: from marker to marker, through every scan, to the end marker. Its size is the one that it is shown with: a camera turns by a note (Exif 2.32, tag 274) and not by the pixels.</summary>
internal static class JpegCheck
{
    private const byte Sof0 = 0xC0;
    private const byte Dht = 0xC4;
    private const byte Dac = 0xCC;
    private const byte Eoi = 0xD9;
    private const byte Sos = 0xDA;
    private const byte Dqt = 0xDB;
    private const byte App1 = 0xE1;

    public static (int Width, int Height) Run(PictureReader reader)
    {
        reader.Skip(2);
        (int Width, int Height)? size = null;
        var components = 0;
        var hasTables = false;
        var hasQuantisation = false;
        var hasScan = false;
        bool? liesOnItsSide = null;
        var marker = NextMarker(reader);
        while (true)
        {
            switch (marker)
            {
                case Eoi when hasScan:
                    var (width, height) = size!.Value;
                    return liesOnItsSide is true ? (height, width) : (width, height);
                case Eoi:
                    throw Damaged("has no picture data");
                case 0x01 or (>= 0xD0 and <= 0xD7):
                    marker = NextMarker(reader);
                    continue;
                case 0xD8 or 0x00:
                    throw Damaged("has a marker where none may be");
            }

            long length = reader.ReadUInt16BigEndian() - 2;
            if (length < 0)
            {
                throw Damaged("has a part of no length");
            }

            if (length > reader.Remaining)
            {
                throw new PictureFaultException(PictureFault.Truncated, "The JPEG ends amid one of its parts.");
            }

            switch (marker)
            {
                case Sos:
                    if (size is null || !hasTables || !hasQuantisation)
                    {
                        throw Damaged("has picture data before what is needed to read it");
                    }

                    CheckScan(reader, length, components);
                    marker = SkipEntropyData(reader);
                    hasScan = true;
                    continue;
                case >= Sof0 and <= 0xCF and not Dht and not 0xC8 and not Dac:
                    if (size is not null)
                    {
                        throw Damaged("has two frames");
                    }

                    (size, components) = ReadFrame(reader, length);
                    break;
                case Dht or Dac:
                    hasTables = true;
                    reader.Skip(length);
                    break;
                case Dqt:
                    hasQuantisation = true;
                    reader.Skip(length);
                    break;
                case App1 when liesOnItsSide is null:
                    liesOnItsSide = LiesOnItsSide(reader, (int)length);
                    break;
                default:
                    reader.Skip(length);
                    break;
            }

            marker = NextMarker(reader);
        }
    }

    /// <summary>Whether the first directory of an Exif part says so; null where it is no such part. A part that makes no sense says nothing, as with whoever shows it.</summary>
    private static bool? LiesOnItsSide(PictureReader reader, int length)
    {
        var part = new byte[length];
        reader.ReadExactly(part);
        ReadOnlySpan<byte> tiff = part;
        if (!tiff.StartsWith("Exif\0\0"u8))
        {
            return null;
        }

        tiff = tiff[6..];
        bool? isLittle = tiff.StartsWith("II*\0"u8) ? true : tiff.StartsWith("MM\0*"u8) ? false : null;
        if (isLittle is not { } little || tiff.Length < 8)
        {
            return false;
        }

        var directory = Number(tiff[4..], little);
        if (directory > tiff.Length - 2)
        {
            return false;
        }

        var entries = tiff[(int)directory..];
        for (var (i, left) = (2, Short(entries, little)); left > 0 && i + 12 <= entries.Length; (i, left) = (i + 12, left - 1))
        {
            if (Short(entries[i..], little) == 0x0112)
            {
                return Short(entries[(i + 8)..], little) is >= 5 and <= 8;
            }
        }

        return false;

        static int Short(ReadOnlySpan<byte> at, bool little) => little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);

        static uint Number(ReadOnlySpan<byte> at, bool little) => little ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);
    }

    private static ((int Width, int Height) Size, int Components) ReadFrame(PictureReader reader, long length)
    {
        if (length < 6)
        {
            throw Damaged("has a frame header that is too short");
        }

        var precision = reader.ReadByte();
        var height = reader.ReadUInt16BigEndian();
        var width = reader.ReadUInt16BigEndian();
        var components = reader.ReadByte();
        if (precision is not (8 or 12) || components is not (1 or 3 or 4) || length != 6 + (components * 3))
        {
            throw Damaged("has a frame header that makes no sense");
        }

        reader.Skip(components * 3);
        return (PictureInspector.CheckSize(width, height), components);
    }

    private static void CheckScan(PictureReader reader, long length, int components)
    {
        var inScan = reader.ReadByte();
        if (inScan < 1 || inScan > components || length != 4 + (inScan * 2))
        {
            throw Damaged("has a scan header that makes no sense");
        }

        reader.Skip(length - 1);
    }

    /// <summary>Goes over coded data; gives the marker that ends it.</summary>
    private static byte SkipEntropyData(PictureReader reader)
    {
        var any = false;
        while (true)
        {
            var value = reader.ReadByte();
            if (value != 0xFF)
            {
                any = true;
                continue;
            }

            do
            {
                value = reader.ReadByte();
            }
            while (value == 0xFF);

            if (value is 0x00 or (>= 0xD0 and <= 0xD7))
            {
                any = true;
                continue;
            }

            return any ? value : throw Damaged("has a scan without data");
        }
    }

    private static byte NextMarker(PictureReader reader)
    {
        if (reader.ReadByte() != 0xFF)
        {
            throw Damaged("has stray bytes between its parts");
        }

        byte marker;
        do
        {
            marker = reader.ReadByte();
        }
        while (marker == 0xFF);
        return marker;
    }

    private static PictureFaultException Damaged(string what) => new(PictureFault.Damaged, $"The JPEG {what}.");
}
