using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Access;

namespace StoryStudio.Core.Storage;

/// <summary>Looks up whose a picture, a character, a run is, once.</summary>
internal sealed class StoryOwners(IDbContextFactory<StoryDbContext> contexts) : IStoryOwners
{
    private const int Remembered = 100_000;

    private readonly ConcurrentDictionary<string, string> _stories = new(StringComparer.Ordinal);

    public ValueTask<string?> OfImageAsync(string imageId, CancellationToken cancellationToken = default) =>
        FindAsync(imageId, db => db.Images.Where(i => i.Id == imageId).Select(i => i.StoryId), cancellationToken);

    public ValueTask<string?> OfCharacterAsync(string characterId, CancellationToken cancellationToken = default) =>
        FindAsync(characterId, db => db.Characters.IgnoreQueryFilters().Where(c => c.Id == characterId).Select(c => c.StoryId), cancellationToken);

    public ValueTask<string?> OfRunAsync(string runId, CancellationToken cancellationToken = default) =>
        FindAsync(runId, db => db.Runs.Where(r => r.Id == runId).Select(r => r.StoryId), cancellationToken);

    private async ValueTask<string?> FindAsync(string id, Func<StoryDbContext, IQueryable<string>> stories, CancellationToken cancellationToken)
    {
        if (!Ids.IsId(id))
        {
            return null;
        }

        if (_stories.TryGetValue(id, out var known))
        {
            return known;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await stories(db).SingleOrDefaultAsync(cancellationToken);
        if (found is not null)
        {
            if (_stories.Count >= Remembered)
            {
                _stories.Clear();
            }

            _stories[id] = found;
        }

        return found;
    }
}
