using System.Globalization;

namespace StoryStudio.Web.Components.Shared;

/// <summary>
/// Times as the server writes them: in UTC, which they say. Within an element that has <c>data-times</c> the browser puts them on the clock
/// of whoever looks (wwwroot/times.js), which can only read the forms that are written here and by the sentences of Core.
/// </summary>
internal static class Times
{
    /// <summary>"10:42:07 UTC", for what is not far off.</summary>
    public static string Clock(DateTimeOffset time) => Write(time, "HH:mm:ss");

    /// <summary>"26 Nov 2026, 10:42 UTC".</summary>
    public static string Minute(DateTimeOffset time) => Write(time, "d MMM yyyy, HH:mm");

    /// <summary>"26 Nov 2026, 10:42:07 UTC".</summary>
    public static string Moment(DateTimeOffset time) => Write(time, "d MMM yyyy, HH:mm:ss");

    private static string Write(DateTimeOffset time, string form) => $"{time.UtcDateTime.ToString(form, CultureInfo.InvariantCulture)} UTC";
}
