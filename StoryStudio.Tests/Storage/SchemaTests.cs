using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Storage;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Storage;

public sealed partial class SchemaTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("storystudio-").FullName;

    [Fact]
    public async Task Migrations_MakeTheSchemaThatTheModelAsksFor()
    {
        await using var migrated = Open("migrated.db");
        await migrated.Database.MigrateAsync();
        await using var created = Open("created.db");
        await created.Database.EnsureCreatedAsync();

        var expected = await SchemaAsync(created);
        Assert.NotEmpty(expected);
        Assert.Equal(expected, await SchemaAsync(migrated));
    }

    [Fact]
    public async Task Migrations_OfADatabaseWithStoriesInIt_LoseNothing()
    {
        await using var old = Open("old.db");
        await old.Database.MigrateAsync("20261120000000_Initial");
        await old.Database.ExecuteSqlRawAsync(
            """
            INSERT INTO "stories" VALUES ('s', 'Old', 1, 1, NULL, 7);
            INSERT INTO "segments" VALUES ('p', 's', 0, 1, 1, 'A door.', NULL, '{{}}', 0, NULL);
            INSERT INTO "runs" VALUES ('r', 's', 'running', 1, 1, NULL, NULL, NULL, 1, 0, 6);
            INSERT INTO "run_styles" VALUES ('r', 'clear', 0, 1, 1, 0, 0, 0, 0, 0, NULL);
            INSERT INTO "images" VALUES ('i', 's', 'p', 'clear', 0, 1, 1, 'pending', 0, 1, 4, 1, NULL, 5, NULL, NULL, 0, NULL, 'r', 1, NULL, NULL, NULL, NULL, 0, 'sketch', NULL, NULL, 1, 1, 'image/svg+xml', 12, 8, NULL, 7, 5);
            INSERT INTO "attempts" VALUES ('a', 'i', 'r', 1, 'a', 1, 2, 'succeeded', NULL, NULL, 0, 'sketch', NULL, NULL, NULL, NULL);
            INSERT INTO "image_versions" VALUES ('i', 1, 'a', 'stories/s/x.svg', 'image/svg+xml', 12, 8, 10, 'ab', 'A door.', 'sketch', NULL, NULL, 2);
            INSERT INTO "run_images" VALUES ('r', 'i');
            """);

        await StorageStart.MigrateAsync(old);

        var image = await old.Images.SingleAsync();
        Assert.Equal(("p", null, "r", 1), (image.SegmentId, image.CharacterId, image.RunId, image.ChosenVersion));
        Assert.NotNull(image.QueuedAt);
        Assert.Equal((1, 1, 1), (await old.Attempts.CountAsync(), await old.ImageVersions.CountAsync(), await old.RunImages.CountAsync()));
        Assert.Equal("normal", await old.Database.SqlQueryRaw<string>("SELECT \"Priority\" AS Value FROM \"runs\"").SingleAsync());
        Assert.Empty(await old.Database.SqlQueryRaw<string>("SELECT \"table\" AS Value FROM pragma_foreign_key_check").ToListAsync());
        Assert.Empty(await old.Database.GetPendingMigrationsAsync());
    }

    [Fact]
    public async Task Migrations_RunTwice_ChangeNothing()
    {
        await using (var first = Open("twice.db"))
        {
            await first.Database.MigrateAsync();
        }

        await using var second = Open("twice.db");
        await second.Database.MigrateAsync();
        Assert.Empty(await second.Database.GetPendingMigrationsAsync());
    }

    [Fact]
    public async Task Start_AfterAProcessWasKilledInItsMigration_DoesNotWaitForItsLock()
    {
        await using (var first = await Studio.StartAsync(folder: _folder))
        {
            await using var db = first.OpenDatabase();
            await db.Database.ExecuteSqlRawAsync("CREATE TABLE IF NOT EXISTS \"__EFMigrationsLock\" (\"Id\" INTEGER NOT NULL PRIMARY KEY, \"Timestamp\" TEXT NOT NULL)");
            await db.Database.ExecuteSqlRawAsync("INSERT INTO \"__EFMigrationsLock\" VALUES (1, '2026-01-01 00:00:00+00:00')");
        }

        await using var second = await Studio.StartAsync(folder: _folder).WaitAsync(Studio.Patience);
        Assert.NotEmpty((await second.CreateStoryAsync(1)).Id);
    }

    [Theory]
    [InlineData("SELECT \"Id\" FROM \"images\" WHERE \"StoryId\" = 'a' AND \"Style\" = 'b' AND \"DueAt\" IS NOT NULL AND \"DueAt\" <= 1 ORDER BY \"Ordinal\" LIMIT 5", "IX_images_queue")]
    [InlineData("SELECT \"StoryId\", \"Style\", MIN(\"DueAt\") FROM \"images\" WHERE \"DueAt\" IS NOT NULL GROUP BY \"StoryId\", \"Style\"", "IX_images_queue")]
    [InlineData("SELECT 1 FROM \"images\" WHERE \"StoryId\" = 'a' AND \"Style\" = 'b' AND \"Token\" IS NOT NULL", "IX_images_held")]
    [InlineData("SELECT * FROM \"images\" WHERE \"StoryId\" = 'a' AND \"Version\" > 7", "IX_images_StoryId_Version")]
    [InlineData("SELECT COUNT(*) FROM \"images\" WHERE \"DueAt\" IS NOT NULL AND \"DueAt\" <= 1", "IX_images_queue")]
    [InlineData("SELECT * FROM \"attempts\" ORDER BY \"StartedAt\" DESC LIMIT 50", "IX_attempts_StartedAt")]
    public async Task Queue_IsReadThroughItsIndexHoweverLongItIs(string query, string index)
    {
        await using var db = Open("plan.db");
        await db.Database.MigrateAsync();
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN {query}";
        await using var reader = await command.ExecuteReaderAsync();
        var plan = new List<string>();
        while (await reader.ReadAsync())
        {
            plan.Add(reader.GetString(3));
        }

        Assert.Contains(plan, line => line.Contains(index, StringComparison.Ordinal));
        Assert.DoesNotContain(plan, line => line.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>What tables, columns, keys and indexes there are, whatever the order in which columns came to be.</summary>
    private static async Task<List<string>> SchemaAsync(StoryDbContext db)
    {
        const string Ours = "m.name NOT LIKE '\\_\\_EF%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
        var columns = await db.Database
            .SqlQueryRaw<string>($"SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || c.pk AS Value FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND {Ours}")
            .ToListAsync();
        var keys = await db.Database
            .SqlQueryRaw<string>($"SELECT m.name || '.' || f.\"from\" || ' -> ' || f.\"table\" || '.' || f.\"to\" || ' ' || f.on_delete AS Value FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND {Ours}")
            .ToListAsync();
        var indexes = await db.Database
            .SqlQueryRaw<string>($"SELECT m.sql AS Value FROM sqlite_master m WHERE m.type = 'index' AND m.sql IS NOT NULL AND {Ours}")
            .ToListAsync();
        return [.. columns.Concat(keys).Concat(indexes.Select(sql => Space().Replace(sql, " "))).Order(StringComparer.Ordinal)];
    }

    private StoryDbContext Open(string file) =>
        new((DbContextOptions<StoryDbContext>)StorageSetup.Configure(new DbContextOptionsBuilder<StoryDbContext>(), Path.Combine(_folder, file)).Options);

    [GeneratedRegex(@",(?![^(]*\))", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex BetweenColumns();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Space();
}
