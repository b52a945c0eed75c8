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

    /// <summary>Takes the lock away, whoever put it there. Does nothing where there is none.</summary>
    Task<ImageState> UnlockAsync(Actor actor, string imageId, CancellationToken cancellationToken = default);
}
