using StoryStudio.Core.Generation;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class LaneTurnsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private readonly LaneTurns _turns = new();

    [Fact]
    public void Stories_TakeTurnsHoweverManyLanesTheyHave()
    {
        LaneInTurn[] lanes = [Lane("a", "x"), Lane("a", "y"), Lane("a", "z"), Lane("b", "x")];

        Assert.Equal(["a/x", "b/x", "a/y", "b/x", "a/z", "b/x", "a/x"], Play(lanes, 7));
    }

    [Fact]
    public void Urgent_GoesBeforeEveryPriority()
    {
        LaneInTurn[] lanes = [Lane("a", "x", RunPriority.High), Lane("b", "x", RunPriority.Low, Urgency.Next), Lane("c", "x", RunPriority.Normal, Urgency.Asked)];

        Assert.Equal("b/x", Play(lanes, 1).Single());
    }

    [Fact]
    public void Priority_DecidesWhileNobodyWasPassedOverForLong()
    {
        LaneInTurn[] lanes = [Lane("low", "x", RunPriority.Low), Lane("high", "x", RunPriority.High), Lane("normal", "x")];

        Assert.All(Play(lanes, 5), lane => Assert.Equal("high/x", lane));
    }

    [Fact]
    public void Lowest_BesideAStreamOfUrgentOnes_GetsEveryFourthTurn()
    {
        LaneInTurn[] lanes = [Lane("low", "x", RunPriority.Low), Lane("urgent", "x", RunPriority.High, Urgency.Next)];

        var served = Play(lanes, 40);

        Assert.Equal(10, served.Count(l => l == "low/x"));
        Assert.DoesNotContain("low/x low/x", string.Join(' ', served), StringComparison.Ordinal);
    }

    [Fact]
    public void Urgent_AmongSixtyLanesThatWaitedLong_WaitsOneTurnAtMost()
    {
        var lanes = Enumerable.Range(0, 60).Select(i => Lane($"s{i}", "x")).ToList();
        var now = Start + TimeSpan.FromHours(1);
        Play(lanes, 100, now);
        lanes.Add(Lane("asked", "x", urgency: Urgency.Asked));

        var served = Play(lanes, 12, now);

        Assert.Equal(9, served.Count(l => l == "asked/x"));
        Assert.Equal("asked/x", served[0]);
    }

    [Fact]
    public void Low_BesideHigh_RisesWhenItIsPassedOver()
    {
        LaneInTurn[] lanes = [Lane("low", "x", RunPriority.Low), Lane("high", "x", RunPriority.High)];
        var now = Start;
        var served = new List<string>();
        for (var i = 0; i < 60; i++)
        {
            now += TimeSpan.FromSeconds(30);
            served.AddRange(Play(lanes, 1, now));
        }

        // It takes two steps of two minutes to be level; then it gets one turn and begins anew.
        Assert.InRange(served.Count(l => l == "low/x"), 6, 8);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomLanes_AreAllServedAndEvenlyWithinAPriority(int seed)
    {
        var random = new Random(seed);
        var lanes = Enumerable.Range(0, 40).Select(i => Lane($"s{random.Next(12)}", $"y{i}", (RunPriority)random.Next(3))).ToList();
        var now = Start;
        var served = new Dictionary<LaneKey, int>();
        for (var i = 0; i < 20_000; i++)
        {
            now += TimeSpan.FromSeconds(5);
            var picked = _turns.Pick(lanes, now).Lane;
            _turns.Served(picked.Key, Urgency.None, now);
            served[picked.Key] = served.GetValueOrDefault(picked.Key) + 1;
        }

        Assert.Equal(lanes.Count, served.Count);
        foreach (var group in lanes.GroupBy(l => (l.Lane.Key.StoryId, l.Lane.Priority)))
        {
            var counts = group.Select(l => served[l.Lane.Key]).ToList();
            Assert.InRange(counts.Max() - counts.Min(), 0, 2 + (counts.Max() / 20));
        }
    }

    [Fact]
    public void Copy_IsPlayedOnWithoutAnEffect()
    {
        LaneInTurn[] lanes = [Lane("a", "x"), Lane("b", "x")];
        var copy = _turns.Copy();
        copy.Served(copy.Pick(lanes, Start).Lane.Key, Urgency.None, Start);

        Assert.Equal("a/x", Play(lanes, 1).Single());
    }

    /// <summary>A lane rises by a step every two minutes from when it began to wait or was served last, to the highest priority and no further.</summary>
    [Theory]
    [InlineData("normal", 119, "normal")]
    [InlineData("normal", 120, "low")]
    [InlineData("high", 239, "high")]
    [InlineData("high", 240, "low")]
    public void Low_PassedOver_RisesAStepEveryTwoMinutes(string other, int seconds, string first)
    {
        var now = Start + TimeSpan.FromSeconds(seconds);
        var fresh = Lane(other, "x", other == "high" ? RunPriority.High : RunPriority.Normal, since: now);
        var low = Lane("low", "x", RunPriority.Low);

        Assert.Equal(first, _turns.Pick([low, fresh], now).Lane.Key.StoryId);
        _turns.Served(low.Lane.Key, Urgency.None, Start - TimeSpan.FromHours(1));
        _turns.Served(fresh.Lane.Key, Urgency.None, Start - TimeSpan.FromHours(1));
        Assert.Equal(first, _turns.Pick([low, fresh], now).Lane.Key.StoryId);
        _turns.Served(low.Lane.Key, Urgency.None, Start + TimeSpan.FromSeconds(1));
        Assert.Equal(other, _turns.Pick([low, fresh], now).Lane.Key.StoryId);
    }

    /// <summary>What waits is moved along with the clock, and so is what was served.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public void Low_PassedOverWhileTheClockIsSet_RisesAsIfItHadNotBeen(int hours)
    {
        var by = TimeSpan.FromHours(hours);
        var low = Lane("low", "x", RunPriority.Low, since: Start - TimeSpan.FromHours(9));
        _turns.Served(low.Lane.Key, Urgency.None, Start);
        _turns.Served(Lane("normal", "x").Lane.Key, Urgency.None, Start + TimeSpan.FromSeconds(1));

        _turns.Move(by);

        Assert.Equal(["normal", "low"], new[] { 119, 120 }.Select(s => Start + by + TimeSpan.FromSeconds(s)).Select(now => _turns.Pick([low, Lane("normal", "x", since: now)], now).Lane.Key.StoryId));
    }

    [Fact]
    public void Low_ThatWaitedVeryLong_IsNotMoreThanHigh()
    {
        var now = Start + TimeSpan.FromHours(5);

        Assert.Equal("high", _turns.Pick([Lane("high", "x", RunPriority.High, since: now), Lane("low", "x", RunPriority.Low)], now).Lane.Key.StoryId);
    }

    [Fact]
    public void KeepOnly_ForgetsWhatHasNoWorkAnyMoreAndNothingElse()
    {
        LaneInTurn[] all = [Lane("a", "x"), Lane("b", "x"), Lane("b", "y")];
        foreach (var lane in new[] { all[2], all[1], all[0] })
        {
            _turns.Served(lane.Lane.Key, Urgency.None, Start);
        }

        _turns.KeepOnly([.. all.Select(l => l.Lane)]);
        Assert.Equal("b/y", Next(_turns.Copy(), all));
        _turns.KeepOnly([all[1].Lane, all[2].Lane]);
        Assert.Equal("a/x", Next(_turns.Copy(), all));
        _turns.KeepOnly([all[1].Lane]);
        Assert.Equal("b/y", Next(_turns.Copy(), [all[1], all[2]]));
        _turns.KeepOnly([]);
        Assert.Equal("b/x", Next(_turns.Copy(), [all[1], all[2]]));

        static string Next(LaneTurns turns, IReadOnlyCollection<LaneInTurn> lanes) => turns.Pick(lanes, Start).Lane.Key is var key ? $"{key.StoryId}/{key.Style}" : "";
    }

    [Fact]
    public void Urgency_OfALane_IsWhatWasSeenOfItUntilItsImagesAre()
    {
        var lane = Lane("a", "x", urgency: Urgency.Next);
        Assert.Equal(Urgency.Next, lane.Urgency);
        lane.Images = new([new("image", Urgency.Asked)]);
        Assert.Equal(Urgency.Asked, lane.Urgency);
        lane.Images.Clear();
        Assert.Equal(Urgency.None, lane.Urgency);
    }

    private static LaneInTurn Lane(string story, string style, RunPriority priority = RunPriority.Normal, Urgency urgency = Urgency.None, DateTimeOffset? since = null) =>
        new(new(new(story, style), Start, HasReference: true) { Priority = priority, Urgency = urgency, WaitingSince = since ?? Start });

    private List<string> Play(IReadOnlyCollection<LaneInTurn> lanes, int times, DateTimeOffset? now = null)
    {
        var order = new List<string>();
        for (var i = 0; i < times; i++)
        {
            var picked = _turns.Pick(lanes, now ?? Start);
            var key = picked.Lane.Key;
            _turns.Served(key, picked.Urgency, now ?? Start);
            order.Add($"{key.StoryId}/{key.Style}");
        }

        return order;
    }
}
