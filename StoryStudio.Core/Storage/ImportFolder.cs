using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace StoryStudio.Core.Storage;

/// <summary>
/// Where files from outside wait: <c>{DataDirectory}/imports/{id}</c>. At the start, what a process left there that was killed is taken away,
/// pictures that had been put in a story's place before there was a story included.
/// </summary>
internal sealed class ImportFolder(DataDirectory directory, PictureFiles files, IDbContextFactory<StoryDbContext> contexts) : IHostedService
{
    private string Root => Path.Combine(directory.Path, "imports");

    /// <summary>A new folder.</summary>
    public string Make(DateTimeOffset now) => Directory.CreateDirectory(Path.Combine(Root, Ids.New(now))).FullName;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Root))
        {
            return;
        }

        foreach (var left in Directory.GetDirectories(Root))
        {
            if (Path.Combine(left, ArchiveStage.ClaimFile) is var claim && File.Exists(claim) && await File.ReadAllTextAsync(claim, cancellationToken) is var storyId && Ids.IsId(storyId))
            {
                await using var db = await contexts.CreateDbContextAsync(cancellationToken);
                if (!await db.Stories.AnyAsync(s => s.Id == storyId, cancellationToken))
                {
                    files.DeleteStory(storyId);
                }
            }

            Directory.Delete(left, recursive: true);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
