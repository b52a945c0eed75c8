using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class PromptWriterTests : IAsyncLifetime
{
    private ScriptedImageServer _server = null!;
    private Studio _studio = null!;
    private StoryDetails _story = null!;

    private IPromptWriter Writer => _studio.Services.GetRequiredService<IPromptWriter>();

    public async Task InitializeAsync()
    {
        _server = await ScriptedImageServer.StartAsync(ChatAnswers.Words("“A wide room at night.”"));
        _studio = await Studio.StartAsync(o => (o.Chat.Endpoint, o.Chat.Model) = (_server.Endpoint, "writer"), engine: false);
        _story = await _studio.CreateStoryAsync(4);
    }

    public async Task DisposeAsync()
    {
        await _studio.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Prompts_AreProposedAndHoldOnlyOnceTheyAreAccepted()
    {
        await StartAsync(new() { Style = "illustration", Segments = ["1.1", "1.3"], Wish = "More dark." });
        var work = await UntilAsync(w => w.Status is PromptWorkStatus.Written);

        Assert.Equal((2, 2), (work.Total, work.Done));
        Assert.Equal([("1.1", "Segment 1.", "A wide room at night."), ("1.3", "Segment 3.", "A wide room at night.")], work.Proposals.Select(p => (p.Number, p.Before, p.After!)));
        Assert.All(_server.Calls, c => Assert.Contains("More dark.", c.Text, StringComparison.Ordinal));
        Assert.Equal("Segment 1.", await SceneAsync("1.1"));

        Assert.Equal(1, await Writer.AcceptAsync(Actor.Local, _story.Id, [work.Proposals[0].SegmentId]));
        Assert.Equal(("A wide room at night.", "Segment 3."), (await SceneAsync("1.1"), await SceneAsync("1.3")));
        Assert.Equal("1.3", Assert.Single(Writer.Find(_story.Id)!.Proposals).Number);
        Writer.Dismiss(Actor.Local, _story.Id, null);
        Assert.Null(Writer.Find(_story.Id));
        Assert.Equal("Segment 3.", await SceneAsync("1.3"));
    }

    [Fact]
    public async Task Start_WhileOtherProposalsWaitForAWord_IsRefused_AndTheyStay()
    {
        _story = await _studio.CreateStoryAsync(4, "illustration", "clear");
        await StartAsync(new() { Style = "illustration", Segments = ["1.1", "1.3"] });
        var work = await UntilAsync(w => w.Status is PromptWorkStatus.Written);
        var asked = _server.Calls.Count;

        foreach (var order in new PromptOrder[] { new() { Style = "illustration", Segments = ["1.3", "1.4"] }, new() { Style = "clear", Segments = ["1.1", "1.3"] } })
        {
            Assert.Equal("proposals_waiting", (await Assert.ThrowsAsync<ConflictException>(() => StartAsync(order))).Code);
        }

        Assert.Equal(work.Proposals, Writer.Find(_story.Id)!.Proposals);
        Assert.Equal(asked, _server.Calls.Count);

        // Of those that are written anew, nothing is lost that was not wished away.
        await StartAsync(new() { Style = "illustration", Segments = ["1.1", "1.2", "1.3"] });
        await UntilAsync(w => w.Status is PromptWorkStatus.Written);
        Writer.Dismiss(Actor.Local, _story.Id, null);
        await StartAsync(new() { Style = "illustration", Segments = ["1.4"] });
        await UntilAsync(w => w.Status is PromptWorkStatus.Written);
    }

    [Fact]
    public async Task Proposals_OfAStyleThatWasTakenOut_AreInNobodysWay()
    {
        _story = await _studio.CreateStoryAsync(2, "illustration", "clear");
        await StartAsync(new() { Style = "clear" });
        await UntilAsync(w => w.Status is PromptWorkStatus.Written);
        await _studio.Library.UpdateAsync(_story.Id, new() { Styles = ["illustration"] });

        await StartAsync(new() { Style = "illustration" });

        Assert.Equal("illustration", (await UntilAsync(w => w.Status is PromptWorkStatus.Written)).Style);
    }

    [Fact]
    public async Task Proposal_WhosePromptWasChangedMeanwhile_IsPassedBy_AndStaysProposedAgainstWhatItBecame()
    {
        await StartAsync(new() { Style = "illustration" });
        await UntilAsync(w => w.Status is PromptWorkStatus.Written);
        await _studio.Library.UpdateSegmentAsync(_story.Id, "1.2", new() { Prompt = "My own." });

        Assert.Equal(3, await Writer.AcceptAsync(Actor.Local, _story.Id, null));
        Assert.Equal("My own.", await SceneAsync("1.2"));
        var left = Assert.Single(Writer.Find(_story.Id)!.Proposals);
        Assert.Equal(("1.2", "My own.", "A wide room at night."), (left.Number, left.Before, left.After));

        await _studio.Library.UpdateSegmentAsync(_story.Id, "1.2", new() { Prompt = "Another." });
        Assert.Equal(0, await Writer.AcceptAsync(Actor.Local, _story.Id, null));
        Assert.Equal("Another.", await SceneAsync("1.2"));
        Assert.Equal(1, await Writer.AcceptAsync(Actor.Local, _story.Id, [left.SegmentId]));
        Assert.Equal("A wide room at night.", await SceneAsync("1.2"));
        Assert.Empty(Writer.Find(_story.Id)!.Proposals);
    }

    [Fact]
    public async Task Proposal_WhoseSegmentWentMeanwhile_OrThatSomebodyWroteThemselves_WaitsNoLonger()
    {
        await StartAsync(new() { Style = "illustration", Segments = ["1.1", "1.2"] });
        await UntilAsync(w => w.Status is PromptWorkStatus.Written);
        await _studio.Services.GetRequiredService<IStoryEditor>().RemoveAsync(_story.Id, "1.1");
        await _studio.Library.UpdateSegmentAsync(_story.Id, _story.Segments[1].Id, new() { Prompt = "A wide room at night." });

        Assert.Equal(0, await Writer.AcceptAsync(Actor.Local, _story.Id, null));
        Assert.Empty(Writer.Find(_story.Id)!.Proposals);
    }

    [Fact]
    public async Task Work_ThatIsStopped_AsksNothingMoreAndKeepsWhatIsThere()
    {
        var asked = 0;
        _server.Choose = _ => Interlocked.Increment(ref asked) == 1 ? null : (_, _, stopping) => Task.Delay(Timeout.Infinite, stopping);
        await StartAsync(new() { Style = "illustration" });
        await UntilAsync(w => w.Done == 1);

        Assert.Equal("prompts_active", (await Assert.ThrowsAsync<ConflictException>(() => StartAsync(new() { Style = "illustration" }))).Code);
        Writer.Stop(Actor.Local, _story.Id);
        var work = await UntilAsync(w => w.Status is PromptWorkStatus.Stopped);

        Assert.Equal((1, 1), (work.Done, work.Proposals.Count(p => p.After is not null)));
    }

    [Fact]
    public async Task Key_ThatIsNotAccepted_EndsTheWorkWithASentence()
    {
        _server.Always = ChatAnswers.Error(401, "invalid_api_key");
        await StartAsync(new() { Style = "illustration" });

        var work = await UntilAsync(w => w.Status is PromptWorkStatus.Failed);

        Assert.Contains("a key", work.Message, StringComparison.Ordinal);
        Assert.InRange(_server.Total, 1, 3);
    }

    [Fact]
    public async Task Service_ThatIsBusy_IsWaitedForAsLongAsItAsks()
    {
        _server.Enqueue(ChatAnswers.Error(429, "rate_limit_exceeded", retryAfter: "9"));
        await StartAsync(new() { Style = "illustration", Segments = ["1.1"] });
        var waiting = await UntilAsync(w => w.Message is not null);
        Assert.Contains("9 s", waiting.Message, StringComparison.Ordinal);
        Assert.Equal(1, _server.Total);

        _studio.Clock.Advance(TimeSpan.FromSeconds(9));

        Assert.Equal("A wide room at night.", Assert.Single((await UntilAsync(w => w.Status is PromptWorkStatus.Written)).Proposals).After);
        Assert.Equal(2, _server.Total);
    }

    [Fact]
    public async Task OneThatTheModelDeclines_IsSaidBesideItAndTheOthersGoOn()
    {
        _server.Choose = call => call.Text.Contains("Segment 2.\\n", StringComparison.Ordinal) && !call.Text.Contains("Segment 3.", StringComparison.Ordinal) ? ChatAnswers.Words("", finish: "content_filter") : null;
        await StartAsync(new() { Style = "illustration" });

        var work = await UntilAsync(w => w.Status is PromptWorkStatus.Written);

        Assert.Equal((4, 3), (work.Done, work.Proposals.Count(p => p.After is not null)));
        Assert.Contains("declined", Assert.Single(work.Proposals, p => p.Error is not null).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutAModel_NothingIsOffered()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await studio.CreateStoryAsync(1);
        var writer = studio.Services.GetRequiredService<IPromptWriter>();

        Assert.False(writer.IsConfigured);
        Assert.Equal("chat_not_configured", (await Assert.ThrowsAsync<ConflictException>(() => writer.StartAsync(Actor.Local, story.Id, new() { Style = "illustration" }))).Code);
    }

    [Theory]
    [InlineData("\"A door.\"", "A door.")]
    [InlineData("```text\nA door.\n```", "A door.")]
    [InlineData("She said \"no\" at the \"door\"", "She said \"no\" at the \"door\"")]
    [InlineData("  \n ", null)]
    public void Answer_IsMadeAPromptOf(string answer, string? prompt) => Assert.Equal(prompt, PromptWords.Clean(answer));

    private async Task<PromptWork> StartAsync(PromptOrder order) => await Writer.StartAsync(Actor.Local, _story.Id, order);

    private async Task<string> SceneAsync(string number) =>
        (await _studio.Services.GetRequiredService<IPromptBook>().GetAsync(_story.Id, "illustration")).Items.Single(i => i.Number == number).Scene;

    private async Task<PromptWork> UntilAsync(Func<PromptWork, bool> condition)
    {
        var seen = new TaskCompletionSource<PromptWork>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listening = Writer.OnChanged(_story.Id, Look);
        Look();
        return await seen.Task.WaitAsync(Studio.Patience);

        void Look()
        {
            if (Writer.Find(_story.Id) is { } work && condition(work))
            {
                seen.TrySetResult(work);
            }
        }
    }
}
