using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Books;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Stories;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace StoryStudio.Tests.Browser;

/// <summary>Stories that come out of files, and books that are made of stories.</summary>
[Collection(BrowserCollection.Name)]
public sealed class BookTests(BrowserFixture browser)
{
    private const string Script = "Title: Night\n\nINT. HOUSE - NIGHT\n\nMIRA\nHello?\n\nEXT. SEA - DAY\n\nWaves. [[Too many?]]";

    [Fact]
    public async Task File_IsShownBeforeAnythingIsMade_AndThenIsAStory()
    {
        await using var studio = await WebStudio.StartAsync();
        var page = await browser.OpenAsync(new(studio.Address, "/new"));
        var chooser = page.Locator("input[type=file]").First;

        await chooser.ChooseAsync(File("night.fountain", TestPictures.Jpeg));
        await Expect(page.GetByText("is a JPEG picture")).ToBeVisibleAsync();

        await chooser.ChooseAsync(File("night.fountain", Encoding.UTF8.GetBytes(Script)));
        var preview = page.GetByTestId("import-preview");
        await Expect(preview.GetByTestId("import-counts")).ToContainTextAsync("2 scenes, 2 pages, 1 character (Mira)");
        await Expect(preview.GetByTestId("import-notes")).ToContainTextAsync("left out");
        Assert.Empty((await page.RunAxe()).Violations);
        Assert.Equal(0, (await studio.Library.ListAsync(1, 10)).Total);

        await preview.GetByTestId("import-make").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/stories/[0-9a-f]{32}$"));
        Assert.Equal("Night", Assert.Single((await studio.Library.ListAsync(1, 10)).Items).Title);
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData("nothing.md", "", "“nothing.md” is empty.")]
    [InlineData("noise.md", "binary", "“noise.md” is not a text that can be read. Save it as plain text in UTF-8 (.txt or .md) and try again.")]
    [InlineData("story.zip", "half", "“story.zip” cannot be read as a story.|This archive is damaged, or is not whole. Export the story once more, and take the file as it is.")]
    [InlineData("novel.epub", "epub", "“novel.epub” cannot be read as a story.|This archive is a book or an office document and no story that was exported here")]
    [InlineData("long.txt", "long", "“long.txt” is larger than 5 MB, the most that a story may have. Split it into several stories.")]
    public async Task File_ThatIsNoStory_IsRefusedByItsName_WithWhatWouldBeRight_AndTheNextOneIsTaken(string name, string what, string words)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var page = await browser.OpenAsync(new(studio.Address, "/new"));
        var chooser = page.Locator("input[type=file]").First;
        var bytes = what switch
        {
            "binary" => [.. Enumerable.Range(0, 4_096).Select(i => (byte)(i * 131 % 251))],
            "half" => Zip("storystudio.json")[..^30],
            "epub" => Zip("mimetype"),
            "long" => Encoding.UTF8.GetBytes(new string('a', 6 * 1024 * 1024)),
            _ => Array.Empty<byte>(),
        };

        await chooser.ChooseAsync(File(name, bytes));

        foreach (var sentence in words.Split('|'))
        {
            await Expect(page.Locator("#story-text-error")).ToContainTextAsync(sentence);
        }

        Assert.Equal(0, (await studio.Library.ListAsync(1, 10)).Total);
        await chooser.ChooseAsync(File("night.fountain", Encoding.UTF8.GetBytes(Script)));
        await Expect(page.GetByTestId("import-preview")).ToBeVisibleAsync();
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Archive_ShowsWhatIsInIt_AndIsMadeAsItIs_OnceThatIsSaid()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(2, "illustration", "clear");
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        using var bytes = new MemoryStream();
        await studio.Services.GetRequiredService<ArchiveShelf>().WriteAsync(story.Id, bytes, (_, _) => { }, default);
        var page = await browser.OpenAsync(new(studio.Address, "/new"));

        await page.Locator("input[type=file]").First.ChooseAsync(File("lighthouse.zip", bytes.ToArray()));

        var preview = page.GetByTestId("import-preview");
        await Expect(preview).ToContainTextAsync($"A story exported from StoryStudio · lighthouse.zip · {ExportWords.Size(bytes.Length)}");
        await Expect(preview.GetByRole(AriaRole.Heading, new() { Name = "The lighthouse" })).ToBeFocusedAsync();
        await Expect(preview.GetByTestId("import-counts")).ToHaveTextAsync("1 scene, 2 pages, 4 pictures in 2 styles.");
        await Expect(preview.GetByTestId("import-pages")).ToHaveCountAsync(0);
        Assert.Equal(1, (await studio.Library.ListAsync(1, 10)).Total);
        await preview.GetByRole(AriaRole.Button, new() { Name = "Make this story" }).DblClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/stories/[0-9a-f]{32}$"));
        Assert.Equal(2, (await studio.Library.ListAsync(1, 10)).Total);
        await Expect(page.Locator(".place[data-state=success] img").First).ToBeVisibleAsync();
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task File_OnItsWay_ShowsHowFarItIs_AndCanBeStopped_AndLeavesWhatWasTyped()
    {
        var import = new HeldImport();
        await using var studio = await WebStudio.StartAsync(sketch: true, services: import.Stand);
        var story = await studio.CreateStoryAsync(2, "illustration", "clear");
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        using var bytes = new MemoryStream();
        await studio.Services.GetRequiredService<ArchiveShelf>().WriteAsync(story.Id, bytes, (_, _) => { }, default);
        var page = await browser.OpenAsync(new(studio.Address, "/new"));
        await page.GetByLabel("Title").FillAsync("Typed");
        await page.GetByLabel("The story", new() { Exact = true }).FillAsync("Typed as well.");
        var (chooser, upload) = (page.Locator("input[type=file]").First, page.GetByTestId("upload"));

        // By its bytes.
        await page.HoldFilesAsync();
        await chooser.ChooseAsync(File("big.zip", [.. "PK\u0003\u0004"u8, .. new byte[3 * 1024 * 1024]]));
        await Expect(upload).ToContainTextAsync(new Regex(@"big\.zip.*\d KB of 3 MB", RegexOptions.Singleline));
        await Expect(upload.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("aria-valuenow", new Regex("^[1-9][0-9]?$"));
        Assert.Empty((await page.RunAxe()).Violations);
        await upload.GetByTestId("upload-stop").ClickAsync();
        await Expect(page.GetByTestId("desk-said")).ToHaveTextAsync("“big.zip” was let go. Nothing of it was kept.");
        await Expect(upload).ToHaveCountAsync(0);
        await Expect(chooser).ToBeFocusedAsync();
        await page.LetFilesGoAsync();

        // By its pictures.
        import.HoldsPictures = true;
        await chooser.ChooseAsync(File("lighthouse.zip", bytes.ToArray()));
        await Expect(upload).ToContainTextAsync("Picture 1 of 4");
        await Expect(upload.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("aria-valuenow", "25");
        await upload.GetByTestId("upload-stop").ClickAsync();
        await Expect(page.GetByTestId("desk-said")).ToContainTextAsync("“lighthouse.zip” was let go.");
        import.HoldsPictures = false;
        await Expect(page.GetByLabel("Title")).ToHaveValueAsync("Typed");
        await Expect(page.GetByLabel("The story", new() { Exact = true })).ToHaveValueAsync("Typed as well.");

        // And while it is made.
        import.HoldsMaking = true;
        await chooser.ChooseAsync(File("lighthouse.zip", bytes.ToArray()));
        var preview = page.GetByTestId("import-preview");
        await preview.GetByTestId("import-make").ClickAsync();
        await preview.GetByTestId("import-stop").ClickAsync();
        await Expect(preview).ToContainTextAsync("Stopped. Nothing was made.");
        Assert.Equal(1, (await studio.Library.ListAsync(1, 10)).Total);
        import.HoldsMaking = false;
        await preview.GetByTestId("import-make").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/stories/[0-9a-f]{32}$"));
        Assert.Equal(2, (await studio.Library.ListAsync(1, 10)).Total);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Script_IsGoneThroughStepByStep_WithItsPagesAndItsCast()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var page = await browser.OpenAsync(new(studio.Address, "/new"));
        await page.Locator("input[type=file]").First.ChooseAsync(File("night.fountain", Encoding.UTF8.GetBytes(Script)));
        await page.GetByTestId("import-pages").ClickAsync();

        await Expect(page.GetByTestId("new-story")).ToHaveAttributeAsync("data-step", "Pages");
        await Expect(page.Locator(".split__number")).ToHaveTextAsync(["1.1", "2.1"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "See who is in it" }).ClickAsync();
        await page.GetByLabel("What they look like").FillAsync("A girl in red.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose styles" }).ClickAsync();
        await Expect(page.GetByTestId("draft-estimate")).ToContainTextAsync("6 pictures");

        // The step is kept before it is left, with what the file brought along.
        await page.ReloadAsync();
        await Expect(page.GetByTestId("draft-estimate")).ToContainTextAsync("6 pictures");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create without pictures" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/stories/[0-9a-f]{32}$"));

        var story = await studio.Library.GetAsync(new Uri(page.Url).Segments[^1]);
        Assert.Equal(("Night", "1.1 2.1"), (story.Title, string.Join(' ', story.Segments.Select(s => s.Number))));
        Assert.Equal("A girl in red.", Assert.Single(story.Characters).Description);
        Assert.Contains(story.Segments, s => s.Characters.Contains("Mira"));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task ShotList_GoneThroughStepByStep_KeepsItsNumbers_UntilPagesAreRearranged()
    {
        const string shots = """{ "title": "Night", "promptsByStyle": { "clear": [{ "beat_number": "1.1", "ai_prompt": "A house." }, { "beat_number": "1.3", "ai_prompt": "A lamp." }, { "beat_number": "4.2", "ai_prompt": "The sea." }] } }""";
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var page = await browser.OpenAsync(new(studio.Address, "/new"));
        await page.Locator("input[type=file]").First.ChooseAsync(File("night.json", Encoding.UTF8.GetBytes(shots)));
        await page.GetByTestId("import-pages").ClickAsync();

        await Expect(page.Locator(".split__number")).ToHaveTextAsync(["1.1", "1.3", "4.2"]);
        await Expect(page.GetByText("3 pages in 2 scenes")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Join" }).First.ClickAsync();
        await Expect(page.Locator(".split__number")).ToHaveTextAsync(["1.1", "2.1"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator(".split__number")).ToHaveTextAsync(["1.1", "1.3", "4.2"]);

        // The same file once more: what was done to its pages is a step back.
        await page.GetByRole(AriaRole.Button, new() { Name = "Join" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the text" }).ClickAsync();
        await page.Locator("input[type=file]").First.ChooseAsync(File("night.json", Encoding.UTF8.GetBytes(shots)));
        await page.GetByTestId("import-pages").ClickAsync();
        await Expect(page.Locator(".split__number")).ToHaveTextAsync(["1.1", "1.3", "4.2"]);
        var undo = page.Locator(".toasts").GetByRole(AriaRole.Button, new() { Name = "Undo" });
        await undo.ClickAsync();
        await Expect(page.Locator(".split__number")).ToHaveTextAsync(["1.1", "2.1"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator(".split__number")).ToHaveTextAsync(["1.1", "1.3", "4.2"]);
        Assert.Single(await studio.Services.GetRequiredService<IDraftShelf>().ListAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "See who is in it" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose styles" }).ClickAsync();
        await Expect(page.GetByTestId("draft-estimate")).ToContainTextAsync("3 pictures");
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create without pictures" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/stories/[0-9a-f]{32}$"));

        var story = await studio.Library.GetAsync(new Uri(page.Url).Segments[^1]);
        Assert.Equal("1.1 1.3 4.2", string.Join(' ', story.Segments.Select(s => s.Number)));
        Assert.Equal("True False True", string.Join(' ', story.Segments.Select(s => s.HardCut)));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Comic_OfDrawingsOfLinesAlone_IsNotOffered_AndSaysWhy()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/export"));

        await page.Locator("[data-format=Cbz]").GetByRole(AriaRole.Button).ClickAsync();

        await Expect(page.GetByTestId("export-missing")).ToContainTextAsync("lines");
        await Expect(page.GetByTestId("export-anyway")).ToHaveCountAsync(0);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Book_IsMadeAfterSayingWhatIsMissing_AndTakenHomeOrAway()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new() { Segments = ["1.1"] });
        await studio.UntilFinishedAsync(story.Id);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/export"));

        await page.Locator("[data-format=Zip]").GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.GetByTestId("export-missing")).ToContainTextAsync("Not drawn yet in Illustration: 1.2");
        await page.Locator("[data-format=Epub]").GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.GetByTestId("export-missing")).ToContainTextAsync("Not drawn yet: 1.2");
        Assert.Empty((await page.RunAxe()).Violations);
        await page.GetByTestId("export-anyway").ClickAsync();
        await Expect(page.GetByTestId("export-download")).ToHaveAttributeAsync("download", "The lighthouse.epub");
        await Expect(page.GetByTestId("export-begun").GetByRole(AriaRole.Link)).ToHaveTextAsync("Download The lighthouse.epub");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByTestId("export-download").ClickAsync());
        Assert.Equal("The lighthouse.epub", download.SuggestedFilename);
        await page.GetByTestId("export-remove").ClickAsync();
        await Expect(page.GetByTestId("export")).ToHaveCountAsync(0);
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(false, 1280)]
    [InlineData(true, 390)]
    public async Task PrintPage_AndExportPage_HaveNoAccessibilityViolation(bool dark, int width)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(2, "illustration", "clear");
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);

        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/print"), dark, width, interactive: false);
        Assert.Empty((await page.RunAxe()).Violations);
        await Expect(page.GetByRole(AriaRole.Img)).ToHaveCountAsync(2);
        Assert.Empty(page.Faults());

        // On paper there is a title page, a page for each leaf, and nothing of the screen.
        var paper = System.Text.Encoding.Latin1.GetString(await page.PdfAsync(new() { Format = "A4", PreferCSSPageSize = true }));
        Assert.Equal(3, System.Text.RegularExpressions.Regex.Count(paper, "/Type /Page\\b"));

        page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/export"), dark, width);
        Assert.Empty((await page.RunAxe()).Violations);
    }

    [Fact]
    public async Task PrintPage_HasWhatIsWrittenOverAllFormats_AndSaysWhatOfItCannotBe()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1, "illustration", "clear");
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/export"));
        await page.GetByLabel("Author").FillAsync("Ada & Jo");
        await page.GetByLabel("Language").FillAsync("klingon!");
        await Expect(page.GetByTestId("print-link")).ToHaveAttributeAsync("href", new Regex("language=klingon"));

        await page.GetByTestId("print-link").ClickAsync();
        await Expect(page.GetByText("“klingon!” is not a language such as en, de or pt-BR.")).ToBeVisibleAsync();
        Assert.Empty((await page.RunAxe()).Violations);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Back" })).ToHaveAttributeAsync("href", $"/stories/{story.Id}/export");

        page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/export"));
        await page.GetByLabel("Author").FillAsync("Ada & Jo");
        await page.GetByLabel("Language").FillAsync("cy");
        await Expect(page.GetByTestId("print-link")).ToHaveAttributeAsync("href", new Regex("author=Ada.*language=cy$"));
        await page.GetByTestId("print-link").ClickAsync();

        await Expect(page.Locator(".author")).ToHaveTextAsync("Ada & Jo");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "cy");
    }

    [Fact]
    public async Task PrintPage_SaysFirstWhatIsMissing_OnTheScreenAlone()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(3, "illustration", "clear");
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["clear"], Segments = ["1.1"] });
        await studio.UntilFinishedAsync(story.Id);

        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/print?style=clear"), interactive: false);

        var missing = page.GetByRole(AriaRole.Complementary, new() { Name = "What is missing" });
        await Expect(missing.GetByRole(AriaRole.Paragraph)).ToHaveTextAsync("2 of 3 pages have no picture in Clear line.");
        await Expect(missing.GetByRole(AriaRole.Listitem)).ToHaveTextAsync("Not drawn yet: 1.2, 1.3");
        Assert.Empty((await page.RunAxe()).Violations);
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await Expect(missing).ToBeHiddenAsync();
        Assert.Empty(page.Faults());
    }

    /// <summary>Imports as the program does, and stands still where a test wants to look.</summary>
    private sealed class HeldImport : IStoryImport
    {
        private IStoryImport _inner = null!;

        public bool HoldsPictures { get; set; }

        public bool HoldsMaking { get; set; }

        public void Stand(IServiceCollection services)
        {
            var real = services.Single(s => s.ServiceType == typeof(IStoryImport)).ImplementationType!;
            services.AddSingleton<IStoryImport>(provider =>
            {
                _inner = (IStoryImport)ActivatorUtilities.CreateInstance(provider, real);
                return this;
            });
        }

        public async Task<ImportedStory> ReadAsync(Stream content, string? fileName, IProgress<UnpackedPictures>? progress = null, CancellationToken cancellationToken = default)
        {
            if (HoldsPictures)
            {
                progress?.Report(new(1, 4));
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            }

            return await _inner.ReadAsync(content, fileName, progress, cancellationToken);
        }

        public Task<ImportedStory?> RecogniseAsync(string text, CancellationToken cancellationToken = default) => _inner.RecogniseAsync(text, cancellationToken);

        public async Task<StoryDetails> MakeAsync(ImportedStory imported, string? title = null, IReadOnlyList<string>? styles = null, CancellationToken cancellationToken = default)
        {
            if (HoldsMaking)
            {
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            }

            return await _inner.MakeAsync(imported, title, styles, cancellationToken);
        }
    }

    private static byte[] Zip(string name)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry(name).Open();
            entry.Write("application/epub+zip"u8);
        }

        return bytes.ToArray();
    }

    private static FilePayload File(string name, byte[] bytes) => new() { Name = name, MimeType = "application/octet-stream", Buffer = bytes };
}
