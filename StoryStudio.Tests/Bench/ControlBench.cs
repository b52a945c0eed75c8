using System.Diagnostics;
using System.Globalization;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;

namespace StoryStudio.Tests.Bench;

/// <summary>What a person does to a whole run at once, and how long somebody else's small change waits meanwhile, beside how long it waits in quiet.</summary>
internal static class ControlBench
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static async Task RunAsync(string[] args)
    {
        var images = args is [var size, ..] ? int.Parse(size, CultureInfo.InvariantCulture) : 10_000;
        var provider = new ScriptedProvider
        {
            Script = async (_, _, _, cancellationToken) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                throw new UnreachableException();
            },
        };
        await using var studio = await Studio.StartAsync(time: TimeProvider.System, provider: provider);
        var other = await studio.CreateStoryAsync(1);
        for (var i = 0; i < 2; i++)
        {
            // The first round warms up and is not shown.
            var count = i == 0 ? 300 : images;
            await RoundAsync(studio, provider, await CreateAsync(studio, count), other.Id, count, isShown: i > 0);
        }
    }

    private static async Task RoundAsync(Studio studio, ScriptedProvider provider, string storyId, string otherId, int images, bool isShown)
    {
        var hang = provider.Script;
        await MeasureAsync("quiet", () => Task.Delay(Quiet, TimeProvider.System));
        RunState? run = null;
        await MeasureAsync($"start {images}", async () => run = await studio.Illustrator.StartAsync(storyId, new() { UseCharacterConsistency = false }));
        await UntilAsync(r => r.InProgress > 0);
        await MeasureAsync($"cancel {images}", () => studio.Illustrator.CancelRunAsync(run!.Id), () => UntilAsync(r => r.FinishedAt is not null));

        provider.Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused));
        await MeasureAsync($"start {images} again", async () => run = await studio.Illustrator.StartAsync(storyId, new() { UseCharacterConsistency = false }));
        await UntilAsync(r => r.Failed == images);
        provider.Script = hang;
        await MeasureAsync($"retry {images} failed", () => studio.Illustrator.RetryFailedAsync(run!.Id));
        await UntilAsync(r => r.InProgress > 0);
        await MeasureAsync($"cancel a style of {images}", () => studio.Illustrator.CancelStyleAsync(run!.Id, "illustration"), () => UntilAsync(r => r.FinishedAt is not null));
        await MeasureAsync("delete the story", () => studio.Library.DeleteAsync(storyId));

        async Task UntilAsync(Func<RunState, bool> condition)
        {
            using var changes = studio.Changes.Subscribe(storyId);
            if (condition((await studio.Illustrator.GetRunAsync(run!.Id)).Run))
            {
                return;
            }

            await foreach (var batch in changes.ReadAllAsync())
            {
                if (batch.OfType<RunChanged>().Any(c => c.Run.Id == run.Id && condition(c.Run)))
                {
                    return;
                }
            }
        }

        async Task MeasureAsync(string what, Func<Task> act, Func<Task>? whole = null)
        {
            using var over = new CancellationTokenSource();
            var longest = Task.Run(() => LongestWaitAsync(studio, otherId, over.Token));
            var clock = Stopwatch.StartNew();
            await act();
            var answered = clock.Elapsed;
            await (whole?.Invoke() ?? Task.CompletedTask);
            var done = clock.Elapsed;
            await over.CancelAsync();
            var waited = await longest;
            if (isShown)
            {
                Console.WriteLine($"{what,-24} answered after {answered.TotalMilliseconds,6:F0} ms, done after {done.TotalMilliseconds,6:F0} ms, another write waited {waited.TotalMilliseconds,6:F0} ms at most");
            }
        }
    }

    private static async Task<TimeSpan> LongestWaitAsync(Studio studio, string storyId, CancellationToken cancellationToken)
    {
        var longest = TimeSpan.Zero;
        for (var i = 0; !cancellationToken.IsCancellationRequested; i++)
        {
            var clock = Stopwatch.StartNew();
            await studio.Library.UpdateAsync(storyId, new() { Title = $"Another {i}" }, CancellationToken.None);
            longest = clock.Elapsed > longest ? clock.Elapsed : longest;
            await Task.Delay(Pause, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return longest;
    }

    private static async Task<string> CreateAsync(Studio studio, int images) => (await studio.Library.CreateAsync(new()
    {
        Title = "Bench",
        Segments = [.. Enumerable.Range(0, images).Select(i => new NewSegment { Number = $"{1 + (i / 1000)}.{1 + (i % 1000)}", Text = $"Picture {i}: an owl over the harbour." })],
        Styles = ["illustration"],
    })).Id;
}
