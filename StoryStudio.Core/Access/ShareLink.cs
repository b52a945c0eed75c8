namespace StoryStudio.Core.Access;

/// <summary>A share link as it is stored: of its token the hash alone.</summary>
public sealed class ShareLink
{
    public const int MaxLabelLength = 80;

    public required string Id { get; init; }

    public required string StoryId { get; init; }

    /// <summary>SHA-256 of the token, lower-case hexadecimal.</summary>
    public required string TokenHash { get; init; }

    public required StoryRole Role { get; init; }

    /// <summary>Whom it is for, in the author's words; may be empty.</summary>
    public required string Label { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Name of the author who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>From when on it no longer opens; null where it does until it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; set; }

    public List<Guest> Guests { get; init; } = [];
}

/// <summary>Somebody who came through a link and gave a name.</summary>
public sealed class Guest
{
    public const int MaxNameLength = 60;

    public required string Id { get; init; }

    public required string LinkId { get; init; }

    public required string Name { get; init; }

    /// <summary>SHA-256 of what the guest's browser keeps, lower-case hexadecimal.</summary>
    public required string SecretHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Within a minute or so.</summary>
    public DateTimeOffset LastSeenAt { get; set; }
}
