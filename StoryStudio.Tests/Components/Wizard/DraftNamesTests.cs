using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Wizard;
using Xunit;

namespace StoryStudio.Tests.Components.Wizard;

public sealed class DraftNamesTests
{
    [Fact]
    public void Named_TwoWhoseNamesWereSwapped_HaveEachTheirsAlone()
    {
        IReadOnlyList<DraftMember> cast = [new("Bram", CastKind.Character, [], "A girl."), new("Bram", CastKind.Character, [], "A miller.")];

        cast = DraftNames.Named(cast, 0, "Mira");
        Assert.Equal(["Mira"], cast[0].Aliases);
        cast = DraftNames.Named([cast[0], cast[1] with { Name = " mira" }], 1, null);

        Assert.All(cast, m => Assert.Empty(m.Aliases));
    }

    [Fact]
    public void Page_ShowsThoseOfTheCastWhomItNames_OrLists()
    {
        IReadOnlyList<DraftMember> cast = [new("Tom ", CastKind.Character, ["Old Tom"], "A miller."), new("Mira", CastKind.Character, [], ""), new("The mill", CastKind.Place, [], "White."), new("", CastKind.Character, [], "Nobody.")];
        var draft = StoryDraft.Of("old Tom stood before the mill.");

        Assert.Equal([new("Tom", "A miller."), new("The mill", "White.")], DraftNames.On(draft.Segments[0], cast).Select(c => (c.Name, c.Description)));
        Assert.Equal(["Mira", "The mill"], DraftNames.On(draft.Segments[0] with { Characters = ["mira"] }, cast).Select(c => c.Name));
    }

    [Theory]
    [InlineData("Tom Reed", "Tom", "", true)]
    [InlineData("TOM", "Tom", "", false)]
    [InlineData("Tom Reed", "Bram", "", false)]
    [InlineData("", "Tom", "", false)]
    [InlineData("Tom Reed", "Tom", "tom", false)]
    [InlineData("Old Tom", "Tom", "", true)]
    [InlineData("Tom Jones", "Reed", "", false)]
    public void Name_ThatTheTextStillGoesBy_IsMissed(string now, string former, string others, bool missed)
    {
        var draft = StoryDraft.Of("Old Tom Reed came in.\n\n***\n\nTom sat down.\n\n***\n\nOld Tom slept.");

        Assert.Equal(missed, DraftNames.IsMissed(draft, [Member("Old Tom Reed"), Member(now), Member("Ann", others)], 1, former));
    }

    [Fact]
    public void Name_OnPagesThatHaveTheNewOneToo_IsNotMissed()
    {
        var draft = StoryDraft.Of("Tom Reed came in, and Tom sat down.");

        Assert.False(DraftNames.IsMissed(draft, [Member("Tom Reed")], 0, "Tom"));
    }

    [Fact]
    public void Names_ThatAFileGaveItsPages_AreThoseOfTheCastByNow()
    {
        var draft = StoryDraft.OfNumbered([new(new(1, 1), "It rains.", true) { Characters = ["tom", "Tom Reed", "Bram"] }, new(new(1, 2), "It snows.", false) { Characters = ["Bram"] }]);
        IReadOnlyList<DraftMember> cast = [Member("Tom Reed", "Tom")];

        Assert.True(DraftNames.IsMissed(draft, [Member("Bob")], 0, "Bram"));
        Assert.Equal(["Tom Reed"], DraftNames.Cast(draft.ToNewSegments(), cast)[0].Characters);
        Assert.Null(DraftNames.Cast(draft.ToNewSegments(), cast)[1].Characters);
    }

    private static DraftMember Member(string name, string other = "") => new(name, CastKind.Character, other.Length > 0 ? [other] : [], "");
}
