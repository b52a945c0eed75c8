using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Generation;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class QueueBoardTests
{
    [Fact]
    public async Task Queue_WhereAPictureIsBegunBetweenTwoOfItsReads_ShowsEachOnce()
    {
        var reads = new SteeredReads();
        await using var studio = await Studio.StartAsync(engine: false, services: reads.Register);
        var story = await studio.CreateStoryAsync(30);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        var images = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images;
        var (board, queue) = (studio.Services.GetRequiredService<IQueueBoard>(), studio.Services.GetRequiredService<IGenerationQueue>());

        // Each time one read later, until the last is over before any is begun.
        var begun = 0;
        for (var goal = 1; goal == begun + 1; goal++)
        {
            var left = goal;
            reads.Reading = async _ =>
            {
                if (--left == 0)
                {
                    await queue.ClaimAsync([new(images[begun++].Id, $"attempt-{begun}", "sketch", null, null, BecomesReference: false)]);
                }
            };
            var state = await board.GetAsync();
            reads.Reading = null;

            Assert.Equal(images.Select(i => i.Id).Order(), state.Working.Concat(state.Next).Select(e => e.Image.Id).Order());
            Assert.All(state.Working, e => Assert.Equal(ImageStatus.InProgress, e.Image.Status));
            Assert.Equal(Enumerable.Range(1, state.Waiting), state.Next.Select(e => e.Place ?? 0));
        }

        Assert.InRange(begun, 5, images.Count - 1);
    }

    [Fact]
    public async Task Images_OfAPausedRun_ComeAfterEveryOneThatGoesByItself_HoweverLongTheyWait()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var paused = await studio.Illustrator.StartAsync((await studio.CreateStoryAsync(60)).Id, new() { UseCharacterConsistency = false });
        await studio.Illustrator.PauseAsync(paused.Id);
        studio.Clock.Advance(TimeSpan.FromMinutes(1));
        await studio.Illustrator.StartAsync((await studio.CreateStoryAsync(4)).Id, new());

        var next = (await studio.Services.GetRequiredService<IQueueBoard>().GetAsync()).Next;

        Assert.Equal([QueueWaitKind.Slot, QueueWaitKind.Reference, QueueWaitKind.Reference, QueueWaitKind.Reference], next.Take(4).Select(e => e.WaitsFor!.Kind));
        Assert.Equal(50, next.Count);
        Assert.All(next.Skip(4), e => Assert.Equal((QueueWaitKind.Pause, paused.Id), (e.WaitsFor!.Kind, e.Image.RunId)));
    }
}
