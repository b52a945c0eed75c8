using System.Collections.Concurrent;
using StoryStudio.Core.Providers;

namespace StoryStudio.Tests.Fakes;

/// <summary>Every report of progress, as it came.</summary>
internal sealed class ProgressLog : IProgress<ImageProgress>
{
    private readonly ConcurrentQueue<ImageProgress> _all = new();
    private readonly TaskCompletionSource<string> _requestId = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<ImageProgress> All => [.. _all];

    public IReadOnlyList<PreviewPicture> Previews => [.. _all.Select(report => report.Preview).OfType<PreviewPicture>()];

    /// <summary>The provider's own id of the request, once it is reported.</summary>
    public Task<string> RequestId => _requestId.Task;

    public void Report(ImageProgress value)
    {
        _all.Enqueue(value);
        if (value.RequestId is { } id)
        {
            _requestId.TrySetResult(id);
        }
    }
}
