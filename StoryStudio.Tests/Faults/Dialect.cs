using System.Text;
using StoryStudio.Core.Providers.Gemini;
using StoryStudio.Core.Providers.OpenAI;
using StoryStudio.Tests.Fakes;

namespace StoryStudio.Tests.Faults;

/// <summary>How a service words its answers, those that are none included.</summary>
internal sealed record Dialect
{
    private static readonly byte[] Rough = TestPictures.Png(16, 12);

    /// <summary>A server of one's own that speaks as OpenAI does.</summary>
    public static readonly Dialect OpenAI = new()
    {
        Name = "OpenAI",
        Provider = OpenAIProvider.ProviderName,
        Opening = Answers.Opening,
        Words = picture => [$$"""{"created":1763600000,"output_format":"png","data":[{"b64_json":"{{Convert.ToBase64String(picture)}}"}],"usage":{{Answers.Usage}}}"""],
        Nothing = """{"created":1763600000,"data":[]}""",
        Trouble = """{"error":{"code":"server_error","type":"server_error","message":"Something went wrong."}}""",
        Unavailable = Answers.Error(500, "server_error", "server_error"),
        BadKey = Answers.Error(401, "invalid_api_key"),
        Refusal = Answers.Error(400, "moderation_blocked", "image_generation_user_error", "The request was rejected."),
        Busy = retryAfter => Answers.Error(429, "rate_limit_exceeded", "requests", "Too fast.", ("Retry-After", retryAfter)),
    };

    /// <summary>OpenAI's own and Azure's: partial pictures, and the picture itself at the end.</summary>
    public static readonly Dialect OpenAIStream = OpenAI with
    {
        Name = "OpenAI's stream",
        Streams = true,
        Opening = Answers.CompletedEvent([]).Split("\"b64_json\":\"")[0] + "\"b64_json\":\"",
        Words = picture => [Answers.PartialEvent(Rough), Answers.PartialEvent(Rough, 1), Answers.CompletedEvent(picture)],
        Nothing = Answers.Event("image_generation.completed", """{"type":"image_generation.completed"}"""),
        Trouble = Answers.PartialEvent(Rough) + Answers.Event("error", """{"type":"error","error":{"code":"server_error","type":"server_error","message":"Something went wrong."}}"""),
    };

    public static readonly Dialect Gemini = new()
    {
        Name = "Gemini",
        Provider = GeminiProvider.ProviderName,
        Opening = """{"candidates":[{"content":{"role":"model","parts":[{"inlineData":{"mimeType":"image/png","data":""" + "\"",
        Words = picture => [Answers.GeminiJson(picture)],
        Nothing = """{"candidates":[{"content":{"role":"model","parts":[{"text":"Well."}]},"finishReason":"STOP","index":0}]}""",
        Trouble = """{"error":{"code":503,"status":"UNAVAILABLE","message":"Something went wrong."}}""",
        Unavailable = Answers.GeminiError(500, "INTERNAL"),
        BadKey = Answers.GeminiError(401, "UNAUTHENTICATED"),
        Refusal = Answers.GeminiFinish("IMAGE_SAFETY"),
        Busy = retryAfter => Answers.GeminiError(429, "RESOURCE_EXHAUSTED", "Too fast.", headers: ("Retry-After", retryAfter)),
    };

    public static readonly IReadOnlyList<Dialect> All = [OpenAI, OpenAIStream, Gemini];

    public required string Name { get; init; }

    /// <summary>Whose adapter understands it.</summary>
    public required string Provider { get; init; }

    public bool Streams { get; init; }

    /// <summary>What comes before a picture that never ends.</summary>
    public required string Opening { get; init; }

    /// <summary>All that is said with a picture, in the pieces in which it is sent.</summary>
    public required Func<byte[], string[]> Words { get; init; }

    /// <summary>A success without a picture.</summary>
    public required string Nothing { get; init; }

    /// <summary>A success that turns out to be none.</summary>
    public required string Trouble { get; init; }

    public required ScriptedAnswer Unavailable { get; init; }

    public required ScriptedAnswer BadKey { get; init; }

    public required ScriptedAnswer Refusal { get; init; }

    /// <summary>Too fast, with what the header <c>Retry-After</c> says.</summary>
    public required Func<string, ScriptedAnswer> Busy { get; init; }

    public string MediaType => Streams ? Answers.EventType : Answers.JsonType;

    public static Dialect Named(string name) => All.Single(d => d.Name == name);

    public ScriptedAnswer Picture(byte[] picture) => Streams ? Answers.Events(Words(picture)) : Say(Words(picture)[0]);

    public ScriptedAnswer Say(string words) => Answers.Bytes(200, MediaType, Encoding.UTF8.GetBytes(words));

    public override string ToString() => Name;
}
