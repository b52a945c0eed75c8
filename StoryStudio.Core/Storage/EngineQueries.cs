using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>The questions that are asked for every single image, translated once: taking an expression apart costs more than its answer.</summary>
internal sealed class EngineQueries
{
    // A compiled query belongs to the model that it was compiled for.
    private static readonly ConditionalWeakTable<IModel, EngineQueries> ByModel = [];

    private EngineQueries()
    {
    }

    public static EngineQueries Of(StoryDbContext db) => ByModel.GetValue(db.Model, _ => new());

    /// <summary>A waiting image, to be changed.</summary>
    public Func<StoryDbContext, string, Task<StoryImage?>> Image { get; } =
        EF.CompileAsyncQuery((StoryDbContext db, string id) => db.Images.AsTracking().SingleOrDefault(i => i.Id == id));

    /// <summary>The first images of a lane that may be claimed, in the order of the story.</summary>
    public Func<StoryDbContext, string, string, DateTimeOffset, int, IAsyncEnumerable<WaitingImage>> Due { get; } =
        EF.CompileAsyncQuery((StoryDbContext db, string storyId, string style, DateTimeOffset now, int count) => db.Images
            .AsNoTracking()
            .Where(i => i.StoryId == storyId && i.Style == style && i.DueAt != null && i.DueAt <= now && i.Crashes < StoryImage.MostCrashes - 1)
            .OrderBy(i => i.Ordinal)
            .Take(count)
            .Select(i => new WaitingImage(i.Id, i.Urgency, db.Attempts.Where(a => a.ImageId == i.Id && a.IdempotencyKey == i.IdempotencyKey && (a.MayBeCharged || a.CostUsd > 0)).OrderByDescending(a => a.Number).Select(a => a.KeyTail).FirstOrDefault(), false, i.RunId)));

    /// <summary>
    /// What a segment's image is drawn from, while the attempt still holds it, or, without one, still waits: one look for both.
    /// </summary>
    public Func<StoryDbContext, string, string?, Task<Subject?>> Subject { get; } =
        EF.CompileAsyncQuery((StoryDbContext db, string imageId, string? token) => (
            from image in db.Images.AsNoTracking().IgnoreQueryFilters()
            where image.Id == imageId && image.Token == token
            join segment in db.Segments on image.SegmentId equals segment.Id
            join style in db.StoryStyles on new { image.StoryId, Key = image.Style } equals new { style.StoryId, style.Key } into styles
            from style in styles.DefaultIfEmpty()
            join first in db.Images on style.ReferenceImageId equals first.Id into firsts
            from first in firsts.DefaultIfEmpty()
            join picture in db.ImageVersions on new { ImageId = first.Id, Number = first.ChosenVersion } equals new { picture.ImageId, Number = (int?)picture.Number } into pictures
            from picture in pictures.DefaultIfEmpty()
            select new Subject(segment, style.Note, picture, db.Characters.Any(c => c.StoryId == image.StoryId)))
            .SingleOrDefault());

    /// <summary>Whether the story was ever edited: by its own mark, for steps that can be undone come and go.</summary>
    public Func<StoryDbContext, string, Task<bool>> WasEdited { get; } =
        EF.CompileAsyncQuery((StoryDbContext db, string storyId) => db.Stories.Any(s => s.Id == storyId && s.EditVersion > Story.Unedited));

    /// <summary>A picture of the story that the very same request has made: the latest of the image's own, which a person may have asked for in place of others, else the oldest.</summary>
    public Func<StoryDbContext, string, string, string, Task<ImageVersion?>> Made { get; } =
        EF.CompileAsyncQuery((StoryDbContext db, string storyId, string requestHash, string imageId) => (
            from version in db.ImageVersions.AsNoTracking().IgnoreQueryFilters()
            join image in db.Images on version.ImageId equals image.Id
            where version.RequestHash == requestHash && image.StoryId == storyId
            orderby version.ImageId == imageId ? -version.Number : 0, version.CreatedAt
            select version).FirstOrDefault());
}

/// <param name="Segment">What is illustrated.</param>
/// <param name="Note">What the author said of the style in this story.</param>
/// <param name="First">The style's first picture, where there is one; it may be the image's own.</param>
/// <param name="HasCast">Whether the story has characters.</param>
internal sealed record Subject(Segment Segment, string? Note, ImageVersion? First, bool HasCast);
