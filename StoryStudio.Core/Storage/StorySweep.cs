using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace StoryStudio.Core.Storage;

/// <summary>Takes deleted stories away for good, pictures and all, once they can no longer be restored, members of a cast likewise, segments that no undoing brings back, those with pictures no sooner than that, and drafts that nobody goes on with.</summary>
internal sealed partial class StorySweep(StoryWriter writer, IDbContextFactory<StoryDbContext> contexts, PictureFiles files, TimeProvider time, ILogger<StorySweep> logger) : BackgroundService
{
    public static readonly TimeSpan RestorableFor = TimeSpan.FromHours(1);

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await SweepAsync();
                await SweepSegmentsAsync();
                await SweepCastAsync();
            }
            catch (Exception failure)
            {
                LogFailed(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal async Task SweepAsync()
    {
        var gone = await writer.ExecuteAsync(async scope =>
        {
            var before = scope.Now - RestorableFor;
            var ids = await scope.Db.Stories.Where(s => s.DeletedAt != null && s.DeletedAt < before).Select(s => s.Id).ToListAsync();
            await PastCosts.KeepAsync(scope, scope.Db.Attempts.Where(a => scope.Db.Images.IgnoreQueryFilters().Any(i => i.Id == a.ImageId && ids.Contains(i.StoryId))));
            await scope.Db.Stories.Where(s => ids.Contains(s.Id)).ExecuteDeleteAsync();
            await DraftShelf.SweepAsync(scope, RestorableFor);
            return ids;
        });
        gone.ForEach(files.DeleteStory);
    }

    /// <summary>A style's first picture stays as long as it is that: later ones are made from it.</summary>
    internal async Task SweepSegmentsAsync()
    {
        List<string> gone;
        await using (var db = await contexts.CreateDbContextAsync())
        {
            var before = (time.GetUtcNow() - RestorableFor).ToUnixTimeMilliseconds();
            gone = await db.Database.SqlQuery<string>(
                $"""
                SELECT s."Id" AS "Value" FROM "segments" AS s
                WHERE s."RemovedAt" IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM "edit_steps" AS e WHERE e."StoryId" = s."StoryId" AND instr(e."Changes", s."Id") > 0)
                AND (s."RemovedAt" < {before} OR NOT EXISTS (SELECT 1 FROM "images" AS i WHERE i."SegmentId" = s."Id" AND i."ChosenVersion" IS NOT NULL))
                AND NOT EXISTS (SELECT 1 FROM "images" AS i JOIN "story_styles" AS t ON t."ReferenceImageId" = i."Id" WHERE i."SegmentId" = s."Id")
                """).ToListAsync();
        }

        if (gone.Count == 0)
        {
            return;
        }

        var paths = await writer.ExecuteAsync(async scope =>
        {
            var images = scope.Db.Images.IgnoreQueryFilters().Where(i => i.SegmentId != null && gone.Contains(i.SegmentId));
            var ids = await images.Select(i => i.Id).ToListAsync();
            var versions = await scope.Db.ImageVersions.Where(v => ids.Contains(v.ImageId)).Select(v => v.Path).ToListAsync();
            await PastCosts.KeepAsync(scope, scope.Db.Attempts.Where(a => ids.Contains(a.ImageId)));
            await scope.Db.Segments.IgnoreQueryFilters().Where(s => gone.Contains(s.Id)).ExecuteDeleteAsync();
            return versions;
        });
        files.Delete(paths);
    }

    internal async Task SweepCastAsync()
    {
        var before = time.GetUtcNow() - RestorableFor;
        await using (var db = await contexts.CreateDbContextAsync())
        {
            if (!await Gone(db, before).AnyAsync())
            {
                return;
            }
        }

        var paths = await writer.ExecuteAsync(async scope =>
        {
            // Whoever came back meanwhile stays.
            var gone = await Gone(scope.Db, before).Select(c => c.Id).ToListAsync();
            var sheets = await scope.Db.Images.IgnoreQueryFilters().Where(i => i.CharacterId != null && gone.Contains(i.CharacterId)).Select(i => i.Id).ToListAsync();
            var owned = await scope.Db.ImageVersions.Where(v => sheets.Contains(v.ImageId)).Select(v => v.Path)
                .Concat(scope.Db.CharacterPictures.Where(p => gone.Contains(p.CharacterId)).Select(p => p.Path))
                .ToListAsync();
            await PastCosts.KeepAsync(scope, scope.Db.Attempts.Where(a => sheets.Contains(a.ImageId)));
            await scope.Db.Characters.IgnoreQueryFilters().Where(c => gone.Contains(c.Id)).ExecuteDeleteAsync();
            return owned;
        });
        files.Delete(paths);
    }

    private static IQueryable<Stories.Character> Gone(StoryDbContext db, DateTimeOffset before) =>
        db.Characters.IgnoreQueryFilters().Where(c => c.RemovedAt != null && c.RemovedAt < before);

    [LoggerMessage(Level = LogLevel.Error, Message = "Deleted stories could not be swept away; it is tried again.")]
    private partial void LogFailed(Exception failure);
}
