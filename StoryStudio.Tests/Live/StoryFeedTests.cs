using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Live;
using Xunit;

namespace StoryStudio.Tests.Live;

public sealed class StoryFeedTests
{
    [Fact]
    public async Task Line_ThatReturnsAfterAStoryWasDeleted_JoinsEveryOtherStoryAgain()
    {
        await using var studio = await WebStudio.StartAsync();
        var feed = studio.Services.GetRequiredService<IStoryFeed>();
        var stories = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => studio.CreateStoryAsync(1)));
        var views = await Task.WhenAll(stories.Select(s => feed.OpenAsync(s.Id)));
        await ModeAsync(views[0], FeedMode.Live);
        await studio.HubLine.CutAsync();
        await ModeAsync(views[0], FeedMode.Polling);
        await studio.Library.DeleteAsync(stories[0].Id);
        await studio.Library.DeleteAsync(stories[1].Id);

        studio.HubLine.Mend();
        await ModeAsync(views[0], FeedMode.Live);

        foreach (var (story, view) in stories.Zip(views).Skip(2))
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var listening = view.OnRun(() =>
            {
                if (view.Run is { Status: RunStatus.Completed })
                {
                    done.TrySetResult();
                }
            });
            await studio.Illustrator.StartAsync(story.Id, new());
            await done.Task.WaitAsync(Studio.Patience);
        }
    }

    [Fact]
    public async Task Comments_ReachAViewOverTheLine_AndThoseSaidWhileItWasCutAreThereAfterwards()
    {
        await using var studio = await WebStudio.StartAsync();
        var reviews = studio.Services.GetRequiredService<IReviews>();
        var story = await studio.CreateStoryAsync(1);
        await reviews.SayAsync(Actor.Local, story.Id, new() { Text = "Before" });
        await using var view = await studio.Services.GetRequiredService<IStoryFeed>().OpenAsync(story.Id);
        await ModeAsync(view, FeedMode.Live);
        await view.LoadReviewsAsync();
        Assert.Equal(["Before"], view.Reviews.Comments.Select(c => c.Text));

        await SaidAsync(view, 2, () => reviews.SayAsync(Actor.Local, story.Id, new() { Text = "Live" }));
        await studio.HubLine.CutAsync();
        await ModeAsync(view, FeedMode.Polling);
        await reviews.SayAsync(Actor.Local, story.Id, new() { Text = "Cut" });
        await SaidAsync(view, 3, () =>
        {
            studio.HubLine.Mend();
            return Task.CompletedTask;
        });

        Assert.Equal(["Before", "Live", "Cut"], view.Reviews.Comments.Select(c => c.Text));
    }

    [Fact]
    public async Task View_OpenedOverALiveLine_MissesNothingThatHappensBeforeItHasJoined()
    {
        await using var studio = await WebStudio.StartAsync();
        var (feed, reviews) = (studio.Services.GetRequiredService<IStoryFeed>(), studio.Services.GetRequiredService<IReviews>());
        await using (var first = await feed.OpenAsync((await studio.CreateStoryAsync(1)).Id))
        {
            await ModeAsync(first, FeedMode.Live);
        }

        for (var i = 0; i < 10; i++)
        {
            var story = await studio.CreateStoryAsync(1);
            await using var view = await feed.OpenAsync(story.Id);
            await view.LoadReviewsAsync();
            var edited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var listening = view.OnStory(edited.SetResult);

            await SaidAsync(view, 1, () => reviews.SayAsync(Actor.Local, story.Id, new() { Text = "At once" }));
            await studio.Library.UpdateAsync(story.Id, new() { Title = "Another title" });
            await edited.Task.WaitAsync(Studio.Patience);
        }
    }

    private static async Task SaidAsync(IStoryView view, int count, Func<Task> act)
    {
        var there = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listening = view.Reviews.On(null, () =>
        {
            if (view.Reviews.Comments.Count == count)
            {
                there.TrySetResult();
            }
        });
        await act();
        await there.Task.WaitAsync(Studio.Patience);
    }

    private static async Task ModeAsync(IStoryView view, FeedMode mode)
    {
        var there = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listening = view.OnMode(() =>
        {
            if (view.Mode == mode)
            {
                there.TrySetResult();
            }
        });
        if (view.Mode != mode)
        {
            await there.Task.WaitAsync(Studio.Patience);
        }
    }
}
