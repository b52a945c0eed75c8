using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Storage;

namespace StoryStudio.Tests.Fakes;

/// <summary>A disk on which no commit finds room, as long as it is said to be full.</summary>
internal sealed class FullDisk : DbTransactionInterceptor
{
    private volatile bool _isFull;

    public bool IsFull
    {
        get => _isFull;
        set => _isFull = value;
    }

    public void Under(IServiceCollection services) => services.ConfigureDbContext<StoryDbContext>(options => options.AddInterceptors(this));

    public override ValueTask<InterceptionResult> TransactionCommittingAsync(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) =>
        IsFull ? throw new SqliteException("SQLite Error 13: 'database or disk is full'.", 13) : new(result);
}
