namespace StoryStudio.Core.Providers.Pictures;

/// <summary>JPEG: from marker to marker, through every scan, to the end marker.</summary>
internal static class JpegCheck
{
    private const byte Sof0 = 0xC0;
    private const byte Dht = 0xC4;
    private const byte Dac = 0xCC;
    private const byte Eoi = 0xD9;
    private const byte Sos = 0xDA;
    private const byte Dqt = 0xDB;

    public static (int Width, int Height) Run(PictureReader reader)
    {
        reader.Skip(2);
        (int Width, int Height)? size = null;
        var components = 0;
        var hasTables = false;
        var hasQuantisation = false;
        var hasScan = false;
        var marker = NextMarker(reader);
        while (true)
        {
            switch (marker)
            {
                case Eoi when hasScan:
                    return size!.Value;
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
                default:
                    reader.Skip(length);
                    break;
            }

            marker = NextMarker(reader);
        }
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
