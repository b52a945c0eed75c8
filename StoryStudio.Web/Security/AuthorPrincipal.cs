using System.Security.Claims;
using StoryStudio.Core.Access;

namespace StoryStudio.Web.Security;

/// <summary>An author as the framework carries users: by request, by hub connection, by circuit.</summary>
public static class AuthorPrincipal
{
    /// <summary>By what else than their account they are in, which can be closed by itself: the token of a program; this one sign-in, and the password that it was made with.</summary>
    public const string DoorClaim = "StoryStudio.Door";

    private const string Kind = "StoryStudio.Author";

    /// <summary>Whoever sits at the machine itself.</summary>
    public static ClaimsPrincipal Local { get; } = Create(Actor.Local.Id, Actor.Local.Name);

    /// <summary>Nobody.</summary>
    public static ClaimsPrincipal None => new(new ClaimsIdentity());

    public static ClaimsPrincipal Create(string id, string name, params IEnumerable<Claim> more) =>
        new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, id), new(ClaimTypes.Name, name), .. more], Kind));

    /// <summary>The author behind the user; null where it is none.</summary>
    public static Actor? AuthorOf(this ClaimsPrincipal? user) =>
        user?.Identity is ClaimsIdentity { AuthenticationType: Kind } author
        && author.FindFirst(ClaimTypes.NameIdentifier) is { } id && author.FindFirst(ClaimTypes.Name) is { } name
            ? new(id.Value, name.Value, StoryRole.Author)
            : null;

    /// <summary>Everything by which an author is in. They are in no longer as soon as one of it is closed.</summary>
    public static IEnumerable<string> DoorsOf(this ClaimsPrincipal user) =>
        user.AuthorOf() is { } author ? user.FindAll(DoorClaim).Select(c => c.Value).Prepend(author.Id) : [];

    /// <summary>Whether it is an author of whom no sign-in was asked.</summary>
    public static bool IsLocal(this Actor author) => author.Id == Actor.Local.Id;
}

/// <summary>Which author a request shows itself to be of, by cookie or token.</summary>
public interface IAuthors
{
    /// <summary>Made by <see cref="AuthorPrincipal.Create"/>; null where it is nobody, or nobody any more.</summary>
    ValueTask<ClaimsPrincipal?> FindAsync(HttpContext context);
}

/// <summary>Where there are no accounts, nobody signs in.</summary>
internal sealed class NoAuthors : IAuthors
{
    public ValueTask<ClaimsPrincipal?> FindAsync(HttpContext context) => new((ClaimsPrincipal?)null);
}
