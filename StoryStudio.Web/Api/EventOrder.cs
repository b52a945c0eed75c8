using System.Globalization;
using StoryStudio.Core.Live;

namespace StoryStudio.Web.Api;

/// <summary>
/// Which changes a client has, and the ids of what it is sent. Events go out in the order of the story's change numbers, and
/// an event's id is the highest number up to which everything has been sent: a client that comes back with it misses nothing.
/// </summary>
internal sealed class EventOrder
{
    private readonly Dictionary<string, long> _versions = new(StringComparer.Ordinal);

    /// <param name="sent">The number up to which the client has everything.</param>
    /// <param name="present">What there is; the client has those that are not above that number.</param>
    public EventOrder(long sent, IEnumerable<StoryChange> present)
    {
        Sent = sent;
        foreach (var change in present.Where(c => c.Version <= sent))
        {
            _versions[change.Subject] = change.Version;
        }
    }

    /// <summary>The number up to which the client has everything.</summary>
    public long Sent { get; private set; }

    /// <summary>What a client says it has, or null where it says nothing that can be understood.</summary>
    public static long? LastSeen(HttpRequest request)
    {
        var text = request.Headers["Last-Event-ID"].ToString();
        if (text.Length == 0)
        {
            text = request.Query["lastEventId"].ToString();
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : null;
    }

    /// <summary>Those of <paramref name="changes"/> that are news, in order, each with its id.</summary>
    public IEnumerable<(StoryChange Change, long Id)> News(IEnumerable<StoryChange> changes)
    {
        var news = changes.Where(c => c.Version > _versions.GetValueOrDefault(c.Subject, -1)).OrderBy(c => c.Version).ToList();
        for (var i = 0; i < news.Count; i++)
        {
            var change = news[i];
            _versions[change.Subject] = change.Version;
            if (i + 1 == news.Count || news[i + 1].Version != change.Version)
            {
                Sent = Math.Max(Sent, change.Version);
            }

            yield return (change, Sent);
        }
    }
}
