using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Generation;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Live;

namespace StoryStudio.Tests.Bench;

/// <summary>
/// The hub's line cut for ten seconds, a hundred times, by this machine's clock: several studios side by side, each with a page's view on a story
/// of which four pictures are drawn. One comes as soon as the line is cut, one in the middle of the cut, one right before it is mended and one
/// right after. Fails where a promise was not kept. <c>bench cuts [cuts] [studios]</c>
/// </summary>
internal static class CutBench
{
    private const int Pictures = 4;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan MostToAPoll = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan MostToConverge = TimeSpan.FromSeconds(2);

    // The interval's own timer and the reading take their moment as well.
    private static readonly TimeSpan ForTheRead = TimeSpan.FromMilliseconds(150);

    public static async Task<bool> RunAsync(string[] args)
    {
        var cuts = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100;
        var studios = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10;
        var clock = Stopwatch.StartNew();
        var all = (await Task.WhenAll(Enumerable.Range(0, studios).Select(i => LineAsync(i, (cuts / studios) + (i < cuts % studios ? 1 : 0))))).SelectMany(c => c).ToList();
        var (polled, converged) = (all.Max(c => c.Polled), all.Max(c => c.Converged));
        var missed = all.Sum(c => c.Missed);
        Console.WriteLine($"{all.Count} cuts of {Length.TotalSeconds:F0} s in {studios} studios, {Pictures * all.Count} pictures drawn meanwhile ({clock.Elapsed.TotalSeconds:F0} s for it)");
        Console.WriteLine($"  what came at the beginning was shown after {polled.TotalSeconds:F2} s at most (3 and the reading), all was as it is {converged.TotalSeconds:F2} s after the line was back at most (2), {missed} final states missed");
        return all.Count == cuts && polled <= MostToAPoll + ForTheRead && converged <= MostToConverge && missed == 0;
    }

    private static async Task<List<Cut>> LineAsync(int place, int cuts)
    {
        var gates = Enumerable.Range(1, Pictures).ToDictionary(i => $"Picture {i}:", _ => new SemaphoreSlim(0), StringComparer.Ordinal);
        await using var studio = await WebStudio.StartAsync(provider: new()
        {
            Script = async (request, destination, _, token) =>
            {
                await gates.Single(g => request.Scene.StartsWith(g.Key, StringComparison.Ordinal)).Value.WaitAsync(token);
                return await ScriptedProvider.DrawAsync(request, destination, token);
            },
        });
        var story = await studio.CreateStoryAsync(Pictures);
        List<SemaphoreSlim> inOrder = [.. gates.Values];
        inOrder.ForEach(g => g.Release());
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.UntilFinishedAsync(story.Id);
        await using var view = await studio.Services.GetRequiredService<IStoryFeed>().OpenAsync(story.Id);

        // The cuts of all of them do not fall on the same moments between two polls.
        await Task.Delay(TimeSpan.FromMilliseconds(290 * place));
        var done = new List<Cut>();
        for (var i = 0; i < cuts; i++)
        {
            done.Add(await CutAsync(studio, story.Id, view, inOrder));
        }

        return done;
    }

    private static async Task<Cut> CutAsync(WebStudio studio, string storyId, IStoryView view, List<SemaphoreSlim> gates)
    {
        var before = (await studio.Illustrator.GetSnapshotAsync(storyId)).Images;
        foreach (var image in before)
        {
            await studio.Illustrator.RegenerateAsync(image.Id, null, null);
        }

        await UntilAsync(() => view.Mode is FeedMode.Live && view.Images.All(i => i.Status is ImageStatus.InProgress));

        var clock = Stopwatch.StartNew();
        await studio.HubLine.CutAsync();
        gates[0].Release();
        await UntilAsync(() => IsShown(0));
        var polled = clock.Elapsed;
        await Task.Delay(Rest(Length / 2));
        gates[1].Release();
        await Task.Delay(Rest(Length - TimeSpan.FromMilliseconds(100)));
        gates[2].Release();
        await Task.Delay(Rest(Length));
        studio.HubLine.Mend();
        var mended = clock.Elapsed;
        gates[3].Release();
        await studio.UntilFinishedAsync(storyId);
        var isSo = await UntilAsync(() => view.Mode is FeedMode.Live && Enumerable.Range(0, Pictures).All(IsShown));
        return new(polled, clock.Elapsed - mended, isSo ? 0 : Enumerable.Range(0, Pictures).Count(i => !IsShown(i)));

        bool IsShown(int picture) => view.Find(before[picture].SubjectId, before[picture].Style) is { Status: ImageStatus.Completed } shown && shown.ChosenVersion > before[picture].ChosenVersion;

        TimeSpan Rest(TimeSpan until) => until > clock.Elapsed ? until - clock.Elapsed : TimeSpan.Zero;
    }

    /// <summary>False where it is not so within a time that nobody would wait.</summary>
    private static async Task<bool> UntilAsync(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(30))
            {
                return false;
            }

            await Task.Delay(Look);
        }

        return true;
    }

    /// <param name="Polled">From the cut until what came at once was shown.</param>
    /// <param name="Converged">From the mending until all was shown as it is.</param>
    /// <param name="Missed">Final states that were not shown even then.</param>
    private sealed record Cut(TimeSpan Polled, TimeSpan Converged, int Missed);
}
