using StoryStudio.Core;
using StoryStudio.Core.Generation;

namespace StoryStudio.Tests.Fakes;

/// <summary>A story in which nobody appears.</summary>
internal sealed class EmptyCast : ICast
{
    private static NotFoundException Nobody => new("character", "There is no such character.");

    public Task<IReadOnlyList<CastMember>> GetAsync(string storyId, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<CastMember>>([]);

    public Task<CastMember> AddAsync(string storyId, string? name, string? description, CancellationToken cancellationToken = default) => throw new NotFoundException("story", "There is no such story.");

    public Task<CastMember> UpdateAsync(string characterId, string? name, string? description, CancellationToken cancellationToken = default) => throw Nobody;

    public Task RemoveAsync(string characterId, CancellationToken cancellationToken = default) => throw Nobody;

    public Task<CastMember> DrawSheetsAsync(string characterId, IReadOnlyList<string>? styles, CancellationToken cancellationToken = default) => throw Nobody;

    public Task<CastMember> SetPictureAsync(string characterId, Stream picture, CancellationToken cancellationToken = default) => throw Nobody;

    public Task<CastMember> RemovePictureAsync(string characterId, CancellationToken cancellationToken = default) => throw Nobody;
}
