using StoryStudio.Core.Stories;
using Xunit;

namespace StoryStudio.Tests.Stories;

public sealed class BeatOrderTests
{
    [Fact]
    public void TakeOut_OfASceneStart_LetsTheNextOneStartTheScene()
    {
        var order = Order("A b C d");

        order.TakeOut("C");

        Assert.Equal("A b D", Said(order));
        Assert.Equal("1.1 1.2 2.1", Numbers(order));
    }

    [Fact]
    public void TakeOut_OfASceneOfItsOwn_TakesTheSceneAway()
    {
        var order = Order("A B C d");

        order.TakeOut("B");

        Assert.Equal("A C d", Said(order));
    }

    [Fact]
    public void Absorb_OfASceneStart_LetsWhatFollowsGoOnTheSceneBefore()
    {
        var order = Order("A b C d");

        order.Absorb("C");

        Assert.Equal("A b d", Said(order));
    }

    [Fact]
    public void PutBefore_ASceneStart_TakesItsPlaceInTheScene()
    {
        var order = Order("A b C d");

        order.PutBefore("x", "C");

        Assert.Equal("A b X c d", Said(order));
    }

    [Fact]
    public void PutAfter_TheLastOfAScene_GoesOnThatScene()
    {
        var order = Order("A b C d");

        order.PutAfter("x", "b");

        Assert.Equal("A b x C d", Said(order));
    }

    [Fact]
    public void PutAfter_Nothing_BecomesTheFirstOfTheStory()
    {
        var order = Order("A b C");

        order.PutAfter("x", null);

        Assert.Equal("X a b C", Said(order));
    }

    [Fact]
    public void Number_WithoutASceneStartAtTheBeginning_StartsOneThere()
    {
        var order = Order("a b C");

        Assert.Equal("1.1 1.2 2.1", Numbers(order));
        Assert.Equal("A b C", Said(order));
    }

    [Fact]
    public void Number_OfMoreScenesThanThereAreNumbers_IsRefused()
    {
        var order = new BeatOrder(Enumerable.Range(0, SegmentNumber.Highest + 1).Select(i => ($"s{i}", true)));

        Assert.Throws<Core.InvalidInputException>(() => order.Number());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Moves_OfAnyKind_LoseNobodyAndNumberEveryoneOnce(int seed)
    {
        var random = new Random(seed);
        var order = new BeatOrder(Enumerable.Range(0, 30).Select(i => ($"s{i}", i % 7 == 0)));
        for (var i = 0; i < 500; i++)
        {
            var ids = order.Beats.Select(b => b.Id).ToList();
            var (moved, target) = (ids[random.Next(ids.Count)], ids[random.Next(ids.Count)]);
            if (moved != target)
            {
                order.TakeOut(moved);
                if (random.Next(2) == 0)
                {
                    order.PutBefore(moved, target);
                }
                else
                {
                    order.PutAfter(moved, target);
                }
            }

            var numbers = order.Number();
            Assert.Equal(30, order.Beats.Select(b => b.Id).Distinct(StringComparer.Ordinal).Count());
            Assert.True(numbers.Zip(numbers.Skip(1)).All(p => p.Second == (p.First with { Beat = p.First.Beat + 1 }) || p.Second == new SegmentNumber(p.First.Scene + 1, 1)));
        }
    }

    /// <summary>One letter a segment, a capital one where a scene starts.</summary>
    private static BeatOrder Order(string beats) => new(beats.Split(' ').Select(b => (b, char.IsUpper(b[0]))));

    private static string Said(BeatOrder order) => string.Join(' ', order.Beats.Select(b => b.HardCut ? b.Id.ToUpperInvariant() : b.Id.ToLowerInvariant()));

    private static string Numbers(BeatOrder order) => string.Join(' ', order.Number());
}
