using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Components.Reading;

/// <summary>What a reader is told in place of a picture; js/reader.js says the same when it changes.</summary>
internal static class ReadingWords
{
    public static string Of(ImageState? image) => image switch
    {
        { Status: ImageStatus.InProgress } => "Being drawn",
        { } active when active.IsActive() => "Waiting to be drawn",
        _ => "",
    };
}
