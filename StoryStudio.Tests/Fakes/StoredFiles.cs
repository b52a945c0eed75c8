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

    /// <summary>A folder as it stands while others may be at it; one that is not there is an empty one.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.Exists(from) ? Directory.GetFiles(from, "*", SearchOption.AllDirectories) : [])
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            try
            {
                File.Copy(file, copy);
            }
            catch (FileNotFoundException)
            {
                // It was taken away, or got its name, just now.
            }
        }
    }
}
