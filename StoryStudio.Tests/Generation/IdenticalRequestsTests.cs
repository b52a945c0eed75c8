using StoryStudio.Core.Generation;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class IdenticalRequestsTests
{
    private readonly IdenticalRequests _requests = new();

    [Fact]
    public async Task Second_IsLetInWhenTheFirstIsThroughAndOneAtATime()
    {
        var first = await EnterAsync("story", "hash");
        var second = EnterAsync("story", "hash");
        var third = EnterAsync("story", "hash");
        Assert.False(second.IsCompleted || third.IsCompleted);

        first.Dispose();
        var next = await Task.WhenAny(second, third);
        var last = next == second ? third : second;
        Assert.False(last.IsCompleted);
        (await next).Dispose();
        (await last).Dispose();

        (await EnterAsync("story", "hash")).Dispose();
    }

    [Fact]
    public async Task AnotherRequestOrStory_WaitsForNobody()
    {
        using var first = await EnterAsync("story", "hash");

        Assert.True(EnterAsync("story", "other").IsCompletedSuccessfully);
        Assert.True(EnterAsync("other", "hash").IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Waiting_ThatIsCancelled_HoldsNobodyUp()
    {
        using var cancelled = new CancellationTokenSource();
        var first = await EnterAsync("story", "hash");
        var second = _requests.EnterAsync(new("story", "hash"), () => { }, cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        first.Dispose();
        (await EnterAsync("story", "hash")).Dispose();
    }

    [Fact]
    public async Task WhatABudgetHolds_IsOfOneAttemptUntilItEnds()
    {
        var request = new RequestMark("story", "hash");
        _requests.Begin("one", request);
        _requests.Begin("two", new("story", "other"));
        Assert.Equal((true, false), (_requests.IsPaid(request), _requests.IsPaid(new("other", "hash"))));
        var waiting = _requests.WhenEndedAsync(request, () => { }, CancellationToken.None);

        _requests.End("two");
        Assert.False(waiting.IsCompleted);
        _requests.End("one");
        await waiting;

        Assert.False(_requests.IsPaid(request));
        Assert.True(_requests.WhenEndedAsync(request, () => { }, CancellationToken.None).IsCompletedSuccessfully);
    }

    private Task<RequestTurn> EnterAsync(string story, string hash) => _requests.EnterAsync(new(story, hash), () => { }, CancellationToken.None);
}
