using System.Security.Claims;
using StoryStudio.Core.Access;

namespace StoryStudio.Web.Security;

/// <summary>An author as the framework carries users: by request, by hub connection, by circuit.</summary>
public static class AuthorPrincipal
{
    /// <summary>By what else than their account they are in: the token of a program.</summary>
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
