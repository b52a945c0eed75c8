using StoryStudio.Core.Books;
using StoryStudio.Web.Components.Stories;
using Xunit;

namespace StoryStudio.Tests.Components.Stories;

public sealed class ExportWordsTests
{
    [Fact]
    public void Archive_SaysHowMuchIsTakenAgain_AndWhereItIsMore()
    {
        Assert.EndsWith("Imports here again as it is now, up to 1 GB and 60,000 files.", ExportWords.Purpose(ExportFormat.Zip), StringComparison.Ordinal);
        Assert.Equal("Ready, 1024 MB", ExportWords.Standing(Made(ExportFormat.Zip, ImportedStory.MaxBytes)));
        Assert.Equal("Ready, 2048 MB: more than the 1 GB that are taken here again", ExportWords.Standing(Made(ExportFormat.Zip, 2 * ImportedStory.MaxBytes)));
        Assert.Equal("Ready, 2048 MB", ExportWords.Standing(Made(ExportFormat.Html, 2 * ImportedStory.MaxBytes)));
    }

    private static ExportState Made(ExportFormat format, long bytes) => new() { Id = "e", StoryId = "s", Format = format, FileName = "The owl.zip", Status = ExportStatus.Completed, Progress = 100, Bytes = bytes, CreatedAt = default };
}
