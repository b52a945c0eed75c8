namespace StoryStudio.Core.Storage;

/// <summary>What was asked for and is not there.</summary>
internal static class Missing
{
    public static NotFoundException Story() => new("story", "There is no such story.");

    public static NotFoundException Segment() => new("segment", "The story has no such segment.");

    public static NotFoundException Draft() => new("draft", "There is no such draft: it was discarded, or a story was made of it.");

    public static NotFoundException Run() => new("run", "There is no such run.");

    public static NotFoundException Character() => new("character", "There is no such character.");

    public static NotFoundException Comment() => new("comment", "There is no such comment.");

    public static NotFoundException Image() => new("image", "There is no such picture.");
}
