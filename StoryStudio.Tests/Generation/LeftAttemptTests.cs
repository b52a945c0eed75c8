using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StoryStudio.Core.Generation;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

/// <summary>Attempts that a process left because it ended amid them, in what the next one counts and holds.</summary>
public sealed class LeftAttemptTests
{
    private const decimal Price = 0.10m;

    /// <summary>What brings the process down takes its own count of that along: whoever watches the meters alone would never see it.</summary>
    [Fact]
    public async Task Meters_AfterProcessesThatEndedAmidAnAttempt_CountItAsTheFiguresDo()
    {
        using var called = new SemaphoreSlim(0);
        var heard = new ConcurrentQueue<(string Name, string? Outcome)>();
        var isOver = false;
        await using var studio = await Studio.StartAsync(
            o => o.Provider = "openai",
            new()
            {
                Name = "openai",
                Script = async (_, _, _, token) =>
                {
                    called.Release();
                    await Task.Delay(Timeout.Infinite, token);
                    return null!;
                },
            },
            services: services => services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(provider => new Listener(
                provider.GetRequiredService<StudioMeters>().Meter,
                () => isOver = false,
                (name, outcome) =>
                {
                    if (!isOver)
                    {
                        heard.Enqueue((name, outcome));
                    }
                }))));
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        for (var i = 1; i <= StoryImage.MostCrashes; i++)
        {
            Assert.True(await called.WaitAsync(Studio.Patience));
            await studio.CrashAsync(() => isOver = true);
        }

        await studio.UntilFinishedAsync(story.Id);

        var report = await studio.Services.GetRequiredService<IActivity>().GetReportAsync(1);
        Assert.Equivalent(new Dictionary<string, int>(StringComparer.Ordinal) { ["interrupted"] = 2, ["crashed"] = 1 }, report.Attempts.Outcomes, strict: true);
        Assert.Equivalent(report.Attempts.Outcomes, heard.Where(h => h.Name == "storystudio.attempts").CountBy(h => h.Outcome!).ToDictionary(), strict: true);
        Assert.Equal(report.Retries.Total, heard.Count(h => h.Name == "storystudio.retries"));
        Assert.Equal(Assert.Single(report.Costs).Unknown, studio.Services.GetRequiredService<IActivity>().ReadUnknownCosts(1).Values.Sum());
        Assert.Equal((2, 1), (report.Retries.Total, report.Costs[0].Unknown));
    }

    [Fact]
    public async Task OneThatWaitedForTheSameWhenTheProcessEnded_CostsNothingStill()
    {
        var gate = new TaskCompletionSource();
        await using var studio = await Priced.StartAsync(Price, gate: gate.Task);
        var story = await studio.Library.CreateAsync(new() { Title = "Twins", Segments = [new() { Text = "A door." }, new() { Text = "A door." }], Styles = ["illustration"] });
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = Price });
        await studio.UntilAsync(story.Id, s => s.Run is { InProgress: 2 });

        await studio.CrashAsync();
        gate.SetResult();

        var run = (await studio.UntilAsync(story.Id, s => s.Run is { InProgress: 0 } r && (r.FinishedAt is not null || r.Status is RunStatus.Paused))).Run!;
        Assert.Equal((RunStatus.Completed, 2, Price), (run.Status, run.Completed, run.CostUsd));
        Assert.Single(studio.Provider.Calls.Select(c => c.IdempotencyKey).Distinct(StringComparer.Ordinal));
        await using var db = studio.OpenDatabase();
        Assert.False(await db.Attempts.AnyAsync(a => a.MayBeCharged));
    }

    /// <summary>Whoever told it to stop had less patience than the grace: that is nothing that the picture has done.</summary>
    [Fact]
    public async Task Picture_DuringWhichTheProgramWasToldToStopAndKilled_IsNoSuspect()
    {
        var grace = TimeSpan.FromMinutes(10);
        var isOver = false;
        await using var studio = await Studio.StartAsync(
            o => o.Generation.StopGrace = grace,
            new()
            {
                Script = async (request, destination, _, token) =>
                {
                    await (isOver ? Task.CompletedTask : Task.Delay(Timeout.Infinite, token));
                    return await ScriptedProvider.DrawAsync(request, destination, token);
                },
            });
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        for (var i = 1; i <= StoryImage.MostCrashes; i++)
        {
            await studio.UntilAsync(story.Id, s => s.Run is { InProgress: 2 });
            studio.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            while ((await studio.AttemptsAsync()).Any(a => a.Outcome == AttemptOutcome.Running))
            {
                await Task.Delay(1);
            }

            await studio.CrashAsync(() => studio.Clock.Advance(grace));
        }

        isOver = true;
        Assert.All((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images, i => Assert.NotEqual(ImageStatus.Failed, i.Status));
        await studio.CrashAsync(() => studio.Clock.Advance(grace));
        Assert.Equal(2, (await studio.UntilFinishedAsync(story.Id)).Run!.Completed);
        Assert.All(await studio.AttemptsAsync(), a => Assert.NotNull(a.FinishedAt));
    }

    /// <summary>Listens from before the engine starts.</summary>
    private sealed class Listener(Meter meter, Action begin, Action<string, string?> hear) : IHostedService, IDisposable
    {
        private readonly MeterListener _listener = new();

        public Task StartAsync(CancellationToken cancellationToken)
        {
            begin();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter, meter))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => hear(instrument.Name, (string?)tags.ToArray().FirstOrDefault(t => t.Key == "storystudio.outcome").Value));
            _listener.Start();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => _listener.Dispose();
    }
}
