using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Components.Wizard;

/// <summary>By which names the pages of a draft know who is in it.</summary>
public static class DraftNames
{
    /// <summary>
    /// Whether a name that a member had before is on pages on which none of those is that they have by now, and nobody else goes by it. Not where
    /// they have no name for the moment, or as many others as anybody may have.
    /// </summary>
    public static bool IsMissed(StoryDraft draft, IReadOnlyList<DraftMember> cast, int index, string former)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(cast);
        var member = cast[index];
        List<string> own = [.. NamesOf(member)];
        List<string> others = [.. cast.Where((_, i) => i != index).SelectMany(NamesOf)];
        if (string.IsNullOrWhiteSpace(member.Name) || member.Aliases.Count >= Character.MaxAliases || Has(own, former) || Has(others, former))
        {
            return false;
        }

        return draft.Segments.Any(page => page.Characters is { } listed ? Has(listed, former) && !own.Exists(name => Has(listed, name)) : Names(page.Text, [former]) && !Names(page.Text, own));

        // What is a part of a longer name is nobody's own.
        bool Names(string text, List<string> wanted) => CharacterFinder.In(text, [.. wanted, .. own, .. others]).Any(found => Has(wanted, found));
    }

    /// <summary>The cast once a member has got a name, which is theirs alone: another one has it only for having been called so before.</summary>
    /// <param name="cast">As it is.</param>
    /// <param name="index">Who has got it.</param>
    /// <param name="also">Another name that they keep; null where there is none.</param>
    public static IReadOnlyList<DraftMember> Named(IReadOnlyList<DraftMember> cast, int index, string? also)
    {
        ArgumentNullException.ThrowIfNull(cast);
        var name = cast[index].Name.Trim();
        return [.. cast.Select((m, i) => m with { Aliases = [.. m.Aliases.Where(a => !Has([name], a.Trim())), .. i == index && also is not null ? [also] : Array.Empty<string>()] })];
    }

    /// <summary>
    /// The pages with whom they name called as in the cast. Whoever was taken out of it is named on no page; a page that names nobody else has its
    /// people found in its words.
    /// </summary>
    public static IReadOnlyList<NewSegment> Cast(IReadOnlyList<NewSegment> segments, IReadOnlyList<DraftMember> cast)
    {
        ArgumentNullException.ThrowIfNull(segments);
        ArgumentNullException.ThrowIfNull(cast);
        var first = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, member) in cast.Select(m => (m.Name.Trim(), m)).Concat(cast.SelectMany(m => m.Aliases.Select(a => (a.Trim(), m)))))
        {
            first.TryAdd(name, member.Name);
        }

        return
        [
            .. segments.Select(s => s.Characters is null ? s : s with
            {
                Characters = s.Characters.Select(name => first.GetValueOrDefault(name.Trim())).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).ToList() is { Count: > 0 } left ? left : null,
            }),
        ];
    }

    /// <summary>Who of the cast is on a page.</summary>
    public static IReadOnlyList<CharacterLook> On(SegmentDraft page, IReadOnlyList<DraftMember> cast)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(cast);
        var told = CharacterFinder.In(page.Text, cast.SelectMany(NamesOf));
        return
        [
            .. cast.Where(m => !string.IsNullOrWhiteSpace(m.Name) && NamesOf(m).Any(name => Has(m.Kind is CastKind.Character && page.Characters is { } listed ? listed : told, name)))
                .Select(m => new CharacterLook(m.Name.Trim(), m.Description) { Kind = m.Kind, Aliases = m.Aliases }),
        ];
    }

    private static IEnumerable<string> NamesOf(DraftMember member) => member.Aliases.Prepend(member.Name).Select(n => n.Trim());

    private static bool Has(IEnumerable<string> names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
