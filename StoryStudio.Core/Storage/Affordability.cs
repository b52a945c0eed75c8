using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;

namespace StoryStudio.Core.Storage;

/// <summary>Whether what comes next fits into the budgets, with what has been made and is being made by the very same request counted once.</summary>
internal sealed class Affordability(WorkReader work, PicturePrices prices, ImageProviders providers, IOptions<StoryStudioOptions> options)
{
    /// <summary>The run's next picture in a style, one that money may be in the way of before a call that goes again: that may do so anyway, and says nothing of the others. Null where none waits.</summary>
    /// <param name="scope">The operation.</param>
    /// <param name="run">The run.</param>
    /// <param name="style">One of its styles.</param>
    public static Task<StoryImage?> NextAsync(WriteScope scope, Run run, string style)
    {
        var held = LaneReader.HeldCalls(scope.Db, scope.Db.Images.Where(i => i.RunId == run.Id), scope.Now);
        return scope.Db.Images
            .Where(i => i.StoryId == run.StoryId && i.Style == style && i.DueAt != null && i.RunId == run.Id)
            .OrderBy(i => held.Any(h => h.Id == i.Id))
            .ThenBy(i => i.Ordinal)
            .FirstOrDefaultAsync();
    }

    /// <summary>What is in the way of a picture; null where nothing is.</summary>
    /// <param name="scope">The operation.</param>
    /// <param name="run">Its run.</param>
    /// <param name="next">The picture, which waits.</param>
    /// <param name="isHeld">Whether its style waits for money: a call that goes again does so by itself then where its account serves, and with another it is another call.</param>
    public async Task<PauseReason?> ObstacleAsync(WriteScope scope, Run run, StoryImage next, bool isHeld)
    {
        if (next is { IsLocked: true, HasBegun: false, Urgency: Urgency.None })
        {
            return null;
        }

        var charged = await ChargedAsync(scope, next);
        if (charged.Count == 0 && !next.Fresh && await MarkAsync(scope.Db, next, becomesReference: false) is { } mark && await EngineQueries.Of(scope.Db).Made(scope.Db, mark.StoryId, mark.Hash, next.Id) is not null)
        {
            return null;
        }

        var spending = new Spending(scope, options.Value.Generation.MonthlyBudgetUsd);
        var price = await spending.ReservationAsync(run, providers.For(next.Style).Name, await prices.OfAsync(scope.Db, next, becomesReference: false));
        var again = charged.FindLast(a => Spending.IsHeld(run, a, scope.Now));
        return await spending.TakeAsync(run, price, again is null ? charged.LastOrDefault() : isHeld ? null : again);
    }

    /// <summary>What an image asks for that is about to be claimed; null where it waits no more.</summary>
    public async Task<RequestMark?> MarkAsync(StoryDbContext db, StoryImage image, bool becomesReference) =>
        await work.LoadAsync(db, image, becomesReference) is { } found
            ? new(image.StoryId, ComposedRequest.Of(PictureWish.Of(image), found, options.Value.Style(image.Style), providers.For(image.Style)).Hash)
            : null;

    /// <summary>Attempts that may have been charged for the call that goes again, oldest first.</summary>
    public static async Task<List<Attempt>> ChargedAsync(WriteScope scope, StoryImage image) => image.IdempotencyKey is null ? [] : await scope.Db.Attempts
        .Where(a => a.ImageId == image.Id && a.MayBeCharged && a.IdempotencyKey == image.IdempotencyKey)
        .OrderBy(a => a.Number)
        .ToListAsync();
}
