using System.Text.Json;
using Xunit;

namespace StoryStudio.Tests.Processes;

/// <summary>That a broken promise is seen where one is looked for.</summary>
public sealed class PromisesKeptTests
{
    private static readonly KillRun.Result Kept = new()
    {
        Seed = 1,
        Kills = 2,
        Images = 10,
        Lost = 0,
        Torn = 0,
        Strays = 0,
        Calls = 13,
        Charges = 10,
        InFlightAtKills = 3,
        Integrity = "ok",
    };

    [Fact]
    public void KillRun_OfWhichAnythingIsAmiss_DidNotKeepItsPromise()
    {
        Assert.True(Kept.IsKept);
        Assert.All(
            [
                Kept with { Lost = 1 },
                Kept with { Torn = 1 },
                Kept with { Strays = 1 },
                Kept with { Charges = 11 },
                Kept with { Calls = 14 },
                Kept with { Integrity = "row 3 missing from index" },
            ],
            result => Assert.False(result.IsKept));
    }

    [Fact]
    public void FinalEvents_OfOneEndToldTwice_AreOne_AndOfTwoEndsOrNone_AreAViolation()
    {
        var events = new FinalEvents();
        Tell(events, "a", "in_progress", 1);
        Tell(events, "a", "failed", 2, nextAttemptAt: "2026-01-01T12:00:00Z");
        Tell(events, "a", "completed", 3);
        Tell(events, "a", "completed", 3);
        Tell(events, "b", "failed", 5);

        Assert.Empty(events.Violations(images: 2));
        Assert.Equal(["the end of 2 images was told, where there are 3"], events.Violations(images: 3));

        Tell(events, "b", "completed", 7);
        Assert.Equal(["image b was final at versions 5, 7"], events.Violations(images: 2));
    }

    private static void Tell(FinalEvents events, string id, string status, long version, string? nextAttemptAt = null) =>
        events.Note(JsonSerializer.SerializeToElement(new { id, status, version, nextAttemptAt }));
}
