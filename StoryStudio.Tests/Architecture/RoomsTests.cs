using System.Text.RegularExpressions;
using StoryStudio.Core.Storage;
using StoryStudio.Web;
using Xunit;

namespace StoryStudio.Tests.Architecture;

/// <summary>Which room may know what: Tests → Web → Core, the database only in Storage, HTTP only in Providers, SignalR only in Live.</summary>
public sealed partial class RoomsTests
{
    private static readonly string Root = Repository.Root;

    [Fact]
    public void Core_ReferencesNeitherTheWebNorAspNetCore()
    {
        var references = typeof(StoryDbContext).Assembly.GetReferencedAssemblies().Select(a => a.Name!).ToList();

        Assert.NotEmpty(references);
        Assert.DoesNotContain(references, name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || name.StartsWith("StoryStudio", StringComparison.Ordinal));
    }

    [Fact]
    public void Web_ReferencesCoreAndNoTests()
    {
        var references = typeof(StoryStudioHost).Assembly.GetReferencedAssemblies().Select(a => a.Name!).ToList();

        Assert.Contains("StoryStudio.Core", references);
        Assert.DoesNotContain("StoryStudio.Tests", references);
    }

    [Theory]
    [InlineData("StoryStudio.Core", "Storage", @"\b(Microsoft\.EntityFrameworkCore|Microsoft\.Data\.Sqlite|SQLitePCL|DbContext)\b")]
    [InlineData("StoryStudio.Core", "Providers", @"\b(System\.Net\.Http|HttpClient|HttpMessageHandler|SocketsHttpHandler|OpenAI\.Images|System\.ClientModel)\b")]
    [InlineData("StoryStudio.Core", "Providers", @"\bSkiaSharp\b")]
    [InlineData("StoryStudio.Web", "Live", @"\b(Microsoft\.AspNetCore\.SignalR|HubConnection|IHubContext|MapHub|AddSignalR)\b")]
    // Identity keeps its users by a DbContext of its own, beside and apart from the stories'.
    [InlineData("StoryStudio.Web", "Accounts", @"\b(Microsoft\.EntityFrameworkCore|AccountsDb)\b")]
    [InlineData("StoryStudio.Web", "", @"\b(Microsoft\.Data\.Sqlite|StoryDbContext|HttpClient)\b")]
    public void Room_KeepsWhatIsItsOwn(string project, string room, string knowledge)
    {
        var pattern = new Regex(knowledge, RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
        var own = room.Length == 0 ? null : Path.Combine(Root, project, room) + Path.DirectorySeparatorChar;
        var files = Sources(project).ToList();

        Assert.True(own is null || files.Exists(f => f.StartsWith(own, StringComparison.Ordinal) && pattern.IsMatch(Code(f))), $"Nothing in {project}/{room} matches {knowledge}: the rule has lost its object.");
        Assert.DoesNotContain(files.Where(f => own is null || !f.StartsWith(own, StringComparison.Ordinal)), f => pattern.IsMatch(Code(f)));
    }

    [Fact]
    public void GenerationAndStories_KnowNeitherStorageNorTheWeb()
    {
        var files = Sources("StoryStudio.Core").Where(f => f.Contains($"{Path.DirectorySeparatorChar}Generation{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            || f.Contains($"{Path.DirectorySeparatorChar}Stories{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

        Assert.DoesNotContain(files, f => Code(f).Contains("StoryStudio.Core.Storage", StringComparison.Ordinal));
    }

    [Fact]
    public void TopLevel_IsTheDesignCards()
    {
        var allowed = new HashSet<string>(StringComparer.Ordinal) { "StoryStudio.sln", "StoryStudio.Web", "StoryStudio.Core", "StoryStudio.Tests", "appsettings.json", "README.md", "global.json", "LICENSE" };
        var present = Directory.GetFileSystemEntries(Root).Select(e => Path.GetFileName(e)!).Where(n => n[0] != '.' && !n.StartsWith("Directory.", StringComparison.Ordinal)).ToList();

        Assert.Subset(allowed, present.ToHashSet(StringComparer.Ordinal));
        Assert.Superset(allowed.Except(["global.json", "LICENSE"]).ToHashSet(StringComparer.Ordinal), present.ToHashSet(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Sources(string project) => Directory
        .EnumerateFiles(Path.Combine(Root, project), "*", SearchOption.AllDirectories)
        .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".razor", StringComparison.Ordinal))
        .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !f.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    /// <summary>A file without its comments: they may speak of anything.</summary>
    private static string Code(string file) => Comments().Replace(File.ReadAllText(file), "");

    [GeneratedRegex(@"//[^\n]*|@\*.*?\*@", RegexOptions.Singleline | RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Comments();
}
