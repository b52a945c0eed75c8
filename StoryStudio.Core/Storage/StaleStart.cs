using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage;

/// <summary>Styles live in the settings, which change while no process runs: after the start, pictures that were made with other words, or another picture, of their style say so.</summary>
internal sealed partial class StaleStart(StoryWriter writer, IDbContextFactory<StoryDbContext> contexts, StyleSamples samples, IOptions<StoryStudioOptions> options, ILogger<StaleStart> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (var style in options.Value.Styles)
            {
                foreach (var storyId in await ToCheckAsync(style.Key, PictureBasis.Mark(style.Prompt), samples.Find(style.Key)?.Sha256, stoppingToken))
                {
                    stoppingToken.ThrowIfCancellationRequested();
                    await writer.ExecuteAsync(scope =>
                    {
                        scope.Doubts.AddStyle(storyId, style.Key);
                        return Task.CompletedTask;
                    });
                }
            }
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            // Pictures then say so after the next change or start; nothing else depends on it.
            LogFailed(failure);
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Stories with a chosen picture that was made otherwise, or that says it was and may not have been.</summary>
    private async Task<List<string>> ToCheckAsync(string style, string words, string? sample, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Database.SqlQuery<string>(
            $"""
            SELECT DISTINCT i.StoryId AS Value
            FROM images i JOIN image_versions v ON v.ImageId = i.Id AND v.Number = i.ChosenVersion
            WHERE i.Style = {style} AND v.MadeFrom IS NOT NULL AND json_extract(v.MadeFrom, '$.Uploaded') = 0
            AND (json_extract(v.MadeFrom, '$.Style') IS NOT {words} OR json_extract(v.MadeFrom, '$.Sample') IS NOT {sample} OR i.StaleCode LIKE '%style_changed%')
            """).ToListAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "It could not be checked which pictures are from before a change of their style.")]
    private partial void LogFailed(Exception failure);
}
