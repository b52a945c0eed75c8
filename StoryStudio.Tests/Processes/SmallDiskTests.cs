using System.Diagnostics;
using System.Net;
using System.Text.Json;
using StoryStudio.Tests.Fakes;
using StoryStudio.Tests.Faults;
using Xunit;
using Xunit.Abstractions;

namespace StoryStudio.Tests.Processes;

public sealed class SmallDiskTests(ITestOutputHelper output)
{
    private const int Images = 12;

    [SmallDiskFact]
    public async Task Disk_FullInTheMiddleOfARun_SaysSoLosesNothingAndGoesOnWhenThereIsRoom()
    {
        using var disk = SmallDisk.Mount();
        await using var service = await FaultyService.StartAsync(TimeProvider.System, limit: 2);
        await using var studio = await StudioProcess.StartAsync(disk.Folder, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["StoryStudio__Provider"] = "openai",
            ["StoryStudio__Providers__OpenAI__Endpoint"] = service.Endpoint,
            ["StoryStudio__Generation__MaxConcurrency"] = "2",
        });
        var segments = Enumerable.Range(1, Images).Select(i => new { text = $"Segment {i}." });
        var story = (await studio.PostAsync("/api/stories", new { title = "Full", segments, styles = new[] { "illustration" } }, HttpStatusCode.Created)).GetProperty("id").GetString();

        // Some are done, two are on their way when the last byte is taken, and then they come: as many as such a disk has room for at a time.
        service.Called = _ =>
        {
            if (service.Total == 5)
            {
                service.Freeze();
            }
        };
        var run = (await studio.PostAsync($"/api/stories/{story}/runs", new { useCharacterConsistency = false }, HttpStatusCode.Accepted)).GetProperty("runId").GetString()!;
        await UntilAsync(() => Task.FromResult(service.Total >= 6));
        disk.Fill();
        service.Unfreeze();

        string ready = "";
        await UntilAsync(async () =>
        {
            using var answer = await studio.Http.GetAsync("/health/ready");
            ready = await answer.Content.ReadAsStringAsync();
            return answer.StatusCode == HttpStatusCode.ServiceUnavailable && ready.Contains("Drawing goes on as soon as", StringComparison.Ordinal);
        });
        output.WriteLine(ready);
        Assert.Contains("The disk is full", ready, StringComparison.Ordinal);
        foreach (var page in new[] { "/", $"/stories/{story}", "/queue", $"/api/runs/{run}" })
        {
            using var answer = await studio.Http.GetAsync(page);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Contains("as soon as", await studio.Http.GetStringAsync($"/stories/{story}"), StringComparison.Ordinal);
        var completed = 0;
        foreach (var image in await ImagesAsync(studio, run))
        {
            if (image.GetProperty("status").GetString() == "completed")
            {
                completed++;
                using var picture = await studio.Http.GetAsync(image.GetProperty("url").GetString());
                Assert.Equal(HttpStatusCode.OK, picture.StatusCode);
            }
        }

        Assert.InRange(completed, 0, Images - 1);
        disk.Free();
        var clock = Stopwatch.StartNew();
        await UntilAsync(async () => (await ImagesAsync(studio, run)).Count(i => i.GetProperty("status").GetString() == "completed") > completed);
        output.WriteLine($"{completed} completed on the full disk; the next one {clock.Elapsed.TotalSeconds:F1} s after there was room");
        var end = await studio.RunToEndAsync(run);

        Assert.Equal((Images, 0), (end.GetProperty("completed").GetInt32(), end.GetProperty("failed").GetInt32()));
        Assert.All(await ImagesAsync(studio, run), i => Assert.Equal(1, i.GetProperty("attempt").GetInt32()));
        Assert.Equal(0, await studio.TerminateAsync());
        Assert.Empty(StoreCheck.Violations(disk.Folder, maxRetries: 3, longestAttempt: null, service.Paid.Keys));
    }

    private static async Task<List<JsonElement>> ImagesAsync(StudioProcess studio, string run) =>
        [.. (await studio.GetAsync($"/api/runs/{run}")).GetProperty("images").EnumerateArray()];

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var patience = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(patience.Elapsed < Studio.Patience, "It did not come to be.");
            await Task.Delay(20);
        }
    }
}
