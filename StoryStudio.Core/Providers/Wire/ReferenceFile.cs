namespace StoryStudio.Core.Providers.Wire;

/// <summary>A reference picture's file while it is sent.</summary>
internal static class ReferenceFile
{
    /// <exception cref="ReferenceMissingException">It is not there or cannot be read.</exception>
    public static FileStream Open(ReferencePicture reference)
    {
        try
        {
            return new FileStream(reference.FilePath, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, useAsync: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ReferenceMissingException(exception);
        }
    }
}

/// <summary>The file of a reference cannot be read: our matter, not the provider's. Never leaves the provider.</summary>
internal sealed class ReferenceMissingException(Exception inner) : Exception($"a reference picture cannot be read: {inner.GetType().Name}", inner)
{
    public const string Sentence = "The reference picture is not there.";
}
