using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>What prompts have in common that are changed in one go.</summary>
/// <param name="Together">As <see cref="PromptChange.Together"/>.</param>
/// <param name="For">As <see cref="PromptChange.For"/>.</param>
internal sealed record PromptDeed(string Together, string? For);

/// <summary>Writes down every prompt that an operation changes, whoever changes it: it follows from what is tracked as changed.</summary>
internal static class PromptPast
{
    public static void Keep(StoryDbContext db, IReadOnlyList<EntityEntry> changed, string by, DateTimeOffset now, PromptDeed? deed)
    {
        var together = deed?.Together;
        foreach (var entry in changed.Where(e => e.State is EntityState.Modified))
        {
            if (entry.Entity is Segment segment)
            {
                AddOf(entry, segment);
            }
            else if (entry.Entity is StoryStyle style && entry.Property(nameof(StoryStyle.Note)) is { IsModified: true } note)
            {
                Add(style.StoryId, null, style.Key, (string?)note.OriginalValue, style.Note);
            }
        }

        void AddOf(EntityEntry entry, Segment segment)
        {
            if (entry.Property(nameof(Segment.Prompt)) is { IsModified: true } prompt)
            {
                Add(segment.StoryId, segment.Id, null, (string?)prompt.OriginalValue, segment.Prompt);
            }

            if (entry.Property(nameof(Segment.Prompts)) is not { IsModified: true, OriginalValue: Dictionary<string, string> before })
            {
                return;
            }

            foreach (var key in before.Keys.Union(segment.Prompts.Keys, StringComparer.Ordinal))
            {
                Add(segment.StoryId, segment.Id, key, before.GetValueOrDefault(key), segment.Prompts.GetValueOrDefault(key));
            }
        }

        void Add(string storyId, string? segmentId, string? style, string? before, string? after)
        {
            if (before == after)
            {
                return;
            }

            together ??= Ids.New(now);
            db.Set<PromptChange>().Add(new()
            {
                Id = Ids.New(now),
                StoryId = storyId,
                SegmentId = segmentId,
                Style = style,
                Before = before,
                After = after,
                By = by,
                At = now,
                Together = together,
                For = deed?.For,
            });
        }
    }
}
