using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Web;
using StoryStudio.Web.Live;

namespace StoryStudio.Tests.Fakes;

/// <summary>The whole program on a real port, in this process, with a scripted provider and a hub line that can be cut.</summary>
internal sealed class WebStudio : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("storystudio-").FullName;
    private WebApplication _app = null!;

    public Uri Address { get; private set; } = null!;

    public ScriptedProvider Provider { get; private init; } = new();

    public IServiceProvider Services => _app.Services;

    public IStoryLibrary Library => Services.GetRequiredService<IStoryLibrary>();

    public StoryChanges Changes => Services.GetRequiredService<StoryChanges>();

    public IIllustrator Illustrator => Services.GetRequiredService<IIllustrator>();

    public CuttableHubLine HubLine => (CuttableHubLine)Services.GetRequiredService<IConnectionFactory>();

    /// <param name="environment"><c>Production</c> or <c>Development</c>.</param>
    /// <param name="sketch">Draws with the built-in illustrator, at once, instead of the script.</param>
    /// <param name="settings">Beside those of the repository's file.</param>
    /// <param name="provider">With a script, or a name, of its own.</param>
    /// <param name="urls">Where it listens, if not on loopback.</param>
    /// <param name="time">The clock, if not this machine's.</param>
    /// <param name="log">Is told everything that anything has to say.</param>
    /// <param name="services">Last word on what the program is made of.</param>
    public static async Task<WebStudio> StartAsync(string environment = "Production", bool sketch = false, IReadOnlyDictionary<string, string?>? settings = null, ScriptedProvider? provider = null, string? urls = null, TimeProvider? time = null, ILoggerProvider? log = null, Action<IServiceCollection>? services = null)
    {
        var studio = new WebStudio { Provider = provider ?? new() };
        studio._app = StoryStudioHost.Build(["--environment", environment], builder =>
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["StoryStudio:DataDirectory"] = studio._folder,
                ["StoryStudio:Providers:Sketch:Delay"] = "00:00:00",
                ["StoryStudio:Generation:StopGrace"] = "00:00:00",
            });
            builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>(StringComparer.Ordinal));
            builder.WebHost.UseUrls(urls ?? "http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            if (log is not null)
            {
                builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace);
            }

            if (time is not null)
            {
                builder.Services.Replace(ServiceDescriptor.Singleton(time));
            }

            if (!sketch)
            {
                builder.Services.RemoveAll<IImageProvider>();
                builder.Services.AddSingleton<IImageProvider>(studio.Provider);
            }

            builder.Services.RemoveAll<IConnectionFactory>();
            builder.Services.AddSingleton<InProcessHubLine>();
            builder.Services.AddSingleton<IConnectionFactory>(provider => new CuttableHubLine(provider.GetRequiredService<InProcessHubLine>()));
            services?.Invoke(builder.Services);
        });
        await studio._app.StartAsync();
        studio.Address = new(studio._app.Urls.Single());
        return studio;
    }

    public HttpClient Client() => new() { BaseAddress = Address };

    public async Task<StoryDetails> CreateStoryAsync(int segments = 3, params string[] styles) => await Library.CreateAsync(new()
    {
        Title = "The lighthouse",
        Segments = [.. Enumerable.Range(1, segments).Select(i => new NewSegment { Text = $"Picture {i}: an owl flew over the harbour at dusk and looked for the lantern." })],
        Styles = styles.Length == 0 ? ["illustration"] : styles,
    });

    /// <summary>Waits until the story's run is over and nothing of it is pending.</summary>
    public Task UntilFinishedAsync(string storyId) => UntilAsync(storyId, s => s is { Run.FinishedAt: not null, Pending: 0 });

    /// <summary>Waits until what moves in a story is as told; every change is looked at.</summary>
    public async Task UntilAsync(string storyId, Func<StorySnapshot, bool> condition)
    {
        using var subscription = Services.GetRequiredService<StoryChanges>().Subscribe(storyId);
        using var patience = new CancellationTokenSource(Studio.Patience);
        if (await IsSoAsync())
        {
            return;
        }

        await foreach (var _ in subscription.ReadAllAsync(patience.Token))
        {
            if (await IsSoAsync())
            {
                return;
            }
        }

        async Task<bool> IsSoAsync() => condition(await Illustrator.GetSnapshotAsync(storyId, patience.Token));
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await TempFiles.DeleteAsync(_folder);
    }
}
