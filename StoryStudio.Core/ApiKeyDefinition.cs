using System.ComponentModel;
using System.Globalization;
using StoryStudio.Core.Providers.Failures;

namespace StoryStudio.Core;

/// <summary>A key in the settings: the key alone, or <c>{ "Key": "...", "Account": "a" }</c>.</summary>
[TypeConverter(typeof(FromText))]
public sealed class ApiKeyDefinition
{
    /// <summary>Never logged.</summary>
    public string Key { get; set; } = "";

    /// <summary>
    /// Whose key it is, in any words. Providers count by account: keys of one rest together. A key that names none (a blank word counts as
    /// that) is an account of its own.
    /// </summary>
    public string? Account { get; set => field = string.IsNullOrWhiteSpace(value) ? null : value.Trim(); }

    public static implicit operator ApiKeyDefinition(string key) => FromString(key);

    public static ApiKeyDefinition FromString(string key) => new() { Key = key };

    /// <summary>Never the key.</summary>
    public override string ToString() => Secrets.Tail(Key) ?? "no key";

    /// <summary>As they are used: without spaces around, blank ones and repetitions left out.</summary>
    internal static IReadOnlyList<ApiKeyDefinition> Usable(IEnumerable<ApiKeyDefinition?> keys) =>
    [
        .. keys
            .Where(key => !string.IsNullOrWhiteSpace(key?.Key))
            .GroupBy(key => key!.Key.Trim(), StringComparer.Ordinal)
            .Select(same => new ApiKeyDefinition { Key = same.Key, Account = same.Select(key => key!.Account).FirstOrDefault(account => account is not null) }),
    ];

    /// <summary>What lets the settings' binder take a key that stands alone.</summary>
    private sealed class FromText : TypeConverter
    {
        public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

        public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => FromString((string)value);
    }
}
