using System.Text.Json;
using StoryStudio.Tests.Bench;
using StoryStudio.Tests.Bench.Viewers;
using StoryStudio.Tests.Fakes;
using StoryStudio.Tests.Faults;
using Xunit;

namespace StoryStudio.Tests.Processes;

/// <summary>That a broken promise is seen where one is looked for.</summary>
public sealed class PromisesKeptTests
{
    private static readonly KillRun.Result Kept = new()
    {
        Seed = 1,
        Kills = 2,
        KillsAsked = 2,
        Images = 10,
        Lost = 0,
        Torn = 0,
        Strays = 0,
        Calls = 13,
        Charges = 10,
        InFlightAtKills = 3,
        Integrity = "ok",
        Violations = [],
    };

    [Fact]
    public void KillRun_OfWhichAnythingIsAmiss_DidNotKeepItsPromise()
    {
        Assert.True(Kept.IsKept);
        Assert.All(
            [
                Kept with { Kills = 1 },
                Kept with { Lost = 1 },
                Kept with { Torn = 1 },
                Kept with { Strays = 1 },
                Kept with { Charges = 11 },
                Kept with { Calls = 14 },
                Kept with { Integrity = "row 3 missing from index" },
                Kept with { Violations = ["nobody knows of the file stories/a.png"] },
            ],
            result => Assert.False(result.IsKept));
    }

    [Fact]
    public void StopRun_OfWhichAnythingIsAmiss_DidNotKeepItsPromise()
    {
        var kept = new StopRun.Result { Stops = 1, InFlight = 2, Lost = 0, AttemptsUsedUp = 0, Failures = [], Grace = TimeSpan.FromSeconds(3), Slowest = TimeSpan.FromSeconds(3), Violations = [] };

        Assert.True(kept.IsKept);
        Assert.All(
            [kept with { Lost = 1 }, kept with { AttemptsUsedUp = 1 }, kept with { Violations = ["told to stop, it ended with 134"] }, kept with { Slowest = TimeSpan.FromSeconds(3.1) }],
            result => Assert.False(result.IsKept));
    }

    /// <summary>Calls of one key, evenly over ten minutes unless told otherwise.</summary>
    [Theory]
    [InlineData(100, 6, 0, true)]
    [InlineData(97, 6, 0, true)]
    [InlineData(96, 6, 0, false)]
    [InlineData(100, 5.9, 0, false)]
    [InlineData(100, 6, 1, false)]
    [InlineData(0, 6, 0, false)]
    public void PaceRun_OfWhichAnythingIsAmiss_DidNotKeepItsPromise(int calls, double secondsApart, int failed, bool isKept)
    {
        var run = new PaceRun { Keys = 1, RequestsPerMinute = 10, Failed = failed };
        if (calls > 0)
        {
            run.Starts["key"] = [.. Enumerable.Range(0, calls).Select(i => TimeSpan.FromSeconds(i * secondsApart))];
        }

        Assert.Equal(isKept, Limit.Print(PaceBench.Limits(run)));
    }

    [Theory]
    [InlineData(99.9, true)]
    [InlineData(100, true)]
    [InlineData(100.1, false)]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    public void Limit_IsKept_UpToIt_AndNotWhereThereWasNothingToMeasure(double measured, bool isKept)
    {
        var limit = new Limit("p99", measured, 100, "ms");

        Assert.Equal(isKept, limit.IsKept);
        Assert.EndsWith(isKept ? ": kept" : ": not kept", limit.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Delays_OfWhatNeverCame_AreNoQuickOnes()
    {
        double[] hundred = [.. Enumerable.Range(1, 100)];

        Assert.Equal(100, new Delays([.. hundred], [], Expected: 100).AtOfAll(0.99));
        Assert.Equal(100, new Delays([.. hundred], [], Expected: 101).AtOfAll(0.99));
        Assert.Equal(double.PositiveInfinity, new Delays([.. hundred], [], Expected: 102).AtOfAll(0.99));
        Assert.Equal(double.NaN, new Delays([], [], Expected: 0).AtOfAll(0.99));
    }

    [Fact]
    public async Task Patience_ThatIsOver_SaysWhatWasWaitedFor()
    {
        var patience = new Patience(TimeSpan.Zero);

        var over = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            while (true)
            {
                await patience.LookAgainAsync("No call has come.");
            }
        });

        Assert.StartsWith("No call has come. It stands still", over.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FaultLives_OfAsManySeedsAsThereAreFaults_EndAtEachOfThem_BothWaysAndInEveryDialect()
    {
        var faults = ProviderFault.All;
        List<FaultLives> lives = [.. Enumerable.Range(0, 2 * faults.Count).Select(FaultLives.FromSeed)];

        Assert.Equal(faults.Concat(faults).Select(f => f.Name), lives.Select(l => l.EndsAt!.Name));
        Assert.All(lives.Take(faults.Count), l => Assert.Equal(LifeEnd.Kill, l.End));
        Assert.All(lives.Skip(faults.Count), l => Assert.Equal(LifeEnd.Terminate, l.End));
        Assert.Equal(Dialect.All.Select(d => d.Name).Order(StringComparer.Ordinal), lives.Select(l => l.Dialect.Name).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void FinalEvents_OfOneEndToldTwice_AreOne_AndOfTwoEndsOrNone_AreAViolation()
    {
        var events = new FinalEvents();
        Tell(events, "a", "in_progress", 1);
        Tell(events, "a", "failed", 2, nextAttemptAt: "2026-01-01T12:00:00Z");
        Tell(events, "a", "completed", 3);
        Tell(events, "a", "completed", 3);
        Tell(events, "b", "failed", 5);

        Assert.Empty(events.Violations(images: 2));
        Assert.Equal(["the end of 2 images was told, where there are 3"], events.Violations(images: 3));

        Tell(events, "b", "completed", 7);
        Assert.Equal(["image b was final at versions 5, 7"], events.Violations(images: 2));
    }

    private static void Tell(FinalEvents events, string id, string status, long version, string? nextAttemptAt = null) =>
        events.Note(JsonSerializer.SerializeToElement(new { id, status, version, nextAttemptAt }));
}
