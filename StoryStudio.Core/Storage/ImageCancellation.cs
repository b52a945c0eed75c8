using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage;

/// <summary>Takes images from whoever holds them.</summary>
internal static class ImageCancellation
{
    /// <summary>Cancels every image that is not final and matches. Returns the attempts to be cut off once that is committed.</summary>
    public static Task<List<string>> CancelAsync(WriteScope scope, Expression<Func<StoryImage, bool>> which) => CancelAsync(scope, scope.Db.Images.Where(which));

    /// <inheritdoc cref="CancelAsync(WriteScope, Expression{Func{StoryImage, bool}})"/>
    public static async Task<List<string>> CancelAsync(WriteScope scope, IQueryable<StoryImage> which)
    {
        var images = await which
            .Where(i => i.DueAt != null || i.Token != null)
            .ToListAsync();
        var tokens = images.Where(i => i.Token is not null).Select(i => i.Token!).ToList();
        images.ForEach(image => image.Cancel());
        foreach (var attempt in await scope.Db.Attempts.Where(a => tokens.Contains(a.Id)).ToListAsync())
        {
            attempt.Outcome = AttemptOutcome.Cancelled;
            attempt.FinishedAt = scope.Now;

            // Where it was not called yet, it says so itself in a moment.
            attempt.MayBeCharged = true;
        }

        return tokens;
    }
}
