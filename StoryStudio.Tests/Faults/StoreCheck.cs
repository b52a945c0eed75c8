using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using StoryStudio.Tests.Fakes;

namespace StoryStudio.Tests.Faults;

/// <summary>
/// Looks through a data directory in which everything has come to rest, past the program and with its own words for what must hold,
/// whatever happened before. Finds nothing where all is well.
/// </summary>
internal sealed class StoreCheck : IDisposable
{
    // What ends an attempt without using one up: it came to no outcome, or it was the key's matter or the disk's.
    private const string Free = "'interrupted', 'crashed', 'put_off', 'cancelled', 'rate_limited', 'quota_exhausted', 'out_of_credit', 'bad_key', 'no_access', 'disk_full'";

    private readonly string _folder;
    private readonly SqliteConnection _db;
    private readonly List<string> _violations = [];

    private StoreCheck(string folder)
    {
        _folder = folder;
        _db = new($"Data Source={Path.Combine(folder, "storystudio.db")};Pooling=False");
        _db.Open();
    }

    /// <param name="folder">The data directory of a studio that has been stopped.</param>
    /// <param name="maxRetries">As it was set.</param>
    /// <param name="longestAttempt">What no attempt may take longer, by the studio's clock; null where it was not measured.</param>
    /// <param name="paid">The idempotency keys that the service was paid for.</param>
    public static IReadOnlyList<string> Violations(string folder, int maxRetries, TimeSpan? longestAttempt, IEnumerable<string> paid)
    {
        using var check = new StoreCheck(folder);
        check.CheckDatabase();
        check.CheckStates();
        check.CheckAttempts(maxRetries, longestAttempt);
        check.CheckFiles();
        check.CheckCharges(paid);
        return check._violations;
    }

    public void Dispose() => _db.Dispose();

    private void CheckDatabase()
    {
        var integrity = Rows("PRAGMA integrity_check", r => r.GetString(0));
        Require(integrity is ["ok"], $"the integrity check says {string.Join(", ", integrity)}");
        None("PRAGMA foreign_key_check", "points nowhere");
    }

    private void CheckStates()
    {
        None("SELECT Id, Status FROM images WHERE Status NOT IN ('completed', 'failed', 'cancelled')", "is not final");
        None("SELECT Id, Status FROM images WHERE Token IS NOT NULL OR DueAt IS NOT NULL OR NextAttemptAt IS NOT NULL", "is at rest but held or due");
        None("SELECT Id FROM images WHERE Status = 'completed' AND (ChosenVersion IS NULL OR Progress <> 100 OR ErrorCode IS NOT NULL OR MediaType IS NULL)", "is completed without a picture, or with an error");
        None("SELECT Id FROM images WHERE Status = 'failed' AND (ErrorCode IS NULL OR ErrorMessage IS NULL)", "failed and does not say why");
        None("SELECT Id FROM images WHERE Status = 'cancelled' AND ErrorCode IS NOT NULL", "is cancelled with an error");
        None("SELECT Id FROM runs WHERE FinishedAt IS NULL OR Status NOT IN ('completed', 'completed_with_errors', 'cancelled')", "is a run without an end");
        None("SELECT r.RunId, r.Style FROM run_styles r WHERE r.Completed <> (SELECT COUNT(*) FROM images i WHERE i.RunId = r.RunId AND i.Style = r.Style AND i.Status = 'completed')", "counts other pictures than there are");
    }

    private void CheckAttempts(int maxRetries, TimeSpan? longest)
    {
        None("SELECT Id, Attempt, MaxAttempts FROM images WHERE Attempt > MaxAttempts OR Attempt < 0", "has used more attempts than it has");
        None("SELECT Id, Outcome FROM attempts WHERE FinishedAt IS NULL OR Outcome = 'running'", "is an attempt without an end");
        None($"SELECT ImageId, COUNT(*) FROM attempts WHERE Outcome NOT IN ({Free}) GROUP BY ImageId HAVING COUNT(*) > {maxRetries + 2}", "went more often than first, retries and second chance");
        None("SELECT ImageId, COUNT(*) FROM attempts WHERE Outcome = 'succeeded' GROUP BY ImageId HAVING COUNT(*) > 1", "was made more than once");
        None("SELECT i.Id FROM images i WHERE i.Status = 'completed' AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.ImageId = i.Id AND a.Outcome = 'succeeded')", "is completed and nobody made it");
        None("SELECT Id, Number FROM attempts GROUP BY ImageId, Number HAVING COUNT(*) > 1", "has a number twice");
        if (longest is { } limit)
        {
            None($"SELECT Id, FinishedAt - StartedAt FROM attempts WHERE FinishedAt - StartedAt > {(long)limit.TotalMilliseconds}", "held its place after its time was over");
        }
    }

    private void CheckFiles()
    {
        var rows = Rows("SELECT Path, Sha256, Bytes FROM image_versions", r => (Path: r.GetString(0), Sha256: r.GetString(1), Bytes: r.GetInt64(2)));
        foreach (var row in rows)
        {
            var file = new FileInfo(Path.Combine(_folder, row.Path));
            Require(file.Exists, $"the picture {row.Path} is not there");
            Require(!file.Exists || (file.Length == row.Bytes && Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file.FullName))) == row.Sha256), $"the picture {row.Path} is not what was written down");
        }

        var known = rows.Select(r => r.Path).ToHashSet(StringComparer.Ordinal);
        var stories = Path.Combine(_folder, "stories");
        foreach (var path in Directory.Exists(stories) ? Directory.EnumerateFiles(stories, "*", SearchOption.AllDirectories) : [])
        {
            var relative = Path.GetRelativePath(_folder, path).Replace('\\', '/');
            Require(known.Contains(relative), $"nobody knows of the file {relative}");
        }

        None("SELECT i.Id FROM images i WHERE i.LatestVersion <> (SELECT COUNT(*) FROM image_versions v WHERE v.ImageId = i.Id)", "has other versions than it says");
    }

    private void CheckCharges(IEnumerable<string> paid)
    {
        var images = Rows("SELECT DISTINCT IdempotencyKey, ImageId FROM attempts", r => (Key: r.GetString(0), Image: r.GetString(1))).ToDictionary(r => r.Key, r => r.Image, StringComparer.Ordinal);
        var charged = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var key in paid)
        {
            if (images.TryGetValue(ReceivedCall.Attempt(key), out var image))
            {
                charged[image] = charged.GetValueOrDefault(image) + 1;
            }
            else
            {
                Require(false, $"a call was paid for that was not written down before it went out: {key}");
            }
        }

        foreach (var (image, times) in charged)
        {
            Require(times == 1, $"image {image} was paid for {times} times: {History(image)}");
        }
    }

    private string History(string image) => string.Join("; ", Rows(
        $"SELECT Number, IdempotencyKey, Outcome, COALESCE(Detail, '') FROM attempts WHERE ImageId = '{image}' ORDER BY Number",
        r => $"{r.GetInt32(0)} by {r.GetString(1)[^4..]} {r.GetString(2)} {r.GetString(3)}"));

    private void Require(bool holds, string violation)
    {
        if (!holds)
        {
            _violations.Add(violation);
        }
    }

    private void None(string sql, string what)
    {
        foreach (var row in Rows(sql, r => string.Join(' ', Enumerable.Range(0, r.FieldCount).Select(i => r.GetValue(i)))))
        {
            _violations.Add($"{row} {what}");
        }
    }

    private List<T> Rows<T>(string sql, Func<SqliteDataReader, T> read)
    {
        using var command = _db.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
