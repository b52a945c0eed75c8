using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace StoryStudio.Core.Storage;

/// <summary>Brings the database up to date before anything else starts. Registered first of all hosted services.</summary>
internal sealed partial class StorageStart(IDbContextFactory<StoryDbContext> contexts, DataDirectory directory, ILogger<StorageStart> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
        LogReady(directory.Database, SqliteRuntime.Version, SqliteRuntime.Library);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "Stories are kept in {Database} (SQLite {Version} from {Library}).")]
    private partial void LogReady(string database, string version, string library);
}
