using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Chat;
using StoryStudio.Core.Providers.Prices;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core;

/// <summary>The section <c>StoryStudio</c> of the settings.</summary>
public sealed class StoryStudioOptions
{
    public const string Section = "StoryStudio";

    /// <summary>Folder of the database and the pictures; below the content root where it is relative.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary><c>auto</c>, or the name of a provider: <c>sketch</c>, <c>openai</c>, <c>gemini</c>.</summary>
    public string Provider { get; set; } = "auto";

    public GenerationOptions Generation { get; set; } = new();

    /// <summary>In the order in which they are shown.</summary>
    public List<StyleDefinition> Styles { get; set; } = [];

    public ProvidersOptions Providers { get; set; } = new();

    public ChatOptions Chat { get; set; } = new();

    public PriceOptions Prices { get; set; } = new();

    public TelemetryOptions Telemetry { get; set; } = new();

    public AccessOptions Access { get; set; } = new();

    /// <summary>Whether every request to a provider is written into the log, without keys and pictures.</summary>
    public bool Debug { get; set; }

    /// <summary>Whether a style of that key is in the settings, which it need not be any more.</summary>
    public bool HasStyle(string key) => Styles.Exists(s => s.Key == key);

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

    /// <summary>Longest time that a style waits for its first key to be ready, from when none served any more; what is further away fails at once. Pace does not count.</summary>
    public TimeSpan MaxKeyWait { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>US dollars that a run may cost where it does not say itself; null sets no bound.</summary>
    public decimal? BudgetUsd { get; set; }

    /// <summary>US dollars that all stories together may cost in a calendar month (UTC); null sets no bound.</summary>
    public decimal? MonthlyBudgetUsd { get; set; }

    /// <summary>How long a stop waits for calls under way, which may be paid for already.</summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(20);
}

public sealed class TelemetryOptions
{
    /// <summary>Base address of an OpenTelemetry collector; null sends nothing, unless the environment's <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where, or its like for meters or traces alone.</summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary><c>http/protobuf</c> or <c>grpc</c>.</summary>
    public string OtlpProtocol { get; set; } = "http/protobuf";
}

public sealed class AccessOptions
{
    /// <summary><c>auto</c> asks for sign-in as soon as the server listens on more than loopback, and whoever comes through a proxy; <c>always</c> asks everybody.</summary>
    public string SignIn { get; set; } = "auto";

    /// <summary>Addresses (<c>10.0.0.2</c>) and networks (<c>10.0.0.0/8</c>) of proxies that are believed when they say for whom, and by which scheme, they ask.</summary>
    public List<string> TrustedProxies { get; set; } = [];

    /// <summary>Writes, at this start, a link into the log that sets the owner's password anew, once; for whoever holds the server when the owner has forgotten theirs.</summary>
    public bool OwnerLink { get; set; }
}
