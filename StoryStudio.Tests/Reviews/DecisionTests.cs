using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Reviews;

public sealed class DecisionTests : IAsyncLifetime
{
    private static readonly Actor Anna = new("anna", "Anna", StoryRole.Decide);
    private static readonly Actor Ben = new("ben", "Ben", StoryRole.Decide);
    private static readonly Actor Commenter = new("cara", "Cara", StoryRole.Comment);

    private Studio _studio = null!;
    private StoryDetails _story = null!;
    private string _image = "";

    private IReviews Reviews => _studio.Services.GetRequiredService<IReviews>();

    public async Task InitializeAsync()
    {
        _studio = await Studio.StartAsync();
        _story = await _studio.CreateStoryAsync(2);
        await _studio.Illustrator.StartAsync(_story.Id, new());
        _image = (await _studio.UntilFinishedAsync(_story.Id)).Images[0].Id;
    }

    public Task DisposeAsync() => _studio.DisposeAsync().AsTask();

    [Fact]
    public async Task Decision_TakesARoleThatMayDecide_AReasonForChanges_AndAPicture()
    {
        await Assert.ThrowsAsync<ForbiddenException>(() => ApproveAsync(Commenter));
        Assert.Equal(["reason"], (await Assert.ThrowsAsync<InvalidInputException>(() => WantAsync(Anna, " "))).Errors.Keys);
        Assert.Equal(["reason"], (await Assert.ThrowsAsync<InvalidInputException>(() => WantAsync(Anna, new string('a', Decision.MaxReasonLength + 1)))).Errors.Keys);
        Assert.Equal(["version"], (await Assert.ThrowsAsync<InvalidInputException>(() => Reviews.DecideAsync(Anna, _image, 7, DecisionKind.Approved, null))).Errors.Keys);
        await Assert.ThrowsAsync<NotFoundException>(() => Reviews.DecideAsync(Anna, Ids.New(DateTimeOffset.UnixEpoch), 1, DecisionKind.Approved, null));
        Assert.Empty((await Reviews.GetAsync(_story.Id)).Reviews);
    }

    [Fact]
    public async Task Decisions_OfSeveral_StandAsTheStrictestOfTheirLastWords()
    {
        Assert.Equal(ReviewStatus.Approved, (await ApproveAsync(Anna)).Status);
        Assert.Equal(ReviewStatus.ChangesWanted, (await WantAsync(Ben, "Closer")).Status);
        Assert.Equal(new(2, 1, 0, 1), (await Reviews.GetAsync(_story.Id)).Counts);

        var both = await ApproveAsync(Ben);

        Assert.Equal(ReviewStatus.Approved, both.Status);
        Assert.Equal(["Anna", "Ben"], both.Decisions.Select(d => d.Person.Name).Order(StringComparer.Ordinal));
        Assert.All(both.Decisions, d => Assert.Null(d.Reason));
        Assert.Equal(new(2, 1, 1, 0), (await Reviews.GetAsync(_story.Id)).Counts);
    }

    [Fact]
    public async Task Decision_MadeTwice_IsOne_AndOneTakenBackIsNone()
    {
        var first = await WantAsync(Anna, "Closer");
        var second = await WantAsync(Anna, "Closer");
        Assert.Equal(first.Version, second.Version);

        var back = await Reviews.WithdrawAsync(Anna, _image);
        var again = await Reviews.WithdrawAsync(Anna, _image);

        Assert.Equal((ReviewStatus.Open, 0), (back.Status, back.Decisions.Count));
        Assert.Equal(back.Version, again.Version);
        Assert.Equal(new(2, 2, 0, 0), (await Reviews.GetAsync(_story.Id)).Counts);
        Assert.Equal(ReviewStatus.ChangesWanted, (await WantAsync(Anna, "Closer")).Status);
    }

    [Fact]
    public async Task Decision_OnAVersionThatIsNoLongerShown_IsRefused_AndANewVersionAsksAgain()
    {
        await ApproveAsync(Anna);
        using var subscription = _studio.Changes.Subscribe(_story.Id);

        await RedrawAsync();

        var asked = Assert.Single((await Reviews.GetAsync(_story.Id)).Reviews);
        Assert.Equal((ReviewStatus.Open, 2), (asked.Status, asked.PictureVersion));
        Assert.Equal((1, false), (Assert.Single(asked.Decisions).PictureVersion, asked.Decisions[0].Current));
        Assert.Equal("version_superseded", (await Assert.ThrowsAsync<ConflictException>(() => ApproveAsync(Ben))).Code);
        Assert.Contains(await DrainAsync(subscription), c => c is ReviewChanged { Review: { Status: ReviewStatus.Open, PictureVersion: 2 } });

        await _studio.Illustrator.ChooseAsync(_image, 1);
        Assert.Equal(ReviewStatus.Approved, Assert.Single((await Reviews.GetAsync(_story.Id)).Reviews).Status);
    }

    [Fact]
    public async Task Wish_TakenUpByTheAuthor_IsTheNextVersionsInstruction()
    {
        await WantAsync(Anna, "Closer, and in the rain");
        await Assert.ThrowsAsync<ForbiddenException>(() => Reviews.TakeUpAsync(Anna, _image, "anna"));
        await Assert.ThrowsAsync<ConflictException>(() => Reviews.TakeUpAsync(Actor.Local, _image, "ben"));

        await Reviews.TakeUpAsync(Actor.Local, _image, "anna");

        var state = await _studio.UntilAsync(_story.Id, s => s.Images[0] is { ChosenVersion: 2, Status: ImageStatus.Completed });
        Assert.Contains("Closer, and in the rain", (await _studio.Illustrator.GetVersionsAsync(_image))[1].Prompt, StringComparison.Ordinal);
        var review = Assert.Single((await Reviews.GetAsync(_story.Id)).Reviews);
        Assert.Equal(ReviewStatus.Open, review.Status);
        Assert.NotNull(Assert.Single(review.Decisions).TakenUpAt);
        Assert.Equal(0, state.Pending);
    }

    /// <summary>As of somebody who opened the link on a second device, and is another person there.</summary>
    [Fact]
    public async Task Wish_ThatTheAuthorSetsAside_StandsInNobodysWay_AndCanStandAgain()
    {
        await WantAsync(Anna, "Closer");
        Assert.Equal(ReviewStatus.ChangesWanted, (await ApproveAsync(Ben)).Status);
        await Assert.ThrowsAsync<ForbiddenException>(() => Reviews.SetAsideAsync(Ben, _image, "anna", 1));

        var review = await Reviews.SetAsideAsync(Actor.Local, _image, "anna", 1);
        Assert.Equal((ReviewStatus.Approved, "ben"), (review.Status, Assert.Single(review.Decisions).Person.Id));
        Assert.Equal((LockReason.Approved, Ben.Name), ((await ImageAsync()).Lock!.Reason, (await ImageAsync()).Lock!.By));
        Assert.Equal(ReviewStatus.Approved, (await Reviews.SetAsideAsync(Actor.Local, _image, "ben", 1)).Status);

        Assert.Equal(ReviewStatus.ChangesWanted, (await Reviews.SetAsideAsync(Actor.Local, _image, "anna", 1, aside: false)).Status);
        Assert.Null((await ImageAsync()).Lock);
    }

    [Fact]
    public async Task Picture_IsLockedForAsLongAsItIsApproved_AndALockOfTheAuthorsOwnStays()
    {
        await ApproveAsync(Anna);
        Assert.Equal((LockReason.Approved, "Anna"), ((await ImageAsync()).Lock!.Reason, (await ImageAsync()).Lock!.By));
        await _studio.Illustrator.StartAsync(_story.Id, new() { OnlyMissing = false });
        await _studio.UntilFinishedAsync(_story.Id);
        Assert.Equal(1, (await ImageAsync()).ChosenVersion);

        await WantAsync(Ben, "Closer");
        Assert.Null((await ImageAsync()).Lock);
        await _studio.Services.GetRequiredService<IPictureDesk>().LockAsync(Actor.Local, _image);
        await ApproveAsync(Ben);
        await Reviews.WithdrawAsync(Anna, _image);
        await Reviews.WithdrawAsync(Ben, _image);
        Assert.Equal(LockReason.Author, (await ImageAsync()).Lock!.Reason);
    }

    [Fact]
    public async Task ApprovedPicture_ThatIsShownAgainAfterAnother_IsLockedAgain()
    {
        await ApproveAsync(Anna);
        await RedrawAsync();
        Assert.Null((await ImageAsync()).Lock);

        Assert.Equal((LockReason.Approved, "Anna"), (await _studio.Illustrator.ChooseAsync(_image, 1)) is { Lock: { } held } ? (held.Reason, held.By) : default);
        await _studio.Illustrator.StartAsync(_story.Id, new() { OnlyMissing = false });
        await _studio.UntilFinishedAsync(_story.Id);

        Assert.Equal((1, LockReason.Approved), ((await ImageAsync()).ChosenVersion, (await ImageAsync()).Lock?.Reason));
        Assert.Equal(ReviewStatus.Open, (await Reviews.WithdrawAsync(Anna, _image)).Status);
        Assert.Null((await ImageAsync()).Lock);
    }

    [Fact]
    public async Task Counts_AreOfTheStylesThatTheStoryIsDrawnIn()
    {
        var story = (await _studio.Library.CreateAsync(new() { Title = "Two", Segments = [new() { Text = "One." }], Styles = ["illustration", "clear"] })).Id;
        await _studio.Illustrator.StartAsync(story, new());
        var clear = (await _studio.UntilFinishedAsync(story)).Images.Single(i => i.Style == "clear");
        await Reviews.DecideAsync(Anna, clear.Id, 1, DecisionKind.Approved, null);
        Assert.Equal(new(2, 1, 1, 0), (await Reviews.GetAsync(story)).Counts);

        await _studio.Library.UpdateAsync(story, new() { Styles = ["illustration"] });
        Assert.Equal(new(1, 1, 0, 0), (await Reviews.GetAsync(story)).Counts);

        await _studio.Library.UpdateAsync(story, new() { Styles = ["illustration", "clear"] });
        Assert.Equal(new(2, 1, 1, 0), (await Reviews.GetAsync(story)).Counts);
    }

    [Fact]
    public async Task News_HoldsWishesOfOthersUntilTheyAreSeenTakenUpOrOvertaken()
    {
        await WantAsync(Anna, "Closer");
        await ApproveAsync(Ben);
        var news = await Reviews.GetNewsAsync(Actor.Local, _story.Id);
        Assert.Equal([_image], news.Wishes.Select(w => w.ImageId));
        Assert.Empty((await Reviews.GetNewsAsync(Anna, _story.Id)).Wishes);

        await RedrawAsync();
        Assert.Empty((await Reviews.GetNewsAsync(Actor.Local, _story.Id)).Wishes);
    }

    [Fact]
    public async Task Decision_WhileARunGoesOn_DisturbsNothing()
    {
        var gate = new TaskCompletionSource();
        _studio.Provider.Script = async (request, destination, _, token) =>
        {
            await gate.Task.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        await _studio.Illustrator.StartAsync(_story.Id, new() { OnlyMissing = false });
        await _studio.UntilAsync(_story.Id, s => s.Images.Any(i => i.Status is ImageStatus.InProgress));

        await WantAsync(Anna, "Closer");
        await ApproveAsync(Ben);
        gate.SetResult();

        var finished = await _studio.UntilFinishedAsync(_story.Id);
        Assert.Equal((RunStatus.Completed, 2, 0), (finished.Run!.Status, finished.Run.Completed, finished.Run.Failed));
        Assert.All(finished.Images, i => Assert.Equal((2, 1), (i.ChosenVersion, i.Attempt)));
    }

    [Fact]
    public async Task Decisions_OfManyAtOnce_AreAllCounted()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => ApproveAsync(new($"p{i}", $"P {i}", StoryRole.Decide))));

        Assert.Equal(50, Assert.Single((await Reviews.GetAsync(_story.Id)).Reviews).Decisions.Count);
    }

    private Task<ReviewState> ApproveAsync(Actor actor) => Reviews.DecideAsync(actor, _image, 1, DecisionKind.Approved, null);

    private Task<ReviewState> WantAsync(Actor actor, string reason) => Reviews.DecideAsync(actor, _image, 1, DecisionKind.ChangesWanted, reason);

    private async Task<ImageState> ImageAsync() => (await _studio.Illustrator.GetSnapshotAsync(_story.Id)).Images[0];

    private async Task RedrawAsync()
    {
        await _studio.Services.GetRequiredService<IPictureDesk>().UnlockAsync(Actor.Local, _image);
        await _studio.Illustrator.RegenerateAsync(_image, null, null);
        await _studio.UntilAsync(_story.Id, s => s.Images[0] is { ChosenVersion: 2, Status: ImageStatus.Completed });
    }

    private static async Task<IReadOnlyList<StoryChange>> DrainAsync(StorySubscription subscription)
    {
        using var patience = new CancellationTokenSource(Studio.Patience);
        await foreach (var batch in subscription.ReadAllAsync(patience.Token))
        {
            return batch;
        }

        return [];
    }
}
