using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Tests.Components.Pictures;
using StoryStudio.Tests.Components.Runs;
using StoryStudio.Web.Components.Stories;
using Xunit;

namespace StoryStudio.Tests.Components.Stories;

public sealed class PictureSieveTests : IAsyncDisposable
{
    private readonly ScriptedView _view = new();

    public ValueTask DisposeAsync() => _view.DisposeAsync();

    [Fact]
    public void Pictures_AreCountedByHowTheyStand()
    {
        Put("s1", "clear", i => i with { Url = "/1.svg", ChosenVersion = 2, Status = ImageStatus.Completed });
        Put("s1", "ink", i => i with { Status = ImageStatus.Failed });
        Put("s2", "clear", i => i with { Url = "/2.svg", ChosenVersion = 1, Status = ImageStatus.Completed, Stale = new("text", "The words changed.") });
        Put("s2", "ink", i => i with { Status = ImageStatus.Pending });
        Decide("s1-clear", 2, ReviewStatus.Approved);

        // What failed and has no picture is not drawn either.
        Assert.Equal(new PictureCounts(ChangesWanted: 0, Undecided: 1, Approved: 1, Failed: 1, Stale: 1, Missing: 1), Count());
        Assert.True(Holds("s1", PictureKind.Approved));
        Assert.True(Holds("s1", PictureKind.Failed));
        Assert.False(Holds("s2", PictureKind.Missing));
    }

    [Fact]
    public void Decision_OfAnEarlierVersion_NoLongerCounts()
    {
        Put("s1", "clear", i => i with { Url = "/1.svg", ChosenVersion = 1, Status = ImageStatus.Completed });
        Decide("s1-clear", 1, ReviewStatus.ChangesWanted);
        Assert.True(Holds("s1", PictureKind.ChangesWanted));

        Put("s1", "clear", i => i with { Url = "/2.svg", ChosenVersion = 2, Status = ImageStatus.Completed });

        Assert.False(Holds("s1", PictureKind.ChangesWanted));
        Assert.True(Holds("s1", PictureKind.Undecided));
    }

    [Fact]
    public void Picture_ThatGoesAgainByItself_IsNeitherFailedNorMissing()
    {
        Put("s1", "clear", i => i with { Status = ImageStatus.Failed, NextAttemptAt = DateTimeOffset.UnixEpoch });
        Put("s1", "ink", i => i with { Status = ImageStatus.InProgress });

        Assert.False(Holds("s1", PictureKind.Failed));
        Assert.False(Holds("s1", PictureKind.Missing));
        Put("s1", "ink", i => i with { Status = ImageStatus.Cancelled });
        Assert.True(Holds("s1", PictureKind.Missing));
    }

    [Fact]
    public void Picture_ThatIsThere_AlthoughAnotherWasCancelled_IsWhatItIs()
    {
        Put("s1", "clear", i => i with { Status = ImageStatus.Cancelled, Url = "/1.svg", ChosenVersion = 1, Stale = new("text", "The words changed.") });
        Put("s1", "ink", i => i with { Status = ImageStatus.Cancelled, Url = "/2.svg", ChosenVersion = 1 });
        Put("s2", "clear", i => i);
        Put("s2", "ink", i => i with { Status = ImageStatus.Cancelled });

        Assert.Equal(new PictureCounts(ChangesWanted: 0, Undecided: 2, Approved: 0, Failed: 0, Stale: 1, Missing: 1), Count());
    }

    [Fact]
    public void Picture_FromBeforeAChange_ThatIsBeingDrawnAgain_IsCountedNoMore()
    {
        var story = LiveReviewTests.Story();
        foreach (var status in new[] { ImageStatus.Pending, ImageStatus.InProgress, ImageStatus.Completed })
        {
            Put("s1", "clear", i => i with { Url = "/1.svg", ChosenVersion = 1, Status = status, Stale = new("text", "The words changed.") });

            Assert.Equal(status is ImageStatus.Completed, Holds("s1", PictureKind.Stale));
            Assert.Equal(status is ImageStatus.Completed ? 1 : 0, StoryTally.Of(_view, story).Stale.Count);
        }
    }

    private PictureCounts Count() => PictureSieve.Count(_view, LiveReviewTests.Story().Segments, LiveReviewTests.Story().Styles);

    private bool Holds(string segment, PictureKind kind) => PictureSieve.Holds(_view, segment, LiveReviewTests.Story().Styles, kind);

    private void Put(string segment, string style, Func<ImageState, ImageState> how) => _view.Change(how(Fixture.Of(ImageStatus.Completed, segment, style)));

    private void Decide(string imageId, int version, ReviewStatus status) => _view.Reviews.Apply(new ReviewState
    {
        ImageId = imageId, StoryId = "story", Number = "1.1", Style = "clear", PictureVersion = version, Status = status, Decisions = [], Version = 5,
    });
}
