using System.Collections.Concurrent;
using StoryStudio.Core.Providers;

namespace StoryStudio.Tests.Fakes;

/// <summary>Every report of progress, as it came.</summary>
internal sealed class ProgressLog : IProgress<ImageProgress>
{
    private readonly ConcurrentQueue<ImageProgress> _all = new();

    public IReadOnlyList<ImageProgress> All => [.. _all];

    public IReadOnlyList<PreviewPicture> Previews => [.. _all.Select(report => report.Preview).OfType<PreviewPicture>()];

    public void Report(ImageProgress value) => _all.Enqueue(value);
}
