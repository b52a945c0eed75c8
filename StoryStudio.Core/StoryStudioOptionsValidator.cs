using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core;

/// <summary>Whether the settings make sense. Every fault names the full key and what it must be; none shows a key or an address.</summary>
public sealed partial class StoryStudioOptionsValidator : IValidateOptions<StoryStudioOptions>
{
    private static readonly string[] ProviderNames = [ImageProviders.Auto, ImageProviders.Sketch, ImageProviders.OpenAI];
    private static readonly string[] Protocols = ["http/protobuf", "grpc"];
    private static readonly string[] Formats = ["png", "jpeg", "webp"];
    private static readonly string[] Qualities = ["auto", "low", "medium", "high", "standard", "hd"];
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, StoryStudioOptions options)
    {
        var faults = Check(options);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(StoryStudioSettings.Explain(faults));
    }

    /// <summary>A sentence for every setting that is wrong.</summary>
    public static IReadOnlyList<string> Check(StoryStudioOptions options)
    {
        var faults = new Faults();
        faults.Filled("DataDirectory", options.DataDirectory);
        faults.OneOf("Provider", options.Provider, ProviderNames, StringComparer.OrdinalIgnoreCase);

        var generation = options.Generation;
        faults.Between("Generation:MaxConcurrency", generation.MaxConcurrency, 1, 100);
        faults.Between("Generation:MaxRetries", generation.MaxRetries, 0, 10);
        faults.Between("Generation:DelayBetweenImages", generation.DelayBetweenImages, TimeSpan.Zero, Hour);
        faults.Between("Generation:RetryBaseDelay", generation.RetryBaseDelay, TimeSpan.Zero, Hour);
        faults.Between("Generation:SecondChanceDelay", generation.SecondChanceDelay, TimeSpan.Zero, Hour);
        faults.Between("Generation:ImageTimeout", generation.ImageTimeout, TimeSpan.FromMilliseconds(1), Hour);
        faults.Between("Generation:MaxKeyWait", generation.MaxKeyWait, TimeSpan.Zero, Day);
        faults.Between("Generation:StopGrace", generation.StopGrace, TimeSpan.Zero, TimeSpan.FromMinutes(10));

        faults.Endpoint("Telemetry:OtlpEndpoint", options.Telemetry.OtlpEndpoint);
        faults.OneOf("Telemetry:OtlpProtocol", options.Telemetry.OtlpProtocol, Protocols);

        Check(options.Styles, faults);

        faults.Between("Providers:Sketch:Delay", options.Providers.Sketch.Delay, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        var openAI = options.Providers.OpenAI;
        faults.Endpoint("Providers:OpenAI:Endpoint", openAI.Endpoint);
        faults.ApiKey("Providers:OpenAI:ApiKey", openAI.ApiKey?.Trim());
        faults.Filled("Providers:OpenAI:Model", openAI.Model);
        faults.Require(Size().IsMatch(openAI.Size), "Providers:OpenAI:Size", "auto, or width and height such as 1024x1024", openAI.Size);
        faults.OneOf("Providers:OpenAI:Quality", openAI.Quality, Qualities);
        faults.OneOf("Providers:OpenAI:Format", openAI.Format, Formats);
        faults.Between("Providers:OpenAI:RequestsPerMinute", openAI.RequestsPerMinute, 1, 100_000);
        faults.ApiKey("Providers:OpenAI:Organization", openAI.Organization?.Trim());
        foreach (var (model, price) in openAI.Prices)
        {
            faults.NotNegative($"Providers:OpenAI:Prices:{model}:{nameof(price.TextIn)}", price.TextIn);
            faults.NotNegative($"Providers:OpenAI:Prices:{model}:{nameof(price.ImageIn)}", price.ImageIn);
            faults.NotNegative($"Providers:OpenAI:Prices:{model}:{nameof(price.ImageOut)}", price.ImageOut);
        }

        return faults.Found;
    }

    private static void Check(List<StyleDefinition> styles, Faults faults)
    {
        if (styles.Count == 0)
        {
            faults.Add("Styles", "must have at least one style");
        }

        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < styles.Count; i++)
        {
            var (style, path) = (styles[i], $"Styles:{i}");
            if (!StyleKey().IsMatch(style.Key))
            {
                faults.Require(false, $"{path}:Key", "1 to 40 lower-case letters, digits and -, beginning with a letter or digit", style.Key);
            }
            else if (!places.TryAdd(style.Key, i))
            {
                faults.Add($"{path}:Key", $"must be another than \"{style.Key}\", which is the key of {StoryStudioOptions.Section}:Styles:{places[style.Key]} already");
            }

            if (style.Provider is not null)
            {
                faults.OneOf($"{path}:Provider", style.Provider, ProviderNames, StringComparer.OrdinalIgnoreCase);
            }

            for (var k = 0; k < style.ApiKeys.Count; k++)
            {
                faults.Require(style.ApiKeys[k].Length > 0, $"{path}:ApiKeys:{k}", "a key", shown: null);
                faults.ApiKey($"{path}:ApiKeys:{k}", style.ApiKeys[k]);
            }

            faults.Between($"{path}:RequestsPerMinute", style.RequestsPerMinute, 1, 100_000);
        }
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,39}\z", RegexOptions.NonBacktracking)]
    private static partial Regex StyleKey();

    [GeneratedRegex(@"^(auto|[1-9][0-9]{1,4}x[1-9][0-9]{1,4})\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Size();

    private sealed class Faults
    {
        public List<string> Found { get; } = [];

        public void Add(string key, string what) => Found.Add($"{StoryStudioOptions.Section}:{key} {what}.");

        public void Require(bool sound, string key, string wanted, string? shown)
        {
            if (!sound)
            {
                Add(key, $"must be {wanted}{(shown is null ? "" : $", but is {StoryStudioSettings.Show(shown)}")}");
            }
        }

        public void Filled(string key, string? value) => Require(!string.IsNullOrWhiteSpace(value), key, "filled in", shown: null);

        public void OneOf(string key, string? value, string[] words, StringComparer? comparer = null) => Require(words.Contains(value, comparer ?? StringComparer.Ordinal), key, $"one of {string.Join(", ", words)}", value ?? "");

        public void Between(string key, int value, int lowest, int highest) =>
            Require(value >= lowest && value <= highest, key, $"{lowest} to {highest}", $"{value}");

        public void Between(string key, TimeSpan value, TimeSpan lowest, TimeSpan highest) =>
            Require(value >= lowest && value <= highest, key, $"{lowest:g} to {highest:g}", $"{value:g}");

        public void NotNegative(string key, decimal value) => Require(value >= 0, key, "0 or more", $"{value}");

        public void Endpoint(string key, string? value) => Require(
            string.IsNullOrWhiteSpace(value) || (Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0),
            key,
            "a whole address that begins with http:// or https:// and holds no user name",
            shown: null);

        // A key goes into a header, where a line's end or a space does no good; it comes along when one is pasted.
        public void ApiKey(string key, string? value) =>
            Require(string.IsNullOrEmpty(value) || value.All(c => c is > ' ' and < '\u007f'), key, "without spaces, line ends and letters outside ASCII", shown: null);
    }
}
