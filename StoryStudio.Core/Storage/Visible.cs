using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage;

/// <summary>What is of a story that was not deleted.</summary>
internal static class Visible
{
    public static IQueryable<Run> Runs(StoryDbContext db) => db.Runs.Where(r => db.Stories.Any(s => s.Id == r.StoryId && s.DeletedAt == null));

    public static IQueryable<StoryImage> Images(StoryDbContext db) => db.Images.Where(i => db.Stories.Any(s => s.Id == i.StoryId && s.DeletedAt == null));
}
