using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Api;

public sealed class EventsApiTests
{
    [Fact]
    public async Task RunStream_TellsStartProgressAndEnd_AndEndsItself()
    {
        await using var host = await ApiHost.StartAsync();
        var (story, run) = await host.StoryAsync();
        using var stream = await EventReader.OpenAsync(host.Client, $"/api/runs/{run}/events");

        Assert.Equal("text/event-stream", stream.Response.Content.Headers.ContentType!.MediaType);
        Assert.True(stream.Response.Headers.CacheControl!.NoCache);
        Assert.Equal("no", stream.Response.Headers.GetValues("X-Accel-Buffering").Single());
        var start = await stream.NextAsync();
        Assert.Equal(("start", run), (start!.Name, start.Data.GetProperty("id").GetString()));
        Assert.Equal("running", start.Data.GetProperty("status").GetString());
        Assert.Equal(("progress", "1.1 pending"), Said(await stream.NextAsync()));
        Assert.Equal(("progress", "1.2 pending"), Said(await stream.NextAsync()));

        host.Studio.Move(story, 1, ImageStatus.InProgress, 40);
        Assert.Equal(("progress", "1.2 in_progress"), Said(await stream.NextAsync()));
        host.Studio.Move(story, 1, ImageStatus.Completed, 100);
        Assert.Equal(("progress", "1.2 completed"), Said(await stream.NextAsync()));
        host.Studio.Finish(story);

        var end = await stream.NextAsync();
        Assert.Equal(("complete", "completed_with_errors"), (end!.Name, end.Data.GetProperty("status").GetString()));
        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task RunStream_OpenedAfterTheEnd_TellsEverythingAtOnce()
    {
        await using var host = await ApiHost.StartAsync();
        var (story, run) = await host.StoryAsync();
        host.Studio.Move(story, 0, ImageStatus.Completed, 100);
        host.Studio.Finish(story);
        using var stream = await EventReader.OpenAsync(host.Client, $"/api/runs/{run}/events");

        var events = await stream.RestAsync();

        Assert.Equal("start progress progress complete", Names(events));
        Assert.True(events.Zip(events.Skip(1)).All(p => p.First.Number < p.Second.Number));
    }

    [Fact]
    public async Task RunStream_TakenUpAgainAfterAnyEvent_MissesNothing()
    {
        await using var host = await ApiHost.StartAsync();
        var (story, run) = await host.StoryAsync(4);
        var url = $"/api/runs/{run}/events";
        using var whole = await EventReader.OpenAsync(host.Client, url);
        var seen = new List<ServerEvent>();
        for (var i = 0; i < 5; i++)
        {
            seen.Add((await whole.NextAsync())!);
        }

        for (var i = 0; i < 4; i++)
        {
            host.Studio.Move(story, i, ImageStatus.InProgress);
            seen.Add((await whole.NextAsync())!);
            host.Studio.Move(story, i, i == 2 ? ImageStatus.Failed : ImageStatus.Completed, 100);
            seen.Add((await whole.NextAsync())!);
        }

        host.Studio.Finish(story);
        seen.AddRange(await whole.RestAsync());
        var final = States(seen);

        for (var cut = 0; cut < seen.Count - 1; cut++)
        {
            using var again = await EventReader.OpenAsync(host.Client, url, seen[cut].Id);
            var rest = await again.RestAsync();

            Assert.Equal(final, States(seen.Take(cut + 1).Concat(rest)));
            Assert.Equal("complete", rest[^1].Name);
            Assert.DoesNotContain(rest, e => e.Name == "start");
            Assert.All(rest, e => Assert.True(e.Number > seen[cut].Number));
        }

        var done = await host.GetAsync(url, ("Last-Event-ID", seen[^1].Id));
        Assert.Equal(HttpStatusCode.NoContent, done.Status);
        Assert.Equal("start", (await FirstAsync(host, url, "999999")).Name);
        Assert.Equal("start", (await FirstAsync(host, url, "nonsense")).Name);
        Assert.Equal("progress", (await FirstAsync(host, $"{url}?lastEventId={seen[6].Id}", null)).Name);
    }

    [Fact]
    public async Task RunStream_OfImagesCommittedTogether_ResumesBehindNoneOfThem()
    {
        await using var host = await ApiHost.StartAsync();
        var (story, run) = await host.StoryAsync();
        using var stream = await EventReader.OpenAsync(host.Client, $"/api/runs/{run}/events");
        for (var i = 0; i < 3; i++)
        {
            await stream.NextAsync();
        }

        // One commit that gives both images the same change number.
        var images = (await host.Studio.GetRunAsync(run)).Images.Select(i => i with { Version = 9, Status = ImageStatus.InProgress }).ToList();
        host.Changes.Publish([.. images.Select(i => new ImageChanged(i))]);

        Assert.True((await stream.NextAsync())!.Number < 9);
        Assert.Equal(9, (await stream.NextAsync())!.Number);
        Assert.NotEmpty(story);
    }

    [Fact]
    public async Task RunStream_TellsOfAnImageThatJoinsTheRun()
    {
        await using var host = await ApiHost.StartAsync();
        var (story, run) = await host.StoryAsync();
        using var stream = await EventReader.OpenAsync(host.Client, $"/api/runs/{run}/events");
        for (var i = 0; i < 3; i++)
        {
            await stream.NextAsync();
        }

        host.Studio.Join(story);

        Assert.Equal(("progress", "1.3 pending"), Said(await stream.NextAsync()));
    }

    [Fact]
    public async Task StoryStream_GivesTheSnapshotAndThenWhatChanges()
    {
        await using var host = await ApiHost.StartAsync();
        var (story, _) = await host.StoryAsync();
        using var stream = await EventReader.OpenAsync(host.Client, $"/api/stories/{story}/events");

        var snapshot = await stream.NextAsync();
        Assert.Equal(("snapshot", "3"), (snapshot!.Name, snapshot.Id));
        Assert.Equal((await host.GetAsync($"/api/stories/{story}/images")).Text, snapshot.Data.GetRawText());
        host.Studio.Move(story, 0, ImageStatus.InProgress, 10);
        Assert.Equal(("image", "1.1 in_progress"), Said(await stream.NextAsync()));
        host.Studio.Finish(story);
        var run = await stream.NextAsync();
        Assert.Equal(("run", "5", "completed_with_errors"), (run!.Name, run.Id, run.Data.GetProperty("status").GetString()));

        await host.SendAsync(HttpMethod.Delete, $"/api/stories/{story}");
        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task StoryStream_OfALongStory_GivesTheSnapshotWhole()
    {
        await using var host = await ApiHost.StartAsync();
        var (story, _) = await host.StoryAsync(400);
        using var stream = await EventReader.OpenAsync(host.Client, $"/api/stories/{story}/events");

        var snapshot = await stream.NextAsync();

        Assert.Equal((await host.GetAsync($"/api/stories/{story}/images")).Text, snapshot!.Data.GetRawText());
        Assert.Equal(400, snapshot.Data.GetProperty("images").GetArrayLength());
        host.Studio.Move(story, 0, ImageStatus.InProgress, 10);
        Assert.Equal(("image", "1.1 in_progress"), Said(await stream.NextAsync()));
    }

    [Fact]
    public async Task StoryStream_TakenUpAgain_GivesWhatWasMissed()
    {
        await using var host = await ApiHost.StartAsync();
        var (story, _) = await host.StoryAsync();
        host.Studio.Move(story, 0, ImageStatus.InProgress, 10);
        host.Studio.Move(story, 1, ImageStatus.InProgress, 20);
        host.Studio.Finish(story);
        using var stream = await EventReader.OpenAsync(host.Client, $"/api/stories/{story}/events", "4");

        Assert.Equal(("image", "1.2 in_progress"), Said(await stream.NextAsync()));
        Assert.Equal("run", (await stream.NextAsync())!.Name);
        host.Studio.Move(story, 0, ImageStatus.Completed, 100);
        Assert.Equal(("image", "1.1 completed"), Said(await stream.NextAsync()));
        Assert.Equal("snapshot", (await FirstAsync(host, $"/api/stories/{story}/events", "999")).Name);
    }

    [Fact]
    public async Task StoryStream_TakenUpAgain_GivesWhatBecameOfASheet()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var story = (await host.PostAsync("/api/stories", """{ "title": "Fox", "segments": [{ "text": "Mira." }], "characters": [{ "name": "Mira", "description": "A girl." }], "styles": ["illustration"] }""")).Json;
        var (id, mira) = (story.GetProperty("id").GetString(), story.GetProperty("characters")[0].GetProperty("id").GetString());
        using var first = await EventReader.OpenAsync(host.Client, $"/api/stories/{id}/events");
        var seen = (await first.NextAsync())!.Id;
        Assert.Equal(HttpStatusCode.Accepted, (await host.PostAsync($"/api/characters/{mira}/sheets", """{ "styles": ["illustration"] }""")).Status);
        await UntilAsync(first, e => e.Name == "image" && e.Data.GetProperty("status").GetString() == "completed");

        using var again = await EventReader.OpenAsync(host.Client, $"/api/stories/{id}/events", seen);
        var image = await UntilAsync(again, e => e.Name == "image");
        Assert.Equal(("character", "completed"), (image.Data.GetProperty("type").GetString(), image.Data.GetProperty("status").GetString()));

        static async Task<ServerEvent> UntilAsync(EventReader stream, Func<ServerEvent, bool> isIt)
        {
            while (true)
            {
                if ((await stream.NextAsync())! is var next && isIt(next))
                {
                    return next;
                }
            }
        }
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("?alive", true)]
    public async Task Stream_WhereNothingHappens_IsKeptAlive_AndSaysSoToWhoAsks(string query, bool says)
    {
        var time = new HandTime();
        await using var host = await ApiHost.StartAsync(services: s => s.AddSingleton<TimeProvider>(time));
        var (story, _) = await host.StoryAsync();
        using var stream = await EventReader.OpenAsync(host.Client, $"/api/stories/{story}/events{query}");
        var start = await stream.NextAsync();

        (await time.NextTimerAsync(TimeSpan.FromSeconds(15)))();

        Assert.Equal(": keep-alive", await stream.LineAsync());
        Assert.Equal("", await stream.LineAsync());
        if (says)
        {
            var alive = (await stream.NextAsync())!;
            Assert.Equal(("alive", start!.Id), (alive.Name, alive.Id));
        }

        host.Studio.Move(story, 0, ImageStatus.InProgress);
        Assert.Equal("image", (await stream.NextAsync())!.Name);
    }

    [Fact]
    public async Task Stream_EndsCleanlyWithTheServer()
    {
        await using var host = await ApiHost.StartAsync();
        var (story, _) = await host.StoryAsync();
        using var stream = await EventReader.OpenAsync(host.Client, $"/api/stories/{story}/events");
        await stream.NextAsync();

        await host.StopAsync();

        Assert.Null(await stream.NextAsync());
        Assert.Equal(0, host.Changes.Subscribers);
    }

    [Fact]
    public async Task Stream_WhoseClientLeaves_LeavesNoSubscription()
    {
        using var left = new SemaphoreSlim(0);
        await using var host = await ApiHost.StartAsync(map: app => app.Use(async (HttpContext context, RequestDelegate next) =>
        {
            try
            {
                await next(context);
            }
            finally
            {
                if (context.Request.Path.Value!.EndsWith("/events", StringComparison.Ordinal))
                {
                    left.Release();
                }
            }
        }));
        var (story, run) = await host.StoryAsync();
        foreach (var url in new[] { $"/api/stories/{story}/events", $"/api/runs/{run}/events" })
        {
            using var stream = await EventReader.OpenAsync(host.Client, url);
            await stream.NextAsync();
            Assert.Equal(1, host.Changes.Subscribers);
            stream.Dispose();
            Assert.True(await left.WaitAsync(Studio.Patience), "The stream goes on without its client.");
            Assert.Equal(0, host.Changes.Subscribers);
        }
    }

    private static (string Name, string State) Said(ServerEvent? e) => (e!.Name, $"{Text(e.Data, "number")} {Text(e.Data, "status")}");

    private static string Names(IEnumerable<ServerEvent> events) => string.Join(' ', events.Select(e => e.Name));

    private static string Text(JsonElement data, string name) => data.GetProperty(name).GetString()!;

    private static async Task<ServerEvent> FirstAsync(ApiHost host, string url, string? lastEventId)
    {
        using var stream = await EventReader.OpenAsync(host.Client, url, lastEventId);
        return (await stream.NextAsync())!;
    }

    /// <summary>What a client that keeps the highest version of each thing ends up with.</summary>
    private static string States(IEnumerable<ServerEvent> events) => string.Join('\n', events
        .Where(e => e.Name == "progress")
        .GroupBy(e => Text(e.Data, "id"), StringComparer.Ordinal)
        .OrderBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => g.MaxBy(e => e.Data.GetProperty("version").GetInt64())!.Data.GetRawText()));

    /// <summary>Timers that fire when a test says so.</summary>
    private sealed class HandTime : TimeProvider
    {
        private readonly Channel<(TimeSpan Period, Action Fire)> _timers = Channel.CreateUnbounded<(TimeSpan, Action)>();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Writer.TryWrite((period, () => callback(state)));
            return new Silent();
        }

        public async Task<Action> NextTimerAsync(TimeSpan period)
        {
            while (true)
            {
                var timer = await _timers.Reader.ReadAsync();
                if (timer.Period == period)
                {
                    return timer.Fire;
                }
            }
        }

        private sealed class Silent : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
