using StoryStudio.Core.Access;

namespace StoryStudio.Core.Generation;

/// <summary>
/// What an author does with one picture by hand. Unknown ids throw <see cref="NotFoundException"/> (<c>image_not_found</c>), whoever may
/// not <see cref="ForbiddenException"/>.
/// </summary>
public interface IPictureDesk
{
    /// <summary>Id of the story that an image belongs to.</summary>
    Task<string> StoryOfAsync(string imageId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Keeps the chosen picture from everything but a person's own word for it. Where it is locked already, its lock stays as it is.
    /// Throws <see cref="ConflictException"/> <c>picture_missing</c> while there is none.
    /// </summary>
    Task<ImageState> LockAsync(Actor actor, string imageId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes a picture that a person brings as a new version, which is shown from then on: PNG, JPEG or WebP, and nothing else. Throws
    /// <see cref="InvalidInputException"/> for anything else, and then nothing of it stays; <see cref="ConflictException"/> <c>image_active</c> while
    /// the image is being made, <c>image_locked</c> where its picture is locked, <c>disk_full</c>.
    /// </summary>
    /// <param name="actor">Who brings it.</param>
    /// <param name="imageId">For which image.</param>
    /// <param name="picture">Read to its end, unless it is too large.</param>
    /// <param name="andLock">Whether it is locked at once.</param>
    /// <param name="cancellationToken">Cuts the upload off.</param>
    Task<ImageState> BringAsync(Actor actor, string imageId, Stream picture, bool andLock, CancellationToken cancellationToken = default);

    /// <summary>
    /// The same for a segment in a style, whether or not anybody asked for that picture before. A segment that is named by its number is the one
    /// that has it when the upload begins, whatever its number is once it has been read.
    /// </summary>
    Task<ImageState> BringAsync(Actor actor, string storyId, string segment, string style, Stream picture, bool andLock, CancellationToken cancellationToken = default);

    /// <summary>
    /// Draws a segment's picture in a style as a person says, whether or not anybody asked for that picture before. Returns at once; it is made
    /// in the background, alone. Where there is one it is another version, as <see cref="IIllustrator.RegenerateAsync"/>, which says what is thrown.
    /// </summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="storyId">Of the story.</param>
    /// <param name="segment">Its number, <c>scene.beat</c>, or its id.</param>
    /// <param name="style">Key of one of the story's styles.</param>
    /// <param name="prompt">Replaces the prompt, for this version.</param>
    /// <param name="instruction">Is added to the prompt, for this version.</param>
    /// <param name="cancellationToken">Until it is asked for.</param>
    Task<ImageState> DrawAsync(Actor actor, string storyId, string segment, string style, string? prompt, string? instruction, CancellationToken cancellationToken = default);

    /// <summary>
    /// How many other pictures are up to date and were made from one of these, as the first of its style or as the sheet of somebody or something
    /// in them: once that one is another, they are from before a change.
    /// </summary>
    /// <param name="imageIds">Images that are to be drawn again.</param>
    /// <param name="cancellationToken">Ends the counting.</param>
    Task<int> CountMadeFromAsync(IReadOnlyCollection<string> imageIds, CancellationToken cancellationToken = default);

    /// <summary>Takes the lock away, whoever put it there. Does nothing where there is none.</summary>
    Task<ImageState> UnlockAsync(Actor actor, string imageId, CancellationToken cancellationToken = default);
}
