using System.Diagnostics;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Sketch;
using StoryStudio.Core.Stories;

namespace StoryStudio.Tests.Bench;

/// <summary>CPU time and size of a sketch, over every segment of the sample story in every style.</summary>
internal static class SketchBench
{
    public static async Task RunAsync(string[] args)
    {
        var provider = new SketchProvider(Options.Create(new StoryStudioOptions { Providers = { Sketch = { Delay = TimeSpan.Zero } } }), TimeProvider.System);
        var requests = SampleStory.Create().Segments!
            .SelectMany(_ => new[] { "illustration", "clear", "consistent" }, (segment, style) => new ImageRequest { IdempotencyKey = "bench", Prompt = segment.Text!, Scene = segment.Text!, Style = style })
            .ToList();
        var sizes = new List<long>();
        for (var round = 0; round < 3; round++)
        {
            sizes.Clear();
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            foreach (var request in requests)
            {
                using var picture = new MemoryStream();
                await provider.GenerateAsync(request, picture, new Progress<ImageProgress>(), CancellationToken.None);
                sizes.Add(picture.Length);
            }

            var each = (Process.GetCurrentProcess().TotalProcessorTime - before) / requests.Count;
            Console.WriteLine($"round {round + 1}: {each.TotalMilliseconds:F1} ms of CPU a sketch, {sizes.Average() / 1024:F1} KB on the whole, {sizes.Max() / 1024.0:F1} KB at most");
        }
    }
}
