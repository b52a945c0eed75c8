using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>The steps of a story that can be undone and done again: one row for all windows, kept with the story.</summary>
internal static class EditSteps
{
    /// <summary>Characters that the steps of one story take up at most; the oldest go first.</summary>
    private const int MostCharacters = 4_000_000;

    /// <summary>Writes a step down, after which nothing that was undone can be done again. Returns its number; 0 where nothing changed.</summary>
    public static Task<long> AddAsync(WriteScope scope, string storyId, string words, EditChanges changes) =>
        changes.IsEmpty ? Task.FromResult(0L) : AddAsync(scope, storyId, words, changes, prompts: null);

    /// <summary>The same of prompts, and nothing else, that the operation has changed or is about to; for the sake of one style where <paramref name="style"/> says which.</summary>
    public static Task<long> AddPromptsAsync(WriteScope scope, string storyId, string words, string? style = null)
    {
        scope.Deed = new(Ids.New(scope.Now), style);
        return AddAsync(scope, storyId, words, new([], null), scope.Deed.Together);
    }

    /// <summary>The step to be undone or done again, tracked. Throws where there is none, or not the one that is meant.</summary>
    public static async Task<EditRecord> FindAsync(StoryDbContext db, string storyId, long? step, bool back)
    {
        var next = back ? Standing(db, storyId).OrderByDescending(e => e.Step) : Undone(db, storyId).OrderBy(e => e.Step);
        if (await next.AsTracking().FirstOrDefaultAsync() is not { } record)
        {
            throw back ? new ConflictException("nothing_to_undo", "There is nothing to undo.") : new ConflictException("nothing_to_redo", "There is nothing to do again.");
        }

        return step is null || step == record.Step ? record : throw new ConflictException("undo_outdated", back
            ? $"Something else was changed since: {record.Words}. Undo that first."
            : $"That is not what was undone last. It was: {record.Words}.");
    }

    public static async Task<EditHistory> HistoryAsync(StoryDbContext db, string storyId, CancellationToken cancellationToken) => new(
        await Standing(db, storyId).OrderByDescending(e => e.Step).Select(e => new EditStep(e.Step, e.Words)).FirstOrDefaultAsync(cancellationToken),
        await Undone(db, storyId).OrderBy(e => e.Step).Select(e => new EditStep(e.Step, e.Words)).FirstOrDefaultAsync(cancellationToken));

    private static async Task<long> AddAsync(WriteScope scope, string storyId, string words, EditChanges changes, string? prompts)
    {
        await scope.Db.EditRecords.Where(e => e.StoryId == storyId && e.Undone).ExecuteDeleteAsync();
        await TrimAsync(scope.Db, storyId);
        var step = await scope.NextVersionAsync(storyId);
        scope.Db.EditRecords.Add(new() { StoryId = storyId, Step = step, Words = words, At = scope.Now, Changes = changes.Segments, Numbers = changes.Numbers, Prompts = prompts });
        return step;
    }

    /// <summary>Makes room for one more.</summary>
    private static Task<int> TrimAsync(StoryDbContext db, string storyId) => db.Database.ExecuteSqlAsync(
        $"""
        DELETE FROM edit_steps WHERE StoryId = {storyId} AND Step <= (
            SELECT MAX(Step) FROM (
                SELECT Step, ROW_NUMBER() OVER (ORDER BY Step DESC) AS Place, SUM(length(Changes) + COALESCE(length(Numbers), 0)) OVER (ORDER BY Step DESC) AS Characters
                FROM edit_steps WHERE StoryId = {storyId})
            WHERE Place >= {IStoryEditor.MaxSteps} OR Characters > {MostCharacters})
        """);

    private static IQueryable<EditRecord> Standing(StoryDbContext db, string storyId) => db.EditRecords.Where(e => e.StoryId == storyId && !e.Undone);

    private static IQueryable<EditRecord> Undone(StoryDbContext db, string storyId) => db.EditRecords.Where(e => e.StoryId == storyId && e.Undone);
}
