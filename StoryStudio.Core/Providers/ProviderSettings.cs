using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace StoryStudio.Core.Providers;

/// <summary>
/// What an adapter is before it draws: its name, its settings below <c>StoryStudio:Providers</c>, what is wrong with them, and its place
/// in <c>auto</c>. Settable properties are settings; the rest is not.
/// </summary>
public abstract class ProviderSettings
{
    /// <summary>Lower-case name in settings and states; that of <see cref="IImageProvider.Name"/>.</summary>
    public abstract string Name { get; }

    /// <summary>What people read.</summary>
    public abstract string Title { get; }

    /// <summary>The order in which <c>auto</c> looks: the lowest that <see cref="MayBeAuto"/> draws.</summary>
    public abstract int AutoRank { get; }

    /// <summary>Whether <c>auto</c> may take it as it is set.</summary>
    public abstract bool MayBeAuto { get; }

    /// <summary>Whether it can draw as it is set, for whoever names it.</summary>
    public abstract bool IsConfigured { get; }

    /// <summary>Puts the adapter, an <see cref="IImageProvider"/>, where it is found.</summary>
    internal abstract void Register(IServiceCollection services);

    /// <summary>Names what is wrong.</summary>
    /// <param name="faults">Takes the faults.</param>
    /// <param name="path">Where the settings are, from below <c>StoryStudio</c>: <c>Providers:OpenAI</c>.</param>
    internal abstract void Check(Faults faults, string path);

    /// <summary>Fills in what the environment says where the settings do not.</summary>
    internal virtual void ReadEnvironment(IConfiguration configuration)
    {
    }
}

/// <summary>Settings of a service elsewhere, with a model and, as a rule, a key.</summary>
public abstract class KeyedProviderSettings(string model) : ProviderSettings
{
    /// <summary>Base address of the service; null for the provider's own.</summary>
    public string? Endpoint { get; set; }

    /// <summary>Where null, the environment's <see cref="KeyVariable"/> counts.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Further keys, for styles without keys of their own.</summary>
    public List<ApiKeyDefinition> ApiKeys { get; set; } = [];

    public string Model { get; set; } = model;

    /// <summary>Calls a minute that each of the provider's own keys allows, for styles without keys of their own; where null, the slowest of those styles says it.</summary>
    public int? RequestsPerMinute { get; set; }

    /// <summary>The provider's own tools read the key from here too.</summary>
    public abstract string KeyVariable { get; }

    public override bool MayBeAuto => OwnKeys.Count > 0;

    /// <summary>The keys of its own settings, each once.</summary>
    internal IReadOnlyList<ApiKeyDefinition> OwnKeys => ApiKeyDefinition.Usable([ApiKey ?? "", .. ApiKeys]);

    /// <summary>With a key, or at an address of its own, where none may be needed.</summary>
    public override bool IsConfigured => MayBeAuto || !string.IsNullOrWhiteSpace(Endpoint);

    internal override void Check(Faults faults, string path)
    {
        faults.Endpoint($"{path}:{nameof(Endpoint)}", Endpoint);
        faults.ApiKey($"{path}:{nameof(ApiKey)}", ApiKey?.Trim());
        faults.ApiKeys($"{path}:{nameof(ApiKeys)}", ApiKeys);
        faults.Filled($"{path}:{nameof(Model)}", Model);
        if (RequestsPerMinute is { } requestsPerMinute)
        {
            faults.Between($"{path}:{nameof(RequestsPerMinute)}", requestsPerMinute, 1, 100_000);
        }
    }

    internal override void ReadEnvironment(IConfiguration configuration) => ApiKey = Trimmed(ApiKey) ?? Trimmed(configuration[KeyVariable]);

    internal static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
