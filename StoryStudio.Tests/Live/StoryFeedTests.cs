using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Generation;
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
