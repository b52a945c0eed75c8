using AngleSharp.Dom;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Components.Pictures;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Runs;
using StoryStudio.Web.Components.Shared;
using StoryStudio.Web.Live;
using Xunit;

namespace StoryStudio.Tests.Components.Runs;

/// <summary>The review of a run as it goes on, on a clock that the test holds.</summary>
public sealed class LiveReviewTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ScriptedView _view = new();
    private readonly Board _board = new();
    private readonly Keys _keys = new();
    private readonly FakeStudio _studio = new(new());
    private readonly ComponentHost _host;

    public LiveReviewTests() => _host = ComponentHost.With(_clock, services => services
        .AddSingleton<IQueueBoard>(_board)
        .AddSingleton<QueueWatch>()
        .AddSingleton<IApiKeys>(_keys)
        .AddSingleton<ToastService>()
        .AddSingleton<IIllustrator>(_studio)
        .AddSingleton<IStoryLibrary>(_studio));

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Picture_ThatTakesLongerThanThreeMinutes_SaysSo_AndIsNoFailure()
    {
        _board.Working = [(Fixture.Of(ImageStatus.InProgress), _clock.GetUtcNow())];
        _view.Change(Fixture.Of(ImageStatus.InProgress));
        _view.Run = RunWordsTests.Run(RunStatus.Running) with { Completed = 0, EstimatedSecondsLeft = 10 };
        var body = await RenderAsync();
        Assert.Null(body.QuerySelector("[data-testid=slow]"));
        Assert.NotNull(body.QuerySelector("[data-testid=review-left]"));

        _clock.Advance(TimeSpan.FromSeconds(175));
        Assert.Null((await _host.MarkupAsync()).QuerySelector("[data-testid=slow]"));
        _clock.Advance(TimeSpan.FromSeconds(10));
        body = await UntilAsync(b => b.QuerySelector("[data-testid=slow]") is not null);

        Assert.Contains("1.1 in Clear line Taking longer than usual. It goes on.", body.QuerySelector("[data-testid=slow]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("1", body.QuerySelector("[data-stage=drawing] .figure")!.TextContent);
        Assert.Null(body.QuerySelector("[data-testid=troubles]"));
        Assert.Null(body.QuerySelector("[data-testid=review-left]"));

        _board.Working = [];
        _view.Change(Fixture.Completed("/a.png"));
        body = await UntilAsync(b => b.QuerySelector("[data-testid=slow]") is null);
        Assert.Equal("1", body.QuerySelector("[data-stage=done] .figure")!.TextContent);
    }

    [Fact]
    public async Task Picture_ThatTakesLongerThanThreeMinutes_IsSaidOnTheStorysPageToo_UntilItIsThere()
    {
        _board.Working = [(Fixture.Of(ImageStatus.InProgress), _clock.GetUtcNow())];
        _view.Change(Fixture.Of(ImageStatus.InProgress));
        var body = await NoteAsync();
        Assert.Equal("", body.QuerySelector("[data-testid=slow-note]")!.InnerHtml);

        _clock.Advance(TimeSpan.FromSeconds(175));
        Assert.Equal("", (await _host.MarkupAsync()).QuerySelector("[data-testid=slow-note]")!.InnerHtml);
        _clock.Advance(TimeSpan.FromSeconds(10));
        body = await UntilAsync(b => b.QuerySelector("[data-testid=slow-note]")!.TextContent.Length > 0);
        Assert.Equal("1.2 in Clear line Taking longer than usual. It goes on. See the progress", body.QuerySelector("[data-testid=slow-note]")!.TextContent);
        Assert.Equal("/stories/story/progress", body.QuerySelector("[data-testid=slow-note] a")!.GetAttribute("href"));

        _board.Working = [];
        _view.Change(Fixture.Completed("/a.png"));
        _view.Change(RunWordsTests.Run(RunStatus.Completed));
        await UntilAsync(b => b.QuerySelector("[data-testid=slow-note]")!.TextContent.Length == 0);
    }

    [Fact]
    public async Task Queue_IsNotAskedOnTheStorysPage_WhileNothingIsDrawn()
    {
        _view.Change(Fixture.Completed("/a.png"));
        await NoteAsync();
        for (var i = 0; i < 20; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            await _host.MarkupAsync();
        }

        Assert.Equal(0, _board.Reads);
    }

    [Fact]
    public async Task Picture_OnItsSecondAttempt_IsTheSamePicture()
    {
        _board.Working = [(Fixture.Of(ImageStatus.InProgress), _clock.GetUtcNow())];
        _view.Change(Fixture.Of(ImageStatus.InProgress));
        await RenderAsync();
        _clock.Advance(TimeSpan.FromSeconds(150));

        _board.Working = [(Fixture.Of(ImageStatus.InProgress), _clock.GetUtcNow())];
        _clock.Advance(TimeSpan.FromSeconds(40));

        await UntilAsync(b => b.QuerySelector("[data-testid=slow]") is not null);
    }

    [Fact]
    public async Task Stage_Pressed_ShowsItsPicturesOnly_AndPromptsInTheirPlace()
    {
        _view.Change(Fixture.Completed("/a.png"));
        _view.Change(Fixture.Of(ImageStatus.Pending, "s2"));
        var body = await RenderAsync();
        Assert.Equal(2, body.QuerySelectorAll("[data-testid=review-entry]").Length);

        body = await _host.RaiseAsync("[data-stage=waiting]", "onclick");
        Assert.Contains("1.2", Assert.Single(body.QuerySelectorAll("[data-testid=review-entry]")).TextContent, StringComparison.Ordinal);
        body = await _host.RaiseAsync("[data-testid=review-prompts]", "onclick");
        Assert.Contains("Draw s2 as clear", Assert.Single(body.QuerySelectorAll("[data-testid=review-entry]")).TextContent, StringComparison.Ordinal);
        body = await _host.RaiseAsync("[data-stage=waiting]", "onclick");
        Assert.Equal(2, body.QuerySelectorAll("[data-testid=review-entry]").Length);
    }

    [Theory]
    [InlineData(RunStatus.Completed, true)]
    [InlineData(RunStatus.Running, false)]
    [InlineData(null, true)]
    public async Task Pictures_ThatAreAllThere_LeadOn_WhetherARunDrewThemOrNot(RunStatus? status, bool leadsOn)
    {
        foreach (var (segment, style) in new[] { ("s1", "clear"), ("s1", "ink"), ("s2", "clear"), ("s2", "ink") })
        {
            _view.Change(Fixture.Completed("/a.png") with { Id = $"{segment}-{style}", SegmentId = segment, Style = style });
        }

        _view.Run = status is { } known ? RunWordsTests.Run(known) : null;

        var body = await RenderAsync();

        Assert.Equal(leadsOn, body.QuerySelector("[data-testid=next]") is not null);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(1000)]
    public async Task Page_OfAStoryOfAnyLength_ListensToNoMoreThanItShows(int segments)
    {
        var story = Story() with { Segments = [.. Enumerable.Range(1, segments).Select(i => Segment($"s{i}", $"1.{i}"))] };
        foreach (var segment in story.Segments)
        {
            _view.Change(Fixture.Of(ImageStatus.Pending, segment.Id));
            _view.Change(Fixture.Of(ImageStatus.Pending, segment.Id, "ink"));
        }

        var body = await _host.RenderAsync<LiveReview>(("View", _view), ("Story", story));
        Assert.Equal(24, body.QuerySelectorAll("[data-testid=review-entry]").Length);
        Assert.InRange(_view.Handlers, 24, 3 * 24);

        // What is not on screen is counted all the same.
        _view.Change(Fixture.Of(ImageStatus.Completed, $"s{segments}", "ink"));
        body = await UntilAsync(b => b.QuerySelector("[data-stage=done] .figure")!.TextContent == "1");
        Assert.Equal($"{(2 * segments) - 1:N0}", body.QuerySelector("[data-stage=waiting] .figure")!.TextContent);
    }

    [Fact]
    public async Task Key_SaidToBeGood_ServesAgain()
    {
        _keys.All = [Key("used", KeyCondition.Off, "clear"), Key("other", KeyCondition.Off, "ink"), Key("fine", KeyCondition.Ready, "clear")];
        _view.Change(Fixture.Of(ImageStatus.Failed) with { Error = new("bad_key", "Key “…abcd” was not accepted.", Retryable: false) });
        var body = await RenderAsync();
        Assert.Contains("The key is good now: draw 1 picture", body.TextContent, StringComparison.Ordinal);
        Assert.Contains("Key “…abcd” was not accepted.", body.TextContent, StringComparison.Ordinal);

        await _host.RaiseAsync("[data-testid=again]", "onclick");

        Assert.Equal(["used"], _keys.Made);
    }

    [Fact]
    public async Task Pictures_ThatAreThere_AlthoughOthersWereCancelled_LeadOn()
    {
        foreach (var (segment, style) in new[] { ("s1", "clear"), ("s1", "ink"), ("s2", "clear"), ("s2", "ink") })
        {
            _view.Change(Fixture.Of(ImageStatus.Cancelled, segment, style) with { Url = "/a.png" });
        }

        var body = await RenderAsync();

        Assert.NotNull(body.QuerySelector("[data-testid=next]"));
        Assert.Null(body.QuerySelector("[data-stage=cancelled]"));
    }

    [Fact]
    public async Task Picture_ThatIsThereFromBefore_CanStay_AloneOrWithTheOthers()
    {
        var story = await _studio.CreateAsync(new() { Title = "A story" });
        await _studio.StartAsync(story.Id, new());
        var ids = (await _studio.GetSnapshotAsync(story.Id)).Images.Select(i => i.Id).ToList();
        _view.Change(Fixture.Failed("The answer did not come in time.", null) with { Id = "none", Style = "ink" });
        _view.Change(Fixture.Failed("The answer did not come in time.") with { Id = ids[0], Url = "/a.png", ChosenVersion = 2 });
        var body = await RenderAsync();
        Assert.Equal("1 picture is there from before, and can stay.", body.QuerySelector("[data-testid=kept] p")!.TextContent);
        Assert.Equal("Keep this one: 1.1 in Clear line", Assert.Single(body.QuerySelectorAll("[data-testid=keep]")).GetAttribute("aria-label"));
        Assert.Null(body.QuerySelector("[data-testid=keep-all]"));

        await _host.RaiseAsync("[data-testid=keep]", "onclick");
        Assert.Equal([(ids[0], 2)], _studio.Chosen);

        _view.Change(Fixture.Failed("The answer did not come in time.") with { Id = ids[1], SegmentId = "s2", Url = "/b.png", ChosenVersion = 1 });
        await UntilAsync(b => b.QuerySelector("[data-testid=keep-all]") is not null);
        await _host.RaiseAsync("[data-testid=keep-all]", "onclick");
        Assert.Equal([(ids[0], 2), (ids[0], 2), (ids[1], 1)], _studio.Chosen);
    }

    [Theory]
    [InlineData("timeout", "They took too long (1 sheet)", "Draw 1 sheet again")]
    [InlineData("refused", "The provider declined them (1 sheet)", "Draw 1 sheet again")]
    public async Task Sheet_ThatCouldNotBeDrawn_IsSaidWhereAllPicturesAreThere_AndGoesAgain(string code, string title, string again)
    {
        foreach (var (segment, style) in new[] { ("s1", "clear"), ("s1", "ink"), ("s2", "clear"), ("s2", "ink") })
        {
            _view.Change(Fixture.Completed("/a.png") with { Id = $"{segment}-{style}", SegmentId = segment, Style = style });
        }

        _view.Change(Fixture.Of(ImageStatus.Failed, "mira") with { Type = ImageType.Character, SegmentId = null, CharacterId = "mira", Error = new(code, "So it was.", Retryable: true) });
        var body = await _host.RenderAsync<LiveReview>(("View", _view), ("Story", Story() with { Characters = [new("mira", "Mira", "")] }));

        Assert.Null(body.QuerySelector("[data-testid=next]"));
        var trouble = Assert.Single(body.QuerySelectorAll("[data-testid=trouble]"));
        Assert.Equal(title, trouble.QuerySelector("h3")!.TextContent);
        Assert.Equal("Sheet of Mira in Clear line.", trouble.QuerySelector("[data-testid=sheets]")!.TextContent);
        Assert.Equal("/stories/story/cast", trouble.QuerySelector("a")!.GetAttribute("href"));
        Assert.DoesNotContain("below", trouble.TextContent, StringComparison.Ordinal);
        Assert.Equal(again, trouble.QuerySelector("[data-testid=again]")!.TextContent);
        await _host.RaiseAsync("[data-testid=again]", "onclick");
        Assert.Equal(["mira-clear"], _studio.Retried);

        _view.Change(_view.Find("mira", "clear")! with { Status = ImageStatus.Completed, Error = null, Version = 2 });
        await UntilAsync(b => b.QuerySelector("[data-testid=next]") is not null && b.QuerySelector("[data-testid=trouble]") is null);
    }

    [Fact]
    public async Task Picture_ThatIsLocked_KeepsNoneOfTheOthersFromGoingAgain()
    {
        var story = await _studio.CreateAsync(new() { Title = "A story" });
        await _studio.StartAsync(story.Id, new());
        var ids = (await _studio.GetSnapshotAsync(story.Id)).Images.Select(i => i.Id).ToList();
        _studio.Locked.Add(ids[0]);
        _view.Change(Fixture.Failed("The answer did not come in time.") with { Id = ids[0] });
        _view.Change(Fixture.Failed("The answer did not come in time.") with { Id = ids[1], SegmentId = "s2" });
        await RenderAsync();

        var body = await _host.RaiseAsync("[data-testid=again]", "onclick");

        Assert.Equal(ids, _studio.Retried);
        Assert.Contains("One of them is locked", body.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Story_WithoutAPicture_SaysWhatWillBeHere()
    {
        var body = await RenderAsync();

        Assert.NotNull(body.QuerySelector("[data-testid=review-empty]"));
        Assert.Null(body.QuerySelector("[data-testid=stage]"));
    }

    [Fact]
    public async Task QueueThatCannotBeRead_IsReadWithTheNextLook_AndThePageStays()
    {
        (_board.Working, _board.IsSilent) = ([(Fixture.Of(ImageStatus.InProgress), _clock.GetUtcNow())], true);
        _view.Change(Fixture.Of(ImageStatus.InProgress));
        await RenderAsync();
        _clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Null((await _host.MarkupAsync()).QuerySelector("[data-testid=slow]"));

        _board.IsSilent = false;
        var body = await UntilAsync(b => b.QuerySelector("[data-testid=slow]") is not null);

        Assert.Equal("1", body.QuerySelector("[data-stage=drawing] .figure")!.TextContent);
    }

    internal static StoryDetails Story() => new()
    {
        Id = "story", Title = "A story", Version = 1, CreatedAt = default, UpdatedAt = default, Characters = [],
        Styles = [new("clear", "Clear line"), new("ink", "Ink")],
        Segments = [Segment("s1", "1.1"), Segment("s2", "1.2")],
    };

    private static SegmentDetails Segment(string id, string number) => new()
    {
        Id = id, Number = number, Text = $"Text of {id}.", HardCut = false, Characters = [],
        EffectivePrompts = new Dictionary<string, string>(StringComparer.Ordinal) { ["clear"] = $"Draw {id} as clear.", ["ink"] = $"Draw {id} as ink." },
    };

    private static KeyState Key(string id, KeyCondition condition, string style) => new() { Id = id, Tail = "abcd", Condition = condition, StartsInLastMinute = 0, Styles = [style] };

    private Task<IElement> NoteAsync() => _host.RenderAsync<SlowNote>(("View", _view), ("Story", Story()));

    private Task<IElement> RenderAsync() => _host.RenderAsync<LiveReview>(("View", _view), ("Story", Story()));

    /// <summary>Moves the clock on by what changes are gathered for, until it is as told.</summary>
    private async Task<IElement> UntilAsync(Func<IElement, bool> condition)
    {
        using var patience = new CancellationTokenSource(Studio.Patience);
        while (true)
        {
            if (await _host.MarkupAsync() is var body && condition(body))
            {
                return body;
            }

            patience.Token.ThrowIfCancellationRequested();
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
    }

    private sealed class Board : IQueueBoard
    {
        public IReadOnlyList<(ImageState Image, DateTimeOffset Since)> Working { get; set; } = [];

        public bool IsSilent { get; set; }

        public int Reads { get; private set; }

        public Task<QueueState> GetAsync(CancellationToken cancellationToken = default) => Reads++ >= 0 && IsSilent ? Task.FromException<QueueState>(new SqliteException("SQLite Error 10: 'disk I/O error'.", 10)) : Task.FromResult(new QueueState
        {
            MaxConcurrency = 1, Waiting = 0, Runs = [], Next = [], Working = [.. Working.Select(w => new QueuedImage { Image = w.Image, StoryTitle = "A story", Since = w.Since })],
        });
    }

    private sealed class Keys : IApiKeys
    {
        public IReadOnlyList<KeyState> All { get; set; } = [];

        public List<string> Made { get; } = [];

        public IReadOnlyList<KeyState> GetAll() => All;

        public Task<KeyState> MakeReadyAsync(string id)
        {
            Made.Add(id);
            return Task.FromResult(All.First(k => k.Id == id));
        }
    }
}
