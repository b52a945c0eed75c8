using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Components.Characters;

/// <summary>A character or a place as it was written into the form.</summary>
public sealed record LookDraft(string Name, string Description, CastKind Kind, IReadOnlyList<string> Aliases)
{
    /// <summary>What the form stood upon: what differs from it was written there, and the rest may be another window's by now. Null for somebody new.</summary>
    public LookDraft? Since { get; init; }

    /// <summary>Other names as they are by now, with what was changed of them in the form.</summary>
    public IReadOnlyList<string> AliasesUpon(IReadOnlyList<string> now)
    {
        var since = Since?.Aliases ?? [];
        return [.. Aliases.Where(a => !Has(since, a) || Has(now, a)), .. now.Where(a => !Has(since, a) && !Has(Aliases, a))];

        static bool Has(IReadOnlyList<string> names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Names that stand in one line, between commas.</summary>
    public static IReadOnlyList<string> Split(string line) => line.Split([',', ';', '、', '،'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
