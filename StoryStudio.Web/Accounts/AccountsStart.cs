using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Storage;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Accounts;

/// <summary>Makes the accounts' database, and says how to make the first account where sign-in is asked for and there is none.</summary>
internal sealed partial class AccountsStart(IServiceScopeFactory scopes, DataDirectory directory, Exposure exposure, ILogger<AccountsStart> logger) : IHostedLifecycleService
{
    private const long Schema = 1;

    private int _announced;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AccountsDb>();
        await db.Database.EnsureCreatedAsync(cancellationToken);
        var version = await db.Database.SqlQueryRaw<long>("SELECT user_version AS Value FROM pragma_user_version").SingleAsync(cancellationToken);
        if (version is not (0 or Schema))
        {
            throw new InvalidOperationException($"{AccountsSetup.DatabaseOf(directory)} was made by a later StoryStudio: its schema is {version}, and this one knows {Schema}.");
        }

        await db.Database.ExecuteSqlRawAsync($"PRAGMA user_version = {Schema}", cancellationToken);
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);
    }

    // Not before it is known where the server listens.
    public Task StartedAsync(CancellationToken cancellationToken) => exposure.ExpectsOthers ? AnnounceAsync() : Task.CompletedTask;

    /// <summary>Writes the owner's link into the log, once, unless there is an owner.</summary>
    public async Task AnnounceAsync()
    {
        if (Interlocked.Exchange(ref _announced, 1) == 1)
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<AccountBook>();
        if (!await accounts.HasOwnerAsync())
        {
            var address = exposure.Addresses.FirstOrDefault() is { } first ? first.Replace("0.0.0.0", "localhost", StringComparison.Ordinal).Replace("[::]", "localhost", StringComparison.Ordinal).Replace("*", "localhost", StringComparison.Ordinal).Replace("+", "localhost", StringComparison.Ordinal) : "";
            LogWelcome($"{address.TrimEnd('/')}/welcome/{await accounts.InviteAsync()}");
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nobody has an account here yet. Whoever opens this address, or the same path at the server's own name, makes the owner's. It works once and for a day; the next start gives another: {Address}")]
    private partial void LogWelcome(string address);
}
