using StoryStudio.Core.Generation;
using StoryStudio.Tests.Components.Pictures;
using StoryStudio.Web.Live;
using Xunit;

namespace StoryStudio.Tests.Live;

public sealed class WatchedStoryTests
{
    private readonly WatchedStory _story = new("story");

    [Fact]
    public void Run_ThatIsActive_IsNotHiddenByWhatComesLateOfAnother()
    {
        _story.Apply(Run("later", RunStatus.Running, version: 10));

        _story.Apply(Run("earlier", RunStatus.Cancelled, version: 11));
        Assert.Equal(("later", 10L), Shown);
        _story.Apply(Run("later", RunStatus.Completed, version: 12));
        Assert.Equal(("later", 12L), Shown);
        _story.Apply(Run("later", RunStatus.Running, version: 11));
        Assert.Equal(("later", 12L), Shown);
    }

    [Fact]
    public void Run_ThatIsTakenUpAgain_TakesThePlaceOfALaterOneThatHasEnded()
    {
        _story.Apply(Run("later", RunStatus.Completed, version: 10));

        _story.Apply(Run("earlier", RunStatus.Running, version: 12));
        Assert.Equal(("earlier", 12L), Shown);
        _story.Apply(Run("later", RunStatus.Completed, version: 11));
        Assert.Equal(("earlier", 12L), Shown);
    }

    [Fact]
    public void Run_ThatEndedLast_IsNotHiddenByWhatComesLateOfAnEarlierOne()
    {
        _story.Apply(Run("later", RunStatus.Completed, version: 10) with { FinishedAt = DateTimeOffset.UnixEpoch.AddMinutes(2) });

        _story.Apply(Run("earlier", RunStatus.Cancelled, version: 11) with { FinishedAt = DateTimeOffset.UnixEpoch.AddMinutes(1) });
        Assert.Equal(("later", 10L), Shown);
        _story.Apply(Run("earlier", RunStatus.Completed, version: 12) with { FinishedAt = DateTimeOffset.UnixEpoch.AddMinutes(3) });
        Assert.Equal(("earlier", 12L), Shown);
    }

    [Fact]
    public void Snapshot_SaysWhichRunItIs_WhereTheEndOfAnotherWasMissed()
    {
        _story.Apply(Run("earlier", RunStatus.Running, version: 10));

        _story.Apply(Snapshot(Run("later", RunStatus.Completed, version: 8), version: 9));
        Assert.Equal(("earlier", 10L), Shown);
        _story.Apply(Snapshot(Run("later", RunStatus.Completed, version: 8), version: 11));
        Assert.Equal(("later", 8L), Shown);
    }

    [Fact]
    public void Run_ThatIsPausedOrResumed_IsToldToThePicturesThatWaitInIt()
    {
        List<string> told = [];
        foreach (var (segment, status, run) in ((string, ImageStatus, string?)[])[("waits", ImageStatus.Pending, "run"), ("done", ImageStatus.Completed, "run"), ("works", ImageStatus.InProgress, "run"), ("alone", ImageStatus.Pending, null)])
        {
            _story.Apply(Fixture.Of(status, segment) with { RunId = run });
            _story.OnImage(segment, "clear", () => told.Add(segment));
        }

        _story.OnImages(() => told.Add("any"));
        var revision = _story.Revision;
        _story.Apply(Paused(version: 10, paused: false));
        Assert.Empty(told);
        Assert.Equal(revision, _story.Revision);

        _story.Apply(Paused(version: 11, paused: true));
        Assert.Equal(["waits", "any"], told);
        Assert.NotEqual(revision, _story.Revision);

        _story.Apply(Paused(version: 12, paused: true));
        Assert.Equal(["waits", "any"], told);
        _story.Apply(Paused(version: 13, paused: false));
        Assert.Equal(["waits", "any", "waits", "any"], told);
    }

    private static RunState Paused(long version, bool paused) => Fixture.RunOf(Fixture.Of(ImageStatus.Pending, version: version) with { RunId = "run" }, paused);

    private (string, long) Shown => (_story.Run!.Id, _story.Run.Version);

    private static StorySnapshot Snapshot(RunState run, long version) => new() { StoryId = "story", Version = version, Pending = 0, Images = [], Run = run };

    private static RunState Run(string id, RunStatus status, long version) => new()
    {
        Id = id,
        StoryId = "story",
        Status = status,
        Progress = status is RunStatus.Running ? 50 : 100,
        Total = 2,
        Completed = 1,
        Failed = 0,
        InProgress = 0,
        Pending = 0,
        Cancelled = 0,
        UseCharacterConsistency = false,
        Styles = new Dictionary<string, StyleProgress>(StringComparer.Ordinal),
        StartedAt = DateTimeOffset.UnixEpoch,
        Version = version,
    };
}
