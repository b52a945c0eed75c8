using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Core.Storage;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

/// <summary>What becomes of images, lanes and keys when keys rest, with the whole engine on a clock that the test holds.</summary>
public sealed class KeyLaneTests
{
    private const string First = "key-first-1111";
    private const string Second = "key-second-2222";

    [Fact]
    public async Task Image_WhoseKeyWasTooFast_GoesAgainAtOnceWithTheNext()
    {
        var provider = Provider((request, destination, token) => request.ApiKey == First
            ? Fail(FailureKind.RateLimited, TimeSpan.FromMinutes(5))
            : ScriptedProvider.DrawAsync(request, destination, token));
        await using var studio = await StartAsync(provider, [First, Second]);
        var story = await IllustrateAsync(studio, 5);

        await studio.AsleepAsync();

        var images = (await studio.Illustrator.GetSnapshotAsync(story)).Images;
        Assert.All(images, i => Assert.Equal((ImageStatus.Completed, 1), (i.Status, i.Attempt)));
        Assert.InRange(provider.Calls.Count(c => c.ApiKey == First), 1, 5);
        Assert.Equal(5, provider.Calls.Count(c => c.ApiKey == Second));
    }

    [Theory]
    [InlineData(FailureKind.BadKey, KeyCondition.Off)]
    [InlineData(FailureKind.OutOfCredit, KeyCondition.Parked)]
    [InlineData(FailureKind.QuotaExhausted, KeyCondition.Parked)]
    public async Task Image_WhoseKeyIsNoGood_GoesAgainAtOnceWithTheNext(FailureKind kind, KeyCondition condition)
    {
        var provider = Provider((request, destination, token) => request.ApiKey == First ? Fail(kind) : ScriptedProvider.DrawAsync(request, destination, token));
        await using var studio = await StartAsync(provider, [First, Second]);
        var story = await IllustrateAsync(studio, 1);

        await studio.AsleepAsync();

        Assert.Equal((ImageStatus.Completed, 1), (await ImagesAsync(studio, story)).Select(i => (i.Status, i.Attempt)).Single());
        Assert.Equal([First, Second], provider.Calls.Select(c => c.ApiKey));
        Assert.Equal([condition, KeyCondition.Ready], Keys(studio).Select(k => k.Condition));
    }

    [Fact]
    public async Task Keys_OfOneAccount_AreNotTriedOneAfterTheOther()
    {
        var provider = Provider((request, destination, token) => request.ApiKey == "key-other-3333"
            ? ScriptedProvider.DrawAsync(request, destination, token)
            : Fail(FailureKind.RateLimited, TimeSpan.FromMinutes(5)));
        await using var studio = await StartAsync(provider, [new() { Key = First, Account = "a" }, new() { Key = Second, Account = "a" }, "key-other-3333"]);
        await IllustrateAsync(studio, 1);

        await studio.AsleepAsync();

        Assert.Equal([First, "key-other-3333"], provider.Calls.Select(c => c.ApiKey));
    }

    [Fact]
    public async Task Lane_WhoseKeysAllRest_WaitsForTheFirstAndSaysSo()
    {
        var provider = Provider((request, destination, token) => request.ApiKey == First
            ? Fail(FailureKind.RateLimited, TimeSpan.FromSeconds(300))
            : Fail(FailureKind.RateLimited, TimeSpan.FromSeconds(90.5)));
        await using var studio = await StartAsync(provider, [First, Second]);
        var story = await IllustrateAsync(studio, 2);
        await studio.AsleepAsync();
        var until = studio.Clock.GetUtcNow() + TimeSpan.FromSeconds(90.5);

        var waits = studio.Services.GetRequiredService<LaneWaits>();
        Assert.Equal(new("…2222", KeyWaitReason.Cooling, until), waits.Key("illustration"));
        Assert.All(await ImagesAsync(studio, story), i => Assert.Equal((ImageStatus.Pending, 0), (i.Status, i.Attempt)));
        var sentence = $"Waiting for key …2222 until {until.ToLocalTime():HH:mm:ss}";
        Assert.Equal(sentence, (await studio.Illustrator.GetSnapshotAsync(story)).Run!.Message);
        Assert.All(
            (await studio.Services.GetRequiredService<IQueueBoard>().GetAsync()).Next,
            n => Assert.Equal((null, new QueueWait(QueueWaitKind.Key, "Waiting for key …2222.", until, "…2222")), (n.Place, n.WaitsFor)));
        var calls = provider.Calls.Count;
        provider.Script = Draw;

        await studio.RunAsync(TimeSpan.FromSeconds(90.499));
        Assert.Equal(calls, provider.Calls.Count);
        await studio.RunAsync(TimeSpan.FromMilliseconds(1));

        Assert.All(await ImagesAsync(studio, story), i => Assert.Equal(ImageStatus.Completed, i.Status));
        Assert.All(provider.Calls.Skip(calls), c => Assert.Equal(Second, c.ApiKey));
        Assert.Null(waits.Key("illustration"));
    }

    [Fact]
    public async Task Queue_WhereTheKeysOfOneStyleRest_CountsThePlacesOfTheOthersAloneAndSaysForWhichKey()
    {
        await using var studio = await StartTwoStylesAsync();
        var until = studio.Clock.GetUtcNow() + TimeSpan.FromMinutes(8);
        CoolIllustration(studio, until);
        await IllustrateAsync(studio, 3, "illustration", "clear");
        await studio.AsleepAsync();

        // Its only slot is taken.
        var next = (await studio.Services.GetRequiredService<IQueueBoard>().GetAsync()).Next;

        Assert.Equal([("clear", "1.2", 1, "Next."), ("clear", "1.3", 2, "Waiting for a free slot.")], next.Take(2).Select(n => (n.Image.Style, n.Image.Number, n.Place ?? 0, n.WaitsFor!.Message)));
        Assert.Equal(["1.1", "1.2", "1.3"], next.Skip(2).Select(n => n.Image.Number));
        Assert.All(next.Skip(2), n => Assert.Equal((null, new QueueWait(QueueWaitKind.Key, "Waiting for key …1111.", until, "…1111")), (n.Place, n.WaitsFor)));

        // The moment that it is ready the line is one.
        studio.Clock.Advance(TimeSpan.FromMinutes(8));
        next = (await studio.Services.GetRequiredService<IQueueBoard>().GetAsync()).Next;
        Assert.DoesNotContain(next, n => n.WaitsFor!.Kind is QueueWaitKind.Key);
        Assert.Contains(next, n => n is { Image.Style: "illustration", Place: not null });
    }

    [Fact]
    public async Task Run_WhoseKeyIsReadyWhileOthersHoldTheSlots_SaysNoMoreThatItWaitsForIt()
    {
        await using var studio = await StartTwoStylesAsync();
        var until = studio.Clock.GetUtcNow() + TimeSpan.FromMinutes(2);
        CoolIllustration(studio, until);
        await IllustrateAsync(studio, 2, "clear");
        await studio.AsleepAsync();
        var story = await IllustrateAsync(studio, 2);
        await studio.RunAsync(TimeSpan.FromSeconds(2));

        var waiting = await studio.Illustrator.GetSnapshotAsync(story);
        Assert.Equal($"Waiting for key …1111 until {until.ToLocalTime():HH:mm:ss}", waiting.Run!.Message);
        await studio.RunAsync(TimeSpan.FromSeconds(117));
        Assert.Equal(waiting.Version, (await studio.Illustrator.GetSnapshotAsync(story)).Version);
        await studio.RunAsync(TimeSpan.FromSeconds(2));

        // It was said once, and once taken back.
        var ready = await studio.Illustrator.GetSnapshotAsync(story);
        Assert.Equal((waiting.Version + 1, "Waiting to begin"), (ready.Version, ready.Run!.Message));
        await studio.RunAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(ready.Version, (await studio.Illustrator.GetSnapshotAsync(story)).Version);
        Assert.DoesNotContain(studio.Provider.Calls, c => c.Style == "illustration");
    }

    [Fact]
    public async Task Run_ThatFollowsOneThatWaitedForTheSameKey_SaysSoAsWell()
    {
        await using var studio = await StartTwoStylesAsync();
        var until = studio.Clock.GetUtcNow() + TimeSpan.FromMinutes(2);
        CoolIllustration(studio, until);
        var story = await studio.CreateStoryAsync(2);
        var first = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.RunAsync(TimeSpan.FromSeconds(2));

        // Before the engine looks again.
        await studio.Illustrator.CancelRunAsync(first.Id);
        var second = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.RunAsync(TimeSpan.FromSeconds(2));

        var run = (await studio.Illustrator.GetRunAsync(second.Id)).Run;
        Assert.Equal((RunStatus.Queued, $"Waiting for key …1111 until {until.ToLocalTime():HH:mm:ss}"), (run.Status, run.Message));
    }

    [Fact]
    public async Task Run_ThatWaitedForAKeyWhenTheProcessEnded_SaysSoAfterwardsOnlyWhereItStillDoes()
    {
        await using var studio = await StartTwoStylesAsync();
        var until = studio.Clock.GetUtcNow() + TimeSpan.FromMinutes(2);
        CoolIllustration(studio, until);
        var other = await studio.CreateStoryAsync(2, "clear");
        await studio.Illustrator.StartAsync(other.Id, new() { UseCharacterConsistency = false, Priority = RunPriority.High });
        await studio.AsleepAsync();
        var story = await IllustrateAsync(studio, 2);
        await studio.RunAsync(TimeSpan.FromSeconds(2));

        await studio.StopAsync();
        studio.Clock.Advance(TimeSpan.FromSeconds(60));
        await studio.RestartAsync();
        await studio.RunAsync(TimeSpan.FromSeconds(2));
        Assert.Equal($"Waiting for key …1111 until {until.ToLocalTime():HH:mm:ss}", (await studio.Illustrator.GetSnapshotAsync(story)).Run!.Message);

        await studio.StopAsync();
        studio.Clock.Advance(TimeSpan.FromSeconds(60));
        await studio.RestartAsync();
        await studio.AsleepAsync();
        Assert.Equal("Waiting to begin", (await studio.Illustrator.GetSnapshotAsync(story)).Run!.Message);
        Assert.DoesNotContain(studio.Provider.Calls, c => c.Style == "illustration");
    }

    [Fact]
    public async Task Run_OfWhichSomethingGoesOnOrWillSoon_DoesNotSayThatItWaitsForAKey()
    {
        Studio? own = null;
        var provider = Provider(async (request, destination, token) =>
        {
            if (request.Style == "clear")
            {
                return ScriptedProvider.Failure(FailureKind.Transient, TimeSpan.FromSeconds(40));
            }

            await own!.Clock.SleepAsync(TimeSpan.FromSeconds(20), token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        });
        await using var studio = own = await StartAsync(provider, [First], o =>
        {
            o.Styles[0].RequestsPerMinute = 1;
            (o.Styles[1].Provider, o.Styles[1].ApiKeys) = ("openai", ["key-clear-4444"]);
        });
        var story = await studio.CreateStoryAsync(2, "illustration", "clear");
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.RunAsync(TimeSpan.FromSeconds(5));

        // Its key waits for its pace, while a picture is under way.
        Assert.Equal("…1111", studio.Services.GetRequiredService<LaneWaits>().Key("illustration")!.Tail);
        Assert.Contains("] Drawing 1.", await MessageAsync(), StringComparison.Ordinal);
        await studio.RunAsync(TimeSpan.FromSeconds(20));

        // Nothing is under way, and in the other style a retry is nearer than the key.
        Assert.Equal(0, studio.Services.GetRequiredService<GenerationService>().InFlight);
        Assert.Contains("] Drawing 1.", await MessageAsync(), StringComparison.Ordinal);
        await studio.Illustrator.CancelStyleAsync(run.Id, "clear");
        await studio.RunAsync(TimeSpan.FromSeconds(2));

        Assert.StartsWith("Waiting for key …1111 until ", await MessageAsync(), StringComparison.Ordinal);

        async Task<string?> MessageAsync() => (await studio.Illustrator.GetRunAsync(run.Id)).Run.Message;
    }

    [Fact]
    public async Task Run_OfWhichOneStyleWaitsForABudgetAndTheOtherForAKey_SaysThatItWaitsForTheKey()
    {
        var provider = Provider((request, destination, token) => request.Style == "clear"
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.RateLimited, TimeSpan.FromSeconds(300)) with { CostUsd = 0 })
            : Draw(request, destination, null!, token));
        await using var studio = await StartAsync(provider, [First], o =>
        {
            o.Generation.MaxConcurrency = 1;
            (o.Styles[1].Provider, o.Styles[1].ApiKeys) = ("openai", ["key-clear-4444"]);
        });
        var story = await studio.CreateStoryAsync(3, "illustration", "clear");
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = 0.02m });

        await studio.RunAsync(TimeSpan.FromSeconds(5));

        var now = (await studio.Illustrator.GetRunAsync(run.Id)).Run;
        Assert.Equal((RunStatus.Running, 2, 0.02m), (now.Status, now.Completed, now.CostUsd));
        Assert.Contains((await studio.Services.GetRequiredService<IQueueBoard>().GetAsync()).Next, q => q.Image.Style == "illustration" && q.WaitsFor!.Message.StartsWith("Waiting for a larger budget", StringComparison.Ordinal));
        Assert.StartsWith("Waiting for key …4444 until ", now.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lane_WhoseKeysRestForTooLong_FailsWithTheTimeAndLeavesTheOthersAlone()
    {
        var provider = Provider((request, destination, token) => request.Style == "illustration"
            ? Fail(FailureKind.RateLimited, TimeSpan.FromMinutes(10))
            : ScriptedProvider.DrawAsync(request, destination, token));
        await using var studio = await StartAsync(provider, [First, Second], o =>
        {
            o.Generation.MaxKeyWait = TimeSpan.FromMinutes(9);
            o.Generation.MaxConcurrency = 2;
            o.Styles[1].Provider = "openai";
            o.Styles[1].ApiKeys = ["key-clear-4444"];
        });
        var story = await IllustrateAsync(studio, 6, "illustration", "clear");

        await studio.AsleepAsync();

        var images = await ImagesAsync(studio, story);
        Assert.All(images.Where(i => i.Style == "clear"), i => Assert.Equal(ImageStatus.Completed, i.Status));
        Assert.All(images.Where(i => i.Style == "illustration"), i =>
        {
            Assert.Equal((ImageStatus.Failed, null), (i.Status, i.NextAttemptAt));
            Assert.Equal(new("rate_limited", "Every key for this style is resting until 12:10 UTC. The service takes no more calls for now.", Retryable: true), i.Error);
        });
        Assert.Equal(2, provider.Calls.Count(c => c.Style == "illustration"));

        provider.Script = Draw;
        await studio.RunAsync(TimeSpan.FromMinutes(10));
        await studio.Illustrator.RetryFailedAsync((await studio.Illustrator.GetSnapshotAsync(story)).Run!.Id);
        await studio.AsleepAsync();
        Assert.All(await ImagesAsync(studio, story), i => Assert.Equal(ImageStatus.Completed, i.Status));
    }

    [Fact]
    public async Task Lane_WhoseKeysAreRefusedOverAndOver_FailsAfterTheLongestWaitAndNotBefore()
    {
        var provider = Provider((_, _, _) => Fail(FailureKind.RateLimited, TimeSpan.FromSeconds(70)));
        await using var studio = await StartAsync(provider, [First], o => o.Generation.MaxKeyWait = TimeSpan.FromMinutes(5));
        var story = await IllustrateAsync(studio, 8);

        await studio.RunAsync(TimeSpan.FromSeconds(279));
        Assert.All(await ImagesAsync(studio, story), i => Assert.Equal(ImageStatus.Pending, i.Status));
        await studio.RunAsync(TimeSpan.FromSeconds(1));

        Assert.All(await ImagesAsync(studio, story), i => Assert.Equal(
            (ImageStatus.Failed, "The key for this style is resting until 12:05 UTC. The service takes no more calls for now."), (i.Status, i.Error!.Message)));
    }

    [Fact]
    public async Task Lane_ThatIsServedNowAndThen_NeverGivesUp()
    {
        var provider = new ScriptedProvider { Name = "openai" };
        provider.Script = (request, destination, _, token) => provider.Calls.Count % 2 == 1
            ? Fail(FailureKind.RateLimited, TimeSpan.FromSeconds(70))
            : ScriptedProvider.DrawAsync(request, destination, token);
        await using var studio = await StartAsync(provider, [First], o =>
        {
            o.Generation.MaxKeyWait = TimeSpan.FromMinutes(2);
            o.Generation.MaxConcurrency = 1;
        });
        var story = await IllustrateAsync(studio, 6);

        await studio.RunAsync(TimeSpan.FromSeconds(6 * 70));

        Assert.All(await ImagesAsync(studio, story), i => Assert.Equal((ImageStatus.Completed, 1), (i.Status, i.Attempt)));
        Assert.Equal(12, provider.Calls.Count);
    }

    [Fact]
    public async Task Image_WhoseLongCallEndsInTooFast_GoesAgainInTheSameMomentWhileOthersWait()
    {
        var provider = new ScriptedProvider { Name = "openai" };
        await using var studio = await StartAsync(provider, [First, Second], o =>
        {
            o.Styles[1].Provider = "openai";
            o.Styles[1].ApiKeys = ["key-clear-4444"];
            o.Styles[1].RequestsPerMinute = 1;
        });
        provider.Script = async (request, destination, _, token) =>
        {
            if (request.ApiKey == First)
            {
                await studio.Clock.SleepAsync(TimeSpan.FromSeconds(3.5), token);
                return ScriptedProvider.Failure(FailureKind.RateLimited, TimeSpan.FromMinutes(1));
            }

            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        await IllustrateAsync(studio, 2, "clear");
        await IllustrateAsync(studio, 1);

        await studio.RunAsync(TimeSpan.FromSeconds(3.5));

        Assert.Equal([First, Second], provider.Calls.Where(c => c.Style == "illustration").Select(c => c.ApiKey));
    }

    [Fact]
    public async Task Lease_OfAnAttemptThatMakesNoCall_IsFreeAgain()
    {
        var broken = true;
        await using var studio = await Studio.StartAsync(
            o =>
            {
                o.Provider = "openai";
                o.Styles[0].ApiKeys = [First];
                o.Styles[0].RequestsPerMinute = 1;
            },
            Provider(null),
            services: s => s.AddSingleton<IPictureStore>(p => new BreakableStore(p.GetRequiredService<PictureFiles>(), () => broken)));
        var story = await IllustrateAsync(studio, 1);
        await studio.AsleepAsync();
        Assert.Empty(studio.Provider.Calls);

        broken = false;
        await studio.RunAsync(TimeSpan.FromSeconds(7));

        Assert.Equal(ImageStatus.Completed, (await ImagesAsync(studio, story))[0].Status);
    }

    [Fact]
    public async Task Lane_WithEveryKeyOff_FailsAtOnceWithASentence()
    {
        var provider = Provider((_, _, _) => Fail(FailureKind.BadKey));
        await using var studio = await StartAsync(provider, [First, Second]);
        var story = await IllustrateAsync(studio, 9);

        await studio.AsleepAsync();

        Assert.All(await ImagesAsync(studio, story), i =>
        {
            Assert.Equal((ImageStatus.Failed, "bad_key", false), (i.Status, i.Error!.Code, i.Error.Retryable));
            Assert.StartsWith("No key for this style serves.", i.Error.Message, StringComparison.Ordinal);
        });
        Assert.Equal(RunStatus.CompletedWithErrors, (await studio.Illustrator.GetSnapshotAsync(story)).Run!.Status);
        await studio.RunAsync(TimeSpan.FromMinutes(1));
        Assert.InRange(provider.Calls.Count, 2, 9);
    }

    [Fact]
    public async Task Key_ThatAPersonMakesReady_ServesAtOnceWithItsAccount()
    {
        var provider = Provider((_, _, _) => Fail(FailureKind.RateLimited, TimeSpan.FromMinutes(8)));
        await using var studio = await StartAsync(provider, [new() { Key = First, Account = "a" }, new() { Key = Second, Account = "a" }]);
        var story = await IllustrateAsync(studio, 3);
        await studio.AsleepAsync();
        Assert.All(Keys(studio), k => Assert.Equal((KeyCondition.Cooling, studio.Clock.GetUtcNow() + TimeSpan.FromMinutes(8)), (k.Condition, k.ReadyAt)));
        provider.Script = Draw;

        var key = await studio.Services.GetRequiredService<IApiKeys>().MakeReadyAsync(Keys(studio)[1].Id);

        Assert.Equal(("…2222", KeyCondition.Ready, null), (key.Tail, key.Condition, key.ReadyAt));
        await studio.UntilFinishedAsync(story);
        Assert.All(await ImagesAsync(studio, story), i => Assert.Equal(ImageStatus.Completed, i.Status));
        await studio.RestartAsync();
        Assert.All(Keys(studio), k => Assert.Equal(KeyCondition.Ready, k.Condition));
        await Assert.ThrowsAsync<NotFoundException>(() => studio.Services.GetRequiredService<IApiKeys>().MakeReadyAsync("nobody"));
    }

    [Theory]
    [InlineData(FailureKind.RateLimited, KeyCondition.Cooling, 400.0)]
    [InlineData(FailureKind.QuotaExhausted, KeyCondition.Parked, 20 * 3600.0)]
    [InlineData(FailureKind.OutOfCredit, KeyCondition.Parked, 60.0)]
    [InlineData(FailureKind.BadKey, KeyCondition.Off, null)]
    public async Task Key_ThatRests_DoesSoAfterAKillAsWell(FailureKind kind, KeyCondition condition, double? seconds)
    {
        var provider = Provider((request, destination, token) => request.ApiKey == First ? Fail(kind, TimeSpan.FromSeconds(400)) : ScriptedProvider.DrawAsync(request, destination, token));
        ApiKeyDefinition[] keys = [new() { Key = First, Account = "a" }, Second];
        await using var studio = await StartAsync(provider, keys);
        await IllustrateAsync(studio, 1);
        await studio.AsleepAsync();
        var id = Keys(studio)[0].Id;

        // What is on the disk at this moment is what a kill would leave.
        await using var next = await StartCopyAsync(studio, keys, TimeSpan.FromSeconds(10));

        var state = Keys(next)[0];
        Assert.Equal((id, condition, kind.Code()), (state.Id, state.Condition, await CodeAsync(next, id)));
        Assert.NotEmpty(state.Reason!);
        Assert.Equal(seconds, (state.ReadyAt - studio.Clock.GetUtcNow())?.TotalSeconds);
        await IllustrateAsync(next, 4);
        await next.AsleepAsync();
        Assert.All(next.Provider.Calls, c => Assert.Equal(Second, c.ApiKey));
    }

    [Fact]
    public async Task Key_ThatWasReplacedInTheSettings_BeginsAnewAndTheOldOneIsForgotten()
    {
        var provider = Provider((request, destination, token) => request.ApiKey == First ? Fail(FailureKind.BadKey) : ScriptedProvider.DrawAsync(request, destination, token));
        await using var studio = await StartAsync(provider, [First]);
        await IllustrateAsync(studio, 1);
        await studio.AsleepAsync();
        Assert.Equal(KeyCondition.Off, Keys(studio)[0].Condition);

        await using var next = await StartCopyAsync(studio, [Second], TimeSpan.FromSeconds(10));

        Assert.Equal(("…2222", KeyCondition.Ready), (Keys(next)[0].Tail, Keys(next)[0].Condition));
        await using var db = next.OpenDatabase();
        Assert.Equal("…2222", (await db.KeyRecords.SingleAsync()).Tail);
    }

    [Fact]
    public async Task Pace_OfTheLastMinute_IsKeptAfterAKill()
    {
        await using var studio = await StartAsync(Provider(null), [First], o => o.Styles[0].RequestsPerMinute = 4);
        await IllustrateAsync(studio, 3);
        await studio.AsleepAsync();
        Assert.Equal(3, studio.Provider.Calls.Count);

        await using var next = await StartCopyAsync(studio, [First], TimeSpan.FromSeconds(20), o => o.Styles[0].RequestsPerMinute = 4);
        await IllustrateAsync(next, 4);
        await next.AsleepAsync();
        Assert.Single(next.Provider.Calls);
        Assert.Equal(4, Keys(next)[0].StartsInLastMinute);

        await next.RunAsync(TimeSpan.FromSeconds(39));
        Assert.Single(next.Provider.Calls);
        await next.RunAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(4, next.Provider.Calls.Count);
    }

    [Fact]
    public async Task Database_HasNoKeyInIt()
    {
        var provider = Provider((_, _, _) => Fail(FailureKind.BadKey));
        await using (var studio = await StartAsync(provider, [First]))
        {
            await IllustrateAsync(studio, 1);
            await studio.AsleepAsync();
            foreach (var file in Directory.GetFiles(studio.Folder, "storystudio.db*"))
            {
                await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
                Assert.DoesNotContain(First, await reader.ReadToEndAsync(), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task WallClock_ThatIsSet_NeitherFreezesWhatWaitsNorLetsItGoEarly(int hours)
    {
        var provider = Provider((request, destination, token) => request.Scene.Contains("Segment 1.", StringComparison.Ordinal)
            ? Fail(FailureKind.Transient, TimeSpan.FromSeconds(30))
            : ScriptedProvider.DrawAsync(request, destination, token));
        await using var studio = await StartAsync(provider, [First], o => o.Styles[0].RequestsPerMinute = 2);
        var story = await IllustrateAsync(studio, 4);
        await studio.AsleepAsync();
        Assert.Equal(2, provider.Calls.Count);
        provider.Script = Draw;

        studio.Clock.SetWallClock(TimeSpan.FromHours(hours));
        await studio.RunAsync(TimeSpan.FromSeconds(29));
        Assert.Equal(2, provider.Calls.Count);
        var waiting = (await ImagesAsync(studio, story))[0];
        Assert.Equal(TimeSpan.FromSeconds(1), waiting.NextAttemptAt - studio.Clock.GetUtcNow());

        await studio.RunAsync(TimeSpan.FromSeconds(31));
        Assert.Equal(4, provider.Calls.Count);
        await studio.RunAsync(TimeSpan.FromSeconds(60));
        Assert.All(await ImagesAsync(studio, story), i => Assert.Equal(ImageStatus.Completed, i.Status));
    }

    [Fact]
    public async Task TimeLeft_IsMeasuredByWhatWasWorkedAt_NotByWhatFoundNoKeyOrWasCancelled()
    {
        Studio? own = null;
        var provider = Provider(async (request, destination, token) =>
        {
            if (request.Style == "clear")
            {
                return ScriptedProvider.Failure(FailureKind.BadKey);
            }

            await own!.Clock.SleepAsync(TimeSpan.FromSeconds(10), token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        });
        await using var studio = own = await StartAsync(provider, [First], o =>
        {
            o.Generation.MaxConcurrency = 1;
            (o.Styles[1].Provider, o.Styles[1].ApiKeys) = ("openai", ["key-clear-4444"]);
        });
        var story = await studio.CreateStoryAsync(6, "illustration", "clear");
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.RunAsync(TimeSpan.FromSeconds(20));
        var before = await studio.Illustrator.GetSnapshotAsync(story.Id);
        Assert.Equal((2, true), (before.Run!.Completed, before.Run.Failed > 1));
        Assert.Equal(10 * before.Pending, before.Run.EstimatedSecondsLeft);

        foreach (var image in before.Images.Where(i => i is { Status: ImageStatus.Pending, Style: "illustration" }).Take(2))
        {
            await studio.Illustrator.CancelImageAsync(image.Id);
        }

        Assert.Equal((2, before.Run.EstimatedSecondsLeft - 20), (await studio.Illustrator.GetSnapshotAsync(story.Id)).Run is { } after ? (after.Cancelled, after.EstimatedSecondsLeft) : default);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task WallClock_ThatIsSet_LeavesTheTimeThatARunTakesAsItWasMeasured(int hours)
    {
        Studio? own = null;
        var provider = Provider(async (request, destination, token) =>
        {
            await own!.Clock.SleepAsync(TimeSpan.FromSeconds(10), token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        });
        await using var studio = own = await StartAsync(provider, [First], o => o.Generation.MaxConcurrency = 1);
        var story = await IllustrateAsync(studio, 6);
        await studio.RunAsync(TimeSpan.FromSeconds(20));

        studio.Clock.SetWallClock(TimeSpan.FromHours(hours));
        await studio.RunAsync(TimeSpan.FromSeconds(10));

        var run = (await studio.Illustrator.GetSnapshotAsync(story)).Run!;
        Assert.Equal((3, 30), (run.Completed, run.EstimatedSecondsLeft));
    }

    /// <summary>The engine looks at the clock now and then; what is written before it has done so is on the clock as it is set already.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task WallClock_ThatIsSetWhileACallIsUnderWay_MovesWhatFollowsFromItOnce(int hours)
    {
        ScriptedProvider? provider = null;
        Studio? studio = null;
        provider = Provider(async (_, _, token) =>
        {
            await studio!.Clock.SleepAsync(TimeSpan.FromMilliseconds(300), token);
            return ScriptedProvider.Failure(FailureKind.Transient, TimeSpan.FromSeconds(30));
        });
        await using var started = studio = await StartAsync(provider, [First], o => o.Styles[0].RequestsPerMinute = 10);
        var story = await IllustrateAsync(studio, 1);
        await studio.AsleepAsync();

        studio.Clock.SetWallClock(TimeSpan.FromHours(hours));
        await IllustrateAsync(studio, 1);
        await studio.RunAsync(TimeSpan.FromSeconds(20));

        var waiting = Assert.Single(await ImagesAsync(studio, story));
        Assert.Equal(TimeSpan.FromSeconds(10.3), waiting.NextAttemptAt - studio.Clock.GetUtcNow());
        Assert.Equal(2, provider.Calls.Count);
    }

    [Fact]
    public async Task WallClock_ThatIsSetBackWhileNothingRuns_FreezesNothing()
    {
        var provider = Provider((_, _, _) => Fail(FailureKind.Transient));
        await using var studio = await StartAsync(provider, [First], o => o.Styles[0].RequestsPerMinute = 2);
        var story = await IllustrateAsync(studio, 4);
        await studio.AsleepAsync();
        Assert.Equal(2, provider.Calls.Count);

        await using var next = await StartCopyAsync(studio, [First], TimeSpan.FromHours(-5));
        await next.RunAsync(TimeSpan.FromSeconds(65));

        Assert.All(await ImagesAsync(next, story), i => Assert.Equal(ImageStatus.Completed, i.Status));
    }

    /// <summary>Three keys, of which two share an account, answer nine calls of ten with 429 for ten minutes, and the wall clock is set forward and back.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Storm_OfTooFast_CostsNoImageAndCallsNoRestingKey(int seed)
    {
        var lot = new Random(seed);
        var gate = new Lock();
        var accounts = new Dictionary<string, string>(StringComparer.Ordinal) { [First] = "a", [Second] = "a", ["key-third-3333"] = "b" };
        var rests = new Dictionary<string, (TimeSpan Since, TimeSpan Until)>(StringComparer.Ordinal) { ["a"] = default, ["b"] = default };
        var starts = accounts.Keys.ToDictionary(k => k, _ => new List<TimeSpan>(), StringComparer.Ordinal);
        var early = 0;
        var refused = 0;
        var provider = new ScriptedProvider { Name = "openai" };
        await using var studio = await StartAsync(provider, [.. accounts.Select(k => new ApiKeyDefinition { Key = k.Key, Account = k.Value })], o =>
        {
            o.Styles[0].RequestsPerMinute = 20;
            o.Generation.MaxConcurrency = 12;
        });
        var begin = studio.Clock.Elapsed;
        provider.Script = async (request, destination, _, token) =>
        {
            var account = accounts[request.ApiKey!];
            TimeSpan duration;
            TimeSpan? rest;
            lock (gate)
            {
                var now = studio.Clock.Elapsed;
                starts[request.ApiKey!].Add(now);

                // At the very moment of the answer another call may be on its way out.
                early += now > rests[account].Since && now < rests[account].Until ? 1 : 0;
                rest = now - begin < TimeSpan.FromMinutes(10) && lot.Next(10) > 0 ? TimeSpan.FromSeconds(lot.Next(1, 40)) : null;
                duration = TimeSpan.FromMilliseconds(lot.Next(100, rest is null ? 20_000 : 1_000));
            }

            await studio.Clock.SleepAsync(duration, token);
            if (rest is not { } asked)
            {
                return await ScriptedProvider.DrawAsync(request, destination, token);
            }

            lock (gate)
            {
                refused++;
                var now = studio.Clock.Elapsed;
                if (now + asked > rests[account].Until)
                {
                    rests[account] = (now, now + asked);
                }
            }

            return ScriptedProvider.Failure(FailureKind.RateLimited, asked);
        };
        var story = await IllustrateAsync(studio, 60);

        await studio.RunAsync(TimeSpan.FromMinutes(3));
        studio.Clock.SetWallClock(TimeSpan.FromHours(2));
        await studio.RunAsync(TimeSpan.FromMinutes(3));
        studio.Clock.SetWallClock(TimeSpan.FromHours(-4));
        await studio.RunAsync(TimeSpan.FromMinutes(4));
        Assert.DoesNotContain(await ImagesAsync(studio, story), i => i.Status is ImageStatus.Failed);
        await studio.RunAsync(TimeSpan.FromMinutes(10));

        Assert.All(await ImagesAsync(studio, story), i => Assert.Equal((ImageStatus.Completed, 1), (i.Status, i.Attempt)));
        Assert.True(refused > 20, $"seed {seed}: only {refused} refusals");
        Assert.True(early == 0, $"seed {seed}: {early} calls to a resting key");
        Assert.All(starts, key => AssertPace(key.Value, 20, $"seed {seed}: {key.Key}"));
    }

    /// <summary>Keys, pace, and how long a call takes by lot; always so many slots that the keys are the limit.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Pace_OverTenMinutes_IsNeverExceededAndUsedUp(int seed)
    {
        var lot = new Random(seed);
        var share = await PaceRun.MeasureAsync(new()
        {
            Keys = lot.Next(1, 7),
            RequestsPerMinute = lot.Next(1, 11),
            Seed = seed,
            Shortest = TimeSpan.FromMilliseconds(200),
            Longest = TimeSpan.FromSeconds(lot.Next(1, 30)),
            WallClock = TimeSpan.FromHours(lot.Next(2) == 0 ? 2 : -2),
        });

        Assert.All(share.Starts, key => AssertPace(key.Value, share.RequestsPerMinute, $"seed {seed}: {key.Key}"));
        Assert.True(share.OfThePossible >= 0.97, $"seed {seed}: {share.Made} of {share.Possible} calls");
        Assert.Equal(0, share.Failed);
    }

    internal static void AssertPace(IReadOnlyList<TimeSpan> starts, int limit, string what)
    {
        for (var i = limit; i < starts.Count; i++)
        {
            Assert.True(starts[i] - starts[i - limit] >= TimeSpan.FromMinutes(1), $"{what} went {limit + 1} times within a minute");
        }
    }

    private static ScriptedProvider Provider(Func<ImageRequest, Stream, CancellationToken, Task<ImageOutcome>>? script) =>
        new() { Name = "openai", Script = script is null ? null : (request, destination, _, token) => script(request, destination, token) };

    private static Task<ImageOutcome> Draw(ImageRequest request, Stream destination, IProgress<ImageProgress> progress, CancellationToken token) =>
        ScriptedProvider.DrawAsync(request, destination, token);

    private static Task<ImageOutcome> Fail(FailureKind kind, TimeSpan? retryAfter = null) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(kind, retryAfter));

    private static Task<Studio> StartAsync(ScriptedProvider provider, IReadOnlyList<ApiKeyDefinition> keys, Action<StoryStudioOptions>? more = null, string? folder = null, TimeProvider? time = null) =>
        Studio.StartAsync(
            o =>
            {
                o.Provider = "openai";
                o.Styles[0].ApiKeys = [.. keys];
                more?.Invoke(o);
            },
            provider,
            time,
            folder);

    /// <summary>Starts anew, some time later, on a copy of the files as they are on the disk now.</summary>
    private static async Task<Studio> StartCopyAsync(Studio studio, IReadOnlyList<ApiKeyDefinition> keys, TimeSpan later, Action<StoryStudioOptions>? more = null)
    {
        var copy = Directory.CreateDirectory(Path.Combine(studio.Folder, "copy"));
        foreach (var file in Directory.GetFiles(studio.Folder, "storystudio.db*"))
        {
            File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)));
        }

        return await StartAsync(Provider(null), keys, more, copy.FullName, new ManualTimeProvider(studio.Clock.GetUtcNow() + later));
    }

    /// <summary>One slot, two styles with a key each, and pictures that take ten minutes.</summary>
    private static async Task<Studio> StartTwoStylesAsync()
    {
        Studio? own = null;
        var provider = Provider(async (request, destination, token) =>
        {
            await own!.Clock.SleepAsync(TimeSpan.FromMinutes(10), token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        });
        return own = await StartAsync(provider, [First], o =>
        {
            (o.Generation.MaxConcurrency, o.Generation.ImageTimeout) = (1, TimeSpan.FromMinutes(15));
            (o.Styles[1].Provider, o.Styles[1].ApiKeys) = ("openai", ["key-clear-4444"]);
        });
    }

    private static void CoolIllustration(Studio studio, DateTimeOffset until)
    {
        var style = studio.Services.GetRequiredService<IOptions<StoryStudioOptions>>().Value.Style("illustration");
        var pool = studio.Services.GetRequiredService<ApiKeyPools>().For(style, "openai");
        Assert.True(pool.TryLease(out var lease, out _));
        pool.CoolDown(lease, until);
        lease.Return();
    }

    private static async Task<string> IllustrateAsync(Studio studio, int segments, params string[] styles)
    {
        var story = await studio.CreateStoryAsync(segments, styles);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        return story.Id;
    }

    private static async Task<IReadOnlyList<ImageState>> ImagesAsync(Studio studio, string story) => (await studio.Illustrator.GetSnapshotAsync(story)).Images;

    private static IReadOnlyList<KeyState> Keys(Studio studio) => [.. studio.Services.GetRequiredService<IApiKeys>().GetAll().Where(k => k.Styles.Contains("illustration"))];

    private sealed class BreakableStore(IPictureStore whole, Func<bool> isBroken) : IPictureStore
    {
        public long Free() => whole.Free();

        public Task<Stream?> OpenAsync(ImageVersion version, CancellationToken cancellationToken) => whole.OpenAsync(version, cancellationToken);

        public bool IsFull(Exception failure) => whole.IsFull(failure);

        public IPictureDraft Begin(Claim claim) => isBroken() ? throw new IOException("No.") : whole.Begin(claim);
    }

    private static async Task<string?> CodeAsync(Studio studio, string id)
    {
        await using var db = studio.OpenDatabase();
        return await db.KeyRecords.Where(k => k.Id == id).Select(k => k.Code).SingleAsync();
    }
}
