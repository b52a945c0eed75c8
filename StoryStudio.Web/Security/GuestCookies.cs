using StoryStudio.Core.Access;

namespace StoryStudio.Web.Security;

/// <summary>What a guest's browser keeps: one cookie a story, with the guest's id and secret.</summary>
internal sealed class GuestCookies(ISharing sharing)
{
    private const string Prefix = "guest-";

    // The longest that browsers keep one.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    // Beyond the link's own end: whoever comes back later is told that it is over, and not to sign in.
    private static readonly TimeSpan Afterwards = TimeSpan.FromDays(30);

    /// <summary>The guest that the request is of in that story, however their link stands; null where it is of none.</summary>
    public async ValueTask<GuestPass?> FindAsync(HttpContext context, string storyId) =>
        context.Request.Cookies.TryGetValue(Prefix + storyId, out var value) && await ReadAsync(value, context.RequestAborted) is { } pass && pass.StoryId == storyId ? pass : null;

    /// <summary>
    /// Every story that the request is of an open link's guest in: all of them, since who comes in by one that is left out here is not put out
    /// when its link is. What a request's headers may hold bounds how many there are.
    /// </summary>
    public async ValueTask<IReadOnlyList<GuestPass>> FindAllAsync(HttpContext context)
    {
        List<GuestPass> all = [];
        foreach (var (name, value) in context.Request.Cookies.Where(c => c.Key.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            if (await ReadAsync(value, context.RequestAborted) is { State: LinkState.Open } pass && name.AsSpan(Prefix.Length).SequenceEqual(pass.StoryId))
            {
                all.Add(pass);
            }
        }

        return all;
    }

    /// <summary>Sent to every path, for pictures and event streams are not below the page's own.</summary>
    public static void Give(HttpContext context, NewGuest guest, TimeProvider time) => context.Response.Cookies.Append(
        Prefix + guest.Pass.StoryId,
        $"{guest.Pass.GuestId}.{guest.Secret}",
        new()
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            IsEssential = true,
            MaxAge = guest.Pass.ExpiresAt - time.GetUtcNow() + Afterwards is { } left && left < Longest ? left : Longest,
        });

    /// <summary>The request's browser is no guest of that story any longer.</summary>
    public static void Forget(HttpContext context, string storyId) => context.Response.Cookies.Delete(Prefix + storyId);

    private ValueTask<GuestPass?> ReadAsync(string value, CancellationToken cancellationToken) =>
        value.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? sharing.FindGuestAsync(value[..dot], value[(dot + 1)..], cancellationToken) : new((GuestPass?)null);
}
