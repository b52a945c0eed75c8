using StoryStudio.Core.Access;
using StoryStudio.Core.Live;
using StoryStudio.Tests.Api;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Live;
using Xunit;

namespace StoryStudio.Tests.Live;

public sealed class PresenceTests
{
    private static readonly Actor Anna = new("anna", "Anna", StoryRole.Look);
    private static readonly Actor Ben = new("ben", "Ben", StoryRole.Decide);

    private readonly ManualTimeProvider _clock = new();
    private readonly StoryChanges _changes = new();

    [Fact]
    public void Watchers_AreCountedByPerson_AndSomebodyWithTwoWindowsLeavesWithTheSecond()
    {
        var presence = new Presence(_changes, _clock);

        var first = presence.Enter("s", Anna);
        var second = presence.Enter("s", Anna);
        presence.Enter("s", Ben);
        Assert.Equal("Anna and Ben are here", presence.Of("s").Words);

        first.Dispose();
        first.Dispose();
        Assert.Equal(2, presence.Of("s").Count);
        second.Dispose();
        Assert.Equal("Ben is here", presence.Of("s").Words);
        Assert.Equal("", presence.Of("other").Words);
    }

    [Fact]
    public void Watchers_WhoComeTogether_AreToldOfOnce()
    {
        var presence = new Presence(_changes, _clock);
        var told = new List<int>();
        presence.Changed += (_, changed) => told.Add(changed.Watchers.Count);

        var seats = Enumerable.Range(0, 1_000).Select(i => presence.Enter("s", new($"p{i}", $"P {i}", StoryRole.Look))).ToList();
        _clock.Advance(TimeSpan.FromSeconds(1));
        seats.ForEach(s => s.Dispose());
        _clock.Advance(TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([1_000, 0], told);
    }

    [Fact]
    public void Many_AreNamedInPart()
    {
        var presence = new Presence(_changes, _clock);
        foreach (var i in Enumerable.Range(0, 50))
        {
            presence.Enter("s", new($"p{i}", $"P {i}", StoryRole.Look));
        }

        Assert.Equal((50, StoryWatchers.MostNamed, "P 0, P 1 and 48 others are here"), (presence.Of("s").Count, presence.Of("s").People.Count, presence.Of("s").Words));
    }

    [Fact]
    public void Somebody_IsLeftOutOfTheirOwnView_AlsoWhereTheyAreNotNamed()
    {
        var presence = new Presence(_changes, _clock);
        foreach (var i in Enumerable.Range(0, 50))
        {
            presence.Enter("s", new($"p{i}", $"P {i}", StoryRole.Look));
        }

        var (last, first, stranger) = (presence.Of("s", without: "p49"), presence.Of("s", without: "p0"), presence.Of("s", without: "ben"));

        Assert.Equal((49, "P 0, P 1 and 47 others are here"), (last.Count, last.Words));
        Assert.Equal((49, StoryWatchers.MostNamed, "P 1, P 2 and 47 others are here"), (first.Count, first.People.Count, first.Words));
        Assert.Equal(50, stranger.Count);
    }

    [Fact]
    public async Task Stream_OfAPage_IsCountedAndToldOfOthers_AndAnyOtherStreamIsNot()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var story = (await host.PostAsync("/api/stories", """{ "title": "Fox", "text": "Once." }""")).Json.GetProperty("id").GetString();
        using var program = await EventReader.OpenAsync(host.Client, $"/api/stories/{story}/events");
        Assert.Equal("snapshot", (await program.NextAsync())!.Name);

        using (var page = await EventReader.OpenAsync(host.Client, $"/api/stories/{story}/events?watching"))
        {
            Assert.Equal("snapshot", (await page.NextAsync())!.Name);
            var watching = (await page.NextAsync())!;
            Assert.Equal(("watching", 1, "Author is here"), (watching.Name, watching.Data.GetProperty("count").GetInt32(), watching.Data.GetProperty("words").GetString()));
        }

        await host.PostAsync($"/api/stories/{story}/comments", """{ "text": "One" }""");
        Assert.Equal("comment", (await program.NextAsync())!.Name);
    }
}
