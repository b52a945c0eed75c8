using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Books;
using StoryStudio.Core.Books.Archive;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Books;

/// <summary>An exported story imports again as it was, and nothing else does.</summary>
public sealed class RoundTripTests
{
    [Fact]
    public async Task Story_WithAllThatItCanHave_ComesBackEqualInEverythingButIds()
    {
        await using var studio = await Studio.StartAsync();
        var story = await FullStoryAsync(studio);
        var zip = await ExportAsync(studio, story.Id);

        var copy = await ImportAsync(studio, zip);

        Assert.NotEqual(story.Id, copy.Id);
        var before = await DescribeAsync(studio, story.Id);
        Assert.Equal(before, await DescribeAsync(studio, copy.Id));
        Assert.All((string[])["illustration v2 chosen", "clear", "comment", "decision", "locked", "look", "sheet", "stale", "reference"], part => Assert.Contains(part, before, StringComparison.Ordinal));
        Assert.Empty(Directory.GetDirectories(Path.Combine(studio.Folder, "imports")));
    }

    [Fact]
    public async Task Cast_WithPlacesOtherNamesAndCorrections_ComesBackAsItWas()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "The mill", Styles = ["clear"], Segments = [new() { Text = "Tom ran." }, new() { Text = "It rained." }, new() { Text = "In the mill sat Thomas." }],
            Characters = [new("Thomas", "A boy.") { Aliases = ["Tom"] }, new("The mill", "White.") { Kind = CastKind.Place }],
        });
        await studio.Cast.SetAppearanceAsync(story.Characters[0].Id, "1.1", false);
        await studio.Cast.SetAppearanceAsync(story.Characters[1].Id, "1.2", true);

        var copy = await ImportAsync(studio, await ExportAsync(studio, story.Id));

        Assert.Equal(
            ["Character Thomas (Tom): 1.3", "Place The mill (): 1.2 1.3"],
            (await studio.Cast.GetAsync(copy.Id)).Select(c => $"{c.Kind} {c.Name} ({string.Join(' ', c.Aliases)}): {string.Join(' ', c.Segments)}"));
    }

    [Fact]
    public async Task Archive_ExportedAgain_IsTheSameList()
    {
        await using var studio = await Studio.StartAsync();
        var first = await ExportAsync(studio, (await FullStoryAsync(studio)).Id);
        var second = await ExportAsync(studio, (await ImportAsync(studio, first)).Id);

        Assert.Equal(Manifest(first), Manifest(second));
        Assert.Equal(Names(first), Names(second));

        static string Manifest(byte[] zip)
        {
            var manifest = JsonNode.Parse(Read(zip, "manifest.json"))!;
            manifest["story"] = manifest["story"]!["title"]!.DeepClone();
            return manifest.ToJsonString();
        }
    }

    [Fact]
    public async Task Folder_OfABooksPictures_HoldsTheChosenOnesAlone_AndTheOthersLieBesideIt()
    {
        await using var studio = await Studio.StartAsync();
        var story = await FullStoryAsync(studio);
        var zip = await ExportAsync(studio, story.Id);

        await using var db = studio.OpenDatabase();
        var images = await db.Images.Where(i => i.StoryId == story.Id && i.SegmentId != null).ToListAsync();
        var warmer = images.Single(i => i is { Style: "illustration", Scene: 1, Beat: 1 });
        Assert.Equal(2, warmer.ChosenVersion);
        var version = await db.ImageVersions.SingleAsync(v => v.ImageId == warmer.Id && v.Number == 2);
        Assert.Equal(version.Sha256, Hash("generated_images/illustration/Shot_1/Beat_1.1.svg"));
        Assert.Equal(
            images.Select(i => $"generated_images/{i.Style}/Shot_{i.Scene}/Beat_{i.Scene}.{i.Beat}.svg").Order(StringComparer.Ordinal),
            Names(zip).Where(n => n.StartsWith("generated_images/", StringComparison.Ordinal) && !n.Contains("/Characters/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["versions/clear/Shot_1/Beat_1.2.v2.svg", "versions/illustration/Shot_1/Beat_1.1.v1.svg"],
            Names(zip).Where(n => n.StartsWith("versions/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

        string Hash(string name)
        {
            using var archive = new ZipArchive(new MemoryStream(zip));
            using var file = archive.GetEntry(name)!.Open();
            return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file));
        }
    }

    [Fact]
    public async Task Archive_OfTheFormerLayout_WithVersionsBesideEachOther_StillImports()
    {
        await using var studio = await Studio.StartAsync();
        var story = await FullStoryAsync(studio);
        var former = Rearranged(await ExportAsync(studio, story.Id));
        Assert.Contains("generated_images/illustration/Shot_1/Beat_1.1.v2.svg", Names(former));

        var copy = await ImportAsync(studio, former);

        Assert.Equal(await DescribeAsync(studio, story.Id), await DescribeAsync(studio, copy.Id));

        // The first version by the plain name, whatever is chosen.
        static byte[] Rearranged(byte[] zip)
        {
            using var archive = new ZipArchive(new MemoryStream(zip));
            var manifest = JsonNode.Parse(Read(zip, "manifest.json"))!;
            var names = new Dictionary<string, string>(StringComparer.Ordinal);
            var images = manifest["segments"]!.AsArray().Concat(manifest["characters"]!.AsArray()).SelectMany(s => (s!["images"] ?? s["sheets"])?.AsArray() ?? []);
            foreach (var file in images.SelectMany(i => i!["versions"]!.AsArray()))
            {
                var (name, number) = (file!["file"]!.GetValue<string>(), file["number"]!.GetValue<int>());
                var place = name.Split('/', 2)[1].Replace($".v{number}.", ".", StringComparison.Ordinal);
                names[name] = $"generated_images/{(number == 1 ? place : place.Insert(place.LastIndexOf('.'), $".v{number}"))}";
                file["file"] = names[name];
            }

            using var former = new MemoryStream();
            using (var written = new ZipArchive(former, ZipArchiveMode.Create, leaveOpen: true))
            {
                foreach (var entry in archive.Entries)
                {
                    using var target = written.CreateEntry(names.GetValueOrDefault(entry.FullName, entry.FullName)).Open();
                    using var source = entry.FullName == "manifest.json" ? new MemoryStream(Encoding.UTF8.GetBytes(manifest.ToJsonString())) : entry.Open();
                    source.CopyTo(target);
                }
            }

            return former.ToArray();
        }
    }

    [Fact]
    public async Task AnyStory_ComesBackWithItsWords()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var words = Gen.Elements("The owl flew.", " \u0007 low ", "“Who?”", "夜晚", "a\n\nb", "***", "# Night", "<b>&amp;", "👩‍👩‍👧‍👦", "مَن هناك؟", "1.2", "../x", "=", "\u2028");
        var texts = words.NonEmptyListOf().Select(w => string.Join(' ', w)).Where(t => t.Trim().Length > 0);
        var segments = Gen.Zip(texts, Gen.Elements("", "clear", "all", "nobody")).NonEmptyListOf().Select(s => s.Take(12).ToList());
        await Task.Run(() => Prop.ForAll(Arb.From(segments), drafts => CheckAsync(drafts).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(25)));

        async Task<bool> CheckAsync(List<(string Text, string Kind)> drafts)
        {
            var story = await studio.Library.CreateAsync(new()
            {
                Title = Graphemes.Truncate(drafts[0].Text.ReplaceLineEndings(" ").Replace('\u0007', ' ').Replace('\u2028', ' '), Story.MaxTitleLength),
                Styles = ["clear", "illustration"],
                Characters = [new("Mira", "In yellow."), new("Tom", null)],
                Segments = [.. drafts.Select((d, i) => new NewSegment
                {
                    Text = d.Text,
                    HardCut = i % 3 == 0,
                    Prompt = d.Kind == "all" ? d.Text : null,
                    Prompts = d.Kind == "clear" ? new Dictionary<string, string>(StringComparer.Ordinal) { ["clear"] = d.Text, ["consistent"] = "x" } : null,
                    Characters = d.Kind == "nobody" ? [] : d.Kind == "all" ? ["Mira"] : null,
                })],
            });
            var copy = await ImportAsync(studio, await ExportAsync(studio, story.Id));
            return await DescribeAsync(studio, story.Id) == await DescribeAsync(studio, copy.Id);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Picture_MadeFromThatOfAPageThatIsDeletedByNow_IsFromBeforeAChangeInTheCopy_WhereItWas(bool redrawn)
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.Library.CreateAsync(new() { Title = "The lamp", Styles = ["clear"], Segments = [new() { Text = "It burned." }, new() { Text = "It went out." }] });
        await studio.Illustrator.StartAsync(story.Id, new());
        var first = (await studio.UntilAsync(story.Id, s => s.Pending == 0 && s.Run is { FinishedAt: not null })).Images[0];
        if (redrawn)
        {
            await studio.Illustrator.RegenerateAsync(first.Id, null, null);
            await studio.UntilAsync(story.Id, s => s.Pending == 0);
        }

        await studio.Services.GetRequiredService<IStoryEditor>().RemoveAsync(story.Id, "1.1");
        var copy = await ImportAsync(studio, await ExportAsync(studio, story.Id));
        var again = await ImportAsync(studio, await ExportAsync(studio, copy.Id));

        foreach (var id in (string[])[story.Id, copy.Id, again.Id])
        {
            // Looked at anew, and then as it was.
            await studio.Library.UpdateSegmentAsync(id, "1.1", new() { Text = "It smoked." });
            Assert.Contains("text_changed", await StaleAsync(id), StringComparison.Ordinal);
            await studio.Library.UpdateSegmentAsync(id, "1.1", new() { Text = "It went out." });
            Assert.Equal(redrawn ? "reference_changed" : null, await StaleAsync(id));
        }

        async Task<string?> StaleAsync(string id)
        {
            await using var db = studio.OpenDatabase();
            return (await db.Images.SingleAsync(i => i.StoryId == id)).StaleCode;
        }
    }

    [Fact]
    public async Task Picture_ThatWentAwayFromTheDisk_IsLeftOutAndTheRestComesBack()
    {
        await using var studio = await Studio.StartAsync();
        var story = await FullStoryAsync(studio);
        File.Delete(Directory.GetFiles(studio.Folder, "Beat_1.1.v2.svg", SearchOption.AllDirectories).Single());

        var copy = await ImportAsync(studio, await ExportAsync(studio, story.Id));

        Assert.Contains("1.1 illustration v1 chosen", await DescribeAsync(studio, copy.Id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Archive_ReadAndLeft_LeavesNothingBehind_AndIsTakenOnce()
    {
        await using var studio = await Studio.StartAsync();
        var zip = await ExportAsync(studio, (await FullStoryAsync(studio)).Id);
        var import = studio.Services.GetRequiredService<IStoryImport>();
        var files = Files(studio);

        await using (await import.ReadAsync(new MemoryStream(zip), "a.zip"))
        {
            Assert.NotEqual(files, Files(studio));
        }

        Assert.Equal(files, Files(studio));
        await using var twice = await import.ReadAsync(new MemoryStream(zip), "a.zip");
        var made = await import.MakeAsync(twice, title: "Another name");
        Assert.Equal("Another name", made.Title);
        Assert.Equal("import_taken", (await Assert.ThrowsAsync<ConflictException>(() => import.MakeAsync(twice))).Code);
    }

    [Fact]
    public async Task Archive_WhoseStoryCannotBeStored_LeavesNoPictures()
    {
        await using var studio = await Studio.StartAsync();
        var zip = await ExportAsync(studio, (await FullStoryAsync(studio)).Id);
        var import = studio.Services.GetRequiredService<IStoryImport>();
        var files = Files(studio);
        await using (var read = await import.ReadAsync(new MemoryStream(zip), "a.zip"))
        {
            await using var db = studio.OpenDatabase();
            await db.Database.ExecuteSqlRawAsync("CREATE TRIGGER no_more BEFORE INSERT ON images BEGIN SELECT RAISE(ABORT, 'no'); END");
            await Assert.ThrowsAnyAsync<DbUpdateException>(() => import.MakeAsync(read));
            // And not “made already”, whatever was claimed.
            await Assert.ThrowsAnyAsync<DbUpdateException>(() => import.MakeAsync(read));
        }

        Assert.Equal(files, Files(studio));
        Assert.Equal(1, (await studio.Library.ListAsync(1, 10)).Total);
    }

    [Fact]
    public async Task Start_AfterAKillBetweenPicturesAndRows_TakesThePicturesAway()
    {
        await using var studio = await Studio.StartAsync();
        var files = Files(studio);
        var left = Directory.CreateDirectory(Path.Combine(studio.Folder, "imports", Ids.New(studio.Clock.GetUtcNow())));
        var storyId = Ids.New(studio.Clock.GetUtcNow());
        await File.WriteAllTextAsync(Path.Combine(left.FullName, "story"), storyId);
        Directory.CreateDirectory(Path.Combine(studio.Folder, "stories", storyId));
        await File.WriteAllTextAsync(Path.Combine(studio.Folder, "stories", storyId, "x.png"), "x");

        await studio.RestartAsync();

        Assert.Equal(files, Files(studio));
    }

    [Fact]
    public async Task Column_OfAStory_ComesAlongInAnArchive_OrIsNamedHereAsStayingBehind()
    {
        var known = new Dictionary<Type, string>
        {
            [typeof(Story)] = "Id Title CreatedAt UpdatedAt DeletedAt Version EditVersion",
            [typeof(Segment)] = "Id StoryId Ordinal Scene Beat Text Prompt Prompts HardCut Characters RemovedAt",
            [typeof(Character)] = "Id StoryId Ordinal Kind Name Description Aliases AddedTo RemovedFrom RemovedAt Merger",
            [typeof(CharacterPicture)] = "CharacterId Number Path MediaType Width Height Bytes Sha256 CreatedAt RemovedAt",
            [typeof(StoryStyle)] = "StoryId Key Ordinal Note ReferenceImageId",
            [typeof(ImageVersion)] = "ImageId Number AttemptId Path MediaType Width Height Bytes Sha256 Prompt Provider Model CostUsd CreatedAt RequestHash Described Instruction MadeFrom",
            [typeof(PictureReference)] = "ImageId Version Ordinal Role Name SourceId SourceVersion Sha256",
            [typeof(Comment)] = "Id StoryId ParentId SegmentId ImageId PictureVersion X Y Text WriterId WriterName ByAuthor Key CreatedAt EditedAt ResolvedAt ResolvedBy DeletedAt Version SaidVersion",
            [typeof(Decision)] = "ImageId PictureVersion PersonId StoryId PersonName ByAuthor Kind Reason DecidedAt TakenUpAt WithdrawnAt Version",
        };
        await using var studio = await Studio.StartAsync(engine: false);
        await using var db = studio.OpenDatabase();

        foreach (var (type, columns) in known)
        {
            // Another one here? Put it into Books/Archive, ArchiveShelf and ArchivePlanter, or say that it stays behind, and add it.
            Assert.Equal(columns.Split(' ').Order(StringComparer.Ordinal), db.Model.FindEntityType(type)!.GetProperties().Select(p => p.Name).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Member_OfWhatAPictureWasMadeFrom_ComesAlongInAnArchive()
    {
        static IEnumerable<string> Members(Type type) => type.GetProperties().Select(p => p.Name).Order(StringComparer.Ordinal);

        // Another one? Put it into ArchiveShelf, ArchivePlanter, ArchiveRules and what is told of a version below.
        Assert.Equal(Members(typeof(PictureBasis)), Members(typeof(ArchivedBasis)));
    }

    [Theory]
    [InlineData(true, "text_changed")]
    [InlineData(false, null)]
    public async Task Scene_ThatMovesAfterAnImport_MarksItsPictures_WhereTheArchiveKnowsWhereItWas(bool isKnown, string? code)
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.Library.CreateAsync(new() { Title = "Light", Styles = ["clear"], Segments = [new() { Text = "INT. LIGHTHOUSE - NIGHT\n\nMira climbs." }] });
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilAsync(story.Id, s => s.Pending == 0 && s.Run is { FinishedAt: not null });
        var zip = await ExportAsync(studio, story.Id);
        var copy = await ImportAsync(studio, isKnown ? zip : Rewritten(zip, manifest => manifest["segments"]![0]!["images"]![0]!["versions"]![0]!["madeFrom"]!.AsObject().Remove("setting")));
        Assert.Null((await studio.Illustrator.GetSnapshotAsync(copy.Id)).Images.Single().Stale);

        await studio.Library.UpdateSegmentAsync(copy.Id, "1.1", new() { Text = "EXT. HARBOUR - DAY\n\nMira climbs." });

        Assert.Equal(code, (await studio.Illustrator.GetSnapshotAsync(copy.Id)).Images.Single().Stale?.Code);
    }

    /// <summary>Files below the folder that are no database.</summary>
    internal static string Files(Studio studio) => string.Join('\n', Directory.GetFiles(studio.Folder, "*", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(studio.Folder, f)).Where(f => !f.StartsWith("storystudio.db", StringComparison.Ordinal) && !f.StartsWith("exports", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    internal static async Task<byte[]> ExportAsync(Studio studio, string storyId)
    {
        using var zip = new MemoryStream();
        await studio.Services.GetRequiredService<ArchiveShelf>().WriteAsync(storyId, zip, (_, _) => { }, CancellationToken.None);
        return zip.ToArray();
    }

    internal static async Task<StoryDetails> ImportAsync(Studio studio, byte[] zip)
    {
        var import = studio.Services.GetRequiredService<IStoryImport>();
        await using var read = await import.ReadAsync(new MemoryStream(zip), "story.zip");
        return await import.MakeAsync(read);
    }

    private static byte[] Rewritten(byte[] zip, Action<JsonNode> change)
    {
        var manifest = JsonNode.Parse(Read(zip, "manifest.json"))!;
        change(manifest);
        using var bytes = new MemoryStream();
        bytes.Write(zip);
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Update, leaveOpen: true))
        {
            archive.GetEntry("manifest.json")!.Delete();
            using var entry = archive.CreateEntry("manifest.json").Open();
            entry.Write(Encoding.UTF8.GetBytes(manifest.ToJsonString()));
        }

        return bytes.ToArray();
    }

    internal static string Read(byte[] zip, string name)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        using var reader = new StreamReader(archive.GetEntry(name)!.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    internal static IEnumerable<string> Names(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        return [.. archive.Entries.Select(e => e.FullName)];
    }

    /// <summary>Two styles, versions, a second choice, a lock, own prompts, characters with pictures and sheets, a stale mark, comments, decisions.</summary>
    internal static async Task<StoryDetails> FullStoryAsync(Studio studio)
    {
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "The last light: a “story”",
            Styles = ["illustration", "clear"],
            Characters = [new("Mira", "A girl in a yellow coat."), new("Tom", "")],
            Segments =
            [
                new() { Text = "Chapter 1\n\nMira climbed.", HardCut = true, Prompt = "A stair." },
                new() { Text = "Tom & Mira <waited>.", Prompts = new Dictionary<string, string>(StringComparer.Ordinal) { ["clear"] = "Two people." }, Characters = ["Tom"] },
                new() { Text = "The lamp burned.", HardCut = true, Number = "2.1", Characters = [] },
            ],
        });
        var mira = story.Characters[0].Id;
        await studio.Cast.SetPictureAsync(mira, new MemoryStream(TestPictures.Png()));
        await studio.Cast.SetPictureAsync(mira, new MemoryStream(TestPictures.Jpeg));
        await studio.Cast.DrawSheetsAsync(story.Characters[1].Id, ["clear"]);
        await studio.Illustrator.StartAsync(story.Id, new());
        var done = await studio.UntilAsync(story.Id, s => s.Pending == 0 && s.Run is { FinishedAt: not null });
        var first = done.Images.First(i => i.Number == "1.1" && i.Style == "illustration");
        await studio.Illustrator.RegenerateAsync(first.Id, null, "Make it warmer.");
        await studio.UntilAsync(story.Id, s => s.Pending == 0);
        var second = done.Images.First(i => i.Number == "1.2" && i.Style == "clear");
        await studio.Illustrator.RegenerateAsync(second.Id, null, null);
        await studio.UntilAsync(story.Id, s => s.Pending == 0);
        await studio.Illustrator.ChooseAsync(second.Id, 1);
        await studio.Cast.SetPictureAsync(mira, new MemoryStream(TestPictures.Webp));

        await using var db = studio.OpenDatabase();
        var now = studio.Clock.GetUtcNow();
        var image = await db.Images.AsTracking().SingleAsync(i => i.Id == second.Id);
        image.Lock(LockReason.Author, "Ada", now);
        db.Comments.AddRange(
            new() { Id = "c1", StoryId = story.Id, SegmentId = image.SegmentId, ImageId = image.Id, PictureVersion = 1, X = 0.25, Y = 0.5, Text = "Too <dark>?", WriterId = "guest", WriterName = "Jo", ByAuthor = false, CreatedAt = now },
            new() { Id = "c2", StoryId = story.Id, ParentId = "c1", SegmentId = image.SegmentId, ImageId = image.Id, PictureVersion = 1, Text = "It is night.", WriterId = "local", WriterName = "Ada", ByAuthor = true, CreatedAt = now.AddMinutes(1), EditedAt = now.AddMinutes(2), ResolvedAt = now.AddMinutes(3), ResolvedBy = "Ada" },
            new() { Id = "c3", StoryId = story.Id, Text = "A fine story.", WriterId = "guest", WriterName = "Jo", ByAuthor = false, CreatedAt = now.AddMinutes(4) });
        db.Decisions.Add(new() { ImageId = first.Id, PictureVersion = 2, PersonId = "guest", StoryId = story.Id, PersonName = "Jo", ByAuthor = false, Kind = DecisionKind.ChangesWanted, Reason = "Less red.", DecidedAt = now });
        db.Decisions.Add(new() { ImageId = second.Id, PictureVersion = 1, PersonId = "guest", StoryId = story.Id, PersonName = "Jo", ByAuthor = false, Kind = DecisionKind.Approved, DecidedAt = now, TakenUpAt = now });
        await db.SaveChangesAsync();
        return story;
    }

    /// <summary>A story in words that hold no id and no path.</summary>
    internal static async Task<string> DescribeAsync(Studio studio, string storyId)
    {
        await using var db = studio.OpenDatabase();
        var segments = await db.Segments.Where(s => s.StoryId == storyId).OrderBy(s => s.Ordinal).ToListAsync();
        var characters = await db.Characters.Where(c => c.StoryId == storyId).OrderBy(c => c.Ordinal).ToListAsync();
        var images = await db.Images.Where(i => i.StoryId == storyId && i.ChosenVersion != null).OrderBy(i => i.Ordinal).ThenBy(i => i.Style).ToListAsync();
        var names = images.ToDictionary(i => i.Id, i => $"{i.Number} {i.Style}{(i.IsSheet ? " sheet" : "")}");
        characters.ForEach(c => names[c.Id] = c.Name);
        segments.ForEach(s => names[s.Id] = s.Number.ToString());
        var words = new StringBuilder((await db.Stories.SingleAsync(s => s.Id == storyId)).Title);
        foreach (var style in await db.StoryStyles.Where(s => s.StoryId == storyId).OrderBy(s => s.Ordinal).ToListAsync())
        {
            words.Append($"\nstyle {style.Key} {style.Note} {Name(style.ReferenceImageId)}");
        }

        foreach (var character in characters)
        {
            words.Append($"\n{character.Name}: {character.Description}");
            foreach (var look in await db.CharacterPictures.Where(p => p.CharacterId == character.Id).OrderBy(p => p.Number).ToListAsync())
            {
                words.Append($"\nlook {look.Number} {look.MediaType} {look.Width} {look.Height} {look.Bytes} {look.Sha256} {look.CreatedAt:O} {look.RemovedAt:O} {Hash(look.Path)}");
            }
        }

        segments.ForEach(s => words.Append($"\n{s.Number} {s.HardCut} {s.Text} | {s.Prompt} | {string.Join(',', s.Prompts.OrderBy(p => p.Key))} | {(s.Characters is null ? "-" : string.Join(',', s.Characters))}"));
        foreach (var image in images)
        {
            words.Append($"\n{names[image.Id]} v{image.ChosenVersion} chosen {image.Status} {image.LatestVersion} {image.MediaType} {image.Width} {image.Height} {image.Provider} {image.Model} {image.CostUsd} stale {image.StaleCode} {image.StaleMessage} locked {image.LockReason} {image.LockedBy} {image.LockedAt:O}");
            foreach (var version in await db.ImageVersions.Where(v => v.ImageId == image.Id).OrderBy(v => v.Number).ToListAsync())
            {
                var basis = version.MadeFrom is not { } b ? "-" : $"{b.Text} {b.Setting} {b.Prompt} {b.Style} {b.Note} {b.Sample} {b.Uploaded} {string.Join(',', b.Missing)} {string.Join(',', b.Characters.Select(c => $"{Name(c.Id)} {c.Name} {c.Look}"))}";
                words.Append($"\n  v{version.Number} {version.MediaType} {version.Width} {version.Height} {version.Bytes} {version.Sha256} {Hash(version.Path)} {version.Prompt} {version.Provider} {version.Model} {version.CostUsd} {version.CreatedAt:O} {version.RequestHash} {version.Described} {version.Instruction} {basis}");
                foreach (var reference in await db.PictureReferences.Where(r => r.ImageId == image.Id && r.Version == version.Number).OrderBy(r => r.Ordinal).ToListAsync())
                {
                    words.Append($"\n    reference {reference.Role} {reference.Name} {Name(reference.SourceId)} {reference.SourceVersion} {reference.Sha256}");
                }
            }
        }

        var comments = await db.Comments.Where(c => c.StoryId == storyId).OrderBy(c => c.CreatedAt).ToListAsync();
        comments.ForEach(c => names[c.Id] = c.Text);
        comments.ForEach(c => words.Append($"\ncomment {c.Text} {Name(c.ParentId)} {Name(c.SegmentId)} {Name(c.ImageId)} {c.PictureVersion} {c.X} {c.Y} {c.WriterName} {c.ByAuthor} {c.CreatedAt:O} {c.EditedAt:O} {c.ResolvedAt:O} {c.ResolvedBy} {c.DeletedAt:O}"));
        foreach (var decision in (await db.Decisions.Where(d => d.StoryId == storyId).ToListAsync()).OrderBy(d => names[d.ImageId], StringComparer.Ordinal))
        {
            words.Append($"\ndecision {names[decision.ImageId]} {decision.PictureVersion} {decision.PersonName} {decision.ByAuthor} {decision.Kind} {decision.Reason} {decision.DecidedAt:O} {decision.TakenUpAt:O} {decision.WithdrawnAt:O}");
        }

        return words.ToString();

        string Name(string? id) => id is null ? "-" : names.GetValueOrDefault(id, "gone");

        string Hash(string path) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(studio.Folder, path))));
    }
}
