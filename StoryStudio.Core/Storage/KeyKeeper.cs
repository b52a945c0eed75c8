using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Failures;
using StoryStudio.Core.Providers.Keys;

namespace StoryStudio.Core.Storage;

/// <summary>
/// Keeps what is known of the keys, and of the pace, over a restart, whatever ended the process. A change is handed to the writer before what follows from it for
/// an image is, so that no image is known to wait for a key that is not known to rest. Starts before the engine does.
/// </summary>
internal sealed partial class KeyKeeper(
    ApiKeyPools pools,
    ImageProviders providers,
    StoryWriter writer,
    IDbContextFactory<StoryDbContext> contexts,
    GenerationSignals signals,
    LaneWaits waits,
    IOptions<StoryStudioOptions> options,
    TimeProvider time,
    ILogger<KeyKeeper> logger) : IHostedService, IApiKeys
{
    /// <summary>Between the row of an attempt, which has its time, and its call lies no more than this.</summary>
    private static readonly TimeSpan ClaimToCall = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly HashSet<KeySlot> _unwritten = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var style in options.Value.Styles)
        {
            pools.For(style, providers.For(style.Key).Name);
        }

        await RestoreStatesAsync(cancellationToken);
        await RestorePaceAsync(cancellationToken);
        await RestoreDelaysAsync(cancellationToken);
        pools.Changed = changed => _ = WriteAsync(changed);
    }

    /// <summary>Writes what could not be written when it happened.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => WriteAsync([]);

    public IReadOnlyList<KeyState> GetAll() => pools.Keys();

    public async Task<KeyState> MakeReadyAsync(string id)
    {
        if (!Ids.IsId(id) || !pools.Wake(id))
        {
            throw new NotFoundException("key", "There is no such key.");
        }

        // In the writer's line behind the change itself.
        await WriteAsync([]);
        signals.Wake();
        return pools.Keys().Single(k => k.Id == id);
    }

    /// <summary>Rows of keys that left the settings go with them: one that comes back is tried anew.</summary>
    private async Task RestoreStatesAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var records = await db.KeyRecords.ToListAsync(cancellationToken);
        List<KeyRecord> added = [];
        foreach (var slot in pools.Slots())
        {
            var record = records.Find(r => r.Provider == slot.Provider && r.Hash == Hash(r.Salt, slot));
            if (record is null)
            {
                added.Add(record = NewRecord(slot));
            }

            records.Remove(record);
            pools.Restore(slot, record);
        }

        if (added.Count > 0 || records.Count > 0)
        {
            var gone = records.ConvertAll(r => r.Id);
            await writer.ExecuteAsync(async scope =>
            {
                scope.Db.KeyRecords.AddRange(added);
                await scope.Db.KeyRecords.Where(r => gone.Contains(r.Id)).ExecuteDeleteAsync();
            });
        }
    }

    /// <summary>Attempts of the last minute count in their keys' pace, also those of which nobody knows whether the call still went out.</summary>
    private async Task RestorePaceAsync(CancellationToken cancellationToken)
    {
        if (pools.Slots().Count == 0)
        {
            return;
        }

        var now = time.GetUtcNow();
        var since = now - KeySlot.Window - ClaimToCall;
        // Ids sort by time, so that this is a look into the end of the primary key, however many attempts there are.
        var floor = Ids.New(since - TimeSpan.FromMinutes(1));
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var recent = await db.Attempts
            .Where(a => string.Compare(a.Id, floor) > 0 && a.StartedAt > since && a.KeyTail != null && a.Outcome != AttemptOutcome.PutOff)
            .OrderBy(a => a.StartedAt)
            .Select(a => new { a.Provider, a.KeyTail, a.StartedAt })
            .ToListAsync(cancellationToken);
        foreach (var attempt in recent)
        {
            pools.Remember(attempt.Provider, attempt.KeyTail!, attempt.StartedAt + ClaimToCall);
        }
    }

    /// <summary>Between two pictures of a style lies what the settings say, also where the process ended between them.</summary>
    private async Task RestoreDelaysAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Generation.DelayBetweenImages is var delay && delay == TimeSpan.Zero)
        {
            return;
        }

        var now = time.GetUtcNow();
        var since = now - delay;
        var floor = Ids.New(since - TimeSpan.FromMinutes(1));
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var last = await db.Attempts
            .Where(a => string.Compare(a.Id, floor) > 0 && a.StartedAt > since && a.StartedAt <= now && a.Outcome != AttemptOutcome.PutOff)
            .Join(db.Images.IgnoreQueryFilters(), a => a.ImageId, i => i.Id, (a, i) => new { i.Style, a.StartedAt })
            .GroupBy(a => a.Style)
            .Select(g => new { Style = g.Key, StartedAt = g.Max(a => a.StartedAt) })
            .ToListAsync(cancellationToken);
        last.ForEach(style => waits.Begin(style.Style, style.StartedAt));
    }

    private async Task WriteAsync(IReadOnlyList<KeySlot> changed)
    {
        lock (_gate)
        {
            _unwritten.UnionWith(changed);
        }

        List<KeySlot> taken = [];
        try
        {
            await writer.ExecuteAsync(async scope =>
            {
                foreach (var slot in TakeUnwritten(taken))
                {
                    if (await scope.Db.KeyRecords.FindAsync(slot.Id) is { } record)
                    {
                        pools.Describe(slot, record);
                    }
                }
            });
        }
        catch (Exception failure)
        {
            // It holds in memory all the same.
            LogNotWritten(failure);
            lock (_gate)
            {
                _unwritten.UnionWith(taken);
            }
        }
    }

    /// <summary>When it is the writer's turn: what is written is how the keys do then, and a change that came meanwhile has another turn.</summary>
    private List<KeySlot> TakeUnwritten(List<KeySlot> taken)
    {
        lock (_gate)
        {
            taken.AddRange(_unwritten);
            _unwritten.Clear();
            return taken;
        }
    }

    private KeyRecord NewRecord(KeySlot slot)
    {
        var salt = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        return new() { Id = Ids.New(time.GetUtcNow()), Provider = slot.Provider, Salt = salt, Hash = Hash(salt, slot), Tail = Secrets.Tail(slot.Key) };
    }

    /// <summary>At another address it is another key: what one service said of it says nothing of the next.</summary>
    private string Hash(string salt, KeySlot slot) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{salt}{slot.Key}{(options.Value.Providers.Find(slot.Provider) as KeyedProviderSettings)?.Endpoint?.Trim()}")));

    [LoggerMessage(Level = LogLevel.Error, Message = "How a key does could not be written down; it is tried again with the next change.")]
    private partial void LogNotWritten(Exception failure);
}
