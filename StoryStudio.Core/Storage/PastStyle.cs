namespace StoryStudio.Core.Storage;

/// <summary>A style that a story was taken out of, as the story had it: it comes back so when it is added again.</summary>
internal sealed class PastStyle
{
    public required string StoryId { get; init; }

    public required string Key { get; init; }

    /// <inheritdoc cref="Stories.StoryStyle.Note"/>
    public string? Note { get; set; }

    /// <inheritdoc cref="Stories.StoryStyle.ReferenceImageId"/>
    public string? ReferenceImageId { get; set; }
}
