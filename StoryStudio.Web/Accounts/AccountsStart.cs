using Microsoft.AspNetCore.HostFiltering;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Storage;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Accounts;

/// <summary>Makes the accounts' database, and says how to make the first account where sign-in is asked for and there is none.</summary>
internal sealed partial class AccountsStart(IServiceScopeFactory scopes, DataDirectory directory, Exposure exposure, Doors doors, IOptions<HostFilteringOptions> hosts, IOptions<StoryStudioOptions> access, TimeProvider time, ILogger<AccountsStart> logger) : IHostedLifecycleService
{
    private const long Schema = 1;

    // Where a server listens that listens everywhere.
    private static readonly string[] Anywhere = ["0.0.0.0", "[::]", "*", "+"];

    private long _announced;

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
        // One that was made before there was such a table has none.
        await db.Database.ExecuteSqlRawAsync("CREATE TABLE IF NOT EXISTS ended_sign_ins (Id TEXT NOT NULL PRIMARY KEY, EndedAt INTEGER NOT NULL)", cancellationToken);
        var cookiesEnd = time.GetUtcNow() - AccountsSetup.SignedIn;
        await db.EndedSignIns.Where(e => e.EndedAt < cookiesEnd).ExecuteDeleteAsync(cancellationToken);
        foreach (var id in await db.EndedSignIns.Select(e => e.Id).ToListAsync(cancellationToken))
        {
            doors.Close(id);
        }

        await scope.ServiceProvider.GetRequiredService<AccountBook>().CloseWaysBackAsync();
    }

    // Not before it is known where the server listens.
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (exposure.ExpectsOthers)
        {
            await AnnounceAsync();
        }

        if (access.Value.Access.OwnerLink)
        {
            await ShowWayBackAsync();
        }
    }

    /// <summary>Writes the owner's link into the log, once as long as it opens, unless there is an owner.</summary>
    /// <param name="asked">The address that somebody asked at, where somebody did. It is what they said: it is believed where the server answers to names that were told to it, and to no others.</param>
    public async Task AnnounceAsync(string? asked = null)
    {
        var now = time.GetUtcNow();
        var before = Interlocked.Read(ref _announced);
        if ((before != 0 && now.UtcTicks < before + AccountBook.OwnersTime.Ticks) || Interlocked.CompareExchange(ref _announced, now.UtcTicks, before) != before)
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<AccountBook>();
        if (!await accounts.HasOwnerAsync())
        {
            LogWelcome($"{Address(asked).TrimEnd('/')}/welcome/{await accounts.InviteAsync()}");
        }
    }

    private async Task ShowWayBackAsync()
    {
        await using var scope = scopes.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<AccountBook>();
        if (await accounts.HasOwnerAsync())
        {
            LogWayBack($"{Address(asked: null).TrimEnd('/')}/welcome/{await accounts.InviteAsync(toOwner: true)}");
        }
    }

    /// <summary>Where the link is opened: at the server's name for others where it was told one, else where it listens.</summary>
    private string Address(string? asked)
    {
        var names = hosts.Value.AllowedHosts;
        if (names.Contains("*", StringComparer.Ordinal))
        {
            asked = null;
        }

        var listens = exposure.Addresses.FirstOrDefault() ?? "";
        var name = names.FirstOrDefault(n => !n.Contains('*', StringComparison.Ordinal) && !Exposure.IsLoopbackName(n));
        return asked
            // What comes through a proxy comes by https; of everything else the port is known as well.
            ?? (name is not null && access.Value.Access.TrustedProxies.Count > 0 ? $"https://{name}"
            : name is not null && listens.Length > 0 && BindingAddress.Parse(listens) is { IsUnixPipe: false, IsNamedPipe: false } binding ? $"{binding.Scheme}://{name}:{binding.Port}"
            : Anywhere.Aggregate(listens, static (address, any) => address.Replace(any, "localhost", StringComparison.Ordinal)));
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nobody has an account here yet. Whoever opens this address, or the same path at the server's own name, makes the owner's. It works once and for a day; the next start gives another: {Address}")]
    private partial void LogWelcome(string address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "StoryStudio:Access:OwnerLink is set. Whoever opens this address, or the same path at the server's own name, sets the owner's password anew. It works once and for a day, until the next start; start without the setting afterwards: {Address}")]
    private partial void LogWayBack(string address);
}
