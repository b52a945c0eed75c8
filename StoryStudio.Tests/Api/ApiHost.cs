using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web;
using StoryStudio.Web.Api;
using StoryStudio.Web.Security;
using Xunit;

namespace StoryStudio.Tests.Api;

/// <summary>The real pipeline on a free port of this machine, over stories in memory.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo? _folder;

    private ApiHost(WebApplication app, DirectoryInfo? folder = null)
    {
        (_app, _folder) = (app, folder);
        Client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public FakeStudio Studio => _app.Services.GetRequiredService<FakeStudio>();

    public StoryChanges Changes => _app.Services.GetRequiredService<StoryChanges>();

    public static async Task<ApiHost> StartAsync(string environment = "Production", Action<IServiceCollection>? services = null, Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection([new("AllowedHosts", "localhost;127.0.0.1;[::1]")]);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddStoryStudioSecurity().AddStoryStudioApi();
        builder.Services.AddImageProviders().AddOptions<StoryStudioOptions>();
        builder.Services.AddSingleton<StoryChanges>().AddSingleton<FakeStudio>();
        builder.Services.AddSingleton<IStoryLibrary>(s => s.GetRequiredService<FakeStudio>());
        builder.Services.AddSingleton<IIllustrator>(s => s.GetRequiredService<FakeStudio>());
        builder.Services.AddSingleton<IQueueBoard>(s => s.GetRequiredService<FakeStudio>());
        builder.Services.AddSingleton<IPictureFiles>(s => s.GetRequiredService<FakeStudio>());
        builder.Services.AddSingleton<IThumbnails, Thumbnails>();
        builder.Services.AddSingleton<ICast, EmptyCast>();
        builder.Services.AddSingleton<ISharing, NoSharing>().AddSingleton<IStoryOwners, NoSharing>();
        builder.Services.AddSingleton<IReviews, QuietReviews>();
        builder.Services.AddSingleton(Unasked.Of<IPictureDesk>());
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseStoryStudioSecurity();
        app.UseStoryStudioProblems();
        app.UseStoryStudioAccess();
        app.MapStoryStudioApi();
        map?.Invoke(app);
        await app.StartAsync();
        return new(app);
    }

    /// <summary>The whole program as it is started, in a folder of its own, with the built-in illustrator at its quickest.</summary>
    /// <param name="below">Where that folder is made; it goes with the host.</param>
    /// <param name="settings">Below <c>StoryStudio</c>, as on the command line: <c>Generation:MaxConcurrency=1</c>.</param>
    public static async Task<ApiHost> StartWholeAsync(string? below = null, params IEnumerable<string> settings)
    {
        var folder = below is null ? Directory.CreateTempSubdirectory("storystudio-") : Directory.CreateDirectory(Path.Combine(below, "studio"));
        var app = StoryStudioHost.Build(
        [
            "--urls=http://127.0.0.1:0", "--environment=Production", $"--StoryStudio:DataDirectory={folder.FullName}", "--StoryStudio:Provider=sketch",
            "--StoryStudio:Providers:Sketch:Delay=00:00:00", "--Logging:LogLevel:Default=Warning",
            .. settings.Select(s => $"--StoryStudio:{s}"),
        ]);
        await app.StartAsync();
        return new(app, folder);
    }

    /// <summary>A new story; with a run unless told otherwise.</summary>
    public async Task<(string StoryId, string RunId)> StoryAsync(int segments = 2, bool illustrate = true)
    {
        var story = await Studio.CreateAsync(new() { Title = "Fox", Segments = [.. Enumerable.Range(1, segments).Select(_ => new NewSegment { Text = "Once" })] });
        return (story.Id, illustrate ? (await Studio.StartAsync(story.Id, new())).Id : "");
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? json = null, string mediaType = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
            request.Content.Headers.ContentType = mediaType.Length == 0 ? null : MediaTypeHeaderValue.Parse(mediaType);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Answer.ReadAsync(await Client.SendAsync(request));
    }

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, headers: headers);

    public Task<Answer> PostAsync(string path, string? json = null) => SendAsync(HttpMethod.Post, path, json);

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        if (_folder is not null)
        {
            // A file that is held open holds the disk that it is on.
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            _folder.Delete(recursive: true);
        }
    }
}

/// <summary>What came back, read to the end.</summary>
internal sealed record Answer(HttpStatusCode Status, HttpResponseMessage Response, string Text)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? MediaType => Response.Content.Headers.ContentType?.MediaType;

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) => new(response.StatusCode, response, await response.Content.ReadAsStringAsync());

    public string Header(string name) =>
        Response.Headers.TryGetValues(name, out var values) || Response.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : "";

    /// <summary>Checks the shape that every error has, and gives the errors by field.</summary>
    public JsonElement Problem(HttpStatusCode status, string code)
    {
        Assert.True(Status == status, $"{(int)Status} instead of {(int)status}: {Text}");
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal(code, Json.GetProperty("code").GetString());
        Assert.Equal((int)status, Json.GetProperty("status").GetInt32());
        Assert.NotEmpty(Json.GetProperty("detail").GetString()!);
        Assert.NotEmpty(Json.GetProperty("title").GetString()!);
        Assert.DoesNotContain("   at ", Text, StringComparison.Ordinal);
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        return Json.TryGetProperty("errors", out var errors) ? errors : default;
    }
}
