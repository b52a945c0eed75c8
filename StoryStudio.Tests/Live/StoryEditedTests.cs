using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Live;
using StoryStudio.Tests.Api;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Live;
using Xunit;

namespace StoryStudio.Tests.Live;

public sealed class StoryEditedTests
{
    [Fact]
    public async Task Edits_OfEveryKind_AreToldAfterTheCommitWithARisingVersion()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await studio.CreateStoryAsync(2);
        using var subscription = studio.Changes.Subscribe(story.Id);
        await using var batches = subscription.ReadAllAsync().GetAsyncEnumerator();
        var last = 0L;
        Func<Task>[] edits =
        [
            () => studio.Library.UpdateAsync(story.Id, new() { Title = "Another title" }),
            () => studio.Library.UpdateAsync(story.Id, new() { Styles = ["clear"] }),
            () => studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Text = "Other words." }),
            () => studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Prompt = "A lantern." }),
            () => studio.Cast.AddAsync(story.Id, "Mara", "A keeper."),
        ];

        foreach (var edit in edits)
        {
            await edit();

            Assert.True(await batches.MoveNextAsync().AsTask().WaitAsync(Studio.Patience));
            var told = Assert.Single(batches.Current.OfType<StoryEdited>());
            Assert.True(told.Version > last);
            Assert.Equal(told.Version, (await studio.Illustrator.GetSnapshotAsync(story.Id)).EditVersion);
            last = told.Version;
        }
    }

    [Fact]
    public async Task Run_OfAStory_IsNoEditOfIt()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(2);
        var before = (await studio.Illustrator.GetSnapshotAsync(story.Id)).EditVersion;

        await studio.Illustrator.StartAsync(story.Id, new());
        var after = await studio.UntilFinishedAsync(story.Id);

        Assert.Equal(before, after.EditVersion);
        Assert.True(after.Version > before);
    }

    [Fact]
    public async Task View_OfAStoryThatIsEdited_IsToldOnceTheNewTextCanBeRead()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await studio.CreateStoryAsync(1);
        await using var view = await studio.Services.GetRequiredService<IStoryFeed>().OpenAsync(story.Id);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listening = view.OnStory(() => told.TrySetResult());

        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "The lamp was out." });
        await told.Task.WaitAsync(Studio.Patience);

        Assert.Equal("The lamp was out.", (await studio.Library.GetAsync(story.Id)).Segments[0].Text);
    }

    [Fact]
    public async Task View_ThatIsOpened_IsNotToldOfAnEditThatWentBefore()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await studio.CreateStoryAsync(1);
        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "The lamp was out." });
        await using var view = await studio.Services.GetRequiredService<IStoryFeed>().OpenAsync(story.Id);
        var told = 0;
        using var listening = view.OnStory(() => told++);

        await view.RefreshAsync();

        Assert.Equal(0, told);
    }

    [Fact]
    public async Task EventStream_TellsOfAnEdit_AlsoToWhoeverWasAwayMeanwhile()
    {
        await using var studio = await WebStudio.StartAsync();
        using var client = studio.Client();
        var story = await studio.CreateStoryAsync(1);
        using var stream = await EventReader.OpenAsync(client, $"/api/stories/{story.Id}/events");
        var snapshot = (await stream.NextAsync())!;
        Assert.Equal("snapshot", snapshot.Name);

        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "The lamp was out." });
        var live = (await stream.NextAsync())!;
        using var again = await EventReader.OpenAsync(client, $"/api/stories/{story.Id}/events", snapshot.Id);
        var late = (await again.NextAsync())!;

        Assert.Equal(("story", story.Id), (live.Name, live.Data.GetProperty("storyId").GetString()));
        Assert.Equal(("story", live.Number), (late.Name, late.Data.GetProperty("version").GetInt64()));
        Assert.True(live.Number > snapshot.Data.GetProperty("editVersion").GetInt64());
    }
}
