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

    private static async Task<List<string>> SchemaAsync(StoryDbContext db)
    {
        var rows = await db.Database
            .SqlQueryRaw<string>("SELECT type || ' ' || name || ' ' || sql AS Value FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '\\_\\_EF%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name")
            .ToListAsync();
        return rows.ConvertAll(InOrder);
    }

    /// <summary>A column that a migration added stands behind the table's others, where the model has it among them: their order says nothing.</summary>
    private static string InOrder(string row)
    {
        var line = Space().Replace(row, " ");
        var open = line.IndexOf('(', StringComparison.Ordinal);
        return line.StartsWith("table ", StringComparison.Ordinal)
            ? $"{line[..open]}({string.Join(", ", BetweenColumns().Split(line[(open + 1)..line.LastIndexOf(')')]).Select(p => p.Trim()).Order(StringComparer.Ordinal))})"
            : line;
    }

    private StoryDbContext Open(string file) =>
        new((DbContextOptions<StoryDbContext>)StorageSetup.Configure(new DbContextOptionsBuilder<StoryDbContext>(), Path.Combine(_folder, file)).Options);

    [GeneratedRegex(@",(?![^(]*\))", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex BetweenColumns();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Space();
}
