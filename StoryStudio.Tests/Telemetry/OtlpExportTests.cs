using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Telemetry;
using Xunit;

namespace StoryStudio.Tests.Telemetry;

public sealed class OtlpExportTests
{
    [Theory]
    [InlineData("StoryStudio:Telemetry:OtlpEndpoint")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT")]
    public async Task Collector_ThatIsNamed_ReceivesMetersAndSpans(string setting)
    {
        var received = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await using var collector = await CollectAsync(received);
        await using (var studio = await WebStudio.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal) 
        {
            [setting] = collector.Urls.Single(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        }))
        {
            var story = await studio.CreateStoryAsync(1);
            await studio.Illustrator.StartAsync(story.Id, new());
            await studio.UntilFinishedAsync(story.Id);
        }

        // The end of the program sends what was not sent yet.
        var metrics = received["/v1/metrics"];
        Assert.Contains("StoryStudio", metrics, StringComparison.Ordinal);
        Assert.Contains("storystudio.attempts", metrics, StringComparison.Ordinal);
        Assert.Contains("storystudio.queue.depth", metrics, StringComparison.Ordinal);
        Assert.Contains("storystudio.viewers", metrics, StringComparison.Ordinal);
        Assert.Contains("storystudio.attempt", received["/v1/traces"], StringComparison.Ordinal);
    }

    /// <summary>Known by names of its own: other studios of this process have meters and spans of the same name.</summary>
    [Fact]
    public async Task Collector_AlsoReceivesWhatEndsWithinTheGraceOfAStop()
    {
        const string style = "of-a-stop";
        string storyId;
        var (called, stopped) = (new TaskCompletionSource(), new TaskCompletionSource());
        var provider = new ScriptedProvider
        {
            Script = async (request, destination, _, token) =>
            {
                called.TrySetResult();
                await stopped.Task.WaitAsync(token);
                return await ScriptedProvider.DrawAsync(request, destination, token);
            },
        };
        var received = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await using var collector = await CollectAsync(received);
        await using (var studio = await WebStudio.StartAsync(
            provider: provider,
            services: services => services.AddSingleton<IHostedService>(new StoppedBeforeTheEngine(stopped.SetResult)),
            settings: new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["StoryStudio:Telemetry:OtlpEndpoint"] = collector.Urls.Single(),
                ["StoryStudio:Generation:StopGrace"] = "00:10:00",
                ["StoryStudio:Styles:0:Key"] = style,
            }))
        {
            storyId = (await studio.CreateStoryAsync(1, style)).Id;
            await studio.Illustrator.StartAsync(storyId, new());
            await called.Task.WaitAsync(Studio.Patience);
        }

        Assert.Contains(style, received["/v1/metrics"], StringComparison.Ordinal);
        Assert.Contains(storyId, received["/v1/traces"], StringComparison.Ordinal);
    }

    /// <summary>The specification has a variable for each of the two, with the whole address. What has none is sent nowhere, not to where collectors are by custom.</summary>
    [Theory]
    [InlineData("METRICS", "/for/meters")]
    [InlineData("TRACES", "/for/spans")]
    public async Task Collector_ThatIsNamedForOneOfTheTwo_ReceivesThatAlone(string signal, string path)
    {
        var received = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await using var collector = await CollectAsync(received);
        await using (var studio = await WebStudio.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            [$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"] = $"{collector.Urls.Single()}{path}",
            [$"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL"] = "http/protobuf",
            [$"OTEL_EXPORTER_OTLP_{signal}_HEADERS"] = "x-whose=ours",
        }))
        {
            var story = await studio.CreateStoryAsync(1);
            await studio.Illustrator.StartAsync(story.Id, new());
            await studio.UntilFinishedAsync(story.Id);
        }

        var (to, what) = Assert.Single(received);
        Assert.Equal($"{path} for ours", to);
        Assert.Contains("storystudio.attempt", what, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collector_ThatIsNotNamed_IsNotBuiltAtAll()
    {
        await using var studio = await WebStudio.StartAsync();

        Assert.DoesNotContain(studio.Services.GetServices<IHostedService>(), s => s is OtlpExport);
    }

    private static async Task<WebApplication> CollectAsync(ConcurrentDictionary<string, string> received)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var whose = context.Request.Headers.TryGetValue("x-whose", out var named) ? $" for {named}" : "";
            received.AddOrUpdate($"{context.Request.Path}{whose}", Text(body), (_, before) => before + Text(body));
            context.Response.ContentType = "application/x-protobuf";
        });
        await app.StartAsync();
        return app;

        static string Text(MemoryStream body) => Encoding.Latin1.GetString(body.ToArray());
    }

    /// <summary>Services are stopped in the reverse order of their registration, and this one is registered behind the program's own.</summary>
    private sealed class StoppedBeforeTheEngine(Action stopped) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            stopped();
            return Task.CompletedTask;
        }
    }
}
