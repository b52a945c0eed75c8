using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

/// <summary>Pictures that a provider declines for what a person said of them alone, once their page has other words.</summary>
public sealed class RewordedTests
{
    [Theory]
    [InlineData("A knife.", null)]
    [InlineData(null, "Add a knife.")]
    public async Task Picture_DeclinedForItsOwnWords_IsDrawnFromThoseOfItsPageAlone(string? prompt, string? instruction)
    {
        await using var studio = await StartAsync();
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var id = (await studio.UntilFinishedAsync(story.Id)).Images[0].Id;
        await studio.Illustrator.RegenerateAsync(id, prompt, instruction);
        await UntilDeclinedAsync(studio, story.Id);
        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Prompt = "An owl above the water." });

        await studio.Illustrator.RetryAsync(id);
        await UntilDeclinedAsync(studio, story.Id);
        await studio.Illustrator.RetryRewordedAsync(id);

        var drawn = (await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.Completed)).Images[0];
        Assert.Equal((2, null), (drawn.ChosenVersion, drawn.Error));
        Assert.Contains("An owl above the water.", studio.Provider.Calls.Last().Prompt, StringComparison.Ordinal);
        Assert.Equal([false, true, true, false], studio.Provider.Calls.Select(c => c.Prompt.Contains("knife", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Picture_WithoutAVersion_StaysTheRunsFirstOne()
    {
        await using var studio = await StartAsync();
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "T", Styles = ["illustration"], Segments = [new() { Text = "One.", Prompt = "A knife." }, new() { Text = "Two.", Prompt = "An owl." }],
        });
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        var id = (await studio.UntilFinishedAsync(story.Id)).Images[0].Id;
        await studio.Illustrator.RegenerateAsync(id, null, "Make the knife larger.");
        await UntilDeclinedAsync(studio, story.Id);
        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Prompt = "An owl." });
        var calls = studio.Provider.Calls.Count;

        await studio.Illustrator.RetryRewordedAsync(id);

        // The very same request has made a picture of the story before: it serves, as this one is no other version.
        var end = await studio.UntilFinishedAsync(story.Id);
        Assert.Equal((RunStatus.Completed, 2, 0), (end.Run!.Status, end.Run.Completed, end.Run.Failed));
        Assert.Equal(1, end.Images[0].ChosenVersion);
        Assert.Equal(calls, studio.Provider.Calls.Count);
    }

    [Fact]
    public async Task Picture_ThatHasNotFailed_IsNotDrawnAgain()
    {
        await using var studio = await StartAsync();
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var id = (await studio.UntilFinishedAsync(story.Id)).Images[0].Id;

        Assert.Equal("image_not_failed", (await Assert.ThrowsAsync<Core.ConflictException>(() => studio.Illustrator.RetryRewordedAsync(id))).Code);
    }

    private static Task<StorySnapshot> UntilDeclinedAsync(Studio studio, string storyId) => studio.UntilAsync(storyId, s => s.Images[0].Error?.Code == "refused");

    /// <summary>With a provider that draws no knives.</summary>
    private static Task<Studio> StartAsync() => Studio.StartAsync(provider: new()
    {
        Script = (request, destination, _, token) => request.Prompt.Contains("knife", StringComparison.Ordinal)
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused))
            : ScriptedProvider.DrawAsync(request, destination, token),
    });
}
