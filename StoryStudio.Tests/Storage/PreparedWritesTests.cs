using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;
using Xunit;

namespace StoryStudio.Tests.Storage;

/// <summary>What prepared commands write is what EF Core would have written, column by column.</summary>
public sealed class PreparedWritesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("storystudio-").FullName;

    [Theory]
    [InlineData(typeof(Run))]
    [InlineData(typeof(RunStyle))]
    [InlineData(typeof(StoryStyle))]
    [InlineData(typeof(StoryImage))]
    [InlineData(typeof(RunImage))]
    [InlineData(typeof(Attempt))]
    [InlineData(typeof(ImageVersion))]
    [InlineData(typeof(PictureReference))]
    public async Task Row_OfAnyKind_IsWrittenAsEntityFrameworkWritesIt(Type type)
    {
        await using var expected = await OpenAsync("expected.db");
        await using var actual = await OpenAsync("actual.db");
        await using var writes = new PreparedWrites(actual);
        var seed = 0;
        var (theirs, ours) = (Add(expected, type), Add(actual, type));
        Fill(theirs, seed, withNulls: true);
        Fill(ours, seed, withNulls: true);

        await SaveBothAsync();

        // All of it at once, then one property after the other, twice: by a new command, and by one that was used before.
        foreach (var only in theirs.Metadata.GetProperties().Where(p => !p.IsPrimaryKey()).Select(p => p.Name).Prepend(null).SelectMany(p => new[] { p, p }))
        {
            seed++;
            Fill(theirs, seed, withNulls: false, only);
            Fill(ours, seed, withNulls: false, only);
            await SaveBothAsync();
        }

        async Task SaveBothAsync()
        {
            await expected.SaveChangesAsync();
            await using var transaction = await actual.Database.BeginTransactionAsync();
            Assert.Equal(ours.State is not EntityState.Unchanged, PreparedWrites.Takes(ours));
            await writes.SaveAsync([.. actual.ChangeTracker.Entries().Where(PreparedWrites.Takes)]);
            await transaction.CommitAsync();
            Assert.Equal(EntityState.Unchanged, ours.State);
            var row = await RowAsync(expected, type);
            Assert.NotEmpty(row);
            Assert.Equal(row, await RowAsync(actual, type));
        }
    }

    [Fact]
    public async Task Image_ThatIsNoLongerWhatItWas_IsNotOverwritten()
    {
        await using var db = await OpenAsync("race.db");
        await using var writes = new PreparedWrites(db);
        var image = Add(db, typeof(StoryImage));
        Fill(image, seed: 0, withNulls: true);
        await db.SaveChangesAsync();
        await db.Database.ExecuteSqlRawAsync("UPDATE images SET Token = 'another'");

        Fill(image, seed: 1, withNulls: false, nameof(StoryImage.Progress));
        await using var transaction = await db.Database.BeginTransactionAsync();

        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => writes.SaveAsync([image]));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static EntityEntry Add(StoryDbContext db, Type type)
    {
        var entry = db.Entry(Activator.CreateInstance(type, nonPublic: true)!);
        foreach (var key in entry.Metadata.FindPrimaryKey()!.Properties)
        {
            entry.Property(key).CurrentValue = key.ClrType == typeof(int) ? 3 : key.Name;
        }

        entry.State = EntityState.Added;
        return entry;
    }

    private static void Fill(EntityEntry entry, int seed, bool withNulls, string? only = null)
    {
        foreach (var property in entry.Metadata.GetProperties().Where(p => !p.IsPrimaryKey() && (only is null || p.Name == only)))
        {
            entry.Property(property).CurrentValue = withNulls && property.IsNullable ? null : Value(Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType, seed);
        }
    }

    private static object Value(Type type, int seed)
    {
        if (type.IsEnum)
        {
            var values = Enum.GetValues(type);
            return values.GetValue((seed + 1) % values.Length)!;
        }

        return type switch
        {
            _ when type == typeof(string) => $"Ö{seed}'\"",
            _ when type == typeof(bool) => seed % 2 == 0,
            _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(seed),
            _ when type == typeof(PictureBasis) => new PictureBasis { Text = $"{seed}", Missing = ["Ada"] },
            _ => Convert.ChangeType(seed + 1.25, type, CultureInfo.InvariantCulture),
        };
    }

    private static async Task<List<string>> RowAsync(StoryDbContext db, Type type)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"SELECT * FROM \"{db.Model.FindEntityType(type)!.GetTableName()}\"";
        await using var reader = await command.ExecuteReaderAsync();
        var row = new List<string>();
        while (await reader.ReadAsync())
        {
            for (var i = 0; i < reader.FieldCount; i++)
            {
                var value = reader.GetValue(i);
                row.Add($"{reader.GetName(i)}: {value.GetType().Name} {Convert.ToString(value, CultureInfo.InvariantCulture)}");
            }
        }

        return row;
    }

    private async Task<StoryDbContext> OpenAsync(string name)
    {
        var options = new DbContextOptionsBuilder<StoryDbContext>();
        StorageSetup.Configure(options, Path.Combine(_folder, name));
        var db = new StoryDbContext(options.Options);
        await db.Database.EnsureCreatedAsync();
        await db.Database.OpenConnectionAsync();

        // What they refer to is no matter here.
        await db.Database.ExecuteSqlRawAsync("PRAGMA foreign_keys = OFF");
        return db;
    }
}
