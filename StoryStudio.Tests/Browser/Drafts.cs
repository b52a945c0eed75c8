using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Wizard;

namespace StoryStudio.Tests.Browser;

/// <summary>What tests of drafts have in common: one of three pages, and its place in the browser and on the shelf.</summary>
internal static class Drafts
{
    public const string DraftId = "0123456789abcdef0123456789abcdef";
    public const string Text = "One night Mira ran to the old mill.\n\n***\n\nThere Mira met Bram, and Bram laughed at her.\n\n***\n\nIn the mill sat Mira.";

    public static DraftWork Nothing { get; } = DraftWork.Nothing with { Of = DraftWork.MarkOf(Text) };

    /// <summary>A text of three pages, of which nothing is decided yet.</summary>
    public static async Task<IDraftShelf> DraftAsync(WebStudio studio, DraftStep step)
    {
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        await drafts.KeepTextAsync(DraftId, "The mill", Text);
        await drafts.KeepWorkAsync(DraftId, "The mill", step, Nothing.Write());
        return drafts;
    }

    public static Task ChooseAsync(IPage page, string name, string text) =>
        page.Locator("#story-file").ChooseAsync(new() { Name = name, MimeType = "application/octet-stream", Buffer = Encoding.UTF8.GetBytes(text) });

    public static ILocator Words(IPage page) => page.GetByLabel("The story", new() { Exact = true });

    /// <summary>Another window of the same browser.</summary>
    public static async Task<IPage> WindowAsync(IPage beside, Uri address)
    {
        var page = await beside.Context.NewPageAsync();
        await page.GotoAsync(address.ToString());
        return page;
    }

    public static async Task<IReadOnlyList<DraftSummary>> UntilListedAsync(IDraftShelf drafts, int count)
    {
        using var patience = new CancellationTokenSource(Studio.Patience);
        while (true)
        {
            if (await drafts.ListAsync(patience.Token) is var listed && listed.Count == count)
            {
                return listed;
            }

            await Task.Delay(10, patience.Token);
        }
    }

    public static async Task UntilAsync(IDraftShelf drafts, Func<KeptDraft, bool> condition, string id = DraftId)
    {
        using var patience = new CancellationTokenSource(Studio.Patience);
        while (!condition(await drafts.GetAsync(id, patience.Token)))
        {
            await Task.Delay(10);
        }
    }
}
