using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;

namespace StoryStudio.Tests.Fakes;

/// <summary>The whole of Core on a SQLite file in a folder of its own, with a clock and a provider that the test holds.</summary>
internal sealed class Studio : IAsyncDisposable
{
    /// <summary>How long a test waits for what never comes. Nothing that passes depends on it, however slow the machine is.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private const int LooksInARow = 200;

    private readonly Action<StoryStudioOptions>? _configure;
    private readonly Action<IServiceCollection>? _services;
    private readonly bool _keep;
    private IHost? _host;

    private Studio(string folder, bool keep, TimeProvider time, ScriptedProvider provider, Action<StoryStudioOptions>? configure, Action<IServiceCollection>? services)
    {
        (Folder, _keep, Time, Provider, _configure, _services) = (folder, keep, time, provider, configure, services);
    }

    public string Folder { get; }

    public TimeProvider Time { get; }

    public ManualTimeProvider Clock => (ManualTimeProvider)Time;

    public ScriptedProvider Provider { get; }

    public IServiceProvider Services => _host!.Services;

    public IStoryLibrary Library => Services.GetRequiredService<IStoryLibrary>();

    public IIllustrator Illustrator => Services.GetRequiredService<IIllustrator>();

    public ICast Cast => Services.GetRequiredService<ICast>();

    public StoryChanges Changes => Services.GetRequiredService<StoryChanges>();

    public static async Task<Studio> StartAsync(
        Action<StoryStudioOptions>? configure = null,
        ScriptedProvider? provider = null,
        TimeProvider? time = null,
        string? folder = null,
        bool engine = true,
        Action<IServiceCollection>? services = null)
    {
        var studio = new Studio(folder ?? Directory.CreateTempSubdirectory("storystudio-").FullName, folder is not null, time ?? new ManualTimeProvider(), provider ?? new(), configure, services);
        await studio.StartHostAsync(engine);
        return studio;
    }

    /// <summary>Ends as a kill does: what is in progress stands so when the next one starts on the same folder.</summary>
    /// <param name="ended">Called when nothing that happens from now on will have been.</param>
    public async Task CrashAsync(Action? ended = null)
    {
        var (database, pictures) = (Path.Combine(Folder, "storystudio.db"), Path.Combine(Folder, "stories"));
        var (databaseThen, picturesThen) = (Path.Combine(Folder, "as-it-stood.db"), Path.Combine(Folder, "as-they-stood"));
        var connection = "";

        // Within a write nothing is committed: the files are those of the very same moment.
        await Services.GetRequiredService<StoryWriter>().ExecuteAsync(async _ =>
        {
            await using var db = OpenDatabase();
            connection = db.Database.GetConnectionString()!;
            await db.Database.ExecuteSqlAsync($"VACUUM INTO {databaseThen}");
            StoredFiles.Copy(pictures, picturesThen);
        });

        ended?.Invoke();
        await StopAsync();

        // Its own only: others run beside it.
        await using (var pool = new SqliteConnection(connection))
        {
            SqliteConnection.ClearPool(pool);
        }

        File.Delete($"{database}-wal");
        File.Delete($"{database}-shm");
        File.Move(databaseThen, database, overwrite: true);
        if (Directory.Exists(pictures))
        {
            Directory.Delete(pictures, recursive: true);
        }

        Directory.Move(picturesThen, pictures);
        await StartHostAsync(engine: true);
    }

    /// <summary>Ends in peace, gives back what is under way, and starts anew on the same folder.</summary>
    public async Task RestartAsync(bool engine = true)
    {
        await StopAsync();
        await StartHostAsync(engine);
    }

    public async Task StopAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync();
            await ((IAsyncDisposable)_host).DisposeAsync();
            _host = null;
        }
    }

    public async Task<StoryDetails> CreateStoryAsync(int segments = 3, params string[] styles) => await Library.CreateAsync(new()
    {
        Title = "A story",
        Segments = [.. Enumerable.Range(1, segments).Select(i => new NewSegment { Text = $"Segment {i}." })],
        Styles = styles.Length == 0 ? ["illustration"] : styles,
    });

    /// <summary>Moves the clock on and has the engine look: it may be between two looks, with no timer set that the clock could fire.</summary>
    public void Advance(TimeSpan by)
    {
        Clock.Advance(by);
        Services.GetRequiredService<GenerationSignals>().Wake();
    }

    /// <summary>
    /// Lets time go by from one timer to the next, the clock standing still while the engine works: so nothing that happens depends on how fast
    /// the machine is. Calls that take time do so by <see cref="ManualTimeProvider.SleepAsync"/>.
    /// </summary>
    public async Task RunAsync(TimeSpan time)
    {
        var end = Clock.Elapsed + time;
        await AsleepAsync();
        while (Clock.UntilNext is { } next && Clock.Elapsed + next <= end)
        {
            Clock.Advance(next);
            await AsleepAsync();
        }

        Clock.Advance(end - Clock.Elapsed);
        await AsleepAsync();
    }

    /// <summary>Returns once the engine has nothing to do before the clock moves.</summary>
    public async Task AsleepAsync()
    {
        var signals = Services.GetRequiredService<GenerationSignals>();
        var engine = Services.GetRequiredService<GenerationService>();
        var patience = System.Diagnostics.Stopwatch.StartNew();
        for (var look = 1; patience.Elapsed < Patience; look++)
        {
            // Who sleeps the same sleep before and after a look at the calls has not begun any in between; who ended one was woken by it.
            if (signals.Sleep is { } sleep && engine.InFlight == Clock.Sleepers && signals.Sleep == sleep)
            {
                return;
            }

            // A look is quick and mostly enough. Where it is not, the processor is left to those who are waited for.
            if (look % LooksInARow == 0)
            {
                await Task.Delay(1);
            }

            await Task.Yield();
        }

        throw new InvalidOperationException($"The engine does not come to rest: {engine.InFlight} calls under way, {Clock.Sleepers} of them waiting for the clock.");
    }

    /// <summary>Waits until what moves in a story is as told; every change is looked at. Where it never is, what was there last is shown.</summary>
    public async Task<StorySnapshot> UntilAsync(string storyId, Func<StorySnapshot, bool> condition)
    {
        using var subscription = Changes.Subscribe(storyId);
        using var patience = new CancellationTokenSource(Patience);
        var snapshot = await Illustrator.GetSnapshotAsync(storyId, patience.Token);
        if (condition(snapshot))
        {
            return snapshot;
        }

        try
        {
            await foreach (var _ in subscription.ReadAllAsync(patience.Token))
            {
                snapshot = await Illustrator.GetSnapshotAsync(storyId, patience.Token);
                if (condition(snapshot))
                {
                    return snapshot;
                }
            }
        }
        catch (OperationCanceledException)
        {
        }

        throw new InvalidOperationException($"It did not come to be. Last seen: {snapshot.Run} {string.Join('\n', snapshot.Images)}");
    }

    public Task<StorySnapshot> UntilFinishedAsync(string storyId) => UntilAsync(storyId, s => s.Run is { FinishedAt: not null } && s.Pending == 0);

    public StoryDbContext OpenDatabase() => Services.GetRequiredService<IDbContextFactory<StoryDbContext>>().CreateDbContext();

    /// <summary>Every attempt so far, in the order in which they were begun.</summary>
    public async Task<List<Attempt>> AttemptsAsync()
    {
        await using var db = OpenDatabase();
        return [.. (await db.Attempts.AsNoTracking().ToListAsync()).OrderBy(a => a.StartedAt).ThenBy(a => a.Number)];
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        SqliteConnection.ClearAllPools();
        if (!_keep)
        {
            await TempFiles.DeleteAsync(Folder);
        }
    }

    private async Task StartHostAsync(bool engine)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ContentRootPath = Folder });
        builder.Configuration.AddInMemoryCollection([new("StoryStudio:Providers:Sketch:Delay", "00:00:00")]);
        builder.Services.AddSingleton(Time);
        builder.Services.AddSingleton<StoryChanges>();
        builder.Services.AddOptions<StoryStudioOptions>().Configure(options =>
        {
            options.Styles = [.. new[] { "illustration", "clear", "consistent" }.Select(key => new StyleDefinition { Key = key, Name = key, Prompt = $"As {key}." })];
            options.Generation.StopGrace = TimeSpan.Zero;
            _configure?.Invoke(options);
        });
        builder.Services.AddStoryStorage(_ => Folder);
        builder.Services.AddImageProviders();
        builder.Services.RemoveAll<IImageProvider>();
        builder.Services.AddSingleton<IImageProvider>(Provider);
        builder.Services.AddGeneration();
        if (!engine)
        {
            builder.Services.Remove(builder.Services.Last(s => s.ServiceType == typeof(IHostedService)));
        }

        _services?.Invoke(builder.Services);
        _host = builder.Build();
        await _host.StartAsync();
    }
}
