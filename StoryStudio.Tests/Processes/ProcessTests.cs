using System.Net;
using Xunit;
using Xunit.Abstractions;

namespace StoryStudio.Tests.Processes;

public sealed class ProcessTests(ITestOutputHelper output) : IDisposable
{
    private const int Seed = 20261120;

    private readonly string _folder = Directory.CreateTempSubdirectory("storystudio-").FullName;

    [Fact]
    public async Task Program_KilledAtRandomTwentyTimes_LosesNoPictureAndPaysNoneTwice()
    {
        var result = await new KillRun(Seed, images: 400, kills: 20).RunAsync();

        output.WriteLine(result.ToString());
        Assert.Equal((20, 0, 0, 0, "ok"), (result.Kills, result.Lost, result.Torn, result.Strays, result.Integrity));
        Assert.Equal(result.Images, result.Charges);
        Assert.InRange(result.ExtraCalls, 0, result.InFlightAtKills);
        Assert.Empty(result.Violations);
        Assert.True(result.IsKept);
    }

    [Fact]
    public async Task Program_StartedWithoutAnything_IllustratesAStoryByItself()
    {
        await using var studio = await StudioProcess.StartAsync(_folder, new Dictionary<string, string>(StringComparer.Ordinal) { ["StoryStudio__Providers__Sketch__Delay"] = "00:00:00" });
        var story = await studio.PostAsync("/api/stories", new { text = "Chapter One\n\nAn owl sat on a lantern by the sea and waited for the moon." }, HttpStatusCode.Created);

        var run = await studio.PostAsync($"/api/stories/{story.GetProperty("id").GetString()}/runs", new { }, HttpStatusCode.Accepted);
        var end = await studio.RunToEndAsync(run.GetProperty("runId").GetString()!);

        Assert.Equal(("completed", 3), (end.GetProperty("status").GetString(), end.GetProperty("completed").GetInt32()));
        var images = (await studio.GetAsync($"/api/runs/{run.GetProperty("runId").GetString()}")).GetProperty("images");
        foreach (var image in images.EnumerateArray())
        {
            using var picture = await studio.Http.GetAsync(image.GetProperty("url").GetString());
            Assert.Equal("image/svg+xml", picture.Content.Headers.ContentType!.MediaType);
            Assert.True(File.Exists(Path.Combine(_folder, "stories", story.GetProperty("id").GetString()!, "generated_images", image.GetProperty("style").GetString()!, "Shot_1", "Beat_1.1.svg")));
        }
    }

    [Fact]
    public async Task Program_Terminated_ExitsCleanlyAndGoesOnAtTheNextStart()
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["StoryStudio__Providers__Sketch__Delay"] = "00:00:01" };
        string runId;
        await using (var first = await StudioProcess.StartAsync(_folder, settings))
        {
            var story = await first.PostAsync("/api/stories", new { title = "Stopped", segments = Enumerable.Range(1, 12).Select(i => new { text = $"Picture {i}." }) }, HttpStatusCode.Created);
            var run = await first.PostAsync($"/api/stories/{story.GetProperty("id").GetString()}/runs", new { useCharacterConsistency = false }, HttpStatusCode.Accepted);
            runId = run.GetProperty("runId").GetString()!;
            Assert.Equal(0, await first.TerminateAsync());
        }

        settings["StoryStudio__Providers__Sketch__Delay"] = "00:00:00";
        await using var second = await StudioProcess.StartAsync(_folder, settings);
        var end = await second.RunToEndAsync(runId);

        Assert.Equal((36, 0), (end.GetProperty("completed").GetInt32(), end.GetProperty("failed").GetInt32()));
        var images = (await second.GetAsync($"/api/runs/{runId}")).GetProperty("images");
        Assert.All(images.EnumerateArray(), i => Assert.Equal(1, i.GetProperty("attempt").GetInt32()));
    }

    [Fact]
    public async Task Program_WithWrongSettings_NamesEveryOneAndDoesNotStart()
    {
        var (exitCode, said) = await StudioProcess.RunToExitAsync(_folder, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["StoryStudio__Generation__MaxConcurrency"] = "0",
            ["StoryStudio__Generation__ImageTimeout"] = "soon",
            ["StoryStudio__Provider"] = "crayons",
        });

        Assert.Equal(1, exitCode);
        Assert.Contains("StoryStudio:Generation:MaxConcurrency", said, StringComparison.Ordinal);
        Assert.Contains("StoryStudio:Generation:ImageTimeout", said, StringComparison.Ordinal);
        Assert.Contains("StoryStudio:Provider ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_WithASettingsFileThatIsNoJson_SaysWhereAndDoesNotStart()
    {
        var place = Directory.CreateDirectory(Path.Combine(_folder, "place")).FullName;
        await File.WriteAllTextAsync(Path.Combine(place, "appsettings.json"), """
            { "StoryStudio": {
                "DataDirectory": "C:\stories" } }
            """);

        var (exitCode, said) = await StudioProcess.RunToExitAsync(_folder, new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_CONTENTROOT"] = place });

        Assert.Equal(1, exitCode);
        Assert.Contains("appsettings.json", said, StringComparison.Ordinal);
        Assert.Contains("LineNumber: 1", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_OnADataDirectoryInUse_SaysSoAndDoesNotStart()
    {
        await using var first = await StudioProcess.StartAsync(_folder);

        var (exitCode, said) = await StudioProcess.RunToExitAsync(_folder, new Dictionary<string, string>(StringComparer.Ordinal));

        Assert.Equal(1, exitCode);
        Assert.Contains("StoryStudio:DataDirectory", said, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
