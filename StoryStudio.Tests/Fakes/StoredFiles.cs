using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;
using Xunit;

namespace StoryStudio.Tests.Fakes;

/// <summary>The pictures on the disk of a studio, held against its rows.</summary>
internal static class StoredFiles
{
    /// <summary>Every completed image has its file, whole and with the recorded hash, and nothing lies about that no row knows.</summary>
    public static async Task AssertMatchRowsAsync(Studio studio)
    {
        await using var db = studio.OpenDatabase();
        var rows = await db.ImageVersions.ToListAsync();
        foreach (var row in rows)
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(studio.Folder, row.Path));
            Assert.Equal(row.Sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
        }

        var files = Directory.GetFiles(Path.Combine(studio.Folder, "stories"), "*", SearchOption.AllDirectories);
        var brought = await db.CharacterPictures.Select(p => p.Path).ToListAsync();
        Assert.Equal(rows.Select(r => r.Path).Concat(brought).Select(p => Path.Combine(studio.Folder, p)).Order(StringComparer.Ordinal), files.Order(StringComparer.Ordinal));
        Assert.Equal(0, await db.Images.CountAsync(i => i.Status == ImageStatus.Completed && !db.ImageVersions.Any(v => v.ImageId == i.Id && v.Number == i.ChosenVersion)));
    }
}
