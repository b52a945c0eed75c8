using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Fakes;
using Xunit;
using static StoryStudio.Tests.Fakes.KeyedStudio;

namespace StoryStudio.Tests.Generation;

/// <summary>The pace of keys, measured over many minutes.</summary>
public sealed class KeyPaceTests
{
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
}
