using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Live;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Reviews;

public sealed class CommentTests : IAsyncLifetime
{
    private static readonly Actor Anna = new("anna", "Anna", StoryRole.Comment);
    private static readonly Actor Ben = new("ben", "Ben", StoryRole.Decide);
    private static readonly Actor Looker = new("lea", "Lea", StoryRole.Look);

    private Studio _studio = null!;
    private StoryDetails _story = null!;

    private IReviews Reviews => _studio.Services.GetRequiredService<IReviews>();

    public async Task InitializeAsync()
    {
        _studio = await Studio.StartAsync();
        _story = await _studio.CreateStoryAsync(2);
        await _studio.Illustrator.StartAsync(_story.Id, new());
        await _studio.UntilFinishedAsync(_story.Id);
    }

    public Task DisposeAsync() => _studio.DisposeAsync().AsTask();

    [Fact]
    public async Task Comment_ThatTheAuthorTookAway_IsPutBackByTheAuthorAlone_AndOnesOwnByOneself()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(1);
        var reviews = studio.Services.GetRequiredService<IReviews>();
        var guest = new Actor("anna", "Anna", StoryRole.Comment);
        var said = await reviews.SayAsync(guest, story.Id, new() { Text = "Her hat" });

        await reviews.DeleteAsync(guest, said.Id);
        Assert.False((await reviews.RestoreAsync(guest, said.Id)).Deleted);
        await reviews.DeleteAsync(Actor.Local, said.Id);
        await Assert.ThrowsAsync<ForbiddenException>(() => reviews.RestoreAsync(guest, said.Id));
        Assert.DoesNotContain((await reviews.GetAsync(story.Id)).Comments, c => !c.Deleted);
        Assert.False((await reviews.RestoreAsync(Actor.Local, said.Id)).Deleted);
    }

    [Fact]
    public async Task Comment_OnStorySegmentAndPicture_IsThereInTheOrderOfSaying()
    {
        var image = await ImageAsync();
        await SayAsync(Anna, new() { Text = "Lovely." });
        await SayAsync(Ben, new() { Text = " Slower here.\r\nMuch. ", SegmentId = _story.Segments[1].Id });
        await SayAsync(Anna, new() { Text = "Her hat", ImageId = image, X = 0.25, Y = 1 });

        var said = (await Reviews.GetAsync(_story.Id)).Comments;

        Assert.Equal(["Lovely.", "Slower here.\nMuch.", "Her hat"], said.Select(c => c.Text));
        Assert.Equal([(null, null), (_story.Segments[1].Id, null), (_story.Segments[0].Id, image)], said.Select(c => (c.SegmentId, c.ImageId)));
        Assert.Equal((1, 0.25, 1d), (said[2].PictureVersion, said[2].X, said[2].Y));
        Assert.Equal(new Person("anna", "Anna", false), said[0].Writer);
    }

    [Fact]
    public async Task Comment_OfWhoeverMayOnlyLook_IsRefused()
    {
        await Assert.ThrowsAsync<ForbiddenException>(() => SayAsync(Looker, new() { Text = "Hm." }));
        Assert.Empty((await Reviews.GetAsync(_story.Id)).Comments);
    }

    [Fact]
    public async Task Comment_SentTwiceUnderOneKey_IsOne_AndTheKeysOfOthersAreTheirOwn()
    {
        var first = await SayAsync(Anna, new() { Text = "Once", Key = "k1" });
        var second = await SayAsync(Anna, new() { Text = "Once", Key = "k1" });
        await SayAsync(Ben, new() { Text = "Mine", Key = "k1" });

        Assert.Equal(first, second);
        Assert.Equal(2, (await Reviews.GetAsync(_story.Id)).Comments.Count);
    }

    [Fact]
    public async Task Comments_OfOneGuest_AreSoManyAndNoMore_WhateverTheyDelete_AndOthersGoOn()
    {
        await FillAsync(Anna, ReviewRules.MaxCommentsOfAGuest, deleted: true);

        var full = await Assert.ThrowsAsync<ConflictException>(() => SayAsync(Anna, new() { Text = "One more" }));

        Assert.Equal("too_many_comments", full.Code);
        Assert.Contains("another link", full.Message, StringComparison.Ordinal);
        await SayAsync(Ben, new() { Text = "Mine" });
    }

    [Fact]
    public async Task Comments_OfAStoryThatIsFull_HaveRoomAgain_OnceSomeAreDeleted()
    {
        await FillAsync(Anna, ReviewRules.MaxComments, deleted: false);
        var full = await Assert.ThrowsAsync<ConflictException>(() => SayAsync(Ben, new() { Text = "One more" }));
        Assert.Equal("too_many_comments", full.Code);
        Assert.Contains("delete some", full.Message, StringComparison.Ordinal);

        await using (var db = await _studio.Services.GetRequiredService<IDbContextFactory<StoryDbContext>>().CreateDbContextAsync())
        {
            await db.Comments.Take(1).ExecuteUpdateAsync(set => set.SetProperty(c => c.DeletedAt, DateTimeOffset.UnixEpoch));
        }

        await SayAsync(Ben, new() { Text = "One more" });

        // It is full again, for what is put back as well.
        await using var after = await _studio.Services.GetRequiredService<IDbContextFactory<StoryDbContext>>().CreateDbContextAsync();
        var deleted = await after.Comments.Where(c => c.DeletedAt != null).Select(c => c.Id).SingleAsync();
        Assert.Equal("too_many_comments", (await Assert.ThrowsAsync<ConflictException>(() => Reviews.RestoreAsync(Actor.Local, deleted))).Code);
    }

    [Theory]
    [InlineData("", null, null, null, "text")]
    [InlineData(" \n ", null, null, null, "text")]
    [InlineData("a\0b", null, null, null, "text")]
    [InlineData("ok", "00000000000000000000000000000000", null, null, "imageId")]
    [InlineData("ok", "this", 0.5, null, "y")]
    [InlineData("ok", "this", null, 0.5, "x")]
    [InlineData("ok", "this", 1.01, 0.5, "x")]
    [InlineData("ok", "this", 0.5, -0.01, "y")]
    [InlineData("ok", "this", 0.5, double.NaN, "y")]
    [InlineData("ok", null, 0.5, 0.5, "x")]
    public async Task Comment_ThatBreaksARule_IsRefusedUnderTheFieldsName(string text, string? image, double? x, double? y, string field)
    {
        image = image == "this" ? await ImageAsync() : image;

        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => SayAsync(Anna, new() { Text = text, ImageId = image, X = x, Y = y }));

        Assert.Equal([field], refused.Errors.Keys);
    }

    [Fact]
    public async Task Comment_OfMoreThanFourThousandCharacters_IsRefused_AndOneOfThatManyIsNot()
    {
        await SayAsync(Anna, new() { Text = new string('a', 4_000) });
        await Assert.ThrowsAsync<InvalidInputException>(() => SayAsync(Anna, new() { Text = new string('a', 4_001) }));
    }

    [Fact]
    public async Task Comment_OnAPictureOfAnotherStory_IsRefused()
    {
        var other = await _studio.CreateStoryAsync(1);
        var image = await ImageAsync();

        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => Reviews.SayAsync(Anna, other.Id, new() { Text = "Hm", ImageId = image }));

        Assert.Contains("imageId", refused.Errors.Keys);
    }

    [Fact]
    public async Task Answer_IsAboutWhatItAnswers_AndIsNotAnsweredItself()
    {
        var image = await ImageAsync();
        var asked = await SayAsync(Anna, new() { Text = "Why red?", ImageId = image });
        var answer = await SayAsync(Ben, new() { Text = "It is dusk.", ParentId = asked.Id });

        Assert.Equal((asked.Id, image, asked.SegmentId), (answer.ParentId, answer.ImageId, answer.SegmentId));
        Assert.Contains("parentId", (await Assert.ThrowsAsync<InvalidInputException>(() => SayAsync(Anna, new() { Text = "Ah", ParentId = answer.Id }))).Errors.Keys);
        Assert.Contains("parentId", (await Assert.ThrowsAsync<InvalidInputException>(() => SayAsync(Anna, new() { Text = "Ah", ParentId = Ids.New(DateTimeOffset.UnixEpoch) }))).Errors.Keys);
        Assert.Contains("parentId", (await Assert.ThrowsAsync<InvalidInputException>(() => SayAsync(Anna, new() { Text = "Ah", ParentId = asked.Id, ImageId = image }))).Errors.Keys);
    }

    [Fact]
    public async Task Comment_EditedByItsWriter_SaysSo_AndTheSameWordsChangeNothing()
    {
        var said = await SayAsync(Anna, new() { Text = "Teh hat" });

        var same = await Reviews.EditAsync(Anna, said.Id, " Teh hat ");
        var edited = await Reviews.EditAsync(Anna, said.Id, "The hat");

        Assert.Equal(said, same);
        Assert.Equal("The hat", edited.Text);
        Assert.NotNull(edited.EditedAt);
        Assert.True(edited.Version > said.Version);
        await Assert.ThrowsAsync<ForbiddenException>(() => Reviews.EditAsync(Ben, said.Id, "Mine now"));
        await Assert.ThrowsAsync<ForbiddenException>(() => Reviews.EditAsync(Actor.Local, said.Id, "Mine now"));
    }

    [Fact]
    public async Task Comment_ChangedInAnotherWindowMeanwhile_IsNotWrittenOverUnseen()
    {
        var said = await SayAsync(Anna, new() { Text = "Her hat\nis red" });
        var first = await Reviews.EditAsync(Anna, said.Id, "Her hat is blue", "Her hat\r\nis red ");

        var refused = await Assert.ThrowsAsync<ConflictException>(() => Reviews.EditAsync(Anna, said.Id, "Her hat is green", "Her hat\nis red"));
        var same = await Reviews.EditAsync(Anna, said.Id, "Her hat is blue", "Her hat\nis red");

        Assert.Equal("comment_changed", refused.Code);
        Assert.Equal(first, same);
        Assert.Equal(first, Assert.Single((await Reviews.GetAsync(_story.Id)).Comments));
        Assert.Equal("Her hat is green", (await Reviews.EditAsync(Anna, said.Id, "Her hat is green", "Her hat is blue")).Text);
    }

    [Fact]
    public async Task Comment_IsSettledAndReopenedByItsWriterAndTheAuthor_AndByNobodyElse()
    {
        var said = await SayAsync(Anna, new() { Text = "Her hat" });

        await Assert.ThrowsAsync<ForbiddenException>(() => Reviews.ResolveAsync(Ben, said.Id, resolved: true));
        var settled = await Reviews.ResolveAsync(Actor.Local, said.Id, resolved: true);
        var again = await Reviews.ResolveAsync(Actor.Local, said.Id, resolved: true);
        var open = await Reviews.ResolveAsync(Anna, said.Id, resolved: false);

        Assert.Equal("Author", settled.ResolvedBy);
        Assert.Equal(settled, again);
        Assert.Null(open.ResolvedAt);
        Assert.Null(open.ResolvedBy);
    }

    [Fact]
    public async Task Comment_DeletedWhileAnswersStand_LosesItsWordsAndKeepsItsPlace()
    {
        var asked = await SayAsync(Anna, new() { Text = "Secret" });
        var answer = await SayAsync(Ben, new() { Text = "I see.", ParentId = asked.Id });
        await Assert.ThrowsAsync<ForbiddenException>(() => Reviews.DeleteAsync(Ben, asked.Id));

        await Reviews.DeleteAsync(Anna, asked.Id);
        await Reviews.DeleteAsync(Anna, asked.Id);
        var withAnswer = (await Reviews.GetAsync(_story.Id)).Comments;
        await Reviews.DeleteAsync(Actor.Local, answer.Id);

        Assert.Equal([(true, ""), (false, "I see.")], withAnswer.Select(c => (c.Deleted, c.Text)));
        Assert.Empty((await Reviews.GetAsync(_story.Id)).Comments);
        await Assert.ThrowsAsync<NotFoundException>(() => Reviews.EditAsync(Anna, asked.Id, "Back"));
    }

    [Fact]
    public async Task Comment_PutBack_HasItsWordsAndAnswersAndHowItStoodAgain_ForWhoeverMayDeleteIt()
    {
        var asked = await SayAsync(Anna, new() { Text = "Her hat", ImageId = await ImageAsync(), X = 0.25, Y = 0.5 });
        await SayAsync(Ben, new() { Text = "Red", ParentId = asked.Id });
        var settled = await Reviews.ResolveAsync(Anna, asked.Id, true);
        await Reviews.DeleteAsync(Actor.Local, asked.Id);
        using var subscription = _studio.Changes.Subscribe(_story.Id);
        await Assert.ThrowsAsync<ForbiddenException>(() => Reviews.RestoreAsync(Ben, asked.Id));
        await Assert.ThrowsAsync<ForbiddenException>(() => Reviews.RestoreAsync(Looker, asked.Id));
        await Assert.ThrowsAsync<NotFoundException>(() => Reviews.RestoreAsync(Actor.Local, Ids.New(_studio.Clock.GetUtcNow())));

        var back = await Reviews.RestoreAsync(Actor.Local, asked.Id);
        var again = await Reviews.RestoreAsync(Anna, asked.Id);

        Assert.Equal(settled with { Version = back.Version }, back);
        Assert.Equal(back, again);
        Assert.True(back.Version > settled.Version);
        Assert.Equal(["Her hat", "Red"], (await Reviews.GetAsync(_story.Id)).Comments.Select(c => c.Text));
        using var patience = new CancellationTokenSource(Studio.Patience);
        await using var batches = subscription.ReadAllAsync(patience.Token).GetAsyncEnumerator(patience.Token);
        Assert.True(await batches.MoveNextAsync());
        Assert.Equal(back, Assert.IsType<CommentChanged>(Assert.Single(batches.Current)).Comment);
    }

    [Fact]
    public async Task Answer_PutBackUnderACommentThatStaysDeleted_BringsItsPlaceAlong()
    {
        var asked = await SayAsync(Anna, new() { Text = "Secret" });
        var answer = await SayAsync(Ben, new() { Text = "I see.", ParentId = asked.Id });
        await Reviews.DeleteAsync(Anna, asked.Id);
        await Reviews.DeleteAsync(Ben, answer.Id);
        var version = (await Reviews.GetAsync(_story.Id)).Version;

        await Reviews.RestoreAsync(Ben, answer.Id);

        Assert.Equal([(true, ""), (false, "I see.")], (await Reviews.GetAsync(_story.Id)).Comments.Select(c => (c.Deleted, c.Text)));
        var told = (await Reviews.GetChangesAsync(_story.Id, version)).Cast<CommentChanged>().Select(c => c.Comment.Id);
        Assert.Equal([asked.Id, answer.Id], told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Comment_IsToldToWhoeverListensAfterItsCommit()
    {
        using var subscription = _studio.Changes.Subscribe(_story.Id);
        using var patience = new CancellationTokenSource(Studio.Patience);

        var said = await SayAsync(Anna, new() { Text = "Her hat" });

        await using var batches = subscription.ReadAllAsync(patience.Token).GetAsyncEnumerator(patience.Token);
        Assert.True(await batches.MoveNextAsync());
        Assert.Equal(said, Assert.IsType<CommentChanged>(Assert.Single(batches.Current)).Comment);
        Assert.Equal(said.Version, (await _studio.Library.GetAsync(_story.Id)).Version);
    }

    [Fact]
    public async Task News_IsWhatOthersSaidSinceTheLastLook_AndIsKeptForEachPerson()
    {
        await SayAsync(Anna, new() { Text = "One" });
        await SayAsync(Actor.Local, new() { Text = "My own" });
        var news = await Reviews.GetNewsAsync(Actor.Local, _story.Id);
        Assert.Equal(["One"], news.Comments.Select(c => c.Text));

        await Reviews.MarkSeenAsync(Actor.Local, _story.Id, news.Version);
        await SayAsync(Ben, new() { Text = "Two" });
        await _studio.RestartAsync();

        Assert.Equal(["Two"], (await Reviews.GetNewsAsync(Actor.Local, _story.Id)).Comments.Select(c => c.Text));
        Assert.Equal(["One", "My own"], (await Reviews.GetNewsAsync(Ben, _story.Id)).Comments.Select(c => c.Text));

        // A page that was asleep tells of an older look: what was seen since stays seen.
        await Reviews.MarkSeenAsync(Actor.Local, _story.Id, long.MaxValue);
        await Reviews.MarkSeenAsync(Actor.Local, _story.Id, news.Version);
        Assert.True((await Reviews.GetNewsAsync(Actor.Local, _story.Id)).IsEmpty);
        await SayAsync(Ben, new() { Text = "Three" });
        Assert.Equal(["Three"], (await Reviews.GetNewsAsync(Actor.Local, _story.Id)).Comments.Select(c => c.Text));
    }

    [Fact]
    public async Task Story_SweptAway_TakesWhatWasSaidOfItAlong()
    {
        await SayAsync(Anna, new() { Text = "One" });
        await Reviews.MarkSeenAsync(Anna, _story.Id, 1);
        await using var db = _studio.OpenDatabase();
        await db.Stories.Where(s => s.Id == _story.Id).ExecuteDeleteAsync();

        Assert.Equal((0, 0), (await db.Comments.CountAsync(), await db.ReviewVisits.CountAsync()));
    }

    private async Task FillAsync(Actor writer, int comments, bool deleted)
    {
        await using var db = await _studio.Services.GetRequiredService<IDbContextFactory<StoryDbContext>>().CreateDbContextAsync();
        var now = DateTimeOffset.UnixEpoch;
        db.Comments.AddRange(Enumerable.Range(0, comments).Select(_ => new Comment
        {
            Id = Ids.New(now),
            StoryId = _story.Id,
            Text = "Filled",
            WriterId = writer.Id,
            WriterName = writer.Name,
            ByAuthor = false,
            CreatedAt = now,
            DeletedAt = deleted ? now : null,
        }));
        await db.SaveChangesAsync();
    }

    private Task<CommentState> SayAsync(Actor actor, NewComment comment)
    {
        _studio.Clock.Advance(TimeSpan.FromSeconds(1));
        return Reviews.SayAsync(actor, _story.Id, comment);
    }

    private async Task<string> ImageAsync() => (await _studio.Illustrator.GetSnapshotAsync(_story.Id)).Images[0].Id;
}
