using System.Text.RegularExpressions;
using Xunit;

namespace StoryStudio.Tests.Architecture;

/// <summary>Every colour stands once, in the one file that holds them.</summary>
public sealed partial class ColoursTests
{
    // Of its own: what is printed by it has no other sheet.
    private static readonly string[] Holders = ["tokens.css", "print.css"];

    [Fact]
    public void Sheets_NameTheirColours()
    {
        var web = Path.Combine(Repository.Root, "StoryStudio.Web");
        var sheets = new[] { "Components", "wwwroot" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(web, folder), "*.css", SearchOption.AllDirectories)).Where(f => !Holders.Contains(Path.GetFileName(f), StringComparer.Ordinal)).ToList();

        Assert.NotEmpty(sheets);
        Assert.Empty(sheets.SelectMany(f => Hex().Matches(File.ReadAllText(f)).Select(m => $"{Path.GetFileName(f)}: {m.Value}")));
    }

    [GeneratedRegex("#[0-9a-fA-F]{3,8}\\b")]
    private static partial Regex Hex();
}
