using System.Globalization;
using StoryStudio.Tests.Fakes;

namespace StoryStudio.Tests.Faults;

/// <summary>A way in which a service of pictures fails, by the name under which it is printed.</summary>
/// <param name="Name">What happens.</param>
/// <param name="Answer">How the service does it. Is given the time that the caller's clock shows.</param>
/// <param name="Holds">Whether the caller is kept waiting for as long as it will.</param>
internal sealed record ProviderFault(string Name, Func<DateTimeOffset, ScriptedAnswer> Answer, bool Holds = false)
{
    private static readonly string PictureJson = Answers.PictureJson(Convert.ToBase64String(TestPictures.Png(64, 48)));

    /// <summary>Everything that a service was ever seen to do.</summary>
    public static readonly IReadOnlyList<ProviderFault> All =
    [
        Of("500", Answers.Error(500, "server_error", "server_error")),
        Of("reset", Answers.Reset()),
        Of("hang", Answers.Hang(), holds: true),
        Of("slow drip", Answers.Drip(TimeSpan.FromMilliseconds(20)), holds: true),
        Of("stall halfway", Answers.Stall(PictureJson), holds: true),
        Of("truncated body", Answers.Truncate(PictureJson)),
        Of("0 bytes", Answers.Empty()),
        Of("no picture in it", Answers.Json(200, """{"created":1763600000,"data":[]}""")),
        Of("picture of 0 bytes", Picture([])),
        Of("HTML for JSON", Answers.Html(200)),
        Of("HTML of a gateway", Answers.Html(502)),
        Of("half a picture", Picture(TestPictures.Png(64, 48)[..200])),
        Of("declared png, is a PDF", Picture([.. "%PDF-1.7\n1 0 obj"u8, .. new byte[200]])),
        Of("declared png, is a script", Picture([.. "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"u8])),
        Of("50,000 × 50,000 pixels", Picture(TestPictures.PngOf(50_000, 50_000, depth: 8, colour: 6, interlace: 0, TestPictures.Packed(new byte[1000])))),
        Of("too large a body", Answers.Endless()),
        Of("401", Answers.Error(401, "invalid_api_key")),
        Of("refusal", Answers.Error(400, "moderation_blocked", "image_generation_user_error", "The request was rejected.")),
        Of("Retry-After huge", Busy("99999999999999999999")),
        Of("Retry-After negative", Busy("-30")),
        new("Retry-After a date", now => Busy((now + TimeSpan.FromSeconds(90)).ToString("R", CultureInfo.InvariantCulture))),
        new("Retry-After a date gone by", now => Busy((now - TimeSpan.FromDays(365)).ToString("R", CultureInfo.InvariantCulture))),
    ];

    public static ProviderFault Named(string name) => All.Single(f => f.Name == name);

    public override string ToString() => Name;

    private static ProviderFault Of(string name, ScriptedAnswer answer, bool holds = false) => new(name, _ => answer, holds);

    private static ScriptedAnswer Picture(byte[] bytes) => Answers.Json(200, $$"""{"created":1763600000,"output_format":"png","data":[{"b64_json":"{{Convert.ToBase64String(bytes)}}"}],"usage":{{Answers.Usage}}}""");

    private static ScriptedAnswer Busy(string retryAfter) => Answers.Error(429, "rate_limit_exceeded", "requests", "Too fast.", ("Retry-After", retryAfter));
}
