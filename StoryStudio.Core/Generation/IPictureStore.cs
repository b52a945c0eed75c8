using StoryStudio.Core.Providers.Pictures;

namespace StoryStudio.Core.Generation;

/// <summary>Where a claimed image's bytes go while they arrive.</summary>
public interface IPictureStore
{
    IPictureDraft Begin(Claim claim);

    /// <summary>The bytes of a picture that is kept; null where its file is gone.</summary>
    Task<Stream?> OpenAsync(ImageVersion version, CancellationToken cancellationToken);

    /// <summary>Bytes free on the disk. Asked before a call is paid for.</summary>
    long Free();

    /// <summary>Whether it was for want of room that something failed; there may be some again by now.</summary>
    bool IsFull(Exception failure);
}

/// <summary>A picture that is being written. Whatever is not <see cref="Keep">kept</see> is gone when it is disposed.</summary>
public interface IPictureDraft : IAsyncDisposable
{
    /// <summary>Where the provider writes.</summary>
    Stream Destination { get; }

    /// <summary>Path below the data directory, once kept.</summary>
    string Path { get; }

    long Bytes { get; }

    /// <summary>Lower-case hexadecimal, once sealed.</summary>
    string Sha256 { get; }

    /// <summary>Flushes the bytes to disk and looks whether they are a whole picture.</summary>
    PictureInspection Seal(bool allowSvg);

    /// <summary>Gives the file its name, durably. False where the name is another attempt's by now: the picture is nobody's.</summary>
    bool Keep(string mediaType);

    /// <summary>Takes a kept picture back, because nobody wants it any more.</summary>
    void TakeBack();
}

/// <summary>More bytes than any picture may have.</summary>
public sealed class PictureTooLargeException(long limit) : IOException($"A picture may have {limit} bytes at most.");
