using StoryStudio.Core.Providers.Keys;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Providers;

/// <summary>The pace of a pool, by lot and from many threads.</summary>
public sealed class ApiKeyPoolPaceTests
{
    private readonly ManualTimeProvider _time = new();

    /// <summary>Four hundred pools of random size, asked at random moments, told random failures.</summary>
    [Fact]
    public void TryLease_UnderAnyUse_KeepsThePaceAndCallsNoRestingKey()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var lot = new Random(seed);
            var time = new ManualTimeProvider();
            var limit = lot.Next(1, 12);
            string[] keys = [.. Enumerable.Range(0, lot.Next(1, 5)).Select(i => $"key-{i}")];
            var pool = new ApiKeyPool(keys, limit, time);
            var starts = keys.ToDictionary(key => key, _ => new List<DateTimeOffset>(), StringComparer.Ordinal);
            var restsUntil = keys.ToDictionary(key => key, _ => DateTimeOffset.MinValue, StringComparer.Ordinal);
            for (var step = 0; step < 300; step++)
            {
                time.Advance(TimeSpan.FromMilliseconds(lot.Next(0, 4000)));
                var now = time.GetUtcNow();
                if (!pool.TryLease(out var lease, out var readyAt))
                {
                    Assert.True(readyAt > now, $"seed {seed}: none now, and ready at once");
                    Assert.All(keys, key => Assert.True(restsUntil[key] > now || starts[key].Count(start => now - start < TimeSpan.FromMinutes(1)) >= limit, $"seed {seed}: {key} could have served"));
                    if (lot.Next(3) == 0)
                    {
                        time.Advance(readyAt - now);
                        Assert.True(pool.TryLease(out lease, out _), $"seed {seed}: not ready when it said");
                        lease.Return();
                    }

                    continue;
                }

                Assert.True(restsUntil[lease.Key!] <= now, $"seed {seed}: {lease.Key} was called while it rests");
                if (lot.Next(5) == 0)
                {
                    lease.Return();
                    continue;
                }

                Assert.True(lease.TryBegin());
                starts[lease.Key!].Add(now);
                if (lot.Next(10) == 0)
                {
                    var until = now + TimeSpan.FromSeconds(lot.Next(1, 90));
                    pool.CoolDown(lease, until);
                    restsUntil[lease.Key!] = until;
                }
            }

            foreach (var (key, moments) in starts)
            {
                for (var i = limit; i < moments.Count; i++)
                {
                    Assert.True(moments[i] - moments[i - limit] >= TimeSpan.FromMinutes(1), $"seed {seed}: {key} went {limit + 1} times within a minute");
                }
            }
        }
    }

    /// <summary>Three hundred pools over ten minutes, asked whenever one says that it is ready; between lease and call up to a quarter of a second goes by.</summary>
    [Fact]
    public void TryLease_AskedWhenItSays_UsesThePaceUpAndKeepsItFromCallToCall()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var lot = new Random(seed);
            var time = new ManualTimeProvider();
            var limit = lot.Next(1, 13);
            string[] keys = [.. Enumerable.Range(0, lot.Next(1, 7)).Select(i => $"key-{i}")];
            var pool = new ApiKeyPool(keys, limit, time);
            var starts = keys.ToDictionary(key => key, _ => new List<TimeSpan>(), StringComparer.Ordinal);
            var begun = new PriorityQueue<KeyLease, TimeSpan>();
            var end = time.Elapsed + TimeSpan.FromMinutes(10);
            while (true)
            {
                DateTimeOffset readyAt;
                while (pool.TryLease(out var lease, out readyAt))
                {
                    begun.Enqueue(lease, time.Elapsed + TimeSpan.FromMilliseconds(lot.Next(0, 250)));
                }

                var next = time.Elapsed + (readyAt - time.GetUtcNow());
                var isCall = begun.TryPeek(out var first, out var at) && at <= next;
                next = isCall ? at : next;
                if (next >= end)
                {
                    break;
                }

                time.Advance(next - time.Elapsed);
                if (isCall)
                {
                    begun.Dequeue();
                    Assert.True(first!.TryBegin());
                    starts[first.Key!].Add(time.Elapsed);
                }
            }

            foreach (var (key, moments) in starts)
            {
                for (var i = limit; i < moments.Count; i++)
                {
                    Assert.True(moments[i] - moments[i - limit] >= TimeSpan.FromMinutes(1), $"seed {seed}: {key} went {limit + 1} times within a minute");
                }
            }

            var (made, possible) = (starts.Values.Sum(s => s.Count), keys.Length * limit * 10);
            Assert.True(made >= 0.97 * possible, $"seed {seed}: {made} of {possible}");
        }
    }

    [Fact]
    public void TryLease_FromManyThreads_NeverExceedsThePace()
    {
        var pool = new ApiKeyPool(["key-a", "key-b", "key-c"], 50, _time);
        var leased = 0;

        Parallel.For(0, 1000, _ =>
        {
            if (pool.TryLease(out var lease, out var _))
            {
                Interlocked.Increment(ref leased);
            }
        });

        Assert.Equal(150, leased);
    }
}
