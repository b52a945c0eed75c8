using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Storage;

namespace StoryStudio.Tests.Fakes;

/// <summary>A disk on which no commit finds room, as long as it is said to be full, or for one commit.</summary>
internal sealed class FullDisk : DbTransactionInterceptor
{
    private volatile bool _isFull;
    private TaskCompletionSource _refused = new();
    private int _commits = int.MaxValue;

    public bool IsFull
    {
        get => _isFull;
        set => _isFull = value;
    }

    /// <summary>Has no room for one commit, but for those after it; ends once that was refused.</summary>
    /// <param name="after">Commits that find room before it.</param>
    public Task RefuseOne(int after)
    {
        _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _commits, after);
        return _refused.Task;
    }

    public void Under(IServiceCollection services) => services.ConfigureDbContext<StoryDbContext>(options => options.AddInterceptors(this));

    public override ValueTask<InterceptionResult> TransactionCommittingAsync(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        var isTheOne = Interlocked.Decrement(ref _commits) == -1;
        if (isTheOne)
        {
            _refused.SetResult();
        }

        return IsFull || isTheOne ? throw new SqliteException("SQLite Error 13: 'database or disk is full'.", 13) : new(result);
    }
}
