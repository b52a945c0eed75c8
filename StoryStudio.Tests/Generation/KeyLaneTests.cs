using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Failures;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Core.Storage;
using StoryStudio.Tests.Fakes;
using Xunit;
using static StoryStudio.Tests.Fakes.KeyedStudio;

namespace StoryStudio.Tests.Generation;

/// <summary>What becomes of images and lanes when keys rest or are no good, with the whole engine on a clock that the test holds.</summary>
public sealed class KeyLaneTests
{
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

    [Theory]
    [InlineData(403, """{"error":{"code":403,"status":"PERMISSION_DENIED"}}""")]
    [InlineData(400, """{"error":{"message":"Your organization must be verified to use the model"}}""")]
    [InlineData(403, """{"error":{"code":"unsupported_country_region_territory"}}""")]
    public async Task Image_WhoseAccountMayNotUseTheModel_GoesAgainAtOnceWithTheNext(int status, string body)
    {
        var provider = Provider((request, destination, token) => request.ApiKey == First ? Turn(status, body) : ScriptedProvider.DrawAsync(request, destination, token));
        await using var studio = await StartAsync(provider, [First, Second]);
        var story = await IllustrateAsync(studio, 6);

        await studio.AsleepAsync();

        Assert.All(await ImagesAsync(studio, story), i => Assert.Equal((ImageStatus.Completed, 1), (i.Status, i.Attempt)));
        Assert.Equal(6, provider.Calls.Count(c => c.ApiKey == Second));
        Assert.Equal([(KeyCondition.Off, "This account may not use model gpt-image-2."), (KeyCondition.Ready, null)], Keys(studio).Select(k => (k.Condition, k.Reason)));
    }

    [Fact]
    public async Task Image_ForWhichNoAccountMayUseTheModel_FailsAndSaysSoAndIsDrawnOnceOneMay()
    {
        var isLetIn = false;
        var provider = Provider((request, destination, token) => isLetIn ? ScriptedProvider.DrawAsync(request, destination, token) : Turn(403, "{}"));
        await using var studio = await StartAsync(provider, [First, Second], o => o.Generation.MaxConcurrency = 1);
        var story = await IllustrateAsync(studio, 3);
        await studio.AsleepAsync();

        Assert.Equal([First, Second], provider.Calls.Select(c => c.ApiKey));
        Assert.All(await ImagesAsync(studio, story), i => Assert.Equal(
            (ImageStatus.Failed, "no_access", "No key for this style serves. This account may not use model gpt-image-2."), (i.Status, i.Error!.Code, i.Error.Message)));

        isLetIn = true;
        await studio.Services.GetRequiredService<IApiKeys>().MakeReadyAsync(Keys(studio)[1].Id);
        await studio.Illustrator.RetryAsync((await ImagesAsync(studio, story))[0].Id);
        await studio.AsleepAsync();

        Assert.Equal(ImageStatus.Completed, (await ImagesAsync(studio, story))[0].Status);
    }

    [Fact]
    public async Task Image_OfAModelThatIsRetired_FailsWhicheverKeyAndLeavesItReady()
    {
        var provider = Provider((_, _, _) => Turn(404, """{"error":{"code":"model_not_found"}}"""));
        await using var studio = await StartAsync(provider, [First, Second]);
        var story = await IllustrateAsync(studio, 1);

        await studio.AsleepAsync();

        Assert.Equal((ImageStatus.Failed, "model_unavailable"), (await ImagesAsync(studio, story)).Select(i => (i.Status, i.Error!.Code)).Single());
        Assert.Single(provider.Calls);
        Assert.All(Keys(studio), k => Assert.Equal(KeyCondition.Ready, k.Condition));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Image_ThatAServerWithoutKeysTurnsAway_FailsAloneAndTheServerIsAskedAgain(int status)
    {
        var isFirst = true;
        var provider = Provider((request, destination, token) =>
        {
            var isTurnedAway = isFirst;
            isFirst = false;
            return isTurnedAway ? Turn(status, "{}") : ScriptedProvider.DrawAsync(request, destination, token);
        });
        await using var studio = await StartAsync(provider, [], o => o.Generation.MaxConcurrency = 1);
        var story = await IllustrateAsync(studio, 2);

        await studio.AsleepAsync();

        Assert.Equal([ImageStatus.Failed, ImageStatus.Completed], (await ImagesAsync(studio, story)).Select(i => i.Status));
    }

    /// <summary>Another account knows nothing of the call, and would charge for it once more.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_OfWhichNobodyKnowsTheEnd_GoesAgainWithTheKeyThatItWentWithWhereThatServes(bool serves)
    {
        Studio? own = null;
        var calls = 0;
        var provider = Provider((request, destination, token) =>
        {
            if (Interlocked.Increment(ref calls) > 1)
            {
                return ScriptedProvider.DrawAsync(request, destination, token);
            }

            if (!serves)
            {
                Cool(own!, First, TimeSpan.FromMinutes(5));
            }

            return Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Timeout) with { IsUnresolved = true });
        });
        await using var studio = own = await StartAsync(provider, [First, Second]);
        await IllustrateAsync(studio, 1);

        await studio.RunAsync(TimeSpan.FromSeconds(10));

        Assert.Equal([First, serves ? First : Second], provider.Calls.Select(c => c.ApiKey));
        Assert.Single(provider.Calls.Select(c => c.IdempotencyKey).Distinct(StringComparer.Ordinal));

        // Another account's is another charge, and the first one's stays.
        Assert.Equal([!serves, false], (await studio.AttemptsAsync()).OrderBy(a => a.Number).Select(a => a.MayBeCharged));
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
        var sentence = $"Waiting for key …2222 until {until.UtcDateTime:HH:mm:ss} UTC";
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

        // Where nobody was called, no call has failed.
        var attempts = (await studio.AttemptsAsync()).Where(a => a.Outcome != AttemptOutcome.Succeeded).ToList();
        Assert.Equal(2, attempts.Count(a => a.Outcome == "rate_limited"));
        Assert.All(attempts.Where(a => a.Outcome != "rate_limited"), a => Assert.Equal((AttemptOutcome.PutOff, 0m), (a.Outcome, a.CostUsd)));

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
    public async Task Call_OfWhichNobodyKnowsTheEnd_GoesAgainWithAnotherKeyOfItsAccountBeforeAnotherAccounts()
    {
        var calls = 0;
        var provider = Provider((request, destination, token) => Interlocked.Increment(ref calls) == 1
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Timeout) with { IsUnresolved = true })
            : ScriptedProvider.DrawAsync(request, destination, token));
        await using var studio = await StartAsync(
            provider,
            [new() { Key = First, Account = "a" }, new() { Key = "key-other-3333", Account = "b" }, new() { Key = Second, Account = "a" }],
            o => o.Styles[0].RequestsPerMinute = 1);
        await IllustrateAsync(studio, 1);

        await studio.RunAsync(TimeSpan.FromSeconds(10));

        Assert.Equal([First, Second], provider.Calls.Select(c => c.ApiKey));
        Assert.All(await studio.AttemptsAsync(), a => Assert.False(a.MayBeCharged));
    }

    [Fact]
    public async Task Call_OfWhichNobodyKnowsTheEnd_WaitsForItsOwnAccountAtItsPace_WhileOthersGoWithAnother()
    {
        var calls = 0;
        var provider = Provider((request, destination, token) => Interlocked.Increment(ref calls) == 1
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Timeout) with { IsUnresolved = true })
            : ScriptedProvider.DrawAsync(request, destination, token));
        await using var studio = await StartAsync(provider, [First, Second], o =>
        {
            o.Styles[0].RequestsPerMinute = 1;
            o.Generation.DelayBetweenImages = TimeSpan.FromSeconds(12);
            o.Generation.MaxConcurrency = 1;
        });
        await IllustrateAsync(studio, 2);

        await studio.RunAsync(TimeSpan.FromSeconds(9));
        var first = (await studio.Services.GetRequiredService<IQueueBoard>().GetAsync()).Next.Single(n => n.Image.Number == "1.1");
        Assert.Equal((null, QueueWaitKind.Key, "Waiting for the account that it was asked of: another one would charge for it anew.", "…1111"), (first.Place, first.WaitsFor!.Kind, first.WaitsFor.Message, first.WaitsFor.KeyTail));
        Assert.NotNull(first.WaitsFor.Until);
        await studio.RunAsync(TimeSpan.FromSeconds(70));

        Assert.Equal([First, Second, First], provider.Calls.Select(c => c.ApiKey));
        Assert.Equal(provider.Calls.First().IdempotencyKey, provider.Calls.Last().IdempotencyKey);
        Assert.All(await studio.AttemptsAsync(), a => Assert.False(a.MayBeCharged));
    }

    [Fact]
    public async Task Call_ThatWaitsForItsOwnAccount_KeepsTheTurnOfItsStory()
    {
        var calls = 0;
        var provider = Provider((request, destination, token) => Interlocked.Increment(ref calls) == 1
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Timeout) with { IsUnresolved = true })
            : ScriptedProvider.DrawAsync(request, destination, token));
        await using var studio = await StartAsync(provider, [First, Second, "key-third-3333"], o =>
        {
            o.Styles[0].RequestsPerMinute = 1;
            o.Generation.DelayBetweenImages = TimeSpan.FromSeconds(12);
            o.Generation.MaxConcurrency = 1;
        });
        var one = await IllustrateAsync(studio, 3);
        var other = await IllustrateAsync(studio, 3);

        await studio.RunAsync(TimeSpan.FromSeconds(63));

        Assert.Equal([First, Second, "key-third-3333", First], provider.Calls.Select(c => c.ApiKey));
        Assert.Equal(provider.Calls.First().IdempotencyKey, provider.Calls.Last().IdempotencyKey);
        Assert.Equal((2, 1), ((await ImagesAsync(studio, one)).Count(i => i.Status is ImageStatus.Completed), (await ImagesAsync(studio, other)).Count(i => i.Status is ImageStatus.Completed)));
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

    [Fact]
    public async Task Leases_OfALookThatFails_AreFreeAgain()
    {
        var queue = new SteeredQueue();
        var (isBroken, looks) = (true, 0);
        await using var studio = await Studio.StartAsync(
            o =>
            {
                o.Provider = "openai";
                (o.Providers.OpenAI.ApiKeys, o.Providers.OpenAI.RequestsPerMinute) = ([First], 2);
            },
            Provider(null),
            services: queue.Register);
        queue.Peeking = _ => isBroken && ++looks % 2 == 0 ? throw new IOException("Input/output error") : Task.CompletedTask;
        var story = await IllustrateAsync(studio, 3, "illustration", "clear");
        await studio.RunAsync(TimeSpan.FromSeconds(16));
        Assert.True(looks > 2, "It did not look into both lanes.");

        isBroken = false;
        await studio.RunAsync(TimeSpan.FromMinutes(5));

        Assert.All(await ImagesAsync(studio, story), i => Assert.Equal(ImageStatus.Completed, i.Status));
    }

    private sealed class BreakableStore(IPictureStore whole, Func<bool> isBroken) : IPictureStore
    {
        public long Free() => whole.Free();

        public Task<Stream?> OpenAsync(ImageVersion version, CancellationToken cancellationToken) => whole.OpenAsync(version, cancellationToken);

        public bool IsFull(Exception failure) => whole.IsFull(failure);

        public IPictureDraft Begin(Claim claim) => isBroken() ? throw new IOException("No.") : whole.Begin(claim);
    }

    /// <summary>What comes of such an answer.</summary>
    private static Task<ImageOutcome> Turn(int status, string body) => Task.FromResult<ImageOutcome>(FailureClassifier.Classify(
        new() { Status = status, Error = ProviderError.Parse(body) }, new() { Provider = "openai", Model = "gpt-image-2" }));
}
