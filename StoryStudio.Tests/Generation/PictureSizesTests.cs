using StoryStudio.Core.Generation;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class PictureSizesTests
{
    [Theory]
    [InlineData("/media/a/v1.png", 1024, "/media/a/v1.png?width=640 640w, /media/a/v1.png?width=1280 1024w")]
    [InlineData("/media/a/v1.png", 4096, "/media/a/v1.png?width=640 640w, /media/a/v1.png?width=1280 1280w")]
    [InlineData("/media/a/v1.jpg", 4096, "/media/a/v1.jpg?width=640 640w, /media/a/v1.jpg?width=1280 1280w")]
    [InlineData("/media/a/v1.webp", 1024, "/media/a/v1.webp?width=640 640w, /media/a/v1.webp 1024w")]
    [InlineData("/media/a/v1.png", 640, null)]
    [InlineData("/media/a/v1.png", null, null)]
    [InlineData("/media/a/v1.svg", 1536, null)]
    [InlineData(null, 1024, null)]
    public void Set_HasEachCopyThatIsLessToSend(string? url, int? width, string? expected) => Assert.Equal(expected, PictureSizes.SetOf(url, width));

    [Theory]
    [InlineData("/media/a/v1.png", "/media/a/v1.png?width=640")]
    [InlineData("/media/characters/a/v1.jpg", "/media/characters/a/v1.jpg?width=640")]
    [InlineData("/media/a/v1.svg", "/media/a/v1.svg")]
    public void SmallOne_OfWhatIsDrawnAndNotOfDots_IsThePictureItself(string url, string expected) => Assert.Equal(expected, PictureSizes.SmallOf(url));
}
