using System.Text.Json;

namespace StoryStudio.Web.Components.Wizard;

/// <summary>One draft in two windows: what each of them did since both knew the same is kept.</summary>
public static class DraftMerge
{
    /// <summary>
    /// Where both changed the same thing it is as in this window, and whoever was changed in one and removed in the other stays. Joints are one
    /// thing: those of one window do not fit the pages of the other.
    /// </summary>
    /// <param name="since">As both knew it.</param>
    /// <param name="mine">As it is in this window.</param>
    /// <param name="theirs">As another window kept it.</param>
    public static DraftWork Merge(DraftWork since, DraftWork mine, DraftWork theirs)
    {
        var pages = HasSamePages(mine, since) ? theirs : mine;
        return new(
            pages.Edits,
            IsSame(mine.Cast, since.Cast) ? theirs.Cast : Cast(since.Cast, mine.Cast, theirs.Cast),
            Names(since.Dismissed, mine.Dismissed, theirs.Dismissed),
            IsSame(mine.Styles, since.Styles) ? theirs.Styles : mine.Styles,
            pages.Pages,
            pages.Of,
            mine.Settled == since.Settled ? theirs.Settled : mine.Settled);
    }

    /// <summary>
    /// Who a file names, and who was accepted before it came: neither goes for the other. Whoever is in both is as they were accepted,
    /// with what the file alone says of them.
    /// </summary>
    public static IReadOnlyList<DraftMember> WithAccepted(IReadOnlyList<DraftMember> named, IReadOnlyList<DraftMember> accepted)
    {
        static bool IsNamed(DraftMember member, DraftMember other) => member.Name.Length > 0 && string.Equals(member.Name.Trim(), other.Name.Trim(), StringComparison.OrdinalIgnoreCase);

        return
        [
            .. named.Select(member => accepted.FirstOrDefault(a => IsNamed(a, member)) is not { } known ? member : known with
            {
                Aliases = [.. known.Aliases.Union(member.Aliases, StringComparer.OrdinalIgnoreCase)],
                Description = string.IsNullOrWhiteSpace(known.Description) ? member.Description : known.Description,
            }),
            .. accepted.Where(a => !named.Any(member => IsNamed(a, member))),
        ];
    }

    /// <summary>Whether both make the same pages of a text.</summary>
    public static bool HasSamePages(DraftWork one, DraftWork other) => IsSame(PagesOf(one), PagesOf(other));

    private static (IReadOnlyList<DraftEdit> Edits, IReadOnlyList<DraftPage>? Pages, string? Of) PagesOf(DraftWork work) => (work.Edits, work.Pages, work.Of);

    private static List<DraftMember> Cast(IReadOnlyList<DraftMember> since, IReadOnlyList<DraftMember> mine, IReadOnlyList<DraftMember> theirs)
    {
        // Whoever is new and has no name yet is nobody else.
        static DraftMember? Find(IReadOnlyList<DraftMember> cast, DraftMember member) => member.Name.Length == 0 ? null : cast.FirstOrDefault(m => m.Name == member.Name);

        List<DraftMember> merged = [];
        foreach (var member in mine)
        {
            if (!IsSame(Find(since, member), member))
            {
                merged.Add(member);
            }
            else if (Find(theirs, member) is { } other)
            {
                merged.Add(other);
            }
        }

        merged.AddRange(theirs.Where(m => Find(mine, m) is null && !IsSame(Find(since, m), m) && !merged.Exists(known => IsSame(known, m))));
        return merged;
    }

    private static List<string> Names(IReadOnlyList<string> since, IReadOnlyList<string> mine, IReadOnlyList<string> theirs) =>
        [.. mine.Union(theirs, StringComparer.Ordinal).Where(name => (mine.Contains(name, StringComparer.Ordinal) && theirs.Contains(name, StringComparer.Ordinal)) || !since.Contains(name, StringComparer.Ordinal))];

    // Members hold lists, which records compare by what they are and not by what is in them.
    private static bool IsSame<T>(T one, T other) => JsonSerializer.Serialize(one, Whole) == JsonSerializer.Serialize(other, Whole);

    private static readonly JsonSerializerOptions Whole = new() { IncludeFields = true };
}
