using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core;

/// <summary>Whether the settings make sense. Every fault names the full key and what it must be; none shows a key or an address.</summary>
public sealed partial class StoryStudioOptionsValidator : IValidateOptions<StoryStudioOptions>
{
    private static readonly string[] Protocols = ["http/protobuf", "grpc"];
    private static readonly string[] SignIns = ["auto", "always"];
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
        string[] providers = [ImageProviders.Auto, .. options.Providers.All().Select(p => p.Settings.Name)];
        faults.OneOf("Provider", options.Provider, providers, StringComparer.OrdinalIgnoreCase);

        var generation = options.Generation;
        faults.Between("Generation:MaxConcurrency", generation.MaxConcurrency, 1, 100);
        faults.Between("Generation:MaxRetries", generation.MaxRetries, 0, 10);
        faults.Between("Generation:DelayBetweenImages", generation.DelayBetweenImages, TimeSpan.Zero, Hour);
        faults.Between("Generation:RetryBaseDelay", generation.RetryBaseDelay, TimeSpan.Zero, Hour);
        faults.Between("Generation:SecondChanceDelay", generation.SecondChanceDelay, TimeSpan.Zero, Hour);
        faults.Between("Generation:ImageTimeout", generation.ImageTimeout, TimeSpan.FromMilliseconds(1), Hour);
        faults.Between("Generation:MaxKeyWait", generation.MaxKeyWait, TimeSpan.Zero, Day);
        faults.NotNegative("Generation:BudgetUsd", generation.BudgetUsd ?? 0);
        faults.NotNegative("Generation:MonthlyBudgetUsd", generation.MonthlyBudgetUsd ?? 0);
        faults.Between("Generation:StopGrace", generation.StopGrace, TimeSpan.Zero, TimeSpan.FromMinutes(10));

        faults.Endpoint("Telemetry:OtlpEndpoint", options.Telemetry.OtlpEndpoint);
        faults.OneOf("Telemetry:OtlpProtocol", options.Telemetry.OtlpProtocol, Protocols);

        faults.OneOf("Access:SignIn", options.Access.SignIn, SignIns);
        for (var i = 0; i < options.Access.TrustedProxies.Count; i++)
        {
            var proxy = options.Access.TrustedProxies[i];
            faults.Require(IPAddress.TryParse(proxy, out _) || IPNetwork.TryParse(proxy, out _), $"Access:TrustedProxies:{i}", "an address, as 10.0.0.2, or a network, as 10.0.0.0/8", proxy);
        }

        Check(options.Styles, providers, faults);

        CheckAccounts(options, faults);
        foreach (var (section, settings) in options.Providers.All())
        {
            settings.Check(faults, $"Providers:{section}");
        }

        options.Chat.Check(faults, "Chat");
        options.Prices.Check(faults, "Prices");
        return faults.Found;
    }

    private static void Check(List<StyleDefinition> styles, string[] providers, Faults faults)
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
                faults.OneOf($"{path}:Provider", style.Provider, providers, StringComparer.OrdinalIgnoreCase);
            }

            faults.ApiKeys($"{path}:ApiKeys", style.ApiKeys);
            faults.Between($"{path}:RequestsPerMinute", style.RequestsPerMinute, 1, 100_000);
        }
    }

    /// <summary>A key is one key wherever it stands, and so has one account.</summary>
    private static void CheckAccounts(StoryStudioOptions options, Faults faults)
    {
        var places = options.Styles.SelectMany((style, i) => Places($"Styles:{i}:ApiKeys", style.ApiKeys))
            .Concat(options.Providers.All().SelectMany(p => p.Settings is KeyedProviderSettings keyed ? Places($"Providers:{p.Section}:ApiKeys", keyed.ApiKeys) : []))
            .Where(p => p.Key is { Key.Length: > 0, Account: not null });
        foreach (var same in places.GroupBy(p => p.Key!.Key, StringComparer.Ordinal))
        {
            var first = same.First();
            foreach (var (path, _) in same.Where(p => p.Key!.Account != first.Key!.Account))
            {
                faults.Add($"{path}:Account", $"must be the same as {StoryStudioOptions.Section}:{first.Path}:Account, for it is the same key");
            }
        }

        static IEnumerable<(string Path, ApiKeyDefinition? Key)> Places(string path, List<ApiKeyDefinition> keys) => keys.Select((key, k) => ($"{path}:{k}", (ApiKeyDefinition?)key));
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,39}\z", RegexOptions.NonBacktracking)]
    private static partial Regex StyleKey();
}
