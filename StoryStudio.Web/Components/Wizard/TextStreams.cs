using System.Text;
using Microsoft.JSInterop;
using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Components.Wizard;

/// <summary>Long texts travel from the browser in pieces, never in one message.</summary>
internal static class TextStreams
{
    /// <summary>Reads and disposes the reference; at most <see cref="StoryText.MaxBytes"/>.</summary>
    public static async Task<string> ReadAsync(IJSStreamReference reference)
    {
        await using (reference)
        {
            await using var stream = await reference.OpenReadStreamAsync(StoryText.MaxBytes);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return await reader.ReadToEndAsync();
        }
    }
}
