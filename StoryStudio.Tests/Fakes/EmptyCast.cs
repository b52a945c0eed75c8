using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;

namespace StoryStudio.Tests.Fakes;

/// <summary>A story in which nobody appears.</summary>
internal sealed class EmptyCast : ICast
{
    private static NotFoundException Nobody => new("character", "There is no such character.");

    public Task<IReadOnlyList<CastMember>> GetAsync(string storyId, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<CastMember>>([]);

    public Task<CastMember> AddAsync(string storyId, string? name, string? description, CastKind kind = CastKind.Character, IReadOnlyList<string>? aliases = null, CancellationToken cancellationToken = default) => throw new NotFoundException("story", "There is no such story.");

    public Task<CastMember> UpdateAsync(string characterId, string? name, string? description, CastKind? kind = null, IReadOnlyList<string>? aliases = null, string? descriptionBasedOn = null, CancellationToken cancellationToken = default) => throw Nobody;

    public Task<CastMember> MergeAsync(string characterId, string otherId, CancellationToken cancellationToken = default) => throw Nobody;

    public Task<CastMember> SetAppearanceAsync(string characterId, string number, bool? appears, CancellationToken cancellationToken = default) => throw Nobody;

    public Task<IReadOnlyList<CastProposal>> GetProposalsAsync(string storyId, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<CastProposal>>([]);

    public Task DismissAsync(string storyId, IReadOnlyList<string> names, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task ProposeAgainAsync(string storyId, IReadOnlyList<string> names, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task RemoveAsync(string characterId, CancellationToken cancellationToken = default) => throw Nobody;

    public Task<CastMember> RestoreAsync(string characterId, CancellationToken cancellationToken = default) => throw Nobody;

    public Task<CastMember> DrawSheetsAsync(string characterId, IReadOnlyList<string>? styles, CancellationToken cancellationToken = default) => throw Nobody;

    public Task<CastMember> SetPictureAsync(string characterId, Stream picture, CancellationToken cancellationToken = default) => throw Nobody;

    public Task<CastMember> RemovePictureAsync(string characterId, CancellationToken cancellationToken = default) => throw Nobody;

    public Task<CastMember> RestorePictureAsync(string characterId, CancellationToken cancellationToken = default) => throw Nobody;

    public Task<CastMember> TakeBackPictureAsync(string characterId, string? pictureUrl, CancellationToken cancellationToken = default) => throw Nobody;
}
