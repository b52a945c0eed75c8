using StoryStudio.Web.Components.Wizard;
using Xunit;

namespace StoryStudio.Tests.Components.Wizard;

public sealed class DraftSessionTests
{
    private const string Text = """
        The wind came in under the door. The lamp shivered on its hook. Marta trimmed the wick and struck a match, and stood back to let the light go out over the black water like a slow arm, round and out again, as it did every evening.

        ***

        Far out beyond the bar old Jonas had lost his rudder. He sat in the stern with a blanket over his knees. The snow began, first a few flakes as if somebody were trying it out, then so many that the sea grew quiet under them and there was no light any more.
        """;

    [Fact]
    public void Session_SameTextAndEdits_GiveTheSamePagesAgain()
    {
        var first = new DraftSession(Text);
        first.Apply(new("cut", 1, first.Draft.Segments[1].Text.IndexOf(" He sat", StringComparison.Ordinal)));
        first.Apply(new("scene", 2));
        first.Apply(new("join", 0));

        var again = new DraftSession(Text);
        again.Replay(first.Edits);

        Assert.Equal(first.Draft.Segments.ToList(), again.Draft.Segments.ToList());
        Assert.Equal(first.Scenes, again.Scenes);
    }

    [Fact]
    public void Undo_AfterEdits_GoesBackStepByStepAndForgetsThem()
    {
        var session = new DraftSession(Text);
        var before = session.Draft;
        session.Apply(new("join", 0));
        session.Apply(new("cut", 0, 32));

        session.Undo();
        session.Undo();

        Assert.Equal(before, session.Draft);
        Assert.Empty(session.Edits);
        Assert.False(session.CanUndo);
    }

    [Fact]
    public void Redo_GoesForthStepByStep_UntilSomethingElseIsDone()
    {
        var session = new DraftSession(Text);
        session.Apply(new("join", 0));
        session.Apply(new("cut", 0, 32));
        var (after, edits) = (session.Draft, session.Edits.ToList());
        session.Undo();
        session.Undo();

        session.Redo();
        session.Redo();
        Assert.Equal((after, false), (session.Draft, session.CanRedo));
        Assert.Equal(edits, session.Edits);

        session.Undo();
        session.Apply(new("scene", 0));
        Assert.True(session.CanRedo);
        session.Apply(new("cut", 0, 60));
        Assert.False(session.CanRedo);
        session.Redo();
        Assert.Equal("join cut", string.Join(' ', session.Edits.Select(e => e.Do)));
    }

    [Fact]
    public void Joint_MovedWordByWord_IsOneStepBack_AndGivesTheSamePagesAgain()
    {
        var session = new DraftSession(Text);
        var before = session.Draft;
        session.Nudge(0, 1);
        session.Nudge(0, 1);
        session.Nudge(0, 1);
        Assert.EndsWith("every evening.\n\n***\n\nFar out", session.Draft.Segments[0].Text, StringComparison.Ordinal);
        var again = new DraftSession(Text);
        again.Replay(session.Edits);
        Assert.Equal(session.Draft.Segments.ToList(), again.Draft.Segments.ToList());

        Assert.Single(session.Edits);
        session.Undo();
        Assert.Equal(before, session.Draft);
    }

    [Fact]
    public void Session_OfPagesThatAFileHad_KeepsThemAndWhatStoodBesideThem()
    {
        var session = new DraftSession("A. B. C.", [
            new("A.", HardCut: true, null, new Dictionary<string, string>(StringComparer.Ordinal) { ["clear"] = "An A." }, ["Mira"]),
            new("B.", HardCut: true, "A B.", null, ["Tom"]),
            new("C.", HardCut: false, null, null, null),
        ]);
        Assert.Equal(["1.1", "2.1", "2.2"], session.Draft.Segments.Select(s => s.Number.ToString()));

        session.Apply(new("join", 0));

        var joined = session.Draft.ToNewSegments()[0];
        Assert.Equal(("A.\n\nB.", "A B.", "An A.", "Mira Tom"), (joined.Text, joined.Prompt, joined.Prompts!["clear"], string.Join(' ', joined.Characters!)));
    }

    [Fact]
    public void Numbers_OfAFile_StayUntilPagesAreRearranged_AndComeBackWithTheWayBack()
    {
        List<DraftPage> pages = [new("A.", HardCut: true, null, null, null, "1.1"), new("B.", HardCut: false, null, null, null, "1.3"), new("C.", HardCut: true, null, null, null, "4.2")];
        var session = new DraftSession("A. B. C.", DraftWork.Read((DraftWork.Nothing with { Pages = pages }).Write()).Pages);
        Assert.Equal(("1.1 1.3 4.2", 2), (Numbers(session), session.Scenes));

        session.Apply(new("join", 0));
        Assert.Equal("1.1 2.1", Numbers(session));
        session.Undo();

        Assert.Equal("1.1 1.3 4.2", string.Join(' ', session.Draft.ToNewSegments().Select(s => s.Number)));
    }

    [Fact]
    public void Apply_CutThatWouldLeaveNothing_IsNoEdit()
    {
        var session = new DraftSession(Text);

        session.Apply(new("cut", 0, 0));

        Assert.Empty(session.Edits);
        Assert.False(session.CanUndo);
    }

    [Fact]
    public void Replay_EditsOfAnotherText_EndsWhereTheyNoLongerFit()
    {
        var session = new DraftSession(Text);

        session.Replay([new("join", 0), new("join", 40), new("scene", 0)]);

        Assert.Single(session.Edits);
        Assert.Single(session.Draft.Segments);
    }

    private static string Numbers(DraftSession session) => string.Join(' ', session.Draft.Segments.Select(s => s.Number));
}
