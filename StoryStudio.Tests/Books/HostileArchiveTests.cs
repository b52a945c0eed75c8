using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Books;
using StoryStudio.Core.Books.Archive;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Reviews;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Books;

/// <summary>Archives that somebody made to do harm, or that came to harm: a clear answer, nothing made, nothing left.</summary>
public sealed class HostileArchiveTests(HostileArchiveTests.OneStudio shared) : IClassFixture<HostileArchiveTests.OneStudio>
{
    private const string Picture = "generated_images/clear/Shot_1/Beat_1.1.png";

    public static TheoryData<string, string> Names => new()
    {
        { "../evil.txt", "outside itself" },
        { "a/../../evil.txt", "outside itself" },
        { "/etc/evil", "outside itself" },
        { "C:/evil", "outside itself" },
        { "a\\..\\evil", "outside itself" },
        { "a\u0001", "outside itself" },
        { "generated_images/clear/Shot_1/Beat_1.1.png", "twice" },
    };

    public static TheoryData<string, string, string> Lies => new()
    {
        { "segments.0.images.0.versions.0.sha256", $"\"{new string('0', 64)}\"", "SHA-256 is another" },
        { "segments.0.images.0.versions.0.file", "\"../../../etc/passwd\"", "not in the archive" },
        { "segments.0.images.0.versions.0.file", "\"manifest.json\"", "SHA-256 is another" },
        { "segments.0.images.0.versions.0.number", "0", "numbered from 1" },
        { "segments.0.images.0.chosen", "7", "not among the versions" },
        { "segments.0.images.0.style", "\"../clear\"", "no style" },
        { "segments.0.images.0", "null", "no style" },
        { "segments.0.images.0.versions.0", "null", "missing" },
        { "segments.0.images.0.versions.0.provider", "null", "Prompt, provider" },
        { "segments.0.images.0.versions.0.madeFrom", "{\"characters\":[{\"character\":0,\"name\":\"A\",\"look\":\"1\"},{\"character\":0,\"name\":\"A\",\"look\":\"1\"}]}", "made from" },
        { "segments.0.number", "\"1.99999\"", "not a number" },
        { "segments.0.number", "\"\"", "not a number" },
        { "segments.0.number", "\" \"", "not a number" },
        { "segments.0.text", "\"\"", "missing" },
        { "segments.0", "null", "missing" },
        { "segments", "[]", "at least one segment" },
        { "segments", "7", "goes wrong in line" },
        { "styles.0.key", "\"A/B\"", "lower-case" },
        { "styles", "[]", "1 to 100 styles" },
        { "format", "\"other\"", "not of a story" },
        { "version", "2", "later StoryStudio" },
        { "comments", "[{\"writer\":3,\"text\":\"x\",\"createdAt\":\"2026-01-01T00:00:00Z\"}]", "comment" },
        { "decisions", "[{\"person\":0}]", "decision" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public Task Name_ThatLeadsElsewhere_IsRefused(string name, string sentence) => RefusedAsync(Zip(extra: zip => Put(zip, name, "x"u8)), sentence);

    [Theory]
    [MemberData(nameof(Lies))]
    public Task List_ThatLies_IsRefusedByThePlace(string path, string value, string sentence) => RefusedAsync(Zip(manifest => Set(manifest, path, value)), sentence);

    [Fact]
    public Task Link_IsRefused() => RefusedAsync(Zip(extra: zip => Put(zip, "link", "/etc/passwd"u8).ExternalAttributes = unchecked((int)0xA1FF0000)), "link or a device");

    [Fact]
    public Task Bomb_IsNotUnpacked() => RefusedAsync(Zip(picture: new byte[60 * 1024 * 1024]), "holds far more", "larger than 50 MB");

    [Fact]
    public async Task Bomb_InTheList_IsNotUnpacked()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("manifest.json", CompressionLevel.Optimal).Open();
            var blank = Encoding.ASCII.GetBytes(new string(' ', 1024 * 1024));
            for (var i = 0; i < 200; i++)
            {
                entry.Write(blank);
            }
        }

        await RefusedAsync(bytes.ToArray(), "holds far more", "larger than");
    }

    [Fact]
    public Task Objects_BeyondCounting_InAListOfFewBytes_AreRefused() => RefusedAsync(
        ListAlone($"{{\"segments\":[{string.Join(',', Enumerable.Repeat("{}", ArchiveFile.MaxObjects))}]}}"), "manifest.json: The list of contents holds far more entries than any story has.");

    [Theory]
    [InlineData("", "{}", ArchiveFile.MaxObjects, false)]
    [InlineData("", "{}", ArchiveFile.MaxObjects + 1, true)]
    [InlineData("\uFEFF", "{}", ArchiveFile.MaxObjects + 1, true)]
    [InlineData("", "7", ArchiveFile.MaxTokens - 2, false)]
    [InlineData("", "7", ArchiveFile.MaxTokens - 1, true)]
    public void List_IsCountedBeforeAnythingIsMadeOfIt(string before, string part, int times, bool isRefused)
    {
        var list = Encoding.UTF8.GetBytes($"{before}[{string.Join(',', Enumerable.Repeat(part, times))}]");

        var failure = Record.Exception(() => ArchiveFile.RequireSensible(list));

        Assert.Equal(isRefused, failure is InvalidInputException);
        Assert.True(isRefused || failure is null);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(5)]
    public void List_AsItIsWritten_IsTooLongInBytesBeforeItsEntriesAreTooMany(int companions)
    {
        var mark = new string('a', 16);
        var hash = new string('a', 64);
        var versions = Enumerable.Range(1, 2).Select(v => new ArchivedVersion
        {
            Number = v, File = $"generated_images/clear/Shot_1/Beat_1.{v}.png", MediaType = "image/png", Width = 1024, Height = 1024, Bytes = 1_000_000, Sha256 = hash, CreatedAt = DateTimeOffset.UnixEpoch,
            Prompt = "Mira climbs.", Provider = "openai", Model = "m", CostUsd = 0.04m, RequestHash = hash, Described = true,
            MadeFrom = new() { Text = mark, Setting = mark, Style = mark, Characters = [.. Enumerable.Range(0, companions).Select(c => new ArchivedBasisCharacter(c, "Mira", mark))], Missing = [] },
            References = [.. Enumerable.Range(0, companions).Select(c => new ArchivedReference { Role = ReferenceRole.Character, Name = "Mira", Sha256 = hash, Source = new(null, c, "clear"), SourceVersion = 1 })],
        }).ToList();
        var images = Enumerable.Range(0, 3).Select(i => new ArchivedImage { Style = $"style-{i}", Chosen = 1, Versions = versions }).ToList();
        var list = JsonSerializer.SerializeToUtf8Bytes(
            new ArchiveManifest { Format = "storystudio", Version = 1, Segments = [.. Enumerable.Range(1, 100).Select(i => new ArchivedSegment { Number = $"1.{i}", Text = "Mira climbs.", HardCut = false, Images = images })] },
            ArchiveJson.Default.ArchiveManifest);
        var (tokens, objects) = (0, 0);
        for (var reader = new Utf8JsonReader(list); reader.Read(); tokens++)
        {
            objects += reader.TokenType is JsonTokenType.StartObject ? 1 : 0;
        }

        var times = (double)ArchiveFile.MaxManifestBytes / list.Length;
        Assert.True(tokens * times < ArchiveFile.MaxTokens, $"{tokens * times:N0} words");
        Assert.True(objects * times < ArchiveFile.MaxObjects, $"{objects * times:N0} objects");
    }

    [Fact]
    public Task Entries_BeyondCounting_AreRefused() => RefusedAsync(
        Zip(extra: zip =>
        {
            for (var i = 0; i < 60_001; i++)
            {
                zip.CreateEntry($"{i}");
            }
        }),
        "more than 60000 files");

    [Theory]
    [InlineData(ReviewRules.MaxComments + 1, 0)]
    [InlineData(1, ReviewRules.MaxCommentsEver)]
    public Task Comments_BeyondWhatAStoryCanHold_AreRefused(int standing, int deleted) =>
        RefusedAsync(Zip(manifest => Say(manifest, people: 1, standing, deleted)), "manifest.comments: A story has at most 5000 comments, and 20000 with those that were deleted.");

    [Fact]
    public Task Decisions_BeyondWhatAVersionCanHold_AreRefused() =>
        RefusedAsync(Zip(manifest => Say(manifest, ReviewRules.MaxDeciders + 1, decisions: ReviewRules.MaxDeciders + 1)), "manifest.decisions: At most 200 people");

    [Fact]
    public Task People_WhoSaidNothing_AreRefused() => RefusedAsync(Zip(manifest => Say(manifest, people: 4, standing: 1, deleted: 1, decisions: 1)), "manifest.people: There are more people");

    [Fact]
    public async Task Reviews_AsManyAsAStoryCanHold_AreRead()
    {
        var zip = Zip(manifest => Say(manifest, ReviewRules.MaxDeciders, ReviewRules.MaxComments, ReviewRules.MaxCommentsEver - ReviewRules.MaxComments, ReviewRules.MaxDeciders));

        await using var read = await shared.Studio.Services.GetRequiredService<IStoryImport>().ReadAsync(new MemoryStream(zip), "story.zip");

        Assert.Equal(StoryFileKind.Archive, read.Kind);
    }

    [Fact]
    public async Task Decision_AboutAVersionThatIsNotInTheArchive_StaysOut()
    {
        await using var studio = await Studio.StartAsync(engine: false);

        await RoundTripTests.ImportAsync(studio, Zip(manifest =>
        {
            Say(manifest, people: 2, decisions: 2);
            manifest["decisions"]![1]!["pictureVersion"] = 7;
        }));

        await using var db = studio.OpenDatabase();
        Assert.Equal(1, (await db.Decisions.SingleAsync()).PictureVersion);
    }

    [Fact]
    public Task SameFile_NamedTwice_IsRefused() => RefusedAsync(
        Zip(manifest =>
        {
            var versions = manifest["segments"]![0]!["images"]![0]!["versions"]!.AsArray();
            var second = versions[0]!.DeepClone();
            second["number"] = 2;
            versions.Add(second);
        }),
        "named twice");

    [Fact]
    public Task Svg_FromAnybodyButOurOwnIllustrator_IsNoPicture() => RefusedAsync(Zip(manifest => manifest["segments"]![0]!["images"]![0]!["versions"]![0]!["provider"] = "openai", TestPictures.Svg), "SVG");

    [Fact]
    public Task Svg_ThatRunsAScript_IsRefusedWhoeverMadeIt() => RefusedAsync(
        Zip(manifest => manifest["segments"]![0]!["images"]![0]!["versions"]![0]!["provider"] = "sketch", Encoding.UTF8.GetBytes(TestPictures.SvgAround("<script>alert(1)</script>"))), "script");

    [Fact]
    public Task Picture_OfFiftyThousandPixels_IsRefused() => RefusedAsync(Zip(picture: TestPictures.PngOf(50_000, 50_000, 8, 6, 0, TestPictures.Packed(new byte[100]))), "pixels");

    [Fact]
    public Task Picture_ThatIsNone_IsRefused() => RefusedAsync(Zip(picture: "not a picture"u8.ToArray()), "no picture that can be used");

    [Fact]
    public async Task Archive_CutOffAnywhere_OrWithAnyByteTurned_IsRefusedOrRead()
    {
        var zip = Zip();
        var studio = shared.Studio;
        var import = studio.Services.GetRequiredService<IStoryImport>();
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var hurt = zip.ToArray();
            if (i % 3 == 0)
            {
                hurt = hurt[..random.Next(4, hurt.Length)];
            }
            else
            {
                hurt[random.Next(4, hurt.Length)] ^= (byte)random.Next(1, 256);
            }

            try
            {
                await using var read = await import.ReadAsync(new MemoryStream(hurt), "a.zip");
            }
            catch (InvalidInputException)
            {
            }

            Assert.Empty(Directory.GetDirectories(Path.Combine(studio.Folder, "imports")));
        }
    }

    [Fact]
    public Task Zip_ThatIsADocument_IsCalledByItsName() => RefusedAsync(Only("word/document.xml"), "a Word document");

    [Fact]
    public Task Zip_WithoutAList_IsNoStory() => RefusedAsync(Only("a.txt"), "no manifest.json");

    [Fact]
    public async Task Archive_InAFolderOfItsOwn_IsReadAsWell()
    {
        await using var studio = await Studio.StartAsync(engine: false);

        var story = await RoundTripTests.ImportAsync(studio, Zip(folder: "My story/"));

        Assert.Equal("Owl", story.Title);
        Assert.Single(Directory.GetFiles(Path.Combine(studio.Folder, "stories", story.Id), "Beat_1.1.png", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Characters_ThatOnlySegmentsName_BecomeTheStorys()
    {
        await using var studio = await Studio.StartAsync(engine: false);

        var story = await RoundTripTests.ImportAsync(studio, Zip(manifest => manifest["segments"]![0]!["characters"] = JsonNode.Parse("[\"Mira\"]")));

        Assert.Equal("Mira", Assert.Single(story.Characters).Name);
    }

    [Fact]
    public async Task References_ToWhatIsNotInTheArchive_PointNowhere()
    {
        await using var studio = await Studio.StartAsync();
        var other = await RoundTripTests.FullStoryAsync(studio);
        var secret = (await studio.Illustrator.GetSnapshotAsync(other.Id)).Images[0];

        var story = await RoundTripTests.ImportAsync(studio, Zip(manifest => manifest["segments"]![0]!["images"]![0]!["versions"]![0]!["references"] = JsonNode.Parse(
            $$"""[ { "role": "Character", "name": "x", "sha256": "{{new string('a', 64)}}", "sourceVersion": 1, "source": { "segment": "9.9", "style": "{{secret.Id}}" } }, { "role": "StyleSample", "sha256": "{{new string('a', 64)}}", "sourceVersion": 1, "source": { "style": "{{secret.Id}}" } } ]""")));

        var image = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Single();
        Assert.All((await studio.Illustrator.GetVersionsAsync(image.Id)).Single().References, r => Assert.Null(r.Url));
    }

    /// <summary>Nothing is ever made in it, so one serves all.</summary>
    public sealed class OneStudio : IAsyncLifetime
    {
        internal Studio Studio { get; private set; } = null!;

        public async Task InitializeAsync() => Studio = await Studio.StartAsync(engine: false);

        public async Task DisposeAsync() => await Studio.DisposeAsync();
    }

    private async Task RefusedAsync(byte[] zip, params string[] sentences)
    {
        var studio = shared.Studio;
        var files = RoundTripTests.Files(studio);
        var import = studio.Services.GetRequiredService<IStoryImport>();

        var failure = await Assert.ThrowsAsync<InvalidInputException>(() => import.ReadAsync(new MemoryStream(zip), "story.zip"));

        var said = string.Join(' ', failure.Errors.Select(e => $"{e.Key}: {string.Join(' ', e.Value)}"));
        Assert.True(sentences.Any(s => said.Contains(s, StringComparison.Ordinal)), said);
        Assert.Equal(files, RoundTripTests.Files(studio));
        Assert.Equal(0, (await studio.Library.ListAsync(1, 10)).Total);
    }

    private static byte[] ListAlone(string list)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Put(zip, "manifest.json", Encoding.UTF8.GetBytes(list));
        }

        return bytes.ToArray();
    }

    private static byte[] Only(string name)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Put(zip, name, "x"u8);
        }

        return bytes.ToArray();
    }

    /// <summary>A sound archive of one page with one picture, but for what is changed.</summary>
    private static byte[] Zip(Action<JsonNode>? change = null, byte[]? picture = null, Action<ZipArchive>? extra = null, string folder = "")
    {
        picture ??= TestPictures.Png();
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(picture));
        var manifest = JsonNode.Parse(
            $$"""
            { "format": "storystudio", "version": 1, "story": { "title": "Owl", "createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z" },
              "styles": [ { "key": "clear" } ], "characters": [],
              "segments": [ { "number": "1.1", "text": "An owl.", "hardCut": true, "images": [ { "style": "clear", "chosen": 1, "versions": [
                { "number": 1, "file": "{{Picture}}", "sha256": "{{hash}}", "createdAt": "2026-01-01T00:00:00Z", "prompt": "An owl.", "provider": "sketch" } ] } ] } ] }
            """)!;
        change?.Invoke(manifest);
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Put(zip, $"{folder}manifest.json", Encoding.UTF8.GetBytes(manifest.ToJsonString()));
            Put(zip, folder + Picture, picture);
            extra?.Invoke(zip);
        }

        return bytes.ToArray();
    }

    /// <summary>One after another of the people has their say, all about the one picture.</summary>
    private static void Say(JsonNode manifest, int people, int standing = 0, int deleted = 0, int decisions = 0)
    {
        manifest["people"] = new JsonArray([.. Enumerable.Range(0, people).Select(i => new JsonObject { ["name"] = $"Guest {i}" })]);
        manifest["comments"] = new JsonArray([.. Enumerable.Range(0, standing + deleted).Select(i => new JsonObject
        {
            ["writer"] = i % people,
            ["text"] = i < standing ? $"Comment {i}." : "",
            ["createdAt"] = "2026-01-01T00:00:00Z",
            ["deletedAt"] = i < standing ? null : "2026-01-02T00:00:00Z",
        })]);
        manifest["decisions"] = new JsonArray([.. Enumerable.Range(0, decisions).Select(i => new JsonObject
        {
            ["person"] = i % people,
            ["image"] = new JsonObject { ["segment"] = "1.1", ["style"] = "clear" },
            ["pictureVersion"] = 1,
            ["kind"] = "Approved",
            ["decidedAt"] = "2026-01-01T00:00:00Z",
        })]);
    }

    private static ZipArchiveEntry Put(ZipArchive zip, string name, ReadOnlySpan<byte> content)
    {
        var entry = zip.CreateEntry(name);
        using var stream = entry.Open();
        stream.Write(content);
        return entry;
    }

    private static void Set(JsonNode manifest, string path, string value)
    {
        var steps = path.Split('.');
        var node = manifest;
        foreach (var step in steps[..^1])
        {
            node = int.TryParse(step, out var place) ? node[place]! : node[step]!;
        }

        if (int.TryParse(steps[^1], out var last))
        {
            node[last] = JsonNode.Parse(value);
        }
        else
        {
            node[steps[^1]] = JsonNode.Parse(value);
        }
    }
}
