using Microsoft.Playwright;

namespace StoryStudio.Tests.Browser;

internal static class Typing
{
    /// <summary>Writes as one who has finished: ends when the page's circuit has the words, and not only the browser.</summary>
    public static async Task WriteAsync(this ILocator field, string words)
    {
        await field.FillAsync(words);

        // A circuit answers in the order it is asked in, and it answers this although there is nothing of that name.
        await field.Page.EvaluateAsync("() => DotNet.invokeMethodAsync('nothing', 'nothing').catch(() => { })");
    }
}
