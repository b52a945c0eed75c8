using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace StoryStudio.Core.Storage;

/// <summary>
/// The stories' change numbers, as the writer keeps them in mind from one commit to the next. Nearly every commit writes one: by a command
/// that is prepared once. After anything that was undone they can be trusted still, for a number that was skipped does no harm, while one
/// given twice would.
/// </summary>
internal sealed class StoryVersions(StoryDbContext db) : IAsyncDisposable
{
    private const int MostInMind = 1_000;

    private readonly Dictionary<string, long> _versions = new(StringComparer.Ordinal);
    private readonly DbCommand _save = Command(db);

    public async Task<long> NextAsync(string storyId)
    {
        if (!_versions.TryGetValue(storyId, out var version))
        {
            version = await db.Stories.Where(s => s.Id == storyId).Select(s => s.Version).SingleAsync();
        }

        return _versions[storyId] = version + 1;
    }

    /// <summary>Writes the number that is in mind. Within a transaction.</summary>
    /// <param name="storyId">The story.</param>
    /// <param name="edited">The number at which it was edited, where this commit did so.</param>
    public async Task SaveAsync(string storyId, long? edited)
    {
        _save.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        _save.Parameters["$version"].Value = _versions[storyId];
        _save.Parameters["$edited"].Value = edited ?? (object)DBNull.Value;
        _save.Parameters["$id"].Value = storyId;
        await _save.ExecuteNonQueryAsync();
    }

    public void Tidy()
    {
        if (_versions.Count > MostInMind)
        {
            _versions.Clear();
        }
    }

    public ValueTask DisposeAsync() => _save.DisposeAsync();

    private static DbCommand Command(StoryDbContext db)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = "UPDATE stories SET Version = $version, EditVersion = coalesce($edited, EditVersion) WHERE Id = $id";
        foreach (var name in (ReadOnlySpan<string>)["$version", "$edited", "$id"])
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
