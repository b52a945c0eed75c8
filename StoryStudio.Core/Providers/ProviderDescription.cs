namespace StoryStudio.Core.Providers;

/// <summary>One line of the table of what there is to draw with.</summary>
public sealed record ProviderDescription
{
    /// <summary>As in <see cref="IImageProvider.Name"/>.</summary>
    public required string Name { get; init; }

    /// <summary>What people read.</summary>
    public required string Title { get; init; }

    /// <summary>Whether it can draw with the present settings.</summary>
    public required bool IsConfigured { get; init; }

    public required ProviderCapabilities Capabilities { get; init; }

    /// <summary>US dollars for one picture without references; null where unknown.</summary>
    public required decimal? PictureUsd { get; init; }
}
