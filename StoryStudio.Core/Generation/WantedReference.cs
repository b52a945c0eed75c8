using StoryStudio.Core.Providers;

namespace StoryStudio.Core.Generation;

/// <summary>A picture that is to go along with a request, as far as the provider takes it.</summary>
/// <param name="Picture">Its bytes.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Name">Whom it shows, where it shows a character.</param>
/// <param name="SourceId">Id of the image that it is a version of, of the character whose picture from outside it is, or key of the style whose sample it is.</param>
/// <param name="SourceVersion">Which version of that.</param>
public sealed record WantedReference(StoredPicture Picture, ReferenceRole Role, string? Name, string SourceId, int SourceVersion)
{
    public ReferencePicture ToSend() => new(Picture.FilePath, Picture.MediaType, Role, Name);
}
