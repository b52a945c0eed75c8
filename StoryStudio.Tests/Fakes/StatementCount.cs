using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Storage;

namespace StoryStudio.Tests.Fakes;

/// <summary>Counts what EF Core sends to the database of the studio that it is registered with.</summary>
internal sealed class StatementCount : DbCommandInterceptor
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Register(IServiceCollection services) => services.ConfigureDbContext<StoryDbContext>(options => options.AddInterceptors(this));

    public override DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result)
    {
        Interlocked.Increment(ref _count);
        return result;
    }
}
