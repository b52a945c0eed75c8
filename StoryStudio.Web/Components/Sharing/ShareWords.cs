using StoryStudio.Core.Access;
using StoryStudio.Web.Components.Shared;

namespace StoryStudio.Web.Components.Sharing;

/// <summary>How a link stands, in words.</summary>
internal static class ShareWords
{
    public static string Of(ShareLinkDetails link, DateTimeOffset now)
    {
        var may = link.Role switch
        {
            StoryRole.Look => "To look",
            StoryRole.Comment => "To comment",
            _ => "To decide",
        };
        var stands = link.State switch
        {
            LinkState.Revoked => $"taken back {Ago(link.RevokedAt ?? now, now)}",
            LinkState.Expired => $"over since {Times.Minute(link.ExpiresAt!.Value)}",
            _ => link.ExpiresAt is { } end ? $"open until {Times.Minute(end)}" : "open until you take it back",
        };
        var used = link.Guests.Count switch
        {
            0 => "nobody came through it yet",
            1 => "one person came through it",
            var many => $"{many} people came through it",
        };
        return $"{may}, {stands}. Made by {link.CreatedBy} {Ago(link.CreatedAt, now)}; {used}.";
    }

    public static string Ago(DateTimeOffset time, DateTimeOffset now) => (now - time) switch
    {
        { TotalMinutes: < 2 } => "just now",
        { TotalMinutes: < 60 } ago => $"{(int)ago.TotalMinutes} minutes ago",
        { TotalHours: < 2 } => "an hour ago",
        { TotalHours: < 24 } ago => $"{(int)ago.TotalHours} hours ago",
        { TotalDays: < 2 } => "yesterday",
        { TotalDays: < 30 } ago => $"{(int)ago.TotalDays} days ago",
        _ => $"on {Times.Minute(time)}",
    };
}
