using System.Diagnostics;

namespace StoryStudio.Tests.Processes;

/// <summary>How long a program in a process of its own is waited for: far beyond what anything takes, so that one that stands still is named instead of being waited for in silence.</summary>
internal sealed class Patience(TimeSpan? longest = null)
{
    private readonly TimeSpan _longest = longest ?? TimeSpan.FromMinutes(10);
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>A moment of it. Throws where it is over.</summary>
    /// <param name="what">What is waited for, in a sentence.</param>
    public async Task LookAgainAsync(string what)
    {
        if (_clock.Elapsed > _longest)
        {
            throw new InvalidOperationException($"{what} It stands still: nothing came of it in {_longest}.");
        }

        await Task.Delay(2);
    }
}
