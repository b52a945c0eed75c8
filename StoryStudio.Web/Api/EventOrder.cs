using System.Globalization;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Api;

/// <summary>
/// Which changes a client has, and the ids of what it is sent. Events go out in the order of the story's change numbers, and
/// an event's id is the highest number up to which everything has been sent: a client that comes back with it misses nothing.
/// </summary>
/// <param name="sent">The number up to which the client has everything.</param>
internal sealed class EventOrder(long sent)
{
    /// <summary>The number up to which the client has everything.</summary>
    public long Sent { get; private set; } = sent;

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

    /// <summary>Those of <paramref name="events"/> that are newer than <paramref name="known"/>, in order, each with its id.</summary>
    public IEnumerable<(StoryEvent Event, long Id)> Newer(long known, IEnumerable<StoryEvent> events)
    {
        var news = events.Where(e => e.Passes || e.Change.Version > known).OrderBy(e => e.Passes ? 0 : e.Change.Version).ToList();
        for (var i = 0; i < news.Count; i++)
        {
            var version = news[i].Passes ? Sent : news[i].Change.Version;
            if (i + 1 == news.Count || news[i + 1].Change.Version != version)
            {
                Sent = Math.Max(Sent, version);
            }

            yield return (news[i], Sent);
        }
    }
}
