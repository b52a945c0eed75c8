using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Storage;

namespace StoryStudio.Tests.Fakes;

/// <summary>The database of the studio that it is registered with, and what a test wants to happen between two questions to it.</summary>
internal sealed class SteeredReads : DbCommandInterceptor
{
    /// <summary>Before each question.</summary>
    public Func<DbCommand, Task>? Reading { get; set; }

    public void Register(IServiceCollection services) => services.ConfigureDbContext<StoryDbContext>(options => options.AddInterceptors(this));

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        await (Reading?.Invoke(command) ?? Task.CompletedTask);
        return result;
    }
}
