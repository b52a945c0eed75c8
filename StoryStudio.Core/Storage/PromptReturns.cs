using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>Takes back what was changed of prompts in one go, or does it again, by what their past says of it.</summary>
internal static class PromptReturns
{
    /// <param name="db">To be changed in.</param>
    /// <param name="storyId">The story.</param>
    /// <param name="together">As <see cref="PromptChange.Together"/>.</param>
    /// <param name="back">Whether it goes to what stood before; else to what stood after.</param>
    /// <param name="isSeen">
    /// Whether somebody looks at what is changed: where that is one alone, it goes from whatever it is by now. Of several, and of a step, nobody
    /// looks at each: one that was changed since stays.
    /// </param>
    public static async Task<PromptReturn> GoAsync(StoryDbContext db, string storyId, string together, bool back, bool isSeen = false)
    {
        var rows = await db.PromptChanges.AsNoTracking().Where(c => c.StoryId == storyId && c.Together == together).ToListAsync();
        var ids = rows.Select(r => r.SegmentId).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var ofStory = db.Segments.Where(s => s.StoryId == storyId);
        var segments = ids.Count == 0 ? [] : await (ids is [var only] ? ofStory.Where(s => s.Id == only) : ofStory).ToDictionaryAsync(s => s.Id, StringComparer.Ordinal);
        var (changed, touched) = (0, new HashSet<Segment>());

        // What holds for all styles first: where somebody has written other words for all since, a style that got its own with this change keeps them.
        var forAll = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var row in rows.OrderBy(r => r.Style is not null))
        {
            var (from, to) = back ? (row.After, row.Before) : (row.Before, row.After);
            if (row.SegmentId is not { } id)
            {
                changed += await SetNoteAsync(db, row, from, to, isSeen) ? 1 : 0;
                continue;
            }

            if (row.Style is not null && to is null && forAll.TryGetValue(id, out var isBack) && !isBack)
            {
                continue;
            }

            var isSet = segments.TryGetValue(id, out var segment) && Set(segment, row.Style, from, to, anyway: isSeen && rows.Count == 1);
            if (isSet)
            {
                changed++;
                touched.Add(segment!);
            }

            if (row.Style is null)
            {
                forAll[id] = isSet;
            }
        }

        if (rows.Count > 0 && rows[0].For is { } reset)
        {
            await KeepForOthersAsync(db, storyId, reset, rows, back, touched);
        }

        return new(changed, [.. touched.OrderBy(s => s.Ordinal)], rows.Count == 0 ? null : rows[0].For);
    }

    /// <summary>What held for all and went for the sake of one style stays with those that came to the story since.</summary>
    private static async Task KeepForOthersAsync(StoryDbContext db, string storyId, string reset, List<PromptChange> rows, bool back, HashSet<Segment> touched)
    {
        var styles = await db.StoryStyles.Where(s => s.StoryId == storyId && s.Key != reset).Select(s => s.Key).ToListAsync();
        foreach (var row in rows.Where(r => r.Style is null && (back ? r.Before : r.After) is null))
        {
            var words = back ? row.After : row.Before;
            if (words is null || touched.FirstOrDefault(s => s.Id == row.SegmentId) is not { Prompt: null } segment)
            {
                continue;
            }

            var told = rows.Where(r => r.SegmentId == row.SegmentId).Select(r => r.Style).ToList();
            foreach (var style in styles.Where(s => !told.Contains(s, StringComparer.Ordinal) && !segment.Prompts.ContainsKey(s)))
            {
                PromptRules.Set(segment, segment.Prompt, new(segment.Prompts, StringComparer.Ordinal) { [style] = words });
            }
        }
    }

    /// <summary>A style that has left the story has no words to put back.</summary>
    private static async Task<bool> SetNoteAsync(StoryDbContext db, PromptChange row, string? from, string? to, bool anyway)
    {
        if (await db.StoryStyles.SingleOrDefaultAsync(s => s.StoryId == row.StoryId && s.Key == row.Style) is not { } style || style.Note == to || (!anyway && style.Note != from))
        {
            return false;
        }

        style.Note = to;
        return true;
    }

    private static bool Set(Segment segment, string? style, string? from, string? to, bool anyway)
    {
        if (!anyway && from != (style is null ? segment.Prompt : segment.Prompts.GetValueOrDefault(style)))
        {
            return false;
        }

        if (style is null)
        {
            return PromptRules.Set(segment, to, segment.Prompts);
        }

        var prompts = new Dictionary<string, string>(segment.Prompts, StringComparer.Ordinal);
        if (to is null)
        {
            prompts.Remove(style);
        }
        else
        {
            prompts[style] = to;
        }

        return PromptRules.Set(segment, segment.Prompt, prompts);
    }
}

/// <param name="Changed">How many prompts became others.</param>
/// <param name="Segments">Whose, in the order of the story; none where it is what the story adds to a style.</param>
/// <param name="For">As <see cref="PromptChange.For"/>.</param>
internal sealed record PromptReturn(int Changed, IReadOnlyList<Segment> Segments, string? For);
