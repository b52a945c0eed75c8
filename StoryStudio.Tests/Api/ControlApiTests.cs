using System.Net;
using System.Text.Json;
using Xunit;

namespace StoryStudio.Tests.Api;

/// <summary>The queue and what steers it, over HTTP: the whole program, whose one slot the first picture keeps for ten minutes.</summary>
public sealed class ControlApiTests : IAsyncLifetime
{
    private ApiHost _host = null!;
    private string _story = "";
    private string _run = "";

    public async Task InitializeAsync()
    {
        _host = await ApiHost.StartWholeAsync(settings: ["Providers:Sketch:Delay=00:10:00", "Generation:MaxConcurrency=1", "Generation:StopGrace=00:00:00"]);
        var story = await _host.PostAsync("/api/stories", """{ "title": "Fox", "segments": [{ "text": "One." }, { "text": "Two." }, { "text": "Three." }], "styles": ["illustration", "clear"], "illustrate": true }""");
        Assert.Equal(HttpStatusCode.Created, story.Status);
        (_story, _run) = (Text(story.Json, "id"), Text(story.Json.GetProperty("run"), "id"));
        using var patience = new CancellationTokenSource(Fakes.Studio.Patience);
        while ((await RunAsync()).GetProperty("inProgress").GetInt32() == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }

    public async Task DisposeAsync()
    {
        await _host.StopAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Queue_SaysWhatRunsWhatWaitsAndForWhat()
    {
        var queue = (await _host.GetAsync("/api/queue")).Json;

        Assert.Equal("maxConcurrency next runs trouble waiting working", Names(queue));
        Assert.Equal((1, 5, JsonValueKind.Null), (queue.GetProperty("maxConcurrency").GetInt32(), queue.GetProperty("waiting").GetInt32(), queue.GetProperty("trouble").ValueKind));
        var run = Assert.Single(queue.GetProperty("runs").EnumerateArray());
        Assert.Equal(("Fox", _run, "running"), (Text(run, "storyTitle"), Text(run, "id"), Text(run, "status")));
        var working = Assert.Single(queue.GetProperty("working").EnumerateArray());
        Assert.Superset(
            new HashSet<string>(["character", "keyTail", "place", "runId", "since", "storyTitle", "urgency", "waitsFor", "id", "number", "style", "attempt", "maxAttempts"], StringComparer.Ordinal),
            working.EnumerateObject().Select(p => p.Name).ToHashSet(StringComparer.Ordinal));
        Assert.Equal(("in_progress", _run, "none", "1.1"), (Text(working, "status"), Text(working, "runId"), Text(working, "urgency"), Text(working, "number")));
        Assert.InRange(working.GetProperty("since").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));

        // The other style's first picture needs nothing but a slot; the later ones of both wait for their style's first.
        var waits = queue.GetProperty("next").EnumerateArray().Select(n => (n.GetProperty("place"), n.GetProperty("waitsFor"))).ToList();
        Assert.Equal(5, waits.Count);
        Assert.All(waits, w => Assert.Equal("keyTail kind message until", Names(w.Item2)));
        Assert.Equal((1, "slot", "Next."), (waits[0].Item1.GetInt32(), Text(waits[0].Item2, "kind"), Text(waits[0].Item2, "message")));
        Assert.All(waits.Skip(1), w => Assert.Equal((JsonValueKind.Null, "reference"), (w.Item1.ValueKind, Text(w.Item2, "kind"))));
    }

    [Fact]
    public async Task Run_IsPausedResumedWithOtherBudgetsHurriedAndLosesAStyle()
    {
        var paused = await CommandAsync("pause");
        Assert.Equal(("paused", "author"), (Text(paused, "status"), Text(paused, "pauseReason")));
        Assert.All((await _host.GetAsync("/api/queue")).Json.GetProperty("next").EnumerateArray(), n => Assert.Equal("pause", Text(n.GetProperty("waitsFor"), "kind")));

        var resumed = await CommandAsync("resume");
        Assert.Equal(("running", JsonValueKind.Null, JsonValueKind.Null), (Text(resumed, "status"), resumed.GetProperty("pauseReason").ValueKind, resumed.GetProperty("budgetUsd").ValueKind));
        Assert.Equal(1.5m, (await CommandAsync("resume", """{ "budgetUsd": 1.5 }""")).GetProperty("budgetUsd").GetDecimal());
        Assert.Equal(1.5m, (await CommandAsync("resume", "{}")).GetProperty("budgetUsd").GetDecimal());
        Assert.Equal(JsonValueKind.Null, (await CommandAsync("resume", """{ "budgetUsd": null }""")).GetProperty("budgetUsd").ValueKind);

        var hurried = await _host.SendAsync(HttpMethod.Put, $"/api/runs/{_run}/priority", """{ "priority": "high" }""");
        Assert.Equal((HttpStatusCode.OK, "high"), (hurried.Status, Text(hurried.Json, "priority")));

        (await _host.PostAsync($"/api/runs/{_run}/styles/consistent/cancel")).Problem(HttpStatusCode.NotFound, "style_not_found");
        await CommandAsync("styles/clear/cancel");
        var style = (await RunAsync()).GetProperty("styles").GetProperty("clear");
        Assert.Equal(3, style.GetProperty("cancelled").GetInt32());
    }

    [Fact]
    public async Task Image_IsPutFirstAndCancelledWhereItWaits()
    {
        var waiting = (await ImagesAsync()).Where(i => Text(i, "status") == "pending").Select(i => Text(i, "id")).ToList();

        var first = await _host.PostAsync($"/api/images/{waiting[^1]}/next");
        var cancelled = await _host.PostAsync($"/api/images/{waiting[0]}/cancel");

        Assert.Equal((HttpStatusCode.Accepted, waiting[^1], "pending"), (first.Status, Text(first.Json, "id"), Text(first.Json, "status")));
        Assert.Equal((HttpStatusCode.Accepted, waiting[0], "cancelled"), (cancelled.Status, Text(cancelled.Json, "id"), Text(cancelled.Json, "status")));
        Assert.Equal("next", (await _host.GetAsync("/api/queue")).Json.GetProperty("next").EnumerateArray().Single(n => Text(n, "id") == waiting[^1]).GetProperty("urgency").GetString());
        (await _host.PostAsync($"/api/images/{waiting[0]}/cancel")).Problem(HttpStatusCode.Conflict, "image_not_active");
        (await _host.PostAsync($"/api/images/{waiting[0]}/next")).Problem(HttpStatusCode.Conflict, "image_not_waiting");

        // What is being made waits for nothing, and can be cancelled all the same.
        var working = (await ImagesAsync()).Where(i => Text(i, "status") == "in_progress").Select(i => Text(i, "id")).First();
        (await _host.PostAsync($"/api/images/{working}/next")).Problem(HttpStatusCode.Conflict, "image_not_waiting");
        Assert.Equal("cancelled", Text((await _host.PostAsync($"/api/images/{working}/cancel")).Json, "status"));
    }

    [Fact]
    public async Task Run_OfWhichNothingWasBegun_StaysQueuedWhenOneOfItsImagesIsCancelled()
    {
        var story = await _host.PostAsync("/api/stories", """{ "title": "Owl", "segments": [{ "text": "One." }, { "text": "Two." }, { "text": "Three." }], "styles": ["clear"], "illustrate": true }""");
        _run = Text(story.Json.GetProperty("run"), "id");
        var image = (await ImagesAsync()).Select(i => Text(i, "id")).Last();

        await _host.PostAsync($"/api/images/{image}/cancel");

        var queued = (await _host.GetAsync("/api/queue")).Json.GetProperty("runs").EnumerateArray().Single(r => Text(r, "id") == _run);
        foreach (var run in new[] { await RunAsync(), queued, (await _host.GetAsync($"/api/stories/{Text(story.Json, "id")}/images")).Json.GetProperty("run") })
        {
            Assert.Equal(("queued", "Waiting to begin", 2, 1), (Text(run, "status"), Text(run, "message"), run.GetProperty("pending").GetInt32(), run.GetProperty("cancelled").GetInt32()));
        }

        await CommandAsync("pause");
        Assert.Equal("queued", Text(await CommandAsync("resume"), "status"));
    }

    [Fact]
    public async Task Run_ThatHasEnded_IsSteeredNoMore()
    {
        Assert.Equal("cancelled", Text(await CommandAsync("cancel"), "status"));

        foreach (var (method, word, body) in new[] { (HttpMethod.Post, "pause", null), (HttpMethod.Post, "resume", null), (HttpMethod.Post, "resume", """{ "budgetUsd": 2 }"""), (HttpMethod.Put, "priority", """{ "priority": "low" }""") })
        {
            var answer = await _host.SendAsync(method, $"/api/runs/{_run}/{word}", body);
            answer.Problem(HttpStatusCode.Conflict, "run_not_active");
            Assert.Equal(_run, Text(answer.Json, "runId"));
        }
    }

    [Fact]
    public async Task Estimate_SaysWhatARunWouldMakeAndChangesNothing()
    {
        var before = (await RunAsync()).GetProperty("total").GetInt32();

        var whole = await _host.PostAsync($"/api/stories/{_story}/runs/estimate");
        var part = await _host.PostAsync($"/api/stories/{_story}/runs/estimate", """{ "styles": ["clear"], "segments": ["1.2"], "onlyMissing": false }""");

        Assert.Equal((HttpStatusCode.OK, "costUsd locked paid seconds sheets styles total unknownCost"), (whole.Status, Names(whole.Json)));
        Assert.Equal((HttpStatusCode.OK, "clear"), (part.Status, Names(part.Json.GetProperty("styles"))));
        Assert.Equal("costUsd locked total", Names(part.Json.GetProperty("styles").GetProperty("clear")));
        Assert.Equal(before, (await RunAsync()).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Body_ThatBreaksARule_IsRefusedByTheNameOfItsField()
    {
        var (priority, resume, estimate) = ($"/api/runs/{_run}/priority", $"/api/runs/{_run}/resume", $"/api/stories/{_story}/runs/estimate");
        foreach (var (method, path, body, field) in new (string, string, string, string)[]
        {
            ("PUT", priority, "{}", "priority"),
            ("PUT", priority, """{ "priority": "soon" }""", "priority"),
            ("PUT", priority, """{ "priority": 1 }""", "priority"),
            ("POST", resume, """{ "budgetUsd": -1 }""", "budgetUsd"),
            ("POST", resume, """{ "budgetUsd": "much" }""", "budgetUsd"),
            ("POST", resume, """{ "budgetUsd": 1e300 }""", "budgetUsd"),
            ("POST", estimate, """{ "styles": ["watercolour"] }""", "styles[0]"),
            ("POST", estimate, """{ "segments": ["1.1", "9.9"] }""", "segments[1]"),
            ("POST", estimate, """{ "budgetUsd": -1 }""", "budgetUsd"),
            ("POST", estimate, """{ "onlyStale": "yes" }""", "onlyStale"),
        })
        {
            var answer = await _host.SendAsync(new(method), path, body);

            Assert.True(answer.Problem(HttpStatusCode.UnprocessableEntity, "validation_failed").TryGetProperty(field, out var said), $"{body}: {answer.Text}");
            Assert.NotEmpty(said[0].GetString()!);
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await _host.SendAsync(HttpMethod.Put, priority)).Status);
        (await _host.SendAsync(HttpMethod.Put, $"/api/runs/{new string('0', 32)}/priority", """{ "priority": "low" }""")).Problem(HttpStatusCode.NotFound, "run_not_found");

        // None of it was done.
        var run = await RunAsync();
        Assert.Equal(("normal", JsonValueKind.Null), (Text(run, "priority"), run.GetProperty("budgetUsd").ValueKind));
    }

    private async Task<JsonElement> RunAsync() => (await _host.GetAsync($"/api/runs/{_run}")).Json;

    private async Task<IEnumerable<JsonElement>> ImagesAsync() => (await RunAsync()).GetProperty("images").EnumerateArray();

    private async Task<JsonElement> CommandAsync(string word, string? body = null)
    {
        var answer = await _host.PostAsync($"/api/runs/{_run}/{word}", body);
        Assert.True(answer.Status == HttpStatusCode.Accepted, answer.Text);
        Assert.Equal((_run, $"/api/runs/{_run}"), (Text(answer.Json, "id"), answer.Header("Location")));
        return answer.Json;
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static string Names(JsonElement json) => string.Join(' ', json.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
}
