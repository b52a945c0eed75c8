using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage;

/// <summary>Where an image's files are, below its story's folder: made of ids and numbers only.</summary>
/// <param name="Style">The style's key.</param>
/// <param name="Folder">Folder in the style's.</param>
/// <param name="Name">File name without version and extension.</param>
internal readonly record struct PicturePlace(string Style, string Folder, string Name)
{
    public static PicturePlace Of(StoryImage image) => Of(image.Style, image.CharacterId, image.Scene, image.Beat);

    public static PicturePlace Of(string style, string? characterId, int scene, int beat) => characterId is null
        ? new(style, $"Shot_{scene}", $"Beat_{scene}.{beat}")
        : new(style, "Characters", characterId);

    /// <summary>The file below the style's folder, without an extension: <c>Shot_1/Beat_1.2.v3</c>.</summary>
    public string File(int version) => version == 1 ? $"{Folder}/{Name}" : $"{Folder}/{Name}.v{version}";
}
