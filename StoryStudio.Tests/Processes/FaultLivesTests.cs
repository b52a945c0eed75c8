using System.Net;
using StoryStudio.Tests.Fakes;
using StoryStudio.Tests.Faults;
using Xunit;
using Xunit.Abstractions;

namespace StoryStudio.Tests.Processes;

/// <summary>The real program, a service that fails, and an end amid it.</summary>
public sealed class FaultLivesTests(ITestOutputHelper output)
{
    private const int Seed = 20261120;

    [Fact]
    public Task Program_KilledAmidEveryFault_LosesNoPictureAndPaysNoneTwice() => RunAsync(LifeEnd.Kill);

    [Fact]
    public Task Program_TerminatedAmidEveryFault_LosesNoPictureAndPaysNoneTwice() => RunAsync(LifeEnd.Terminate);

    [Fact]
    public async Task PoisonImage_ThatEndsTheProcess_IsSetAsideAfterThreeCrashesAndTheOthersAreMade()
    {
        var folder = Directory.CreateTempSubdirectory("storystudio-poison-").FullName;
        try
        {
            // A life may ask for the poison before this test has heard that it is there.
            TaskCompletionSource<StudioProcess> alive = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var poisoned = 0;
            await using var server = await ScriptedImageServer.StartAsync();
            server.Choose = call => call.Text.Contains("Segment 3.", StringComparison.Ordinal)
                ? async (_, _, stopping) =>
                {
                    Interlocked.Increment(ref poisoned);
                    await (await Volatile.Read(ref alive).Task.WaitAsync(stopping)).KillAsync();
                    await Task.Delay(Timeout.Infinite, stopping);
                }
                : null;
            var settings = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["StoryStudio__Provider"] = "openai",
                ["StoryStudio__Providers__OpenAI__Endpoint"] = server.Endpoint,
                ["StoryStudio__Generation__MaxConcurrency"] = "2",
            };
            string? runId = null;
            var lives = 0;
            while (true)
            {
                Volatile.Write(ref alive, new(TaskCreationOptions.RunContinuationsAsynchronously));
                await using var studio = await StudioProcess.StartAsync(folder, settings);
                runId ??= await BeginAsync(studio);
                alive.SetResult(studio);
                lives++;
                try
                {
                    var end = await studio.RunToEndAsync(runId);
                    output.WriteLine($"{lives} lives, {poisoned} calls for the poison, {server.Total} calls");
                    Assert.Equal((4, 3), (lives, poisoned));
                    Assert.Equal(("completed_with_errors", 5, 1), (end.GetProperty("status").GetString(), end.GetProperty("completed").GetInt32(), end.GetProperty("failed").GetInt32()));
                    var images = (await studio.GetAsync($"/api/runs/{runId}")).GetProperty("images").EnumerateArray().ToList();
                    var failed = images.Single(i => i.GetProperty("status").GetString() == "failed");
                    Assert.Equal(("1.3", "crashed", 0), (failed.GetProperty("number").GetString(), failed.GetProperty("error").GetProperty("code").GetString(), failed.GetProperty("attempt").GetInt32()));
                    Assert.All(images.Where(i => i.GetProperty("status").GetString() == "completed"), i => Assert.Equal(1, i.GetProperty("attempt").GetInt32()));
                    await studio.TerminateAsync();
                    break;
                }
                catch (Exception gone) when (lives < 10 && gone is HttpRequestException or IOException or InvalidOperationException)
                {
                    // The process went while the stream was read; whether it was the poison is told by the next life.
                }
            }

            Assert.Empty(StoreCheck.Violations(folder, maxRetries: 3, longestAttempt: null, []));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Program_ToldToStopWithAllSlotsTaken_UsesUpNoAttemptAndLosesNothing()
    {
        var result = await new StopRun(stops: 2, inFlight: 32, grace: TimeSpan.FromMilliseconds(500)).RunAsync();

        output.WriteLine(result.ToString());
        Assert.Empty(result.Violations);
        Assert.Equal((2, 64, 0, 0), (result.Stops, result.InFlight, result.Lost, result.AttemptsUsedUp));
    }

    private static async Task<string> BeginAsync(StudioProcess studio)
    {
        var segments = Enumerable.Range(1, 6).Select(i => new { text = $"Segment {i}." });
        var story = await studio.PostAsync("/api/stories", new { title = "Poison", segments, styles = new[] { "illustration" } }, HttpStatusCode.Created);
        var run = await studio.PostAsync($"/api/stories/{story.GetProperty("id").GetString()}/runs", new { useCharacterConsistency = false }, HttpStatusCode.Accepted);
        return run.GetProperty("runId").GetString()!;
    }

    private async Task RunAsync(LifeEnd end)
    {
        var result = await new FaultLives(Seed, ProviderFault.All, end).RunAsync();

        output.WriteLine(result.ToString());
        Assert.Empty(result.Violations);
    }
}
