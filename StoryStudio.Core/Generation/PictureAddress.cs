namespace StoryStudio.Core.Generation;

/// <summary>Addresses of pictures below the site's root. A version's bytes never change, so neither does what its address gives.</summary>
public static class PictureAddress
{
    public static string Of(string imageId, int version, string mediaType) => $"/media/{imageId}/v{version}.{Providers.Pictures.PictureFormats.Extension(mediaType)}";

    public static string OfCharacter(string characterId, int number, string mediaType) => $"/media/characters/{characterId}/v{number}.{Providers.Pictures.PictureFormats.Extension(mediaType)}";

    public static string OfPreview(string imageId, string previewId) => $"/media/{imageId}/preview/{previewId}";
}
