using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Fakes;
using Xunit;
using static StoryStudio.Tests.Fakes.KeyedStudio;

namespace StoryStudio.Tests.Generation;

/// <summary>One attempt at a time, and what is written down, counted and left lying about after each way that it may end.</summary>
public sealed class ImageAttemptTests
{
    private const int NoSpaceLeft = 28;

    private readonly SteeredQueue _queue = new();
    private readonly SteeredStore _store = new();

    [Fact]
    public async Task Attempt_WhoseImageIsCancelledBeforeItBegins_CallsNobodyAndCostsNothing()
    {
        await using var studio = await StartAsync();
        _queue.Claimed = claims => studio.Illustrator.CancelImageAsync(claims[0].ImageId);
        var story = await DrawAsync(studio);

        Assert.Equal(ImageStatus.Cancelled, (await ImagesAsync(studio, story))[0].Status);
        Assert.Empty(studio.Provider.Calls);
        var attempt = Assert.Single(await studio.AttemptsAsync());
        Assert.Equal(("cancelled", 0m, false), (attempt.Outcome, attempt.CostUsd, attempt.MayBeCharged));
    }

    [Fact]
    public async Task Attempt_WhoseKeyCameToRestBeforeItsCall_GoesAgainInTheSameMomentWithTheNextAndCostsNothing()
    {
        await using var studio = await StartAsync(o =>
        {
            (o.Generation.MaxConcurrency, o.Styles[0].ApiKeys) = (2, [First, Second]);
            (o.Styles[1].ApiKeys, o.Styles[1].RequestsPerMinute) = (["key-clear-4444"], 1);
        });

        // Others wait the whole while, so that nobody looks anew for want of anything else to do.
        await IllustrateAsync(studio, 2, "clear");
        await studio.AsleepAsync();
        var loads = 0;
        _queue.Loading = async claim =>
        {
            if (claim.Style == "illustration" && ++loads == 1)
            {
                await studio.Clock.SleepAsync(TimeSpan.FromSeconds(3.5), CancellationToken.None);
                Cool(studio, First, TimeSpan.FromMinutes(5));
            }
        };
        var story = await IllustrateAsync(studio, 1);
        await studio.RunAsync(TimeSpan.FromSeconds(3.5));

        Assert.Equal((ImageStatus.Completed, 1), (await ImagesAsync(studio, story)).Select(i => (i.Status, i.Attempt)).Single());
        Assert.Equal([Second], studio.Provider.Calls.Where(c => c.Style == "illustration").Select(c => c.ApiKey));
        var attempt = (await studio.AttemptsAsync()).Single(a => a.KeyTail == "…1111");
        Assert.Equal(("put_off", 0m, false, null), (attempt.Outcome, attempt.CostUsd, attempt.MayBeCharged, attempt.RequestHash));
    }

    [Fact]
    public async Task Refusal_OfAPicture_ShowsThatItsKeyServes()
    {
        // Six minutes and six are beyond what is waited for; but in between the service answered.
        var outcomes = new Queue<ImageOutcome>([TooFast(6), ScriptedProvider.Failure(FailureKind.Refused), TooFast(6)]);
        await using var studio = await StartAsync(o => (o.Generation.MaxConcurrency, o.Styles[0].ApiKeys) = (1, [First]));
        studio.Provider.Script = (request, destination, _, token) => outcomes.TryDequeue(out var outcome) ? Task.FromResult(outcome) : ScriptedProvider.DrawAsync(request, destination, token);
        var story = await IllustrateAsync(studio, 2);

        await studio.RunAsync(TimeSpan.FromMinutes(13));

        Assert.Equal([ImageStatus.Failed, ImageStatus.Completed], (await ImagesAsync(studio, story)).Select(i => i.Status));

        static ImageFailure TooFast(int minutes) => ScriptedProvider.Failure(FailureKind.RateLimited, TimeSpan.FromMinutes(minutes));
    }

    [Theory]
    [InlineData(null, "scripted")]
    [InlineData("another", "another")]
    public async Task Picture_SaysWhichModelMadeIt_ThatWhichWasAskedWhereTheServiceDoesNotSay(string? said, string written)
    {
        await using var studio = await StartAsync();
        studio.Provider.Script = async (request, destination, _, token) => await ScriptedProvider.DrawAsync(request, destination, token) with { Model = said };
        var story = await DrawAsync(studio);

        Assert.Equal(written, (await ImagesAsync(studio, story))[0].Model);
        Assert.Equal(written, Assert.Single(await studio.AttemptsAsync()).Model);
    }

    [Fact]
    public async Task Drawing_OfAServiceThatMakesPixels_IsADamagedAnswer()
    {
        await using var studio = await StartAsync(provider: new() { Name = "openai", Capabilities = new() { TypicalDuration = TimeSpan.FromSeconds(1) } });
        var story = await DrawAsync(studio);

        Assert.Equal("damaged", (await ImagesAsync(studio, story))[0].Error!.Code);
        Assert.Empty(Directory.GetFiles(studio.Folder, "Beat_*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Answer_WithoutAByte_IsNoPicture()
    {
        await using var studio = await StartAsync();
        studio.Provider.Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(new PictureMade { CostUsd = 0.04m, RequestId = "req-1", Model = "another" });
        await DrawAsync(studio);

        var attempt = Assert.Single(await studio.AttemptsAsync());
        Assert.Equal(("no_picture", "No picture came back. Trying again.", "The picture has no bytes."), (attempt.Outcome, attempt.ErrorMessage, attempt.Detail));
        Assert.Equal((0.04m, "req-1", "another"), (attempt.CostUsd, attempt.RequestId, attempt.Model));
    }

    [Theory]
    [InlineData("io", "provider_unavailable", "The picture could not be saved.")]
    [InlineData("access", "provider_unavailable", "The picture could not be saved.")]
    [InlineData("fault", "provider_unavailable", "Something went wrong while this picture was made.")]
    [InlineData("too large", "damaged", "The answer was damaged.")]
    public async Task Exception_FromACall_IsSaidAsWhatItIs(string kind, string code, string sentence)
    {
        await using var studio = await StartAsync(o => o.Generation.MaxRetries = 0);
        studio.Provider.Script = (_, _, _, _) => throw kind switch
        {
            "io" => new IOException("Input/output error"),
            "access" => new UnauthorizedAccessException("Permission denied"),
            "too large" => new PictureTooLargeException(1_000),
            _ => new InvalidOperationException("Nobody foresaw it."),
        };
        var story = await DrawAsync(studio);

        Assert.Equal(new ImageError(code, sentence, Retryable: true), (await ImagesAsync(studio, story))[0].Error);
    }

    [Theory]
    [InlineData(true, "disk_full")]
    [InlineData(false, "provider_unavailable")]
    public async Task Picture_ThatIsMadeAndCannotBeSaved_KeepsWhatItCostAndWhichRequestItWas(bool isFull, string code)
    {
        await using var studio = await StartAsync();
        studio.Provider.Script = async (request, destination, _, token) => await ScriptedProvider.DrawAsync(request, destination, token) with { RequestId = "req-1" };
        var refusals = 1;
        _store.Sealing = _ =>
        {
            if (refusals-- > 0)
            {
                throw isFull ? new IOException("No space left on device", NoSpaceLeft) : new IOException("Input/output error");
            }
        };
        var story = await DrawAsync(studio);

        var attempt = Assert.Single(await studio.AttemptsAsync());
        Assert.Equal((code, 0.01m, false, "req-1"), (attempt.Outcome, attempt.CostUsd, attempt.MayBeCharged, attempt.RequestId));
        await studio.RunAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((ImageStatus.Completed, isFull ? 1 : 2), (await ImagesAsync(studio, story)).Select(i => (i.Status, i.Attempt)).Single());
        Assert.Single(studio.Provider.Calls.Select(c => c.IdempotencyKey).Distinct(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Picture_ThatCannotBeSavedOnADiskThatCannotBeAsked_GoesAgainOnceItCan(bool saysFull)
    {
        await using var studio = await StartAsync();
        var isGone = false;
        _store.Room = () => isGone ? throw new DriveNotFoundException("The disk is not there.") : SteeredStore.Plenty;
        _store.Sealing = _ =>
        {
            if (studio.Provider.Calls.Count == 1)
            {
                isGone = true;
                throw saysFull ? new IOException("No space left on device", NoSpaceLeft) : new IOException("Input/output error");
            }
        };
        var story = await DrawAsync(studio);
        Assert.Equal(ImageStatus.Pending, (await ImagesAsync(studio, story))[0].Status);

        isGone = false;
        await studio.RunAsync(TimeSpan.FromSeconds(30));

        Assert.Equal((ImageStatus.Completed, 2), ((await ImagesAsync(studio, story))[0].Status, studio.Provider.Calls.Count));
    }

    [Fact]
    public async Task Connection_ThatBreaksBecauseTheAttemptIsCutOff_IsNoFailureOfItsOwn()
    {
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var studio = await StartAsync();
        studio.Provider.Script = async (_, _, _, token) =>
        {
            var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = token.Register(cut.SetResult);
            called.SetResult();
            await cut.Task;
            throw new IOException("The connection was closed.");
        };
        var story = await IllustrateAsync(studio, 1);
        await called.Task;
        await studio.StopAsync();
        studio.Provider.Script = null;
        await studio.RestartAsync();
        await studio.UntilFinishedAsync(story);

        var attempts = await studio.AttemptsAsync();
        Assert.Equal(["interrupted", "succeeded"], attempts.Select(a => a.Outcome));
        Assert.Null(attempts[0].ErrorMessage);
        Assert.NotNull(attempts[0].RequestHash);
        Assert.Equal(attempts[0].IdempotencyKey, attempts[1].IdempotencyKey);
        Assert.Equal(1, (await ImagesAsync(studio, story))[0].Attempt);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Picture_OfAnImageThatIsCancelledWhileItIsSaved_IsTakenBackAndWasPaidForAllTheSame(bool isPriceKnown)
    {
        await using var studio = await StartAsync();
        using var counted = new CountedMeters(studio);
        studio.Provider.Script = async (request, destination, _, token) =>
            (PictureMade)await ScriptedProvider.DrawAsync(request, destination, token) with { CostUsd = isPriceKnown ? 0.01m : null };
        _store.Kept = claim => studio.Illustrator.CancelImageAsync(claim.ImageId).GetAwaiter().GetResult();
        var story = await DrawAsync(studio);

        Assert.Equal(ImageStatus.Cancelled, (await ImagesAsync(studio, story))[0].Status);
        var attempt = Assert.Single(await studio.AttemptsAsync());
        Assert.Equal(("cancelled", isPriceKnown ? 0.01m : null, !isPriceKnown), (attempt.Outcome, attempt.CostUsd, attempt.MayBeCharged));
        await StoredFiles.AssertMatchRowsAsync(studio);
        await studio.StopAsync();
        Assert.Equal(["cancelled"], counted.Outcomes);
        Assert.Equal(isPriceKnown ? 1 : 0, counted.Number("storystudio.cost"));
    }

    [Fact]
    public async Task Failure_ThatIsAnsweredOnceItsImageIsCancelled_LeavesWhichRequestItWasWithItsAttempt()
    {
        await using var studio = await StartAsync();
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        studio.Provider.Script = async (_, _, _, _) =>
        {
            called.SetResult();
            await gate.Task;
            return ScriptedProvider.Failure(FailureKind.Refused) with { RequestId = "req-9", Model = "another" };
        };
        var story = await IllustrateAsync(studio, 1);
        await called.Task.WaitAsync(Studio.Patience);

        await studio.Illustrator.CancelImageAsync((await ImagesAsync(studio, story))[0].Id);
        gate.SetResult();
        await studio.RestartAsync(engine: false);

        var attempt = Assert.Single(await studio.AttemptsAsync());
        Assert.Equal(("cancelled", "another", "req-9"), (attempt.Outcome, attempt.Model, attempt.RequestId));
    }

    [Fact]
    public async Task Picture_WhoseFileIsAnotherAttemptsByNow_LeavesWhatItCostWithItsAttempt()
    {
        await using var studio = await StartAsync();
        studio.Provider.Script = async (request, destination, _, token) => await ScriptedProvider.DrawAsync(request, destination, token) with { RequestId = "req-1", Model = "another" };
        var keeps = 0;
        _store.MayKeep = () => ++keeps > 1;
        var story = await DrawAsync(studio);
        await studio.RunAsync(TimeSpan.FromSeconds(1));

        var attempt = (await studio.AttemptsAsync())[0];
        Assert.Equal((0.01m, false, "another", "req-1"), (attempt.CostUsd, attempt.MayBeCharged, attempt.Model, attempt.RequestId));
        Assert.Equal((ImageStatus.Completed, 1), (await ImagesAsync(studio, story)).Select(i => (i.Status, i.Attempt)).Single());
        await StoredFiles.AssertMatchRowsAsync(studio);
    }

    [Fact]
    public async Task Picture_ThatAFaultOfTheProgramKeepsFromBeingWrittenDown_IsAskedForOnceMoreByTheSameKey()
    {
        await using var studio = await StartAsync();
        var faults = 1;
        _queue.Completing = _ => faults-- > 0 ? throw new InvalidOperationException("Nobody foresaw it.") : Task.CompletedTask;
        var story = await DrawAsync(studio);
        Assert.Equal(ImageStatus.Pending, (await ImagesAsync(studio, story))[0].Status);

        await studio.RunAsync(TimeSpan.FromSeconds(10));

        Assert.Equal((ImageStatus.Completed, 2), ((await ImagesAsync(studio, story))[0].Status, studio.Provider.Calls.Count));
        Assert.Single(studio.Provider.Calls.Select(c => c.IdempotencyKey).Distinct(StringComparer.Ordinal));
        await StoredFiles.AssertMatchRowsAsync(studio);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    public async Task Picture_ThatTheDatabaseDoesNotTakeWhenTheProcessStops_IsTriedOnceMoreAndThenGivenBack(int refusals, int calls)
    {
        using var book = new LogBook();
        await using var studio = await StartAsync(book: book);
        _queue.Completing = _ => refusals-- > 0 ? throw new SqliteException("database is locked", 5) : Task.CompletedTask;
        var story = await IllustrateAsync(studio, 1);

        // The log is where it shows that it waits to try again.
        using var patience = new CancellationTokenSource(Studio.Patience);
        while (!book.Lines.Any(l => l.Text.Contains("could not be written down", StringComparison.Ordinal)))
        {
            await Task.Delay(5, patience.Token);
        }

        await studio.StopAsync();
        await studio.RestartAsync();
        var end = await studio.UntilFinishedAsync(story);

        Assert.Equal((ImageStatus.Completed, 1, calls), (end.Images[0].Status, end.Images[0].Attempt, studio.Provider.Calls.Count));
        Assert.Single(studio.Provider.Calls.Select(c => c.IdempotencyKey).Distinct(StringComparer.Ordinal));
        await StoredFiles.AssertMatchRowsAsync(studio);
    }

    [Fact]
    public async Task End_ThatTheDatabaseDoesNotTake_IsWrittenDownASecondLaterAndNobodyIsCalledMeanwhile()
    {
        var tries = new ConcurrentQueue<TimeSpan>();
        await using var studio = await StartAsync();
        studio.Provider.Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused));
        _queue.Settling = (_, _) =>
        {
            tries.Enqueue(studio.Clock.Elapsed);
            return tries.Count <= 3 ? throw new SqliteException("database or disk is full", 13) : Task.CompletedTask;
        };
        var story = await IllustrateAsync(studio, 1);
        var ended = studio.UntilAsync(story, s => s.Images[0].Status is ImageStatus.Failed);
        while (!ended.IsCompleted)
        {
            // Whoever waits for a second may only just be about to set its timer.
            studio.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(ended, Task.Delay(5));
        }

        await ended;
        Assert.Equal(4, tries.Count);
        Assert.All(tries.Zip(tries.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(1)));
        Assert.Single(studio.Provider.Calls);
        Assert.Equal("refused", Assert.Single(await studio.AttemptsAsync()).Outcome);
    }

    [Fact]
    public async Task End_ThatTheDatabaseDoesNotTakeUntilTheProcessStops_HoldsNobodyUpAndIsRecoveredByTheNext()
    {
        using var refused = new SemaphoreSlim(0);
        await using var studio = await StartAsync();
        studio.Provider.Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Transient));
        _queue.Settling = (_, _) =>
        {
            refused.Release();
            throw new SqliteException("database or disk is full", 13);
        };
        var story = await IllustrateAsync(studio, 1);
        Assert.True(await refused.WaitAsync(Studio.Patience));

        await studio.StopAsync();
        (_queue.Settling, studio.Provider.Script) = (null, null);
        await studio.RestartAsync();

        var end = await studio.UntilFinishedAsync(story);
        Assert.Equal((ImageStatus.Completed, 1), (end.Images[0].Status, end.Images[0].Attempt));
        Assert.Equal(["interrupted", "succeeded"], (await studio.AttemptsAsync()).Select(a => a.Outcome));
    }

    [Fact]
    public async Task Progress_ThatIsToldWhenTheCallIsOver_IsNotWrittenDown()
    {
        IProgress<ImageProgress>? late = null;
        await using var studio = await StartAsync();
        studio.Provider.Script = (request, destination, progress, token) =>
        {
            late = progress;
            progress.Report(new(40));
            return ScriptedProvider.DrawAsync(request, destination, token);
        };
        _store.Sealing = _ => late!.Report(new(80));
        await DrawAsync(studio);

        Assert.DoesNotContain(80, _queue.Reports);
        Assert.Contains(40, _queue.Reports);
    }

    /// <summary>Whichever way a call ends that brings no answer, which one it was is known from the moment that the provider says.</summary>
    [Theory]
    [InlineData("too large", "damaged")]
    [InlineData("disk", "provider_unavailable")]
    [InlineData("fault", "provider_unavailable")]
    [InlineData("timeout", "timeout")]
    [InlineData("answered", "provider_unavailable")]
    public async Task RequestId_ThatWasToldBeforeTheEnd_IsKeptWithTheAttempt(string end, string outcome)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var studio = await StartAsync();
        studio.Provider.Script = async (_, _, progress, token) =>
        {
            progress.Report(new(5) { RequestId = "req-early" });
            told.TrySetResult();
            if (end == "timeout")
            {
                await Task.Delay(Timeout.Infinite, token);
            }

            return end switch
            {
                "too large" => throw new PictureTooLargeException(1_000),
                "disk" => throw new IOException("Access denied"),
                "fault" => throw new InvalidOperationException("fault"),
                _ => ScriptedProvider.Failure(FailureKind.Transient) with { RequestId = "req-answer" },
            };
        };
        var story = await IllustrateAsync(studio, 1);
        await told.Task;
        if (end == "timeout")
        {
            studio.Advance(TimeSpan.FromMinutes(4));
        }

        await studio.UntilAsync(story, s => s.Images[0].Error is not null);

        var attempt = Assert.Single(await studio.AttemptsAsync());
        Assert.Equal((outcome, end == "answered" ? "req-answer" : "req-early"), (attempt.Outcome, attempt.RequestId));
    }

    [Fact]
    public async Task Characters_OfWhomOneAloneIsDescribed_AreSaidToBe()
    {
        await using var studio = await StartAsync(provider: new() { Name = "openai", Capabilities = new() { TypicalDuration = TimeSpan.FromSeconds(1), MakesSvg = true } });
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "Two",
            Segments = [new() { Text = "Bram sleeps." }, new() { Text = "Mira and Bram talk." }],
            Characters = [new("Mira", "A girl in red."), new("Bram", "")],
            Styles = ["illustration"],
        });
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);

        var versions = await Task.WhenAll((await ImagesAsync(studio, story.Id)).Select(i => studio.Illustrator.GetVersionsAsync(i.Id)));
        Assert.Equal([false, true], versions.Select(v => v[0].Described));
    }

    [Theory]
    [InlineData("unanswered", "provider_unavailable", 1)]
    [InlineData("unanswered and cancelled", "provider_unavailable", 1)]
    [InlineData("unanswered and drawn", "provider_unavailable", 0)]
    [InlineData("no picture", "no_picture", 1)]
    [InlineData("stopped", "interrupted", 1)]
    [InlineData("cancelled", "cancelled", 1)]
    [InlineData("turned away", "provider_unavailable", 0)]
    public async Task Costs_ThatNobodyKnows_AreCountedOnce(string end, string outcome, int unknown)
    {
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var studio = await StartAsync();
        using var counted = new CountedMeters(studio);
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            called.TrySetResult();
            if (end is "stopped" or "cancelled")
            {
                await Task.Delay(Timeout.Infinite, token);
            }

            return end == "unanswered and drawn" && studio.Provider.Calls.Count > 1
                ? await ScriptedProvider.DrawAsync(request, destination, token)
                : ScriptedProvider.Failure(end == "no picture" ? FailureKind.NoPicture : FailureKind.Transient) with { IsUnresolved = end.StartsWith("unanswered", StringComparison.Ordinal) };
        };
        var story = await IllustrateAsync(studio, 1);
        await called.Task;
        if (end == "cancelled")
        {
            await studio.Illustrator.CancelImageAsync((await ImagesAsync(studio, story))[0].Id);
        }
        else if (end != "stopped")
        {
            await studio.AsleepAsync();
        }

        if (end == "unanswered and cancelled")
        {
            await studio.Illustrator.CancelImageAsync((await ImagesAsync(studio, story))[0].Id);
        }
        else if (end == "unanswered and drawn")
        {
            studio.Advance(RetryPolicy.LongestDelay);
            await studio.UntilFinishedAsync(story);
        }

        if (end is "stopped" or "cancelled")
        {
            await studio.RestartAsync(engine: false);
        }

        Assert.Equal(outcome, counted.Outcomes.First());
        var activity = studio.Services.GetRequiredService<IActivity>();
        Assert.Equal(unknown, (await studio.AttemptsAsync()).Count(a => a.MayBeCharged));
        Assert.Equal((unknown, unknown), ((await activity.GetReportAsync(1)).Costs.Sum(c => c.Unknown), activity.ReadUnknownCosts(1).Values.Sum()));
    }

    [Fact]
    public async Task Attempts_ThatHaveEnded_AreRememberedByNobody()
    {
        await using var studio = await StartAsync();
        studio.Provider.Script = (request, destination, _, token) => studio.Provider.Calls.Count == 1
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused))
            : ScriptedProvider.DrawAsync(request, destination, token);
        await DrawAsync(studio, segments: 3);

        Assert.Empty(Interruptible(studio.Services.GetRequiredService<GenerationSignals>()));
        Assert.Equal(0, studio.Services.GetRequiredService<PreviewPictures>().Count);
    }

    [Fact]
    public async Task Attempt_IsASpanOfItsRunsTraceThatSaysHowItEnded()
    {
        var spans = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == StudioMeters.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using var studio = await StartAsync();
        var keeps = 0;
        _store.MayKeep = () => ++keeps > 1;
        studio.Provider.Script = (request, destination, _, token) => request.Scene == "Segment 2."
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused))
            : ScriptedProvider.DrawAsync(request, destination, token);
        var story = await studio.CreateStoryAsync(2);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.RunAsync(TimeSpan.FromSeconds(1));
        await studio.StopAsync();

        var own = spans.Where(s => Equals(s.GetTagItem("storystudio.story.id"), story.Id)).OrderBy(s => s.GetTagItem("storystudio.outcome")).ToList();
        Assert.Equal(
            [("cancelled", "1.1", ActivityStatusCode.Unset, null), ("refused", "1.2", ActivityStatusCode.Error, "refused"), ("succeeded", "1.1", ActivityStatusCode.Unset, null)],
            own.Select(s => ((string?)s.GetTagItem("storystudio.outcome"), (string?)s.GetTagItem("storystudio.segment"), s.Status, (string?)s.GetTagItem("error.type"))));
        Assert.All(own, s =>
        {
            Assert.Equal(("storystudio.attempt", run.Id, run.Id[16..]), (s.OperationName, s.TraceId.ToHexString(), s.ParentSpanId.ToHexString()));
            Assert.Equal<object?>([run.Id, "illustration", "openai"], [s.GetTagItem("storystudio.run.id"), s.GetTagItem("storystudio.style"), s.GetTagItem("storystudio.provider")]);
        });
    }

    [Fact]
    public async Task Span_OfEveryAttempt_SaysWhatIsWrittenDown()
    {
        var spans = new ConcurrentDictionary<string, string?>(StringComparer.Ordinal);
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == StudioMeters.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => spans[(string)span.GetTagItem("storystudio.attempt.id")!] = (string?)span.GetTagItem("storystudio.outcome"),
        };
        ActivitySource.AddActivityListener(listener);
        var queue = new SteeredQueue();
        await using var studio = await Priced.StartAsync(0.10m, services: queue.Register);
        var story = await studio.Library.CreateAsync(new() { Title = "Twins", Segments = [new() { Text = "A door." }, new() { Text = "A door." }, new() { Text = "A tree." }], Styles = ["illustration"] });
        queue.Completing = async claim =>
        {
            if (claim.Number.ToString() == "1.3")
            {
                queue.Completing = null;
                await studio.Illustrator.CancelImageAsync(claim.ImageId);
            }
        };
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.UntilFinishedAsync(story.Id);
        var attempts = await studio.AttemptsAsync();
        await studio.StopAsync();

        Assert.Equal(["cancelled", "reused", "succeeded"], attempts.Select(a => a.Outcome).Order());
        Assert.All(attempts, a => Assert.Equal(a.Outcome, spans.GetValueOrDefault(a.Id)));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_running")]
    private static extern ref ConcurrentDictionary<string, CancellationTokenSource> Interruptible(GenerationSignals signals);

    /// <summary>Asks for one picture of a new story and lets the engine come to rest.</summary>
    private static async Task<string> DrawAsync(Studio studio, int segments = 1)
    {
        var story = await IllustrateAsync(studio, segments);
        await studio.AsleepAsync();
        return story;
    }

    private Task<Studio> StartAsync(Action<StoryStudioOptions>? configure = null, ScriptedProvider? provider = null, LogBook? book = null) => Studio.StartAsync(
        o =>
        {
            o.Provider = "openai";
            configure?.Invoke(o);
        },
        provider ?? new() { Name = "openai" },
        services: services =>
        {
            _queue.Register(services);
            _store.Register(services);
            if (book is not null)
            {
                services.AddLogging(logging => logging.AddProvider(book));
            }
        });
}
