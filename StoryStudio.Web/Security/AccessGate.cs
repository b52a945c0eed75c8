using StoryStudio.Core;
using StoryStudio.Core.Access;

namespace StoryStudio.Web.Security;

/// <summary>
/// Stands before every endpoint, whatever it serves: pages, the API, pictures, the hub, the circuits. Finds out who asks, lets in whom the
/// endpoint admits, and puts them out when they are no longer.
/// </summary>
internal sealed class AccessGate(RequestDelegate next, Exposure exposure, IAuthors authors, GuestCookies guests, IStoryOwners owners, Doors doors, TimeProvider time)
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    public async Task InvokeAsync(HttpContext context)
    {
        context.User = exposure.IsLocal(context) ? AuthorPrincipal.Local : await authors.FindAsync(context) ?? AuthorPrincipal.None;
        if (context.User.DoorsOf().Any(doors.IsClosed))
        {
            context.User = AuthorPrincipal.None;
        }

        var author = context.User.AuthorOf();
        switch (context.GetEndpoint()?.Metadata.GetMetadata<IAdmission>())
        {
            case AdmitsAnyoneAttribute:
            case null when context.GetEndpoint() is null:
                await next(context);
                return;
            case AdmitsGuestsAttribute rule:
                await AdmitAsync(context, rule, author);
                return;
            default:
                await (author is not null ? LetInAuthorAsync(context) : RefuseAsync(context));
                return;
        }
    }

    private async Task AdmitAsync(HttpContext context, AdmitsGuestsAttribute rule, Actor? author)
    {
        if (author is not null && !author.IsLocal())
        {
            await LetInAuthorAsync(context);
            return;
        }

        if (rule.Of is StoryOf.Asked)
        {
            var all = await guests.FindAllAsync(context);
            await (author is not null ? LetInAuthorAsync(context) : all.Count > 0 ? LetInAsync(context, all) : RefuseAsync(context));
            return;
        }

        var storyId = await StoryAsync(context, rule.Of);
        var pass = storyId is null ? null : await guests.FindAsync(context, storyId);
        if (pass is { State: LinkState.Open } && (pass.Role >= rule.Role || author is null))
        {
            await (pass.Role >= rule.Role ? LetInAsync(context, [pass]) : Missing(pass, rule.Role).WriteAsync(context));
        }
        else if (author is not null && (pass is null || !StoryAccess.IsOfReviewers(context.Request)))
        {
            await LetInAuthorAsync(context);
        }
        else
        {
            await (pass is not null ? Refusal.Of(new LinkClosedException(pass.State)).WriteAsync(context) : RefuseAsync(context, strangerTo: rule.Of));
        }
    }

    private Task LetInAuthorAsync(HttpContext context) => LetInAsync(context, isAuthor: true, context.User.DoorsOf(), expiry: null);

    private Task LetInAsync(HttpContext context, IReadOnlyList<GuestPass> passes) => LetInAsync(context, isAuthor: false, passes.Select(p => p.LinkId), passes.Min(p => p.ExpiresAt));

    private async Task LetInAsync(HttpContext context, bool isAuthor, IEnumerable<string> through, DateTimeOffset? expiry)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource([.. through.Select(doors.Through)]);
        using var timer = expiry - time.GetUtcNow() is { } left && left < LongestTimer
            // It may have run out since it was looked at.
            ? time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), ended, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan)
            : null;
        context.Features.Set(new Admission(isAuthor, ended.Token));
        if (context.GetEndpoint()!.Metadata.GetMetadata<EndsItselfAttribute>() is not null)
        {
            await next(context);
            return;
        }

        using var cut = ended.Token.UnsafeRegister(static request => ((HttpContext)request!).Abort(), context);
        await next(context);
    }

    /// <summary>To somebody who has no business here. A guest of another story is told the same as where there is no such thing.</summary>
    private async Task RefuseAsync(HttpContext context, StoryOf? strangerTo = null)
    {
        var refusal = (await guests.FindAllAsync(context)).Count == 0 ? Refusal.SignIn
            : strangerTo is null ? Refusal.AuthorsOnly
            : Refusal.Of(strangerTo is StoryOf.Image or StoryOf.Character ? new NotFoundException("picture", "There is no such picture.") : new NotFoundException("story", "There is no such story."));
        await refusal.WriteAsync(context);
    }

    private static Refusal Missing(GuestPass pass, StoryRole role)
    {
        try
        {
            pass.ToActor().Require(role);
        }
        catch (ForbiddenException forbidden)
        {
            return Refusal.Of(forbidden);
        }

        return Refusal.AuthorsOnly;
    }

    private ValueTask<string?> StoryAsync(HttpContext context, StoryOf of) => of switch
    {
        StoryOf.Image => owners.OfImageAsync(Value(context, "imageId"), context.RequestAborted),
        StoryOf.Character => owners.OfCharacterAsync(Value(context, "characterId"), context.RequestAborted),
        StoryOf.Run => owners.OfRunAsync(Value(context, "runId"), context.RequestAborted),
        StoryOf.Id => new(Value(context, "id")),
        _ => new(Value(context, "storyId")),
    };

    private static string Value(HttpContext context, string name) => context.GetRouteValue(name) as string ?? "";
}
