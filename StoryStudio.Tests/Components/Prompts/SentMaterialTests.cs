using StoryStudio.Core.Generation;
using StoryStudio.Tests.Components.Pictures;
using StoryStudio.Web.Components.Prompts;
using Xunit;

namespace StoryStudio.Tests.Components.Prompts;

/// <summary>Which of a story's pictures go along with the others.</summary>
public sealed class SentMaterialTests
{
    [Fact]
    public void Pictures_OfOtherPagesAndStyles_AndWhatIsUnderWay_ChangeNothing()
    {
        var view = new ScriptedView();
        view.Change(Drawn("first", "1.1"));
        var before = SentMaterial.Of(view, "clear").Pictures;

        view.Change(Drawn("second", "1.2"));
        view.Change(Drawn("tenth", "1.10", version: 3));
        view.Change(Drawn("other", "1.1") with { Style = "bold" });
        view.Change(Fixture.Of(ImageStatus.InProgress, "third") with { Number = "1.0" });

        Assert.Equal(before, SentMaterial.Of(view, "clear").Pictures);
        Assert.Same(SentMaterial.Of(view, "clear"), SentMaterial.Of(view, "clear"));
    }

    [Fact]
    public void FirstPicture_ThatComes_OrIsDrawnAgain_AndASheet_AreOtherPictures()
    {
        var view = new ScriptedView();
        List<string> seen = [SentMaterial.Of(view, "clear").Pictures];

        view.Change(Drawn("second", "1.2"));
        seen.Add(SentMaterial.Of(view, "clear").Pictures);
        view.Change(Drawn("first", "1.1"));
        seen.Add(SentMaterial.Of(view, "clear").Pictures);
        view.Change(Drawn("first", "1.1", version: 2));
        seen.Add(SentMaterial.Of(view, "clear").Pictures);
        view.Change(Sheet(1));
        seen.Add(SentMaterial.Of(view, "clear").Pictures);
        view.Change(Sheet(2));
        seen.Add(SentMaterial.Of(view, "clear").Pictures);

        // A service that takes no drawings along takes the first photograph.
        view.Change(Drawn("third", "1.3") with { MediaType = "image/png" });
        seen.Add(SentMaterial.Of(view, "clear").Pictures);
        Assert.Equal(seen.Count, seen.Distinct(StringComparer.Ordinal).Count());
        Assert.True(SentMaterial.Of(view, "clear").Shows("/pictures/second/1"));
        Assert.False(SentMaterial.Of(view, "clear").Shows("/pictures/first/1"));
    }

    private static ImageState Drawn(string segment, string number, int version = 1) =>
        Fixture.Of(ImageStatus.Completed, segment, version: version) with { Number = number, ChosenVersion = version, Url = $"/pictures/{segment}/{version}", MediaType = "image/svg+xml" };

    private static ImageState Sheet(int version) =>
        Fixture.Of(ImageStatus.Completed, version: version) with { Id = "sheet", SegmentId = null, CharacterId = "mira", Type = ImageType.Character, ChosenVersion = version, Url = $"/sheet/{version}" };
}
