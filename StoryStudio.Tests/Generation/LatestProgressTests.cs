using StoryStudio.Core.Generation;
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
}
