using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace StoryStudio.Core.Storage;

/// <summary>Several reads at one moment. Deferred, so that it never stands in the writer's way: EF's own transactions begin as writers.</summary>
internal static class ReadTransaction
{
    public static async Task<IDbContextTransaction> BeginAsync(StoryDbContext db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        var transaction = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true);
        return (await db.Database.UseTransactionAsync(transaction, cancellationToken))!;
    }
}
