using System.Globalization;
using StoryStudio.Tests.Fakes;

namespace StoryStudio.Tests.Faults;

/// <summary>A way in which a service of pictures fails, by the name under which it is printed.</summary>
/// <param name="Name">What happens.</param>
/// <param name="Answer">How the service does it, in its dialect. Is given the time that the caller's clock shows.</param>
/// <param name="Holds">Whether the caller is kept waiting for as long as it will.</param>
internal sealed record ProviderFault(string Name, Func<Dialect, DateTimeOffset, ScriptedAnswer> Answer, bool Holds = false)
{
    private static readonly byte[] Sound = TestPictures.Png(64, 48);

    /// <summary>Everything that a service was ever seen to do.</summary>
    public static readonly IReadOnlyList<ProviderFault> All =
    [
        Of("500", d => d.Unavailable),
        Of("reset", Answers.Reset()),
        Of("hang", Answers.Hang(), holds: true),
        Of("slow drip", d => Answers.Drip(TimeSpan.FromMilliseconds(20), d.Opening, d.MediaType), holds: true),
        Of("stall halfway", d => Answers.Stall(string.Concat(d.Words(Sound)), d.MediaType), holds: true),
        Of("truncated body", d => Answers.Truncate(string.Concat(d.Words(Sound)), d.MediaType)),
        Of("0 bytes", d => d.Say("")),
        Of("no picture in it", d => d.Say(d.Nothing)),
        Of("an error in a 200", d => d.Say(d.Trouble)),
        Of("picture of 0 bytes", Picture([])),
        Of("HTML for JSON", Answers.Html(200)),
        Of("HTML of a gateway", Answers.Html(502)),
        Of("half a picture", Picture(Sound[..200])),
        Of("declared png, is a PDF", Picture([.. "%PDF-1.7\n1 0 obj"u8, .. new byte[200]])),
        Of("declared png, is a script", Picture([.. "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"u8])),
        Of("50,000 × 50,000 pixels", Picture(TestPictures.PngOf(50_000, 50_000, depth: 8, colour: 6, interlace: 0, TestPictures.Packed(new byte[1000])))),
        Of("too large a body", d => Answers.Endless(d.Opening, d.MediaType)),
        Of("401", d => d.BadKey),
        Of("refusal", d => d.Refusal),
        Of("Retry-After huge", d => d.Busy("99999999999999999999")),
        Of("Retry-After negative", d => d.Busy("-30")),
        new("Retry-After a date", (d, now) => d.Busy((now + TimeSpan.FromSeconds(90)).ToString("R", CultureInfo.InvariantCulture))),
        new("Retry-After a date gone by", (d, now) => d.Busy((now - TimeSpan.FromDays(365)).ToString("R", CultureInfo.InvariantCulture))),
    ];

    public static ProviderFault Named(string name) => All.Single(f => f.Name == name);

    public override string ToString() => Name;

    private static ProviderFault Of(string name, ScriptedAnswer answer, bool holds = false) => Of(name, _ => answer, holds);

    private static ProviderFault Of(string name, Func<Dialect, ScriptedAnswer> answer, bool holds = false) => new(name, (dialect, _) => answer(dialect), holds);

    private static Func<Dialect, ScriptedAnswer> Picture(byte[] bytes) => dialect => dialect.Picture(bytes);
}
