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
