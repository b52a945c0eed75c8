namespace StoryStudio.Core.Access;

/// <summary>Share links: how people without an account come into one story, and into nothing else.</summary>
public interface ISharing
{
    /// <summary>A story's links, newest first, those that no longer open among them. Authors only.</summary>
    Task<IReadOnlyList<ShareLinkDetails>> GetAsync(Actor actor, string storyId, CancellationToken cancellationToken = default);

    /// <summary>Makes a link. Its token is in the answer and nowhere else. Authors only.</summary>
    /// <exception cref="InvalidInputException"/>
    Task<MadeShareLink> CreateAsync(Actor actor, string storyId, ShareLinkDraft draft, CancellationToken cancellationToken = default);

    /// <summary>Closes a link for good, and puts out whoever is in through it. Once more changes nothing. Authors only.</summary>
    Task<ShareLinkDetails> RevokeAsync(Actor actor, string linkId, CancellationToken cancellationToken = default);

    /// <summary>What a token opens.</summary>
    /// <exception cref="NotFoundException">No link has that token, or its story is gone.</exception>
    /// <exception cref="LinkClosedException">It is the token of a link that no longer opens.</exception>
    Task<Invitation> OpenAsync(string token, CancellationToken cancellationToken = default);

    /// <summary>Lets somebody in under a name of their own. The guest's secret is in the answer and nowhere else.</summary>
    /// <exception cref="InvalidInputException">Of the field <c>name</c>.</exception>
    Task<NewGuest> JoinAsync(string token, string? name, CancellationToken cancellationToken = default);

    /// <summary>Who it is that shows this secret, and what their link still allows; null where nobody was given it.</summary>
    ValueTask<GuestPass?> FindGuestAsync(string guestId, string secret, CancellationToken cancellationToken = default);
}

/// <summary>Which story a thing belongs to; null where there is no such thing. What was found once is remembered: nothing moves to another story.</summary>
public interface IStoryOwners
{
    ValueTask<string?> OfImageAsync(string imageId, CancellationToken cancellationToken = default);

    ValueTask<string?> OfCharacterAsync(string characterId, CancellationToken cancellationToken = default);

    ValueTask<string?> OfRunAsync(string runId, CancellationToken cancellationToken = default);
}

/// <summary>The link was right once: <c>link_revoked</c> or <c>link_expired</c>.</summary>
public sealed class LinkClosedException(LinkState state) : StoryStudioException(
    state is LinkState.Revoked ? "link_revoked" : "link_expired",
    state is LinkState.Revoked
        ? "This link was taken back. Ask whoever sent it for a new one."
        : "This link was open for a time, and that is over. Ask whoever sent it for a new one.");

public enum LinkState
{
    Open,
    Expired,
    Revoked,
}

/// <param name="Role">What the guests may do: to look, to comment, or to decide.</param>
/// <param name="Label">Whom it is for; may be empty.</param>
/// <param name="ExpiresAt">From when on it no longer opens; null where it does until it is revoked.</param>
public sealed record ShareLinkDraft(StoryRole Role, string? Label = null, DateTimeOffset? ExpiresAt = null);

/// <summary>A new link, and what stands in its address after <c>/s/</c>, which is shown once.</summary>
public sealed record MadeShareLink(ShareLinkDetails Link, string Token);

/// <summary>A link without its token, which nobody can show again.</summary>
public sealed record ShareLinkDetails(
    string Id, string StoryId, StoryRole Role, string Label, LinkState State, DateTimeOffset CreatedAt, string CreatedBy,
    DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt, IReadOnlyList<GuestDetails> Guests);

/// <summary>Somebody who came through a link, and when they were last there, within a minute or so.</summary>
public sealed record GuestDetails(string Id, string Name, DateTimeOffset JoinedAt, DateTimeOffset LastSeenAt);

/// <summary>What an open link leads to.</summary>
public sealed record Invitation(string LinkId, string StoryId, string Title, StoryRole Role, string InvitedBy);

/// <summary>A new guest, and the secret that their browser keeps.</summary>
public sealed record NewGuest(GuestPass Pass, string Secret);

/// <summary>A guest, and how their link stands at this moment.</summary>
public sealed record GuestPass(string GuestId, string Name, string LinkId, string StoryId, StoryRole Role, DateTimeOffset? ExpiresAt, LinkState State)
{
    public Actor ToActor() => new(GuestId, Name, Role);
}
