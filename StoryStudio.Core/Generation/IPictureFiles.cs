using StoryStudio.Core.Providers;

namespace StoryStudio.Core.Generation;

/// <summary>Where the bytes of pictures are found, for whoever serves them. What is unknown is null, never an exception.</summary>
public interface IPictureFiles
{
    /// <summary>A version of an image, from 1.</summary>
    Task<StoredPicture?> FindAsync(string imageId, int version, CancellationToken cancellationToken = default);

    /// <summary>A picture of a character from outside, from 1.</summary>
    Task<StoredPicture?> FindOfCharacterAsync(string characterId, int number, CancellationToken cancellationToken = default);

    /// <summary>The rough first picture of an image that is being made; gone as soon as the next one or the real one is there.</summary>
    PreviewPicture? FindPreview(string imageId, string previewId);
}

/// <summary>A whole picture on disk.</summary>
/// <param name="FilePath">Absolute path.</param>
/// <param name="MediaType">As found in the bytes when they were stored.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Sha256">Of the bytes, as hexadecimal digits.</param>
public sealed record StoredPicture(string FilePath, string MediaType, long Bytes, string Sha256)
{
    /// <summary>Pixels; 0 where nobody has measured it.</summary>
    public int Width { get; init; }
}
