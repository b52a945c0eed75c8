namespace StoryStudio.Core.Generation;

/// <summary>Smaller copies of stored pictures, for places that show them small. They are WebP.</summary>
public interface IThumbnails
{
    /// <summary>A copy that is at most so wide, made where nobody has asked for it before.</summary>
    /// <param name="picture">One whose file is there.</param>
    /// <param name="width">One of <see cref="PictureSizes.Widths"/>.</param>
    /// <param name="cancellationToken">Ends the waiting for others' copies.</param>
    /// <returns>The path of a file; null where the picture itself serves, because it is small already, is drawn and not of dots, or no copy can be made.</returns>
    Task<string?> FindAsync(StoredPicture picture, int width, CancellationToken cancellationToken = default);
}
