namespace StoryStudio.Web.Security;

/// <summary>How a request was let in.</summary>
/// <param name="IsAuthor">As an author, and not as a guest of one story.</param>
/// <param name="Ended">Cancelled when they are put out: the link was revoked or ran out, the author was removed.</param>
public sealed record Admission(bool IsAuthor, CancellationToken Ended)
{
    /// <summary>Null where nobody had to be known, and inside the process.</summary>
    public static Admission? Of(HttpContext context) => context.Features.Get<Admission>();

    /// <summary>Whether it is a guest who asks, and no author.</summary>
    public static bool IsGuest(HttpContext context) => Of(context) is { IsAuthor: false };
}
