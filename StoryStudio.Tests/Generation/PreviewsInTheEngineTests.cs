using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

/// <summary>Progress and partial pictures while an image is drawn.</summary>
public sealed class PreviewsInTheEngineTests
{
    [Fact]
    public async Task Progress_AndPreview_AreSeenWhileItIsDrawnAndGoneAfter()
    {
        var gate = new TaskCompletionSource();
        var provider = new ScriptedProvider();
        provider.Script = async (request, destination, progress, token) =>
        {
            progress.Report(new(40, new PreviewPicture("<svg/>"u8.ToArray(), "image/svg+xml")));
            await gate.Task;
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        await using var studio = await Studio.StartAsync(provider: provider);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());

        var during = (await studio.UntilAsync(story.Id, s => s.Images[0].PreviewUrl is not null)).Images[0];
        Assert.Equal(40, during.Progress);
        gate.SetResult();

        var end = (await studio.UntilFinishedAsync(story.Id)).Images[0];
        Assert.Equal((100, null), (end.Progress, end.PreviewUrl));
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("crashed")]
    [InlineData("cancelled")]
    [InlineData("timed out")]
    public async Task Preview_NeverOutlivesItsAttempt(string end)
    {
        var gate = new TaskCompletionSource();
        IProgress<ImageProgress>? late = null;
        var provider = new ScriptedProvider();
        provider.Script = async (_, _, progress, token) =>
        {
            late = progress;
            progress.Report(new(40, new PreviewPicture("<svg/>"u8.ToArray(), "image/svg+xml")));
            await gate.Task.WaitAsync(token);
            return end == "crashed" ? throw new InvalidOperationException("Nobody foresaw it.") : ScriptedProvider.Failure(FailureKind.Refused);
        };
        await using var studio = await Studio.StartAsync(o => o.Generation.MaxRetries = 0, provider);
        var previews = studio.Services.GetRequiredService<PreviewPictures>();
        var story = await studio.CreateStoryAsync(1);
        var run = await studio.Illustrator.StartAsync(story.Id, new());
        var during = (await studio.UntilAsync(story.Id, s => s.Images[0].PreviewUrl is not null)).Images[0];
        var previewId = during.PreviewUrl!.Split('/')[^1];
        Assert.NotNull(previews.Find(during.Id, previewId));

        if (end == "cancelled")
        {
            await studio.Illustrator.CancelRunAsync(run.Id);
        }
        else if (end == "timed out")
        {
            studio.Advance(TimeSpan.FromMinutes(5));
        }
        else
        {
            gate.SetResult();
        }

        var after = (await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.Failed or ImageStatus.Cancelled)).Images[0];
        Assert.Null(after.PreviewUrl);

        // The attempt lets go of it after its end is written down, or before; whatever comes later is not taken.
        await studio.StopAsync();
        late!.Report(new(80, new PreviewPicture("<svg/>"u8.ToArray(), "image/svg+xml")));
        Assert.Null(previews.Find(during.Id, previewId));
        Assert.Equal(0, previews.Count);
    }
}
