using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace StoryStudio.Core.Storage;

/// <summary>
/// Contexts whose connection stays open, for what the engine reads for every image: opening one costs more than such a read. None of them
/// holds a transaction between two reads, so that what is read is as new as with a fresh one, and nobody is kept from checkpointing.
/// </summary>
internal sealed class OpenReaders(IDbContextFactory<StoryDbContext> contexts) : IAsyncDisposable
{
    private readonly ConcurrentBag<StoryDbContext> _idle = [];
    private volatile bool _disposed;

    public async Task<T> ReadAsync<T>(Func<StoryDbContext, Task<T>> read, CancellationToken cancellationToken)
    {
        if (!_idle.TryTake(out var db))
        {
            db = await contexts.CreateDbContextAsync(cancellationToken);
        }

        var isSound = false;
        try
        {
            // Open already, unless it is new or was closed by a fault.
            await db.Database.OpenConnectionAsync(cancellationToken);
            var result = await read(db);
            isSound = true;
            return result;
        }
        finally
        {
            if (isSound && !_disposed)
            {
                _idle.Add(db);
            }
            else
            {
                await db.DisposeAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        while (_idle.TryTake(out var db))
        {
            await db.DisposeAsync();
        }
    }
}
