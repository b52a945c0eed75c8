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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Segment_ThatIsJoinedToAnother_TakesWhatIsSaidOfItsWordsAlong_AndHasItAgainWhenThatIsUndone(bool restarted)
    {
        var (first, second) = (_story.Segments[0].Id, _story.Segments[1].Id);
        var said = await TalkAsync();
        await Reviews.DeleteAsync(Anna, (await Reviews.SayAsync(Anna, _story.Id, new() { Text = "Taken back", SegmentId = second })).Id);
        var seen = (await Reviews.GetAsync(_story.Id)).Version;
        var author = new Actor("local", "Author", StoryRole.Author);
        await Reviews.MarkSeenAsync(author, _story.Id, seen);

        await Editor.JoinAsync(_story.Id, "1.1");
        await AgainAsync();

        Assert.Equal(["I think so too", "Of the first", "Of the second"], await OfAsync(first));
        Assert.Empty(await OfAsync(second));
        Assert.DoesNotContain((await Reviews.GetAsync(_story.Id)).Comments, c => c.Id == said.OnPicture);
        Assert.Equal(2, (await Reviews.GetChangesAsync(_story.Id, seen)).Count(c => c is CommentChanged { Comment: { Deleted: false, SegmentId: var segment } } && segment == first));
        Assert.True((await Reviews.GetNewsAsync(author, _story.Id)).IsEmpty);

        // What is said meanwhile goes where it belongs: an answer with what it answers, and what is said of the joined words stays with them.
        var joined = (await Reviews.GetAsync(_story.Id)).Version;
        await Reviews.SayAsync(Ben, _story.Id, new() { Text = "Still so", ParentId = said.OnText });
        await Reviews.SayAsync(Anna, _story.Id, new() { Text = "Of both", SegmentId = first });
        await Editor.UndoAsync(_story.Id);
        await AgainAsync();

        Assert.Equal(["Of both", "Of the first"], await OfAsync(first));
        Assert.Equal(["I think so too", "Of the second", "Still so"], await OfAsync(second));
        Assert.Contains((await Reviews.GetAsync(_story.Id)).Comments, c => c.Id == said.OnPicture);
        Assert.Contains(await Reviews.GetChangesAsync(_story.Id, joined), c => c is CommentChanged { Comment: { Id: var id, SegmentId: var segment } } && id == said.OnText && segment == second);
        Assert.Equal(["Of both", "Still so"], (await Reviews.GetNewsAsync(author, _story.Id)).Comments.Select(c => c.Text).Order(StringComparer.Ordinal));

        await Reviews.SayAsync(Anna, _story.Id, new() { Text = "And of the second", SegmentId = second });
        await Editor.RedoAsync(_story.Id);
        await AgainAsync();
        Assert.Equal(["And of the second", "I think so too", "Of both", "Of the first", "Of the second", "Still so"], await OfAsync(first));
        await Editor.UndoAsync(_story.Id);
        Assert.Equal(["And of the second", "I think so too", "Of the second", "Still so"], await OfAsync(second));
        Assert.Equal("Of the second, once more", (await Reviews.EditAsync(Anna, said.OnText, "Of the second, once more")).Text);

        Task AgainAsync() => restarted ? _studio.RestartAsync() : Task.CompletedTask;
    }

    [Fact]
    public async Task Words_ThatAreSplitOff_GoBackWithWhatIsSaidOfThem()
    {
        var whole = _story.Segments[0].Id;
        var made = (await Editor.SplitAsync(_story.Id, "1.1", new(_story.Segments[0].Text.IndexOf(' ', StringComparison.Ordinal)))).Segment!.Id;
        await Reviews.SayAsync(Anna, _story.Id, new() { Text = "Of the half", SegmentId = made });

        await Editor.UndoAsync(_story.Id);
        Assert.Equal(["Of the half"], await OfAsync(whole));
        await Editor.RedoAsync(_story.Id);
        Assert.Equal(["Of the half"], await OfAsync(made));
        Assert.Empty(await OfAsync(whole));
    }

    [Fact]
    public async Task Segments_ThatAreJoinedOneByOne_AreTakenApartWithWhatIsSaidOfEach()
    {
        foreach (var segment in _story.Segments)
        {
            await Reviews.SayAsync(Anna, _story.Id, new() { Text = $"Of {segment.Number}", SegmentId = segment.Id });
        }

        await Editor.JoinAsync(_story.Id, "1.2");
        await Editor.JoinAsync(_story.Id, "1.1");
        Assert.Equal(["Of 1.1", "Of 1.2", "Of 1.3"], await OfAsync(_story.Segments[0].Id));

        await Editor.UndoAsync(_story.Id);
        Assert.Equal(["Of 1.2", "Of 1.3"], await OfAsync(_story.Segments[1].Id));
        await Editor.UndoAsync(_story.Id);
        foreach (var segment in _story.Segments)
        {
            Assert.Equal([$"Of {segment.Number}"], await OfAsync(segment.Id));
        }
    }

    /// <summary>What stands under a segment's words.</summary>
    private async Task<IReadOnlyList<string>> OfAsync(string segment) =>
        [.. (await Reviews.GetAsync(_story.Id)).Comments.Where(c => c.SegmentId == segment && c.ImageId is null).Select(c => c.Text).Order(StringComparer.Ordinal)];

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
