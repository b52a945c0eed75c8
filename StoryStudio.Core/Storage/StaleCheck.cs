using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;

namespace StoryStudio.Core.Storage;

/// <summary>
/// Holds pictures against the references that they were made from, and marks those whose references are others by now. Nothing is made
/// anew. What an operation changes and has not saved yet is told by <c>changes</c>: source → the version that goes along from now on, or
/// null where none does.
/// </summary>
internal static class StaleCheck
{
    private const string Changed = "reference_changed";
    private const string Absent = "reference_missing";

    /// <summary>A picture that was just made or chosen.</summary>
    public static async Task OfAsync(WriteScope scope, StoryImage image, IReadOnlyList<PictureReference> references, IReadOnlyList<string> missing)
    {
        image.MarkStale(missing.Count > 0
            ? new(Absent, $"Made without the sheet of {string.Join(" and ", missing)}, which could not be drawn.")
            : references.Count > 0 ? Of(references, await CurrentAsync(scope.Db, references, [])) : null);
    }

    /// <summary>Everything whose chosen picture was made from one of these.</summary>
    public static async Task OfDependentsAsync(WriteScope scope, Dictionary<string, int?> changes)
    {
        var sources = changes.Keys.ToList();
        var dependents = await (from reference in scope.Db.PictureReferences
                                join image in scope.Db.Images on reference.ImageId equals image.Id
                                where sources.Contains(reference.SourceId) && image.ChosenVersion == reference.Version
                                select image).Distinct().ToListAsync();
        if (dependents.Count == 0)
        {
            return;
        }

        var ids = dependents.ConvertAll(i => i.Id);
        var references = await (from reference in scope.Db.PictureReferences.AsNoTracking()
                                join image in scope.Db.Images on reference.ImageId equals image.Id
                                where ids.Contains(image.Id) && image.ChosenVersion == reference.Version
                                orderby reference.Ordinal
                                select reference).ToListAsync();
        var current = await CurrentAsync(scope.Db, references, changes);
        var byImage = references.ToLookup(r => r.ImageId, StringComparer.Ordinal);
        foreach (var image in dependents.Where(i => i.StaleCode is null or Changed))
        {
            image.MarkStale(Of(byImage[image.Id], current));
        }
    }

    private static Staleness? Of(IEnumerable<PictureReference> references, Dictionary<string, int> current) =>
        references.FirstOrDefault(r => r.Role is not ReferenceRole.StyleSample && current.GetValueOrDefault(r.SourceId) != r.SourceVersion) switch
        {
            null => null,
            { Role: ReferenceRole.Character or ReferenceRole.Place, Name: var name } => new(Changed, $"The picture of {name} that it was made from is another one now."),
            _ => new(Changed, "The style's first picture, which it was made from, is another one now."),
        };

    /// <summary>The version of each source that would go along from now on; none where another source would.</summary>
    private static async Task<Dictionary<string, int>> CurrentAsync(StoryDbContext db, IReadOnlyList<PictureReference> references, Dictionary<string, int?> changes)
    {
        var sources = references.Select(r => r.SourceId).Distinct(StringComparer.Ordinal).ToList();
        var current = references.Any(r => r.Role is ReferenceRole.Character or ReferenceRole.Place)
            ? await db.CharacterPictures
                .Where(p => sources.Contains(p.CharacterId) && p.RemovedAt == null)
                .GroupBy(p => p.CharacterId)
                .Select(g => new { Id = g.Key, Version = g.Max(p => p.Number) })
                .ToDictionaryAsync(p => p.Id, p => p.Version, StringComparer.Ordinal)
            : new(StringComparer.Ordinal);
        var images = await db.Images
            .Where(i => sources.Contains(i.Id) && i.ChosenVersion != null)
            .Where(i => i.CharacterId == null || !db.CharacterPictures.Any(p => p.CharacterId == i.CharacterId && p.RemovedAt == null))
            .Select(i => new { i.Id, Version = i.ChosenVersion!.Value })
            .ToListAsync();
        foreach (var image in images)
        {
            current[image.Id] = image.Version;
        }

        foreach (var (source, version) in changes)
        {
            current.Remove(source);
            if (version is { } present)
            {
                current[source] = present;
            }
        }

        return current;
    }
}
