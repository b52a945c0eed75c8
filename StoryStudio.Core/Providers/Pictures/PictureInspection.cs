namespace StoryStudio.Core.Providers.Pictures;

/// <summary>What <see cref="PictureInspector"/> found out about a file, from its bytes alone.</summary>
public sealed record PictureInspection
{
    /// <summary>The true media type, as far as it was recognised; see <see cref="PictureFormats"/>.</summary>
    public string? MediaType { get; init; }

    /// <summary>Pixels; 0 where the file did not get as far as to say.</summary>
    public int Width { get; init; }

    /// <summary>Pixels; 0 where the file did not get as far as to say.</summary>
    public int Height { get; init; }

    /// <summary>Length of the file.</summary>
    public required long Bytes { get; init; }

    /// <summary>Why the file is not kept, or null where it is a whole picture.</summary>
    public PictureFault? Fault { get; init; }

    /// <summary>The fault in a sentence for the log.</summary>
    public string? Reason { get; init; }

    /// <summary>Why a file that a person chose is not taken, in a sentence for them; null where it is.</summary>
    public string? Complaint => Fault switch
    {
        null => null,
        PictureFault.Empty => "The file is empty.",
        PictureFault.TypeNotAllowed or PictureFault.UnknownType => "It is no PNG, JPEG or WebP file, whatever its name says.",
        _ => $"This picture cannot be used. {Reason}",
    };

    /// <summary>Whether it is a whole picture of a kind that is kept.</summary>
    public bool IsSound => Fault is null;
}

/// <summary>Why a file is not kept as a picture.</summary>
public enum PictureFault
{
    /// <summary>No bytes at all.</summary>
    Empty,

    /// <summary>More bytes than any picture of ours has.</summary>
    TooManyBytes,

    /// <summary>None of the kinds that are kept.</summary>
    UnknownType,

    /// <summary>A kind that this provider may not hand over.</summary>
    TypeNotAllowed,

    /// <summary>Its header claims more pixels than are taken; nothing was unpacked.</summary>
    TooManyPixels,

    /// <summary>It ends before it should.</summary>
    Truncated,

    /// <summary>It cannot be decoded.</summary>
    Damaged,

    /// <summary>An SVG that could run or fetch something.</summary>
    Unsafe,
}

/// <summary>Ends an inspection from wherever the fault was met; never leaves this folder.</summary>
internal sealed class PictureFaultException(PictureFault fault, string message) : Exception(message)
{
    public PictureFault Fault { get; } = fault;
}
