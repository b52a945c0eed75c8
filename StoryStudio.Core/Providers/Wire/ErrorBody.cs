using System.Text;
using StoryStudio.Core.Providers.Failures;

namespace StoryStudio.Core.Providers.Wire;

/// <summary>The body of an answer that says no.</summary>
internal static class ErrorBody
{
    private const int MaxLength = 64 * 1024;

    /// <summary>Reads the beginning of it, which is all there is as a rule. Where the line breaks, the status alone has to do.</summary>
    public static async Task<ProviderError> ReadAsync(Stream? body, CancellationToken cancellationToken)
    {
        var bytes = new byte[MaxLength];
        var length = 0;
        try
        {
            length = body is null ? 0 : await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or InvalidDataException)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return ProviderError.Parse(Encoding.UTF8.GetString(bytes, 0, length));
    }
}
