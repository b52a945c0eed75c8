using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Fakes;
using Xunit;
using static StoryStudio.Tests.Fakes.KeyedStudio;

namespace StoryStudio.Tests.Generation;

/// <summary>Attempts at what the very same request has made already, or is making.</summary>
public sealed class IdenticalAttemptTests
{
    [Theory]
    [InlineData("gone")]
    [InlineData("damaged")]
    public async Task IdenticalRequest_WhosePictureIsNotWholeAnyMore_IsMadeAgain(string state)
    {
        await using var studio = await StartAsync();
        var story = await TwinsAsync(studio, ["1.1"]);
        var file = Assert.Single(Directory.GetFiles(studio.Folder, "Beat_1.1.*", SearchOption.AllDirectories));
        if (state == "gone")
        {
            File.Delete(file);
        }
        else
        {
            await File.WriteAllTextAsync(file, "<svg");
        }

        await studio.Illustrator.StartAsync(story, new() { Segments = ["1.2"], UseCharacterConsistency = false });
        await studio.UntilFinishedAsync(story);

        Assert.Equal((ImageStatus.Completed, 2), ((await ImagesAsync(studio, story))[1].Status, studio.Provider.Calls.Count));
        Assert.Equal(["succeeded", "succeeded"], (await studio.AttemptsAsync()).Select(a => a.Outcome));
    }

    [Fact]
    public async Task IdenticalRequest_ThatIsTakenOver_SaysOfWhomAndCountsAsReused()
    {
        await using var studio = await StartAsync();
        using var counted = new CountedMeters(studio);
        studio.Provider.Script = async (request, destination, _, token) => await ScriptedProvider.DrawAsync(request, destination, token) with { Model = "another", RequestId = "req-1" };
        var story = await TwinsAsync(studio, ["1.1", "1.2"]);

        var versions = await Task.WhenAll((await ImagesAsync(studio, story)).Select(i => studio.Illustrator.GetVersionsAsync(i.Id)));
        Assert.Equal([("openai", "another"), ("openai", "another")], versions.Select(v => (v.Single().Provider, v.Single().Model)));
        Assert.Equal([0m, 0.01m], versions.Select(v => v.Single().CostUsd!.Value).Order());
        Assert.Equal([("reused", null), ("succeeded", "req-1")], (await studio.AttemptsAsync()).Select(a => (a.Outcome, a.RequestId)).Order());
        await studio.StopAsync();
        Assert.Equal(["reused", "succeeded"], counted.Outcomes.Order(StringComparer.Ordinal));
        Assert.Equal(1, counted.Number("storystudio.image.duration"));
    }

    [Fact]
    public async Task IdenticalRequests_ThatCostNothing_DoNotWaitForEachOther()
    {
        using var arrived = new SemaphoreSlim(0);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var studio = await StartAsync(estimate: 0);
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            arrived.Release();
            await gate.Task.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await TwinsAsync(studio, []);
        await studio.Illustrator.StartAsync(story, new() { UseCharacterConsistency = false });

        Assert.True(await arrived.WaitAsync(Studio.Patience) && await arrived.WaitAsync(Studio.Patience));
        gate.SetResult();
        Assert.Equal(2, (await studio.UntilFinishedAsync(story)).Run!.Completed);
    }

    /// <summary>It calls nobody, whatever becomes of the one that it waits for: others may.</summary>
    [Fact]
    public async Task IdenticalRequest_ThatWaitsForTheOther_KeepsNoPlaceInItsKeysPace()
    {
        using var arrived = new SemaphoreSlim(0);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var provider = Provider(async (request, destination, token) =>
        {
            arrived.Release();
            await gate.Task.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        });
        provider.Estimate = 0.01m;
        await using var studio = await KeyedStudio.StartAsync(provider, [First], o => o.Styles[0].RequestsPerMinute = 2);
        var story = await studio.Library.CreateAsync(new() { Title = "Twins", Segments = [new() { Text = "A door." }, new() { Text = "A door." }, new() { Text = "A tree." }], Styles = ["illustration"] });
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });

        for (var patience = System.Diagnostics.Stopwatch.StartNew(); arrived.CurrentCount < 2 && patience.Elapsed < Studio.Patience; studio.Advance(TimeSpan.FromMilliseconds(10)))
        {
            await Task.Delay(1);
        }

        Assert.Equal(["A door.", "A tree."], provider.Calls.Select(c => c.Scene).Order());
        gate.SetResult();
        await studio.UntilFinishedAsync(story.Id);
    }

    [Fact]
    public async Task IdenticalRequest_ThatWaitedForOneThatCameToNothing_IsNoRetryAndNoInterruption()
    {
        var gate = new TaskCompletionSource();
        var isFirst = true;
        await using var studio = await Priced.StartAsync(0.10m, gate: gate.Task, script: (request, destination, token) =>
        {
            var isRefused = isFirst;
            isFirst = false;
            return isRefused ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused)) : ScriptedProvider.DrawAsync(request, destination, token);
        });
        var story = await TwinsAsync(studio, []);
        await studio.Illustrator.StartAsync(story, new() { UseCharacterConsistency = false });
        for (var patience = System.Diagnostics.Stopwatch.StartNew(); studio.Services.GetRequiredService<IdenticalRequests>().Waiting == 0 && patience.Elapsed < Studio.Patience;)
        {
            await Task.Delay(1);
        }

        gate.SetResult();
        await studio.UntilFinishedAsync(story);

        var report = await studio.Services.GetRequiredService<IActivity>().GetReportAsync(1);
        Assert.Equal((0, 0), (report.Retries.Total, report.Attempts.Interrupted));
        Assert.Equal(["put_off", "refused", "succeeded"], (await studio.AttemptsAsync()).Select(a => a.Outcome).Order());
    }

    /// <summary>Two segments of the same words, of which those named are drawn.</summary>
    private static async Task<string> TwinsAsync(Studio studio, IReadOnlyList<string> drawn)
    {
        var story = await studio.Library.CreateAsync(new() { Title = "Twins", Segments = [new() { Text = "A door." }, new() { Text = "A door." }], Styles = ["illustration"] });
        if (drawn.Count > 0)
        {
            await studio.Illustrator.StartAsync(story.Id, new() { Segments = [.. drawn], UseCharacterConsistency = false });
            await studio.UntilFinishedAsync(story.Id);
        }

        return story.Id;
    }

    private static Task<Studio> StartAsync(decimal estimate = 0.01m) =>
        Studio.StartAsync(o => o.Provider = "openai", new() { Name = "openai", Estimate = estimate });
}
