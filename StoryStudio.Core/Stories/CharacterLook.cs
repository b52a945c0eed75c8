namespace StoryStudio.Core.Stories;

/// <summary>Somebody in a picture.</summary>
/// <param name="Name">As the story calls them.</param>
/// <param name="Description">What they look like; empty where the author did not say.</param>
public sealed record CharacterLook(string Name, string Description);
