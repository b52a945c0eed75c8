using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class PreviewPicturesTests
{
    private static readonly PreviewPicture Rough = new(new byte[] { 1 }, "image/png");
    private static readonly PreviewPicture Finer = new(new byte[] { 2 }, "image/png");

    private readonly PreviewPictures _previews = new();

    [Fact]
    public void Preview_OfTheAttemptAtWork_IsThereUntilTheNextOne()
    {
        _previews.Begin("image", "attempt");

        _previews.Put("image", "attempt", "1", Rough);
        Assert.Same(Rough, _previews.Find("image", "1"));
        _previews.Put("image", "attempt", "2", Finer);

        Assert.Null(_previews.Find("image", "1"));
        Assert.Same(Finer, _previews.Find("image", "2"));
        Assert.Equal(1, _previews.Count);
    }

    [Fact]
    public void Preview_ThatComesAfterItsAttemptHasEnded_IsLetGo()
    {
        _previews.Begin("image", "attempt");
        _previews.Put("image", "attempt", "1", Rough);

        _previews.End("image", "attempt");
        _previews.Put("image", "attempt", "2", Finer);

        Assert.Null(_previews.Find("image", "1"));
        Assert.Null(_previews.Find("image", "2"));
        Assert.Equal(0, _previews.Count);
    }

    [Fact]
    public void Attempt_ThatEndsLate_DoesNotTouchThePreviewOfTheNext()
    {
        _previews.Begin("image", "first");
        _previews.Begin("image", "second");
        _previews.Put("image", "second", "2", Finer);

        _previews.Put("image", "first", "1", Rough);
        _previews.End("image", "first");

        Assert.Same(Finer, _previews.Find("image", "2"));
    }
}
