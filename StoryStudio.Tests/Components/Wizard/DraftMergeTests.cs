using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Wizard;
using Xunit;

namespace StoryStudio.Tests.Components.Wizard;

public sealed class DraftMergeTests
{
    private static readonly DraftWork Since = new([], [Member("Mira", "A girl."), Member("Bram", "")], ["Mill"], ["illustration", "clear"], Of: "text");

    [Fact]
    public void Work_ThatOneWindowChanged_IsAsThere()
    {
        var theirs = Since with { Cast = [Member("Mira", "A girl in red.")], Dismissed = [], Styles = ["clear"], Edits = [new("join", 0)] };

        Assert.Equal(theirs.Write(), DraftMerge.Merge(Since, DraftWork.Read(Since.Write()), theirs).Write());
        Assert.Equal(theirs.Write(), DraftMerge.Merge(Since, theirs, DraftWork.Read(Since.Write())).Write());
    }

    [Fact]
    public void Cast_OfBothWindows_StandsTogether_AndNobodyThatWasRemovedComesBack()
    {
        var mine = Since with { Cast = [Member("Mira", "A girl in red."), Member("Bram", ""), Member("Old Tom", "")], Dismissed = ["Mill", "Fox"] };
        var theirs = Since with { Cast = [Member("Mira", "A girl."), Member("Lighthouse", "White.", CastKind.Place)], Dismissed = [] };

        var merged = DraftMerge.Merge(Since, mine, theirs);

        Assert.Equal([("Mira", "A girl in red."), ("Old Tom", ""), ("Lighthouse", "White.")], merged.Cast.Select(m => (m.Name, m.Description)));
        Assert.Equal(["Fox"], merged.Dismissed);
    }

    [Fact]
    public void Member_ChangedInOneWindow_AndRemovedInTheOther_Stays()
    {
        var removed = Since with { Cast = [Member("Bram", "")] };
        var changed = Since with { Cast = [Member("Mira", "A girl in red."), Member("Bram", "")] };

        Assert.Contains("Mira", DraftMerge.Merge(Since, removed, changed).Cast.Select(m => m.Name));
        Assert.Contains("Mira", DraftMerge.Merge(Since, changed, removed).Cast.Select(m => m.Name));
    }

    [Fact]
    public void SameThing_ChangedInBothWindows_IsAsInThisOne()
    {
        var mine = Since with { Styles = ["clear"], Edits = [new("join", 0)], Cast = [Member("Mira", "Mine."), Member("Bram", "")] };
        var theirs = Since with { Styles = [], Edits = [new("cut", 0, 5)], Cast = [Member("Mira", "Theirs."), Member("Bram", "")] };

        Assert.Equal(mine.Write(), DraftMerge.Merge(Since, mine, theirs).Write());
    }

    [Fact]
    public void WhatATextIs_IsAsItWasSaidLast_InWhicheverWindow()
    {
        var (mine, theirs) = (Since with { Settled = "mine" }, Since with { Settled = "theirs" });

        Assert.Equal("mine", DraftMerge.Merge(Since, mine, Since).Settled);
        Assert.Equal("theirs", DraftMerge.Merge(Since, Since, theirs).Settled);
        Assert.Equal("mine", DraftMerge.Merge(Since, mine, theirs).Settled);
    }

    [Fact]
    public void Joints_AreOfOneTextAlone_AndTheCastIsOfAny()
    {
        var work = Since with { Edits = [new("join", 0)], Pages = [new("Night.", true, null, null, null)] };

        Assert.Same(work, work.For("text"));
        var other = work.For("another");
        Assert.Empty(other.Edits);
        Assert.Null(other.Pages);
        Assert.Same(work.Cast, other.Cast);
        Assert.Equal(["illustration", "clear"], other.Styles);
    }

    [Fact]
    public void Cast_ThatWasAccepted_StaysWhereAFileNamesNobody_OrTheSameOnes()
    {
        DraftMember mira = new("Mira", CastKind.Character, ["Mimi"], "A girl in red."), mill = Member("Mill", "White.", CastKind.Place), bram = Member("Bram", "");

        Assert.Equal(["Mira", "Mill", "Bram"], DraftMerge.WithAccepted([], [mira, mill, bram]).Select(m => m.Name));
        var merged = DraftMerge.WithAccepted([Member("TOM", ""), Member("MILL", "A mill."), new("Mira", CastKind.Character, ["The girl"], "Eight."), Member("Bram", "A boy.")], [mira, mill, bram]);

        Assert.Equal([("TOM", ""), ("Mill", "White."), ("Mira", "A girl in red."), ("Bram", "A boy.")], merged.Select(m => (m.Name, m.Description)));
        Assert.Equal((CastKind.Place, "Mimi, The girl"), (merged[1].Kind, string.Join(", ", merged[2].Aliases)));
    }

    private static DraftMember Member(string name, string description, CastKind kind = CastKind.Character) => new(name, kind, [], description);
}
