using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Web.Live;
using Xunit;

namespace StoryStudio.Tests.Live;

public sealed class StoryLogTests
{
    private readonly StoryChanges _changes = new();

    [Fact]
    public async Task Change_IsWrittenOnceForAllWhoWatch()
    {
        var logs = new StoryLogs(_changes, TimeProvider.System);
        using var one = logs.Join("s");
        using var other = logs.Join("s");
        _changes.Publish([Image("a", 1)]);

        var mine = Assert.Single(await NextAsync(one));
        var theirs = Assert.Single(await NextAsync(other));

        Assert.Equal(("image", 1), (mine.Name, mine.Change.Version));
        Assert.True(mine.Json.Length > 0 && mine.Json.Equals(theirs.Json));
        Assert.Equal(1, _changes.Subscribers);
    }

    [Fact]
    public async Task Viewer_WhoIsSlow_FindsTheNewestOfEachThing_InOrder()
    {
        var logs = new StoryLogs(_changes, TimeProvider.System);
        using var slow = logs.Join("s");
        using var quick = logs.Join("s");
        await using var ahead = quick.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        for (var version = 1; version <= 6; version++)
        {
            _changes.Publish([Image(version % 2 == 0 ? "even" : "odd", version)]);
            Assert.True(await ahead.MoveNextAsync());
            Assert.Equal(version, Assert.Single(ahead.Current).Change.Version);
        }

        Assert.Equal([5, 6], (await NextAsync(slow)).Select(e => e.Change.Version));
    }

    [Fact]
    public async Task Viewer_WhoJoins_IsToldOnlyWhatComesAfter()
    {
        var logs = new StoryLogs(_changes, TimeProvider.System);
        using var early = logs.Join("s");
        _changes.Publish([Image("a", 1)]);
        await NextAsync(early);
        using var late = logs.Join("s");
        _changes.Publish([Image("b", 2)]);

        Assert.Equal(2, Assert.Single(await NextAsync(late)).Change.Version);
    }

    [Fact]
    public async Task Log_OfADeletedStory_Ends_AndIsBegunAnewWhenTheStoryIsBack()
    {
        var logs = new StoryLogs(_changes, TimeProvider.System);
        using var before = logs.Join("s");
        await using var stream = before.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        _changes.Publish([new StoryRemoved("s", 1)]);
        Assert.True(await stream.MoveNextAsync());
        Assert.False(await stream.MoveNextAsync());

        using (var after = logs.Join("s"))
        {
            _changes.Publish([Image("a", 2)]);
            Assert.Equal(2, Assert.Single(await NextAsync(after)).Change.Version);
        }

        before.Dispose();
        Assert.Equal(0, _changes.Subscribers);
    }

    [Fact]
    public void Log_IsGoneWhenTheLastOneLeaves()
    {
        var logs = new StoryLogs(_changes, TimeProvider.System);
        var one = logs.Join("s");
        var other = logs.Join("s");

        one.Dispose();
        one.Dispose();
        Assert.Equal(1, _changes.Subscribers);
        other.Dispose();
        Assert.Equal(0, _changes.Subscribers);
    }

    private static async Task<IReadOnlyList<StoryEvent>> NextAsync(StoryLogs.Place place)
    {
        await using var stream = place.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        return stream.Current;
    }

    private static ImageChanged Image(string id, long version) => new(new()
    {
        Id = id, StoryId = "s", SegmentId = "g", Number = "1.1", Style = "clear", Status = ImageStatus.Pending,
        Progress = 0, Attempt = 0, MaxAttempts = 4, Version = version, UpdatedAt = DateTimeOffset.UnixEpoch,
    });
}
