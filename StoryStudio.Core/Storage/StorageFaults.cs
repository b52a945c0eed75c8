using Microsoft.Data.Sqlite;

namespace StoryStudio.Core.Storage;

/// <summary>Tells a disk or database that cannot serve just now from a mistake of ours.</summary>
public static class StorageFaults
{
    private const int NoSpaceUnix = 28;
    private const int NoSpaceWindows = unchecked((int)0x80070070);

    private const int Full = 13;

    // BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN: they come from outside and may pass.
    private static readonly int[] Passing = [5, 6, 8, 10, Full, 14];

    /// <summary>Whether the cause of <paramref name="exception"/> is a full, locked or unreachable disk or database.</summary>
    public static bool IsUnavailable(Exception? exception) => IsCausedBy(exception, static cause => (cause is SqliteException sqlite && Passing.Contains(sqlite.SqliteErrorCode)) || IsNoSpace(cause));

    /// <summary>Whether the cause of <paramref name="exception"/> is a disk or a database that is full.</summary>
    public static bool IsFull(Exception? exception) => IsCausedBy(exception, static cause => cause is SqliteException { SqliteErrorCode: Full } || IsNoSpace(cause));

    /// <summary>Whether a write found the disk full.</summary>
    public static bool IsNoSpace(Exception failure) => failure is IOException { HResult: NoSpaceUnix or NoSpaceWindows };

    private static bool IsCausedBy(Exception? exception, Func<Exception, bool> isIt)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (isIt(cause))
            {
                return true;
            }
        }

        return false;
    }
}
