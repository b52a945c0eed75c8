using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Pictures;

namespace StoryStudio.Core.Storage;

/// <inheritdoc/>
internal sealed class PictureDesk(
    StoryWriter writer,
    IDbContextFactory<StoryDbContext> contexts,
    PictureFiles files,
    IIllustrator illustrator,
    GenerationSignals signals,
    ImageProviders providers,
    IOptions<StoryStudioOptions> options,
    TimeProvider time) : IPictureDesk
{
    public async Task<string> StoryOfAsync(string imageId, CancellationToken cancellationToken = default)
    {
        RequireId(imageId, Missing.Image);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Visible.Images(db).Where(i => i.Id == imageId).Select(i => i.StoryId).SingleOrDefaultAsync(cancellationToken) ?? throw Missing.Image();
    }

    public async Task<int> CountMadeFromAsync(IReadOnlyCollection<string> imageIds, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Images.CountAsync(
            i => i.ChosenVersion != null && i.StaleCode == null && !imageIds.Contains(i.Id)
                && db.PictureReferences.Any(r => r.ImageId == i.Id && r.Version == i.ChosenVersion && imageIds.Contains(r.SourceId)
                    && (r.Role == ReferenceRole.Consistency || r.Role == ReferenceRole.Character || r.Role == ReferenceRole.Place)),
            cancellationToken);
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

    public async Task<ImageState> BringAsync(Actor actor, string imageId, Stream picture, bool andLock, CancellationToken cancellationToken = default)
    {
        RequireAuthor(actor);
        RequireId(imageId, Missing.Image);
        return await BringAsync(actor, async db => await Visible.Images(db).SingleOrDefaultAsync(i => i.Id == imageId) ?? throw Missing.Image(), picture, andLock, cancellationToken);
    }

    public async Task<ImageState> BringAsync(Actor actor, string storyId, string segment, string style, Stream picture, bool andLock, CancellationToken cancellationToken = default)
    {
        RequireAuthor(actor);
        RequireId(storyId, Missing.Story);

        // Numbers go to others while it is read: it is for the segment that had this one when it began.
        string? meant = null;
        return await BringAsync(
            actor,
            async db =>
            {
                var image = await FindAsync(db, storyId, meant ?? segment, style);
                meant = image.SegmentId;
                return image;
            },
            picture,
            andLock,
            cancellationToken);
    }

    public async Task<ImageState> DrawAsync(Actor actor, string storyId, string segment, string style, string? prompt, string? instruction, CancellationToken cancellationToken = default)
    {
        RequireAuthor(actor);
        RequireId(storyId, Missing.Story);
        RegenerateRules.Check(prompt, instruction);
        var (image, isNew) = await writer.ExecuteAsync(async scope =>
        {
            var found = await FindAsync(scope.Db, storyId, segment, style);
            if (scope.Db.Entry(found).State is not EntityState.Added)
            {
                return (found, false);
            }

            await RunPlan.NameReferenceAsync(scope.Db, found, providers, anew: []);
            found.Redraw(runId: null, Blank(prompt), Blank(instruction), options.Value.Generation.MaxRetries, scope.Now);
            return (found, true);
        });
        if (!isNew)
        {
            return await illustrator.RegenerateAsync(image.Id, prompt, instruction, cancellationToken);
        }

        signals.Wake();
        return image.ToState();
    }

    private async Task<ImageState> BringAsync(Actor actor, Func<StoryDbContext, Task<StoryImage>> find, Stream picture, bool andLock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(picture);
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            // Before it is read: nobody waits for an upload that would be refused.
            RefuseWhereTaken(await find(db));
        }

        return await UploadedPicture.TakeInAsync(async () =>
        {
            await using var upload = files.BeginUpload(Ids.New(time.GetUtcNow()));
            var inspection = await upload.ReadAsync(picture, cancellationToken);
            try
            {
                var image = await writer.ExecuteAsync(async scope =>
                {
                    var found = await find(scope.Db);
                    RefuseWhereTaken(found);
                    var version = await PlaceAsync(scope, found, upload, inspection);
                    scope.Db.ImageVersions.Add(version);
                    found.Bring(version);
                    found.MarkStale([]);
                    if (andLock)
                    {
                        found.Lock(LockReason.Uploaded, actor.Name, scope.Now);
                    }

                    return found;
                });
                return image.ToState();
            }
            catch
            {
                if (!await upload.HoldsAsync(contexts))
                {
                    throw;
                }

                await using var db = await contexts.CreateDbContextAsync(cancellationToken);
                return (await find(db)).ToState();
            }
        });
    }

    private async Task<ImageVersion> PlaceAsync(WriteScope scope, StoryImage image, UploadedPicture upload, PictureInspection inspection)
    {
        var number = image.LatestVersion + 1;
        var text = image.SegmentId is null ? null : await scope.Db.Segments.Where(s => s.Id == image.SegmentId).Select(s => s.Text).SingleAsync();
        return new()
        {
            ImageId = image.Id,
            Number = number,
            AttemptId = upload.Token,
            Path = upload.Place(files.PathOf(image.StoryId, image.Style, await new PictureNames(scope.Db).ChooseAsync(image)), inspection.MediaType!),
            MediaType = inspection.MediaType!,
            Width = inspection.Width,
            Height = inspection.Height,
            Bytes = upload.Bytes,
            Sha256 = upload.Sha256,
            Prompt = "",
            Provider = ImageVersion.Uploaded,
            CostUsd = 0,
            CreatedAt = scope.Now,
            MadeFrom = PictureBasis.OfUpload(text),
        };
    }

    /// <summary>The image of a segment that is named by its number or its id, or a new one that is tracked where the context tracks.</summary>
    private async Task<StoryImage> FindAsync(StoryDbContext db, string storyId, string named, string style)
    {
        if (!await db.Stories.AnyAsync(s => s.Id == storyId && s.DeletedAt == null))
        {
            throw Missing.Story();
        }

        var segment = await db.Segments.NamedAsync(storyId, named);
        if (await db.Images.SingleOrDefaultAsync(i => i.SegmentId == segment.Id && i.Style == style) is { } existing)
        {
            return existing;
        }

        var styles = await db.StoryStyles.Where(s => s.StoryId == storyId).OrderBy(s => s.Ordinal).Select(s => s.Key).ToListAsync();
        if (!styles.Contains(style))
        {
            throw new InvalidInputException("style", $"This story has no style \"{style}\". It has {string.Join(", ", styles)}.");
        }

        var image = new StoryImage
        {
            Id = Ids.New(time.GetUtcNow()),
            StoryId = storyId,
            SegmentId = segment.Id,
            Style = style,
            Ordinal = segment.Ordinal,
            Scene = segment.Scene,
            Beat = segment.Beat,
        };
        db.Images.Add(image);
        return image;
    }

    private static void RefuseWhereTaken(StoryImage image)
    {
        if (image is { IsActive: true, MaxAttempts: > 0 })
        {
            throw new ConflictException("image_active", "This picture is being drawn at the moment. Wait for it, or cancel it first.");
        }

        if (image.IsLocked)
        {
            throw new ConflictException("image_locked", "This picture is locked. Unlock it first.");
        }
    }

    private async Task<ImageState> ChangeAsync(Actor actor, string imageId, Action<WriteScope, StoryImage> change)
    {
        RequireAuthor(actor);
        RequireId(imageId, Missing.Image);
        var image = await writer.ExecuteAsync(async scope =>
        {
            var found = await Visible.Images(scope.Db).SingleOrDefaultAsync(i => i.Id == imageId) ?? throw Missing.Image();
            change(scope, found);
            return found;
        });

        // A run may wait for money for a picture that it passes by now.
        signals.Wake();
        return image.ToState();
    }

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static void RequireAuthor(Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(StoryRole.Author);
    }

    private static void RequireId(string id, Func<NotFoundException> missing)
    {
        if (!Ids.IsId(id))
        {
            throw missing();
        }
    }
}
