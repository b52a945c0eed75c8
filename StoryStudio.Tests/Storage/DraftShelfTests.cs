using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Storage;

public sealed class DraftShelfTests
{
    private static readonly string One = Ids.New(DateTimeOffset.UnixEpoch);
    private static readonly string Other = Ids.New(DateTimeOffset.UnixEpoch.AddDays(1));

    [Fact]
    public async Task Draft_SurvivesARestart_WithWhatWasDoneToIt()
    {
        await using var studio = await Studio.StartAsync();
        await Shelf(studio).KeepTextAsync(One, null, "# The owl\n\nIt was night.");
        await Shelf(studio).KeepWorkAsync(One, "Owls", DraftStep.Cast, "{}");
        await studio.RestartAsync();

        var draft = await Shelf(studio).GetAsync(One);

        Assert.Equal(("Owls", "# The owl\n\nIt was night.", DraftStep.Cast, "{}"), (draft.Title, draft.Text, draft.Step, draft.Work));
        Assert.Equal("Owls", Assert.Single(await Shelf(studio).ListAsync()).Title);
    }

    [Fact]
    public async Task Text_ThatIsAnother_StandsAtItsFirstStepAgain_AndWhatWasChosenStays()
    {
        await using var studio = await Studio.StartAsync();
        await Shelf(studio).KeepTextAsync(One, "Owls", "Night.");
        await Shelf(studio).KeepWorkAsync(One, "Owls", DraftStep.Styles, "{}");

        await Shelf(studio).KeepTextAsync(One, null, "Night.");
        Assert.Equal((DraftStep.Styles, "{}", "Owls"), (await Shelf(studio).GetAsync(One)) is { } same ? (same.Step, same.Work, same.Title) : default);
        await Shelf(studio).KeepTextAsync(One, null, "Day.");
        Assert.Equal((DraftStep.Text, "{}"), (await Shelf(studio).GetAsync(One)) is { } another ? (another.Step, another.Work) : default);
    }

    [Fact]
    public async Task Text_ThatWasChangedSinceItWasSeen_IsNotWrittenOver()
    {
        await using var studio = await Studio.StartAsync();
        await Shelf(studio).KeepTextAsync(One, "Owls", "Night.", []);
        await Shelf(studio).KeepTextAsync(One, "Owls", "Late night.", [TextMark.Of("Night.")]);

        var refused = await Assert.ThrowsAsync<ConflictException>(() => Shelf(studio).KeepTextAsync(One, "Owls", "Night and day.", [TextMark.Of("Night.")]));

        Assert.Equal("draft_changed", refused.Code);
        Assert.Equal("Late night.", (await Shelf(studio).GetAsync(One)).Text);
        await Shelf(studio).KeepTextAsync(One, "Owls", "Late night.", []);
        await Shelf(studio).KeepTextAsync(One, "Owls", "Night and day.", [TextMark.Of("Night."), TextMark.Of("Late night.")]);
        Assert.Equal("Night and day.", (await Shelf(studio).GetAsync(One)).Text);
    }

    [Fact]
    public async Task Work_ThatAnotherWindowKeptSince_IsHandedBack_AndNotWrittenOver()
    {
        await using var studio = await Studio.StartAsync();
        await Shelf(studio).KeepTextAsync(One, "Owls", "Night.");
        var known = DraftStand.Of(await Shelf(studio).GetAsync(One));
        Assert.Null(await Shelf(studio).KeepWorkAsync(One, "Owls", DraftStep.Cast, "theirs", known));

        var theirs = await Shelf(studio).KeepWorkAsync(One, "Owls by night", DraftStep.Styles, "mine", known);

        Assert.Equal(new DraftStand("Owls", "Night.", "theirs"), theirs);
        Assert.Equal((DraftStep.Cast, "theirs"), (await Shelf(studio).GetAsync(One)) is { } kept ? (kept.Step, kept.Work) : default);
        Assert.Null(await Shelf(studio).KeepWorkAsync(One, "Owls by night", DraftStep.Styles, "both", theirs));
        Assert.Equal(new DraftStand("Owls by night", "Night.", "both"), DraftStand.Of(await Shelf(studio).GetAsync(One)));
    }

    [Fact]
    public async Task Shelf_ShowsTheNewestFirst_AndABeginningWhereThereIsNoTitle()
    {
        await using var studio = await Studio.StartAsync();
        await Shelf(studio).KeepTextAsync(One, "", "An owl sat there.");
        studio.Clock.Advance(TimeSpan.FromMinutes(1));
        await Shelf(studio).KeepTextAsync(Other, "The fox", "");

        Assert.Equal(["The fox", "An owl sat there."], (await Shelf(studio).ListAsync()).Select(d => d.Title));
    }

    [Fact]
    public async Task Draft_ThrownAway_CanBeBroughtBack_AndIsWrittenOnByNobodyMeanwhile()
    {
        await using var studio = await Studio.StartAsync();
        await Shelf(studio).KeepTextAsync(One, "Owls", "Night.");
        await Shelf(studio).DiscardAsync(One);

        Assert.Empty(await Shelf(studio).ListAsync());
        await Assert.ThrowsAsync<NotFoundException>(() => Shelf(studio).KeepTextAsync(One, "Owls", "Night. More."));
        await Assert.ThrowsAsync<NotFoundException>(() => Shelf(studio).KeepWorkAsync(One, "Owls", DraftStep.Pages, ""));
        await Assert.ThrowsAsync<NotFoundException>(() => Shelf(studio).DiscardAsync(One));
        await Shelf(studio).RestoreAsync(One);
        Assert.Equal("Night.", (await Shelf(studio).GetAsync(One)).Text);
    }

    [Fact]
    public async Task Sweep_TakesWhatNobodyTouchedForAMonth_AndWhatWasThrownAwayAnHourAgo()
    {
        await using var studio = await Studio.StartAsync();
        var third = Ids.New(DateTimeOffset.UnixEpoch.AddDays(2));
        await Shelf(studio).KeepTextAsync(One, "Old", "Night.");
        studio.Clock.Advance(TimeSpan.FromDays(29));
        await Shelf(studio).KeepTextAsync(Other, "Thrown away", "Night.");
        await Shelf(studio).KeepTextAsync(third, "New", "Night.");
        await Shelf(studio).DiscardAsync(Other);
        studio.Clock.Advance(TimeSpan.FromMinutes(50));
        await studio.RestartAsync();
        Assert.Equal(["New", "Old"], (await Shelf(studio).ListAsync()).Select(d => d.Title));

        studio.Clock.Advance(TimeSpan.FromDays(1.5));
        await studio.RestartAsync();

        await UntilAsync(studio, 1);
        Assert.Equal("New", Assert.Single(await Shelf(studio).ListAsync()).Title);
        await Assert.ThrowsAsync<NotFoundException>(() => Shelf(studio).RestoreAsync(Other));
    }

    [Theory]
    [InlineData("no id at all", "Night.", null)]
    [InlineData("00000000000000000000000000000001", "Ni\0ght.", "text")]
    public async Task Input_ThatBreaksARule_IsRefused(string id, string text, string? field)
    {
        await using var studio = await Studio.StartAsync(engine: false);

        var refused = await Assert.ThrowsAnyAsync<StoryStudioException>(() => Shelf(studio).KeepTextAsync(id, "", text));

        Assert.Equal(field, (refused as InvalidInputException)?.Errors.Keys.Single());
        await Shelf(studio).KeepTextAsync("00000000000000000000000000000001", " ", "\n ");
        Assert.Empty(await Shelf(studio).ListAsync());
    }

    private static IDraftShelf Shelf(Studio studio) => studio.Services.GetRequiredService<IDraftShelf>();

    // The sweep goes on beside everything else.
    private static async Task UntilAsync(Studio studio, int drafts)
    {
        using var patience = new CancellationTokenSource(Studio.Patience);
        await using var db = studio.OpenDatabase();
        while (await db.Set<KeptDraft>().CountAsync(patience.Token) != drafts)
        {
            await Task.Yield();
        }
    }
}
