using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

/// <summary>What is kept, counted and logged of what happened.</summary>
public sealed class ActivityTests
{
    [Fact]
    public async Task Report_CountsFromTheFirstClaimOverEveryWaitInBetween()
    {
        await using var studio = await Studio.StartAsync();
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            studio.Clock.Advance(TimeSpan.FromSeconds(3));
            return studio.Provider.Calls.Count == 1 ? ScriptedProvider.Failure(FailureKind.Transient) : await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilAsync(story.Id, s => s.Images[0].NextAttemptAt is not null);
        studio.Advance(TimeSpan.FromMinutes(1));
        await studio.UntilFinishedAsync(story.Id);

        var report = await Activity(studio).GetReportAsync(1);

        // 3 seconds for the first attempt, a minute until somebody looked, 3 more for the second.
        Assert.Equal((1, 0, 1.0, 66.0, 66.0), (report.Images.Completed, report.Images.Failed, report.Images.SuccessRate, report.Images.MedianSeconds, report.Images.P95Seconds));
        Assert.Equal((1, 1), (report.Retries.Total, report.Retries.Helped));
        Assert.Equal((2, 1, 1, 0.5), (report.Attempts.Total, report.Attempts.Succeeded, report.Attempts.Failed, report.Attempts.SuccessRate));
        Assert.Equal(1, report.Images.Durations.Single(d => d.UpToSeconds == 120).Count);
        Assert.Equal(1, report.Images.Durations.Sum(d => d.Count));
    }

    [Fact]
    public async Task Report_OfAPictureThatIsAskedForAgain_CountsTheSecondRoundByItself()
    {
        await using var studio = await Studio.StartAsync();
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            studio.Clock.Advance(TimeSpan.FromSeconds(2));
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var image = (await studio.UntilFinishedAsync(story.Id)).Images[0];
        studio.Advance(TimeSpan.FromHours(1));
        await studio.Illustrator.RegenerateAsync(image.Id, null, null);
        await studio.UntilAsync(story.Id, s => s.Images[0].ChosenVersion == 2);

        var report = await Activity(studio).GetReportAsync(7);

        Assert.Equal((2, 2.0, 2.0), (report.Images.Completed, report.Images.MedianSeconds, report.Images.P95Seconds));
        Assert.Equal(0, report.Retries.Total);
    }

    [Fact]
    public async Task Report_OfCosts_KeepsWhatIsUnknownApartFromWhatIsFree()
    {
        var first = new ManualTimeProvider(new(2026, 1, 1, 23, 59, 50, TimeSpan.Zero));
        await using var studio = await Studio.StartAsync(time: first, services: Paid);
        var provider = (PaidProvider)studio.Services.GetRequiredService<IImageProvider>();
        var story = await studio.CreateStoryAsync(4);
        provider.Next = [0.02m, null, FailureKind.Refused, 0.04m];
        provider.After = () => studio.Clock.Advance(TimeSpan.FromSeconds(5));
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);

        var report = await Activity(studio).GetReportAsync(2);

        Assert.Equal(
            [(new DateOnly(2026, 1, 1), "paid", 2, 0.02m, 1), (new DateOnly(2026, 1, 2), "paid", 2, 0.04m, 0)],
            report.Costs.Select(c => (c.Day, c.Provider, c.Attempts, c.CostUsd, c.Unknown)));
        Assert.Equal(new DateOnly(2026, 1, 2), Assert.Single((await Activity(studio).GetReportAsync(1)).Costs).Day);
    }

    [Fact]
    public async Task Report_OfCosts_OfAServiceThatIsFree_KnowsThemWhateverBecomesOfACall()
    {
        await using var studio = await Studio.StartAsync(o => (o.Provider, o.Generation.MaxRetries) = ("openai", 0), new()
        {
            Name = "openai",
            Estimate = 0,
            Script = async (request, destination, _, token) => request.Scene == "Segment 1."
                ? ScriptedProvider.Failure(FailureKind.Timeout) with { IsUnresolved = true }
                : (PictureMade)await ScriptedProvider.DrawAsync(request, destination, token) with { CostUsd = 0 },
        });
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.AsleepAsync();

        var costs = Assert.Single((await Activity(studio).GetReportAsync(1)).Costs);
        Assert.Equal((0m, 0), (costs.CostUsd, costs.Unknown));
    }

    [Fact]
    public async Task Report_OfCosts_WhereSomebodyCancelledBeforeTheCall_LeavesUnknownWhatTheOthersCost()
    {
        var queue = new SteeredQueue();
        await using var studio = await Studio.StartAsync(o => o.Provider = "openai", new()
        {
            Name = "openai",
            Estimate = null,
            Script = async (request, destination, _, token) => (PictureMade)await ScriptedProvider.DrawAsync(request, destination, token) with { CostUsd = null },
        }, services: queue.Register);
        var story = await studio.CreateStoryAsync(3);
        queue.Claimed = claims => claims[0].Number.Beat == 1 ? studio.Illustrator.CancelImageAsync(claims[0].ImageId) : Task.CompletedTask;
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.UntilFinishedAsync(story.Id);

        var costs = Assert.Single((await Activity(studio).GetReportAsync(1)).Costs);
        Assert.Equal((null, 2), (costs.CostUsd, costs.Unknown));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Report_OfCosts_OfAStoryThatIsGone_StillCountsWhatIsUnknown(bool oneIsKnown)
    {
        await using var studio = await Studio.StartAsync(services: Paid);
        var provider = (PaidProvider)studio.Services.GetRequiredService<IImageProvider>();
        provider.Next = [null, null, oneIsKnown ? 0.02m : null];
        var story = await studio.CreateStoryAsync(3);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        await studio.Library.DeleteAsync(story.Id);
        studio.Advance(StorySweep.RestorableFor + TimeSpan.FromMinutes(1));
        await studio.Services.GetServices<IHostedService>().OfType<StorySweep>().Single().SweepAsync();

        var costs = Assert.Single((await Activity(studio).GetReportAsync(2)).Costs);

        Assert.Equal(("paid", 0, oneIsKnown ? 0.02m : null, oneIsKnown ? 2 : 3), (costs.Provider, costs.Attempts, costs.CostUsd, costs.Unknown));
    }

    [Fact]
    public async Task Picture_ThatComesTooLate_LeavesItsCostAndRequestIdWithItsAttempt()
    {
        var release = new TaskCompletionSource();
        var called = new TaskCompletionSource();
        await using var studio = await Studio.StartAsync();
        studio.Provider.Script = async (request, destination, _, _) =>
        {
            called.SetResult();
            await release.Task;
            return (PictureMade)await ScriptedProvider.DrawAsync(request, destination, CancellationToken.None) with { RequestId = "req_late" };
        };
        var story = await studio.CreateStoryAsync(1);
        var run = await studio.Illustrator.StartAsync(story.Id, new());
        await called.Task;
        await studio.Illustrator.CancelRunAsync(run.Id);
        using var changes = studio.Changes.Subscribe(story.Id);
        release.SetResult();
        await studio.UntilAsync(story.Id, s => s.Run is { CostUsd: 0.01m });

        var image = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0];
        var history = await Activity(studio).GetHistoryAsync(story.Id, image.Id);

        var attempt = Assert.Single(history.Attempts);
        Assert.Equal(("cancelled", 0.01m, "req_late"), (attempt.Outcome, attempt.CostUsd, attempt.RequestId));
        Assert.Empty(history.Versions);
        Assert.Equal(ImageStatus.Cancelled, history.Image.Status);
    }

    [Fact]
    public async Task Picture_ThatComesWhenAnotherAttemptIsAtIt_LeavesItsCostAndRequestIdWithItsOwn()
    {
        TaskCompletionSource[] called = [new(), new()];
        TaskCompletionSource[] release = [new(), new()];
        await using var studio = await Studio.StartAsync();
        studio.Provider.Script = async (request, destination, _, _) =>
        {
            var call = studio.Provider.Calls.Count - 1;
            called[call].SetResult();
            await release[call].Task;
            return (PictureMade)await ScriptedProvider.DrawAsync(request, destination, CancellationToken.None) with { RequestId = $"req_{call}" };
        };
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await called[0].Task;
        var image = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0];
        await studio.Illustrator.CancelImageAsync(image.Id);

        // The very same request would wait for the first one to end, and without a picture there is no other version of it: something else is asked for.
        await studio.Illustrator.RegenerateAsync(image.Id, null, "At night");
        await called[1].Task;

        release[0].SetResult();
        await studio.UntilAsync(story.Id, s => s.Run is { CostUsd: 0.01m });
        release[1].SetResult();
        await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.Completed);

        var history = await Activity(studio).GetHistoryAsync(story.Id, image.Id);
        Assert.Equal(
            [("cancelled", (decimal?)0.01m, "req_0"), ("succeeded", 0.01m, "req_1")],
            history.Attempts.OrderBy(a => a.StartedAt).ThenBy(a => a.RequestId).Select(a => (a.Outcome, a.CostUsd, a.RequestId)));
        Assert.Single(history.Versions);
        Assert.Equal(0.02m, (await Activity(studio).GetReportAsync(1)).Costs.Sum(c => c.CostUsd));
    }

    [Fact]
    public async Task Report_OfAPictureThatWasSetAside_CountsAndListsItAsFailed()
    {
        using var called = new SemaphoreSlim(0);
        await using var studio = await Studio.StartAsync();
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            if (request.Scene == "Segment 2.")
            {
                called.Release();
                await Task.Delay(Timeout.Infinite, token);
            }

            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await studio.CreateStoryAsync(4);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        for (var i = 1; i <= StoryImage.MostCrashes; i++)
        {
            await studio.UntilAsync(story.Id, s => s.Run!.Completed == 3 && s.Images[1].Status is ImageStatus.InProgress);
            Assert.True(await called.WaitAsync(Studio.Patience));
            await studio.CrashAsync();
        }

        await studio.UntilFinishedAsync(story.Id);

        var report = await Activity(studio).GetReportAsync(7);
        Assert.Equal((3, 1, 0.75), (report.Images.Completed, report.Images.Failed, report.Images.SuccessRate));
        Assert.Equal((3, 1, 2), (report.Attempts.Succeeded, report.Attempts.Failed, report.Attempts.Interrupted));
        var listed = Assert.Single(await Activity(studio).GetEntriesAsync(failedOnly: true, 10));
        Assert.Equal(("1.2", "crashed", StoryImage.MostCrashes), (listed.Number, listed.Attempt!.Outcome, listed.Attempt.Number));
        Assert.StartsWith("StoryStudio ended unexpectedly", listed.Attempt.Error!.Message, StringComparison.Ordinal);
        Assert.Null(listed.Denial);
    }

    [Fact]
    public async Task Entries_OfFailuresAlone_HoldEveryPictureThatTheFiguresCountAsFailed()
    {
        var (isThere, budget) = (true, (decimal?)null);
        using var called = new SemaphoreSlim(0);
        await using var studio = await Studio.StartAsync(o =>
        {
            o.Styles.RemoveAll(s => s.Key == "clear" && !isThere);
            o.Generation.MonthlyBudgetUsd = budget;
        });
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            if (request.Scene == "Segment 2.")
            {
                called.Release();
                await Task.Delay(Timeout.Infinite, token);
            }

            return await ScriptedProvider.DrawAsync(request, destination, token);
        };

        // One is set aside, one has lost its style, and one that goes alone finds no money left.
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        for (var i = 1; i <= StoryImage.MostCrashes; i++)
        {
            await studio.UntilAsync(story.Id, s => s.Run!.Completed == 1 && s.Images[1].Status is ImageStatus.InProgress);
            Assert.True(await called.WaitAsync(Studio.Patience));
            await studio.CrashAsync();
        }

        var images = (await studio.UntilFinishedAsync(story.Id)).Images;
        await studio.RestartAsync(engine: false);
        studio.Advance(TimeSpan.FromSeconds(1));
        var styled = await studio.CreateStoryAsync(1, "clear");
        await studio.Illustrator.StartAsync(styled.Id, new());
        (isThere, budget) = (false, 0.01m);
        await studio.RestartAsync();
        var unstyled = Assert.Single((await studio.UntilFinishedAsync(styled.Id)).Images);
        studio.Advance(TimeSpan.FromSeconds(1));
        await studio.Illustrator.RegenerateAsync(images[0].Id, null, null);
        var unpaid = (await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.Failed)).Images[0];

        var failed = await Activity(studio).GetEntriesAsync(failedOnly: true, 10);

        Assert.Equal((await Activity(studio).GetReportAsync(1)).Images.Failed, failed.Count);
        Assert.Equal(
            [(story.Id, unpaid.Id, "1.1", "illustration", unpaid.Error, false), (styled.Id, unstyled.Id, "1.1", "clear", unstyled.Error, false), (story.Id, images[1].Id, "1.2", "illustration", images[1].Error, true)],
            failed.Select(f => (f.StoryId, f.ImageId, f.Number, f.Style, f.Denial?.Error ?? f.Attempt?.Error, f.Attempt is not null)));
        Assert.Equal(["budget_exhausted", "style_removed", "crashed"], failed.Select(f => (f.Denial?.Error ?? f.Attempt?.Error)!.Code));
        Assert.Equal(studio.Clock.GetUtcNow(), failed[0].Denial!.At);

        // They stand among all that happened as well, in their order, and no more are shown than were asked for.
        var all = await Activity(studio).GetEntriesAsync(failedOnly: false, 10);
        Assert.Equal(failed.Take(2), all.Take(2));
        Assert.Equal(failed.Take(1), await Activity(studio).GetEntriesAsync(failedOnly: false, 1));

        // What a picture's own page says is the same; drawn after all, it has nothing of it any more.
        Assert.Equal(failed[0].Denial, (await Activity(studio).GetHistoryAsync(story.Id, unpaid.Id)).Denial);
        Assert.Null((await Activity(studio).GetHistoryAsync(story.Id, images[1].Id)).Denial);
        budget = null;
        await studio.RestartAsync();
        await studio.Illustrator.RetryAsync(unpaid.Id);
        await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.Completed);
        Assert.Null((await Activity(studio).GetHistoryAsync(story.Id, unpaid.Id)).Denial);
        Assert.Equal(failed.Skip(1), await Activity(studio).GetEntriesAsync(failedOnly: true, 10));

        // Nor has a story that is put away.
        await studio.Library.DeleteAsync(styled.Id);
        Assert.Equal(failed.Skip(2), await Activity(studio).GetEntriesAsync(failedOnly: true, 10));
        Assert.Equal((1, 1), ((await Activity(studio).GetReportAsync(1)).Images.Failed, Activity(studio).ReadFailed()));
    }

    [Fact]
    public async Task Failures_InAStyleThatTheStoryHasNoMore_AreNeitherCountedNorListed()
    {
        await using var studio = await Studio.StartAsync(o => o.Generation.MonthlyBudgetUsd = 0);
        var story = await studio.CreateStoryAsync(1, "illustration", "clear");
        foreach (var style in new[] { "illustration", "clear" })
        {
            await studio.Services.GetRequiredService<IPictureDesk>().DrawAsync(Actor.Local, story.Id, "1.1", style, prompt: null, instruction: null);
        }

        var images = (await studio.UntilAsync(story.Id, s => s.Images.Count == 2 && s.Images.All(i => i.Status is ImageStatus.Failed))).Images;
        Assert.Equal((2, 2, 2), await FailedAsync());

        await studio.Library.UpdateAsync(story.Id, new() { Styles = ["illustration"] });

        Assert.Equal((1, 1, 1), await FailedAsync());
        Assert.Equal("illustration", Assert.Single(await Activity(studio).GetEntriesAsync(failedOnly: true, 10)).Style);

        // Its own page still says why it is not there; and with the style it all comes back.
        Assert.NotNull((await Activity(studio).GetHistoryAsync(story.Id, images.Single(i => i.Style == "clear").Id)).Denial);
        await studio.Library.UpdateAsync(story.Id, new() { Styles = ["illustration", "clear"] });
        Assert.Equal((2, 2, 2), await FailedAsync());

        async Task<(int Report, int Gauge, int List)> FailedAsync() =>
            ((await Activity(studio).GetReportAsync(1)).Images.Failed, Activity(studio).ReadFailed(), (await Activity(studio).GetEntriesAsync(failedOnly: true, 10)).Count);
    }

    [Fact]
    public async Task Report_OfAPictureThatNoAttemptCouldBeMadeFor_CountsItAsFailedOnceAndOnItsDay()
    {
        var isThere = true;
        await using var studio = await Studio.StartAsync(o => o.Styles.RemoveAll(s => s.Key == "clear" && !isThere), engine: false);
        studio.Provider.Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused));
        var story = await studio.CreateStoryAsync(2, "clear");
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        isThere = false;
        await studio.RestartAsync();
        var denied = (await studio.UntilFinishedAsync(story.Id)).Images;
        Assert.Equal(["style_removed", "style_removed"], denied.Select(i => i.Error!.Code));
        Assert.Equal((0, 2, 0.0), Figures(await Activity(studio).GetReportAsync(1)));

        // Another failure of the same picture, by an attempt this time, is no second picture.
        isThere = true;
        await studio.RestartAsync();
        await studio.Illustrator.RetryAsync(denied[0].Id);
        Assert.Equal("refused", (await studio.UntilFinishedAsync(story.Id)).Images[0].Error!.Code);
        Assert.Equal((0, 2, 0.0), Figures(await Activity(studio).GetReportAsync(1)));

        // What happens to a picture that failed long ago is no failure of that day.
        studio.Advance(TimeSpan.FromDays(10));
        await studio.Services.GetRequiredService<IStoryEditor>().InsertAsync(story.Id, new() { Text = "Segment 0.", Before = "1.1" });
        Assert.Equal((0, 0, null), Figures(await Activity(studio).GetReportAsync(1)));
        Assert.Equal((0, 2, 0.0), Figures(await Activity(studio).GetReportAsync(30)));

        static (int Completed, int Failed, double? Rate) Figures(ActivityReport report) => (report.Images.Completed, report.Images.Failed, report.Images.SuccessRate);
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("budget")]
    public async Task Queue_OfARunThatIsPausedOrHeld_CountsItsPicturesApart(string why)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var studio = await Studio.StartAsync(o => o.Generation.MaxConcurrency = 1, new() { Estimate = 0.10m });
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            await gate.Task.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await studio.CreateStoryAsync(4);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = why == "budget" ? 0.10m : null });
        await studio.UntilAsync(story.Id, s => s.Run!.InProgress == 1);
        Assert.Equal(3, Activity(studio).ReadQueue().Waiting);
        if (why == "pause")
        {
            await studio.Illustrator.PauseAsync(run.Id);
        }

        gate.SetResult();
        await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused, InProgress: 0 });

        var depth = Activity(studio).ReadQueue();
        Assert.Equal(new(Waiting: 0, DueLater: 0, InProgress: 0, Paused: 3), depth);
        Assert.Equal(depth, (await Activity(studio).GetReportAsync(1)).Queue);
        await studio.Illustrator.ResumeAsync(run.Id, budgetUsd: 100);
        Assert.Equal(4, (await studio.UntilFinishedAsync(story.Id)).Run!.Completed);
        Assert.Equal(new(0, 0, 0, 0), Activity(studio).ReadQueue());
    }

    [Fact]
    public async Task Attempts_AreListedNewestFirstAndFailedOnesAlone()
    {
        await using var studio = await Studio.StartAsync(options => options.Generation.MaxConcurrency = 1);
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            studio.Clock.Advance(TimeSpan.FromSeconds(1));
            return studio.Provider.Calls.Count == 2 ? ScriptedProvider.Failure(FailureKind.Refused) : await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await studio.CreateStoryAsync(3);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);

        var all = await Activity(studio).GetEntriesAsync(failedOnly: false, 10);
        var failed = Assert.Single(await Activity(studio).GetEntriesAsync(failedOnly: true, 10));

        Assert.Equal(3, all.Count);
        Assert.Equal(all.OrderByDescending(a => a.Attempt!.StartedAt), all);
        Assert.Equal(("refused", "A story", "illustration", "scripted Refused"), (failed.Attempt!.Outcome, failed.StoryTitle, failed.Style, failed.Attempt.Detail));
        Assert.Equal(all[0].ImageId, Assert.Single(await Activity(studio).GetEntriesAsync(failedOnly: false, 1)).ImageId);
    }

    [Fact]
    public async Task Entries_OfACharactersSheet_NameTheCharacter()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.Library.CreateAsync(new() { Title = "A story", Styles = ["illustration"], Characters = [new("Mira", "A girl.")], Segments = [new() { Text = "Mira climbed." }] });
        await studio.Cast.DrawSheetsAsync(story.Characters[0].Id, null);
        await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.Status is ImageStatus.Completed));
        studio.Advance(TimeSpan.FromSeconds(1));
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);

        var entries = await Activity(studio).GetEntriesAsync(failedOnly: false, 10);

        Assert.Equal([null, "Mira"], entries.Select(e => e.Character));
    }

    [Fact]
    public async Task History_OfAnImageOfAnotherStory_IsNotFound()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(1);
        var other = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var image = (await studio.UntilFinishedAsync(story.Id)).Images[0];

        await Assert.ThrowsAsync<NotFoundException>(() => Activity(studio).GetHistoryAsync(other.Id, image.Id));
        Assert.Single((await Activity(studio).GetHistoryAsync(story.Id, image.Id)).Versions);
    }

    [Fact]
    public async Task Meters_CountWhatWasCommitted()
    {
        await using var studio = await Studio.StartAsync(options => options.Generation.MaxRetries = 1);
        var meter = studio.Services.GetRequiredService<StudioMeters>().Meter;
        var seen = new List<(string Name, double Value, Dictionary<string, object?> Tags)>();
        var gate = new Lock();
        using var listener = new MeterListener { InstrumentPublished = (instrument, l) => { if (ReferenceEquals(instrument.Meter, meter)) { l.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<long>((i, v, tags, _) => Note(i.Name, v, tags));
        listener.SetMeasurementEventCallback<int>((i, v, tags, _) => Note(i.Name, v, tags));
        listener.SetMeasurementEventCallback<double>((i, v, tags, _) => Note(i.Name, v, tags));
        listener.Start();
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            studio.Clock.Advance(TimeSpan.FromSeconds(3));
            return studio.Provider.Calls.Count == 1 ? ScriptedProvider.Failure(FailureKind.Transient) : await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilAsync(story.Id, s => s.Images[0].NextAttemptAt is not null);
        listener.RecordObservableInstruments();
        Assert.Equal(1, One("storystudio.queue.depth", "storystudio.state", "due_later").Value);
        Assert.Equal(0, One("storystudio.queue.depth", "storystudio.state", "in_progress").Value);
        studio.Advance(TimeSpan.FromMinutes(1));
        await studio.UntilFinishedAsync(story.Id);
        await studio.StopAsync();

        Assert.Equal(3, One("storystudio.attempt.duration", "storystudio.outcome", "provider_unavailable").Value);
        Assert.Equal(1, One("storystudio.attempts", "storystudio.outcome", "succeeded").Value);
        Assert.Equal(66, One("storystudio.image.duration", "storystudio.style", "illustration").Value);
        Assert.Equal(1, One("storystudio.retries", "storystudio.helped", true).Value);
        Assert.Equal(0.01, One("storystudio.cost", "storystudio.provider", "sketch").Value);
        Assert.True(One("storystudio.picture.size", "storystudio.provider", "sketch").Value > 100);

        void Note(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            lock (gate)
            {
                seen.Add((name, value, tags.ToArray().ToDictionary(StringComparer.Ordinal)));
            }
        }

        (string Name, double Value, Dictionary<string, object?> Tags) One(string name, string tag, object value)
        {
            lock (gate)
            {
                return Assert.Single(seen, s => s.Name == name && Equals(s.Tags.GetValueOrDefault(tag), value));
            }
        }
    }

    [Fact]
    public async Task Log_OfWhateverHappensInAnAttempt_CarriesStoryRunImageAndAttempt()
    {
        using var book = new LogBook();
        await using var studio = await Studio.StartAsync(services: services => services.AddLogging(logging => logging.AddProvider(book).SetMinimumLevel(LogLevel.Trace)));
        studio.Provider.Script = (request, destination, _, token) =>
        {
            studio.Services.GetRequiredService<ILoggerFactory>().CreateLogger("a provider").Log(LogLevel.Information, default, "At it.", null, static (text, _) => text);
            return ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await studio.CreateStoryAsync(1);
        var run = await studio.Illustrator.StartAsync(story.Id, new());
        var image = (await studio.UntilFinishedAsync(story.Id)).Images[0];

        var line = Assert.Single(book.Lines, l => l.Category == "a provider");

        var attempt = Assert.Single((await Activity(studio).GetHistoryAsync(story.Id, image.Id)).Attempts);
        Assert.Equal<object?>([story.Id, run.Id, image.Id, attempt.Id], [line.Scope["StoryId"], line.Scope["RunId"], line.Scope["ImageId"], line.Scope["Attempt"]]);
    }

    private static IActivity Activity(Studio studio) => studio.Services.GetRequiredService<IActivity>();

    private static void Paid(IServiceCollection services)
    {
        services.AddSingleton<IImageProvider, PaidProvider>();
        services.Configure<StoryStudioOptions>(options =>
        {
            options.Provider = "paid";
            options.Generation.MaxConcurrency = 1;
        });
    }

    /// <summary>Asks for money, as far as it says how much.</summary>
    private sealed class PaidProvider : IImageProvider
    {
        private int _calls;

        public string Name => "paid";

        public ProviderCapabilities Capabilities { get; } = new() { TypicalDuration = TimeSpan.FromSeconds(1), MakesSvg = true };

        /// <summary>A price, null for an unknown one, or a failure.</summary>
        public object?[] Next { get; set; } = [];

        public Action After { get; set; } = () => { };

        public async Task<ImageOutcome> GenerateAsync(ImageRequest request, Stream destination, IProgress<ImageProgress> progress, CancellationToken cancellationToken)
        {
            var next = Next[Interlocked.Increment(ref _calls) - 1];
            ImageOutcome outcome = next is FailureKind kind
                ? ScriptedProvider.Failure(kind)
                : (PictureMade)await ScriptedProvider.DrawAsync(request, destination, cancellationToken) with { CostUsd = (decimal?)next };
            After();
            return outcome;
        }
    }
}
