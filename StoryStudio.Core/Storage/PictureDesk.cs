using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage;

/// <inheritdoc/>
internal sealed class PictureDesk(StoryWriter writer, IDbContextFactory<StoryDbContext> contexts) : IPictureDesk
{
    public async Task<string> StoryOfAsync(string imageId, CancellationToken cancellationToken = default)
    {
        RequireId(imageId);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Visible(db).Where(i => i.Id == imageId).Select(i => i.StoryId).SingleOrDefaultAsync(cancellationToken) ?? throw Missing.Image();
    }

    public Task<ImageState> LockAsync(Actor actor, string imageId, CancellationToken cancellationToken = default) => ChangeAsync(actor, imageId, (scope, image) =>
    {
        if (image.ChosenVersion is null)
        {
            throw new ConflictException("picture_missing", "There is no picture yet that could be locked.");
        }

        if (!image.IsLocked)
        {
            image.Lock(LockReason.Author, actor.Name, scope.Now);
        }
    });

    public Task<ImageState> UnlockAsync(Actor actor, string imageId, CancellationToken cancellationToken = default) => ChangeAsync(actor, imageId, (_, image) => image.Unlock());

    private async Task<ImageState> ChangeAsync(Actor actor, string imageId, Action<WriteScope, StoryImage> change)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(StoryRole.Author);
        RequireId(imageId);
        var image = await writer.ExecuteAsync(async scope =>
        {
            var found = await Visible(scope.Db).SingleOrDefaultAsync(i => i.Id == imageId) ?? throw Missing.Image();
            change(scope, found);
            return found;
        });
        return image.ToState();
    }

    private static IQueryable<StoryImage> Visible(StoryDbContext db) => db.Images.Where(i => db.Stories.Any(s => s.Id == i.StoryId && s.DeletedAt == null));

    private static void RequireId(string imageId)
    {
        if (!Ids.IsId(imageId))
        {
            throw Missing.Image();
        }
    }
}
