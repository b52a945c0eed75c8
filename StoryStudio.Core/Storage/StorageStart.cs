using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace StoryStudio.Core.Storage;

/// <summary>Brings the database up to date before anything else starts. Registered first of all hosted services.</summary>
internal sealed partial class StorageStart(IDbContextFactory<StoryDbContext> contexts, DataDirectory directory, PictureFiles files, ILogger<StorageStart> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);

        // Migrations take a lock that is a row in a table and wait for it without end; a process that was killed at its start leaves it
        // behind. The folder is this process's alone, so what stands there now is such a one.
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
        await MigrateAsync(db, cancellationToken);
        await OrphanSweep.RunAsync(db, files, cancellationToken);
        files.ClearIncoming();
        LogReady(directory.Database, SqliteRuntime.Version, SqliteRuntime.Library);
    }

    /// <summary>Each migration and the note that it was made are one commit; a kill in between leaves the database as it was.</summary>
    internal static async Task MigrateAsync(StoryDbContext db, CancellationToken cancellationToken = default)
    {
        // A table that is exchanged for a new one would take along what points to it. The connection stays the same throughout.
        await db.Database.OpenConnectionAsync(cancellationToken);
        await db.Database.ExecuteSqlRawAsync("PRAGMA foreign_keys = OFF", cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
        await db.Database.ExecuteSqlRawAsync("PRAGMA foreign_keys = ON", cancellationToken);
        await db.Database.CloseConnectionAsync();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "Stories are kept in {Database} (SQLite {Version} from {Library}).")]
    private partial void LogReady(string database, string version, string library);
}
