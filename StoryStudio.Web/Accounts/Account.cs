using Microsoft.AspNetCore.Identity;

namespace StoryStudio.Web.Accounts;

/// <summary>Somebody who writes here. The name is both what they sign in with and what others read.</summary>
internal sealed class Account : IdentityUser
{
    public const int MaxNameLength = 60;

    /// <summary>Whether they invite others and take them out again; there is one.</summary>
    public bool IsOwner { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A link that makes one account, once.</summary>
internal sealed class AccountInvitation
{
    public required string Id { get; init; }

    /// <summary>SHA-256 of the token, lower-case hexadecimal.</summary>
    public required string TokenHash { get; init; }

    /// <summary>Whether it makes the owner's account.</summary>
    public required bool ForOwner { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? UsedAt { get; set; }
}

/// <summary>A sign-in that somebody ended: a copy of its cookie opens nothing any more, after a restart neither.</summary>
internal sealed class EndedSignIn
{
    public required string Id { get; init; }

    public required DateTimeOffset EndedAt { get; init; }
}

/// <summary>What a program of an author's signs in with.</summary>
internal sealed class AccessToken
{
    public const int MaxLabelLength = 60;

    public required string Id { get; init; }

    public required string AccountId { get; init; }

    /// <summary>SHA-256 of the token, lower-case hexadecimal.</summary>
    public required string Hash { get; init; }

    /// <summary>What it is for, in the author's words.</summary>
    public required string Label { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
