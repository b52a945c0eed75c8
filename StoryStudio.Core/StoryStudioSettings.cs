using System.Collections;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace StoryStudio.Core;

/// <summary>
/// Looks through the settings before anything is built from them. The framework's binder stops at the first value that it
/// cannot read and passes over names that it does not know; here every one is found and named in one message.
/// </summary>
public static class StoryStudioSettings
{
    /// <summary>A sentence for every setting that is wrong; empty where all is well.</summary>
    public static IReadOnlyList<string> Check(IConfiguration configuration)
    {
        var options = new StoryStudioOptions();
        var (faults, unreadable) = Read(configuration, options);

        // What can be read is judged as well, so that one start shows everything there is to mend.
        faults.AddRange(StoryStudioOptionsValidator.Check(options).Where(f => !unreadable.Any(u => f.StartsWith($"{u} ", StringComparison.OrdinalIgnoreCase))));
        return faults;
    }

    /// <summary>Fills in the options with what can be read. A <c>null</c> is an empty word where a word is wanted, and as if it were not there elsewhere.</summary>
    public static void Bind(IConfiguration configuration, StoryStudioOptions options) => Read(configuration, options);

    /// <summary>Says on <paramref name="errors"/> what is wrong, in one message.</summary>
    /// <returns>Whether the settings are sound.</returns>
    public static bool Report(IConfiguration configuration, TextWriter errors)
    {
        var faults = Check(configuration);
        if (faults.Count > 0)
        {
            errors.WriteLine(Explain(faults));
        }

        return faults.Count == 0;
    }

    /// <summary>All faults as one message.</summary>
    public static string Explain(IReadOnlyList<string> faults) =>
        $"StoryStudio cannot start, for {(faults.Count == 1 ? "a setting is" : "settings are")} wrong:{string.Concat(faults.Select(f => $"{Environment.NewLine}  {f}"))}";

    /// <summary>A value in a message: quoted, and not for ever.</summary>
    internal static string Show(string value) =>
        $"\"{new string([.. (value.Length > 40 ? value[..40] : value).Select(c => char.IsControl(c) ? ' ' : c)])}{(value.Length > 40 ? "…" : "")}\"";

    private static (List<string> Faults, HashSet<string> Unreadable) Read(IConfiguration configuration, StoryStudioOptions options)
    {
        var faults = new List<string>();
        var unreadable = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var blank = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var section = configuration.GetSection(StoryStudioOptions.Section);
        CheckGroup(section, typeof(StoryStudioOptions), StoryStudioOptions.Section, faults, unreadable, blank);
        new ConfigurationBuilder()
            .AddInMemoryCollection(section.AsEnumerable()
                .Where(s => (s.Value is not null || blank.Contains(s.Key)) && !unreadable.Contains(s.Key))
                .Select(s => KeyValuePair.Create(s.Key, s.Value ?? (string?)"")))
            .Build()
            .GetSection(StoryStudioOptions.Section)
            .Bind(options);
        return (faults, unreadable);
    }

    private static void CheckGroup(IConfigurationSection section, Type type, string path, List<string> faults, HashSet<string> unreadable, HashSet<string> blank)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            faults.Add($"{path} must be a group of settings, but is a single value.");
        }

        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).ToList();
        foreach (var child in section.GetChildren())
        {
            if (properties.Find(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is { } property)
            {
                CheckValue(child, property.PropertyType, $"{path}:{property.Name}", faults, unreadable, blank);
            }
            else
            {
                var nearest = properties.Select(p => p.Name).MinBy(n => Distance(n, child.Key));
                var hint = nearest is not null && Distance(nearest, child.Key) <= Math.Max(2, nearest.Length / 3) ? $" Did you mean {path}:{nearest}?" : "";
                faults.Add($"{path}:{child.Key} is not a setting.{hint}");
            }
        }
    }

    private static void CheckValue(IConfigurationSection section, Type type, string path, List<string> faults, HashSet<string> unreadable, HashSet<string> blank)
    {
        if (typeof(IList).IsAssignableFrom(type))
        {
            CheckList(section, type.GetGenericArguments()[0], path, faults, unreadable, blank);
        }
        else if (typeof(IDictionary).IsAssignableFrom(type))
        {
            foreach (var child in section.GetChildren())
            {
                CheckValue(child, type.GetGenericArguments()[1], $"{path}:{child.Key}", faults, unreadable, blank);
            }
        }
        else if (type == typeof(ApiKeyDefinition))
        {
            CheckKey(section, path);
        }
        else if (type.Namespace?.StartsWith(nameof(StoryStudio), StringComparison.Ordinal) is true)
        {
            CheckGroup(section, type, path, faults, unreadable, blank);
        }
        else if (type == typeof(string) && section.Value is null && !section.GetChildren().Any())
        {
            blank.Add(section.Path);
        }
        else if (section.GetChildren().Any())
        {
            Unreadable($"{path} must be a single value, but is a group of settings.");
        }
        else if (section.Value is { } value && (Nullable.GetUnderlyingType(type) is null || value.Length > 0) && Wanted(Nullable.GetUnderlyingType(type) ?? type, value) is { } wanted)
        {
            Unreadable($"{path} must be {wanted}, but is {Show(value)}.");
        }

        // The key alone, or a group with the key in it.
        void CheckKey(IConfigurationSection key, string place)
        {
            if (!key.GetChildren().Any())
            {
                return;
            }

            if (string.IsNullOrEmpty(key.Value))
            {
                CheckGroup(key, typeof(ApiKeyDefinition), place, faults, unreadable, blank);
            }
            else
            {
                Unreadable($"{place} must be a key or a group of settings, but is both.");
            }
        }

        void Unreadable(string fault)
        {
            faults.Add(fault);
            unreadable.Add(section.Path);
            unreadable.UnionWith(section.AsEnumerable().Select(s => s.Key));
        }
    }

    private static void CheckList(IConfigurationSection section, Type item, string path, List<string> faults, HashSet<string> unreadable, HashSet<string> blank)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            faults.Add($"{path} must be a list, as in {path}:0, but is a single value.");
        }

        foreach (var child in section.GetChildren())
        {
            if (!int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                faults.Add($"{path}:{child.Key} must have a number in the place of its last word, as in {path}:0.");
                unreadable.UnionWith(child.AsEnumerable().Select(s => s.Key));
            }
            else
            {
                CheckValue(child, item, $"{path}:{child.Key}", faults, unreadable, blank);
            }
        }
    }

    /// <summary>What a value of the type looks like, where this one does not look so.</summary>
    private static string? Wanted(Type type, string value) => type switch
    {
        _ when type == typeof(int) && !int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) => "a whole number",
        // A bare number would be read as days.
        _ when type == typeof(TimeSpan) && !(value.Contains(':') && TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out _)) => "a duration as hh:mm:ss",
        _ when type == typeof(DateOnly) && !DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) => "a date as yyyy-mm-dd",
        _ when type == typeof(decimal) && !decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _) => "a number",
        _ when type == typeof(bool) && !bool.TryParse(value, out _) => "true or false",
        _ => null,
    };

    /// <summary>How many letters have to be put in, taken out or changed to make one word of the other.</summary>
    private static int Distance(string left, string right)
    {
        (left, right) = (left.ToUpperInvariant(), right.ToUpperInvariant());
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
