using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class LatestProgressTests
{
    [Fact]
    public void Report_ThatWaitsWhenTheCallEnds_IsLetGo()
    {
        var passedOn = new List<int>();
        var store = new TaskCompletionSource();
        var progress = new LatestProgress(report =>
        {
            passedOn.Add(report.Percent);
            return store.Task;
        });
        progress.Report(new(10));
        progress.Report(new(50));

        progress.Close();
        store.SetResult();
        progress.Report(new(90));

        Assert.Equal([10], passedOn);
    }

    [Fact]
    public async Task Report_WhileAnotherIsWritten_PassesOnTheNewestAloneWithTheLastPreviewThereWas()
    {
        var passedOn = new List<ImageProgress>();
        var (store, written) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        var preview = new PreviewPicture(new byte[] { 1 }, "image/png");
        var progress = new LatestProgress(report =>
        {
            passedOn.Add(report);
            if (passedOn.Count > 1)
            {
                written.SetResult();
            }

            return store.Task;
        });
        progress.Report(new(10));
        progress.Report(new(20, new PreviewPicture(new byte[] { 0 }, "image/png")));
        progress.Report(new(30, preview));
        progress.Report(new(50));
        Assert.Equal([10], passedOn.Select(p => p.Percent));

        store.SetResult();
        await written.Task;

        Assert.Equal([new(10), new ImageProgress(50, preview)], passedOn);
    }

    [Fact]
    public void Report_OfTheRequestsIdAlone_IsKeptAndPassedOnToNobody()
    {
        var passedOn = new List<int>();
        var progress = new LatestProgress(report =>
        {
            passedOn.Add(report.Percent);
            return Task.CompletedTask;
        });
        progress.Report(new(5));
        Assert.Null(progress.RequestId);

        progress.Report(new(5) { RequestId = "req-1" });
        progress.Report(new(80));
        progress.Close();

        Assert.Equal("req-1", progress.RequestId);
        Assert.Equal([5, 80], passedOn);
    }

    [Fact]
    public void Report_ThatCannotBeWritten_IsLetGoAndTheNextIsTried()
    {
        var tried = new List<int>();
        var progress = new LatestProgress(report =>
        {
            tried.Add(report.Percent);
            throw new IOException("No.");
        });

        progress.Report(new(10));
        progress.Report(new(20));

        Assert.Equal([10, 20], tried);
    }
}
