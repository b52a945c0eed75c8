using System.Globalization;
using System.Text.RegularExpressions;

namespace StoryStudio.Core.Providers.Failures;

/// <summary>How long a provider asks to be left alone, from wherever it says so: never negative, never more than ten minutes.</summary>
public static partial class RetryAfter
{
    public static TimeSpan Longest { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Null where it does not say, or says what nobody can read.</summary>
    /// <param name="milliseconds">Header <c>retry-after-ms</c>.</param>
    /// <param name="header">Header <c>Retry-After</c>: seconds or a date.</param>
    /// <param name="retryDelay">Google's <c>retryDelay</c>, such as <c>58s</c>.</param>
    /// <param name="message">Many say it in words too: "Please try again in 1m2.5s.", "Please retry in 22.4s.", "Please retry after 26 seconds."</param>
    /// <param name="now">What a date is measured against.</param>
    public static TimeSpan? Read(string? milliseconds, string? header, string? retryDelay, string? message, DateTimeOffset now) =>
        FromNumbers(milliseconds, 0.001) ?? FromNumbers(header, 1) ?? FromDate(header, now) ?? FromNumber(retryDelay?.Trim().TrimEnd('s'), 1) ?? FromWords(message);

    public static TimeSpan Clamp(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait > Longest ? Longest : wait;

    /// <summary>A proxy may add a header of its own to the provider's, and the two are read as one: the longer wait serves both.</summary>
    private static TimeSpan? FromNumbers(string? header, double secondsEach) => header?.Split(',').Max(text => FromNumber(text, secondsEach));

    private static TimeSpan? FromNumber(string? text, double secondsEach) =>
        double.TryParse(text?.Trim(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && !double.IsNaN(number)
            ? FromSeconds(number * secondsEach)
            : null;

    private static TimeSpan FromSeconds(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds));

    private static TimeSpan? FromDate(string? text, DateTimeOffset now) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out var date) ? Clamp(date - now) : null;

    private static TimeSpan? FromWords(string? message)
    {
        var match = Words().Match(message ?? "");
        var hours = Part(match.Groups["hours"]);
        var minutes = Part(match.Groups["minutes"]);
        var seconds = Part(match.Groups["seconds"]);
        var milliseconds = Part(match.Groups["milliseconds"]);
        return hours + minutes + seconds + milliseconds > 0 ? FromSeconds((hours * 3600) + (minutes * 60) + seconds + (milliseconds / 1000)) : null;
    }

    private static double Part(Group group) => group.Success ? double.Parse(group.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"(try again|retry) (in|after) (?:(?<hours>[0-9]{1,6})h)?(?:(?<minutes>[0-9]{1,6})m(?!s))?(?:(?<seconds>[0-9]{1,6}(\.[0-9]{1,12})?) ?s)?(?:(?<milliseconds>[0-9]{1,9})ms)?", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 200)]
    private static partial Regex Words();
}
