using System.Runtime.CompilerServices;
using Microsoft.Playwright;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Browser;

/// <summary>One browser for all tests that need one; each page has a context of its own.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    // Generous, because assertions end as soon as they hold and the machine may be busy.
    private const float Patience = 60_000;

    // More than any one test looks at together.
    private const int MostOpen = 24;

    private readonly Queue<IBrowserContext> _open = new();
    private string? _server;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public async Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await ChromiumBrowser.LaunchAsync(_playwright);
    }

    public async Task DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    internal async Task<IPage> OpenAsync(Uri address, bool dark = false, int width = 1280, bool interactive = true, bool script = true, string? zone = null, bool touch = false)
    {
        await LeaveOthersAsync(address);
        var context = await _browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 844 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            JavaScriptEnabled = script,
            HasTouch = touch,
            TimezoneId = zone,
            Locale = "en-GB",
        });
        await MakeRoomAsync(context);
        context.SetDefaultTimeout(Patience);
        context.SetDefaultNavigationTimeout(Patience);
        var page = await context.NewPageAsync();
        page.Watch();
        await page.GotoAsync(address.ToString());
        if (interactive && script)
        {
            await page.Locator("[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
            if (await page.Locator("[data-testid=story-page], [data-testid=queue-page]").CountAsync() > 0)
            {
                // Keys and jumps of the one, and where the focus goes on the other, are a script's, which comes after the circuit.
                await page.Locator("[data-hands]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
            }
        }

        return page;
    }

    /// <summary>A test has one server: pages of another one are of tests that are over, and would go on asking, whoever listens at their address by now.</summary>
    private async Task LeaveOthersAsync(Uri address)
    {
        if (address.Scheme != Uri.UriSchemeHttp || address.Authority == _server)
        {
            return;
        }

        _server = address.Authority;
        while (_open.TryDequeue(out var over))
        {
            await over.CloseAsync();
        }
    }

    /// <summary>Of the pages of one test no more stay open than anybody looks at.</summary>
    private async Task MakeRoomAsync(IBrowserContext opened)
    {
        _open.Enqueue(opened);
        while (_open.Count > MostOpen)
        {
            await _open.Dequeue().CloseAsync();
        }
    }
}

/// <summary>Tests that use the browser run one after another: two cores are soon busy.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<BrowserFixture>
{
    public const string Name = "Browser";
}

internal static class FileFields
{
    /// <summary>Chooses a file once the field listens: before, whatever is chosen is nobody's.</summary>
    public static async Task ChooseAsync(this ILocator field, FilePayload file)
    {
        using var patience = new CancellationTokenSource(Studio.Patience);
        while (!await field.EvaluateAsync<bool>("field => !field.disabled && field._blazorInputFileNextFileId !== undefined"))
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Delay(10);
        }

        await field.SetInputFilesAsync(file);
    }

    /// <summary>From now on files stay on their way: their first pieces leave the browser, and no more of them until <see cref="LetFilesGoAsync"/>.</summary>
    public static Task HoldFilesAsync(this IPage page, int pieces = 3) => page.EvaluateAsync(
        """
        pieces => {
          const read = (window.readBlob = Blob.prototype.arrayBuffer);
          const held = (window.heldBlobs = []);
          let left = pieces;
          Blob.prototype.arrayBuffer = function () { return left-- > 0 ? read.call(this) : new Promise(go => held.push(() => go(read.call(this)))); };
        }
        """,
        pieces);

    public static Task LetFilesGoAsync(this IPage page) => page.EvaluateAsync("() => { Blob.prototype.arrayBuffer = window.readBlob; window.heldBlobs.forEach(go => go()); }");
}

internal static class Pictures
{
    /// <summary>Brings one page's picture into sight, and waits until it is there.</summary>
    public static Task ArrivedAsync(this IPage page, string number) =>
        page.Locator($".place[data-number='{number}'] img.picture").Last.EvaluateAsync("picture => { picture.scrollIntoView({ block: 'center' }); return picture.decode(); }");
}

internal static class PageFaults
{
    private static readonly ConditionalWeakTable<IPage, List<string>> Seen = [];

    /// <summary>Collects what the page complains of: scripts that fail, and whatever the content security policy refuses.</summary>
    public static void Watch(this IPage page)
    {
        var faults = Seen.GetOrCreateValue(page);
        page.PageError += (_, error) => faults.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                faults.Add(message.Text);
            }
        };
    }

    public static IReadOnlyList<string> Faults(this IPage page) => Seen.GetOrCreateValue(page);
}
