using StoryStudio.Core.Providers.OpenAI;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core;

/// <summary>The section <c>StoryStudio</c> of the settings.</summary>
public sealed class StoryStudioOptions
{
    public const string Section = "StoryStudio";

    /// <summary>Folder of the database and the pictures; below the content root where it is relative.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary><c>auto</c>, <c>sketch</c> or <c>openai</c>.</summary>
    public string Provider { get; set; } = "auto";

    public GenerationOptions Generation { get; set; } = new();

    /// <summary>In the order in which they are shown.</summary>
    public List<StyleDefinition> Styles { get; set; } = [];

    public ProvidersOptions Providers { get; set; } = new();

    public TelemetryOptions Telemetry { get; set; } = new();

    /// <summary>Whether every request to a provider is written into the log, without keys and pictures.</summary>
    public bool Debug { get; set; }

    /// <summary>The style of that key; one that left the settings goes by its key alone.</summary>
    public StyleDefinition Style(string key) => Styles.Find(s => s.Key == key) ?? new() { Key = key, Name = key };
}

public sealed class GenerationOptions
{
    /// <summary>Calls to providers at one time, over all styles and stories: 1 to 100.</summary>
    public int MaxConcurrency { get; set; } = 5;

    /// <summary>Shortest time between the starts of two calls of one style.</summary>
    public TimeSpan DelayBetweenImages { get; set; } = TimeSpan.Zero;

    /// <summary>Attempts after the first one, for failures that a retry can mend: 0 to 10.</summary>
    public int MaxRetries { get; set; } = 3;

    /// <summary>Wait before the first retry; doubles with each further one.</summary>
    public TimeSpan RetryBaseDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Wait before the one automatic second chance of a failed image.</summary>
    public TimeSpan SecondChanceDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time for one attempt.</summary>
    public TimeSpan ImageTimeout { get; set; } = TimeSpan.FromMinutes(4);

    /// <summary>Longest time that an image waits because no key may be used.</summary>
    public TimeSpan MaxKeyWait { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a stop waits for calls under way, which may be paid for already.</summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(20);
}

public sealed class TelemetryOptions
{
    /// <summary>Base address of an OpenTelemetry collector; null sends nothing, unless the environment's <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where.</summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary><c>http/protobuf</c> or <c>grpc</c>.</summary>
    public string OtlpProtocol { get; set; } = "http/protobuf";
}

public sealed class ProvidersOptions
{
    public SketchOptions Sketch { get; set; } = new();

    public OpenAIOptions OpenAI { get; set; } = new();
}

public sealed class SketchOptions
{
    /// <summary>Time over which one sketch is spread, so that the page has something to show. Zero means at once.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(1.5);
}

public sealed class OpenAIOptions
{
    /// <summary>Base address, such as <c>https://name.openai.azure.com/openai/v1/</c>; null for OpenAI itself.</summary>
    public string? Endpoint { get; set; }

    /// <summary>Where null, the environment's <c>OPENAI_API_KEY</c> counts.</summary>
    public string? ApiKey { get; set; }

    public string Model { get; set; } = "gpt-image-2";

    public string Size { get; set; } = "1024x1024";

    public string Quality { get; set; } = "medium";

    /// <summary><c>png</c>, <c>jpeg</c> or <c>webp</c>.</summary>
    public string Format { get; set; } = "webp";

    /// <summary>Whether the server takes reference pictures at <c>images/edits</c>; where not, characters are described instead.</summary>
    public bool Edits { get; set; } = true;

    /// <summary>Whether to ask for base64 by <c>response_format</c>: some servers give addresses otherwise, OpenAI's own refuses the field.</summary>
    public bool SendResponseFormat { get; set; }

    /// <summary>Calls a minute that the provider's own key allows, for styles without keys of their own.</summary>
    public int RequestsPerMinute { get; set; } = 10;

    /// <summary>The organisation that calls are billed to; where null, the environment's <c>OPENAI_ORG_ID</c> counts.</summary>
    public string? Organization { get; set; }

    /// <summary>Prices by model, for the cost of a picture; for a model that is not here the cost stays unknown.</summary>
    public Dictionary<string, ModelPrice> Prices { get; set; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["gpt-image-2"] = new() { TextIn = 5, ImageIn = 8, ImageOut = 30 },
    };
}
