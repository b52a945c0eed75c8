using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Live;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Reviews;

/// <summary>What was said and decided about a segment that is taken out, and put back.</summary>
public sealed class RemovedSegmentTests : IAsyncLifetime
{
    private static readonly Actor Anna = new("anna", "Anna", StoryRole.Decide);
    private static readonly Actor Ben = new("ben", "Ben", StoryRole.Decide);

    private Studio _studio = null!;
    private StoryDetails _story = null!;

    private IReviews Reviews => _studio.Services.GetRequiredService<IReviews>();

    private IStoryEditor Editor => _studio.Services.GetRequiredService<IStoryEditor>();

    public async Task InitializeAsync()
    {
        _studio = await Studio.StartAsync();
        _story = await _studio.CreateStoryAsync(3);
        await _studio.Illustrator.StartAsync(_story.Id, new());
        await _studio.UntilFinishedAsync(_story.Id);
    }

    public Task DisposeAsync() => _studio.DisposeAsync().AsTask();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Segment_ThatIsTakenOut_TakesItsWordsAlong_AndBringsThemBackWhole(bool restarted)
    {
        var said = await TalkAsync();
        var before = await Reviews.GetAsync(_story.Id);
        Assert.Equal((3, 1, 1, 1), (before.Counts.Pictures, before.Counts.Open, before.Counts.Approved, before.Counts.ChangesWanted));
        Assert.Equal(5, before.Comments.Count);

        await Editor.RemoveAsync(_story.Id, "1.2");
        await AgainAsync();
        var without = await Reviews.GetAsync(_story.Id);

        Assert.Equal((2, 1, 1, 0), (without.Counts.Pictures, without.Counts.Open, without.Counts.Approved, without.Counts.ChangesWanted));
        Assert.Equal(["Of the first", "Of the story"], without.Comments.Select(c => c.Text).Order(StringComparer.Ordinal));
        Assert.Equal(said.Images[0], Assert.Single(without.Reviews).ImageId);
        var news = await Reviews.GetNewsAsync(new("local", "Author", StoryRole.Author), _story.Id);
        Assert.Equal((2, 0), (news.Comments.Count, news.Wishes.Count));
        var changes = await Reviews.GetChangesAsync(_story.Id, 0);
        Assert.DoesNotContain(changes, c => c is CommentChanged { Comment.SegmentId: var segment } && segment == _story.Segments[1].Id);
        Assert.DoesNotContain(changes, c => c is ReviewChanged { Review.ImageId: var image } && image == said.Images[1]);

        // And nothing more is said or decided there meanwhile.
        await Assert.ThrowsAsync<NotFoundException>(() => Reviews.DecideAsync(Ben, said.Images[1], 1, DecisionKind.Approved, null));
        await Assert.ThrowsAsync<NotFoundException>(() => Reviews.WithdrawAsync(Anna, said.Images[1]));
        await Assert.ThrowsAsync<NotFoundException>(() => Reviews.EditAsync(Anna, said.OnPicture, "Other words"));
        await Assert.ThrowsAsync<NotFoundException>(() => Reviews.StoryOfCommentAsync(said.OnText));
        await Assert.ThrowsAsync<InvalidInputException>(() => Reviews.SayAsync(Ben, _story.Id, new() { Text = "Too late", ParentId = said.OnText }));
        await Assert.ThrowsAsync<InvalidInputException>(() => Reviews.SayAsync(Ben, _story.Id, new() { Text = "Too late", ImageId = said.Images[1] }));
        await Assert.ThrowsAsync<InvalidInputException>(() => Reviews.SayAsync(Ben, _story.Id, new() { Text = "Too late", SegmentId = _story.Segments[1].Id }));

        await Editor.UndoAsync(_story.Id);
        await AgainAsync();
        var back = await Reviews.GetAsync(_story.Id);

        Assert.Equal(before.Counts, back.Counts);
        Assert.Equal(before.Comments, back.Comments);
        Assert.Equal(before.Reviews.SelectMany(r => r.Decisions), back.Reviews.SelectMany(r => r.Decisions));
        Assert.Equal(ReviewStatus.Approved, (await Reviews.DecideAsync(Anna, said.Images[1], 1, DecisionKind.Approved, null)).Status);

        Task AgainAsync() => restarted ? _studio.RestartAsync() : Task.CompletedTask;
    }

    private async Task<(IReadOnlyList<string> Images, string OnText, string OnPicture)> TalkAsync()
    {
        List<string> images = [.. (await _studio.Illustrator.GetSnapshotAsync(_story.Id)).Images.Select(i => i.Id)];
        await Reviews.SayAsync(Anna, _story.Id, new() { Text = "Of the story" });
        await Reviews.SayAsync(Anna, _story.Id, new() { Text = "Of the first", SegmentId = _story.Segments[0].Id });
        var onText = await Reviews.SayAsync(Anna, _story.Id, new() { Text = "Of the second", SegmentId = _story.Segments[1].Id });
        await Reviews.SayAsync(Ben, _story.Id, new() { Text = "I think so too", ParentId = onText.Id });
        var onPicture = await Reviews.SayAsync(Anna, _story.Id, new() { Text = "Her hat", ImageId = images[1], X = 0.5, Y = 0.5 });
        await Reviews.DecideAsync(Ben, images[0], 1, DecisionKind.Approved, null);
        await Reviews.DecideAsync(Anna, images[1], 1, DecisionKind.ChangesWanted, "Another hat");
        return (images, onText.Id, onPicture.Id);
    }
}
