using StoryStudio.Core;
using StoryStudio.Core.Access;

namespace StoryStudio.Tests.Fakes;

/// <summary>Stories that nobody was invited to.</summary>
internal sealed class NoSharing : ISharing, IStoryOwners
{
    private static NotFoundException NoLink => new("link", "There is no such link.");

    public Task<IReadOnlyList<ShareLinkDetails>> GetAsync(Actor actor, string storyId, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<ShareLinkDetails>>([]);

    public Task<MadeShareLink> CreateAsync(Actor actor, string storyId, ShareLinkDraft draft, CancellationToken cancellationToken = default) => throw new NotFoundException("story", "There is no such story.");

    public Task<ShareLinkDetails> RevokeAsync(Actor actor, string linkId, CancellationToken cancellationToken = default) => throw NoLink;

    public Task<Invitation> OpenAsync(string token, CancellationToken cancellationToken = default) => throw NoLink;

    public Task<NewGuest> JoinAsync(string token, string? name, CancellationToken cancellationToken = default) => throw NoLink;

    public ValueTask<GuestPass?> FindGuestAsync(string guestId, string secret, CancellationToken cancellationToken = default) => new((GuestPass?)null);

    public ValueTask<string?> OfImageAsync(string imageId, CancellationToken cancellationToken = default) => new((string?)null);

    public ValueTask<string?> OfCharacterAsync(string characterId, CancellationToken cancellationToken = default) => new((string?)null);

    public ValueTask<string?> OfRunAsync(string runId, CancellationToken cancellationToken = default) => new((string?)null);
}
