using Microsoft.EntityFrameworkCore;

namespace StoryStudio.Core.Storage;

/// <summary>
/// Due times stand in the database on the wall clock, so that they outlive the process. When that is set, forward or back, or the machine
/// slept, they are moved along before anything else is written, and what is written afterwards is not: nothing is frozen, nothing goes early.
/// </summary>
internal sealed class DueTimes(TimeProvider time)
{
    // Less is how a clock is put right all the time.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private Moment _followed = Read(time);

    /// <summary>Both clocks, as they stand now.</summary>
    public Moment Read() => Read(time);

    /// <summary>By how much the wall clock was set since what was last followed; null where it goes on as it did.</summary>
    public TimeSpan? Jump(Moment moment)
    {
        var by = moment.Wall - _followed.Wall - time.GetElapsedTime(_followed.Steady, moment.Steady);
        return by.Duration() >= Least ? by : null;
    }

    public void Follow(Moment moment) => _followed = moment;

    public static async Task MoveAsync(WriteScope scope, TimeSpan by)
    {
        // What goes on was begun as long ago as before, by whichever clock: waits and the time per picture are measured from there.
        var milliseconds = (long)by.TotalMilliseconds;
        await scope.Db.Database.ExecuteSqlAsync(
            $"""
             UPDATE attempts SET StartedAt = StartedAt + {milliseconds}, FirstStartedAt = FirstStartedAt + {milliseconds}, FinishedAt = FinishedAt + {milliseconds}
             WHERE Id IN (SELECT a.Id FROM images i JOIN attempts a ON a.ImageId = i.Id AND a.Number = i.Attempts WHERE (i.DueAt IS NOT NULL OR i.Token IS NOT NULL) AND a.StartedAt >= i.QueuedAt)
             """);
        await scope.Db.Database.ExecuteSqlAsync($"UPDATE images SET QueuedAt = QueuedAt + {milliseconds} WHERE Token IS NOT NULL");
        scope.Ledger.Forget();

        foreach (var image in await scope.Db.Images.Where(i => i.DueAt != null && i.NextAttemptAt != null).ToListAsync())
        {
            image.Move(by);
        }

        foreach (var run in await scope.Db.Runs.Include(r => r.Styles).Where(r => r.FinishedAt == null).ToListAsync())
        {
            run.Move(by);
        }

        // Those that nobody has tried yet show no time: their number may be large, and their state stays as it is.
        await scope.Db.Database.ExecuteSqlAsync($"UPDATE images SET DueAt = DueAt + {milliseconds}, QueuedAt = QueuedAt + {milliseconds} WHERE DueAt IS NOT NULL AND NextAttemptAt IS NULL");
    }

    private static Moment Read(TimeProvider time) => new(time.GetUtcNow(), time.GetTimestamp());

    public readonly record struct Moment(DateTimeOffset Wall, long Steady);
}
