using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.OpenAI;
using StoryStudio.Core.Providers.Prices;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Providers;

/// <summary>The adapter, and a scripted service on a real port for it to call.</summary>
public abstract class OpenAIProviderTestBase : IAsyncLifetime, IDisposable
{
    private protected const string Key = "sk-proj-abcdefghijklmnop4f2a";

    private readonly ManualTimeProvider _time = new();
    private OpenAIProvider? _provider;

    private protected ScriptedImageServer Server { get; private set; } = null!;

    /// <summary>Change them before the first call.</summary>
    private protected OpenAIOptions Settings { get; } = new() { Format = "png" };

    private protected PriceOptions Prices { get; } = new() { Models = { ["gpt-image-2"] = new() { TextIn = 5, ImageIn = 8, ImageOut = 30, PerPicture = { ["medium"] = 0.053m } } } };

    private protected MemoryStream Destination { get; } = new();

    private protected OpenAIProvider Provider => _provider ??= new OpenAIProvider(Settings, new PriceList(Options.Create(new StoryStudioOptions { Prices = Prices })), _time, downloadPause: TimeSpan.Zero);

    public async Task InitializeAsync()
    {
        Server = await ScriptedImageServer.StartAsync();
        Settings.Endpoint = Server.Endpoint;
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    public void Dispose()
    {
        _provider?.Dispose();
        Destination.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static ImageRequest Request() => new() { IdempotencyKey = "attempt-1", Prompt = "A fox", Scene = "A fox", Style = "clear", ApiKey = Key };

    private protected async Task<PictureMade> MadeAsync(ImageRequest? request = null) => Assert.IsType<PictureMade>(await GenerateAsync(request));

    private protected async Task<ImageFailure> FailureAsync(ImageRequest? request = null) => Assert.IsType<ImageFailure>(await GenerateAsync(request));

    private protected ProgressLog Progress { get; } = new();

    private Task<ImageOutcome> GenerateAsync(ImageRequest? request) => Provider.GenerateAsync(request ?? Request(), Destination, Progress, CancellationToken.None);
}
