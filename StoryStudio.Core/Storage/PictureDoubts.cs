using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>
/// Which pictures one operation may have made to be from before a change. It follows from what is tracked as changed, whoever changed it,
/// so that no operation can forget it.
/// </summary>
internal sealed class PictureDoubts
{
    private readonly Dictionary<string, InStory> _stories = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, InStory> Stories => _stories;

    /// <summary>Every picture of a style.</summary>
    public void AddStyle(string storyId, string style) => Of(storyId).Styles.Add(style);

    /// <summary>Every picture of a segment.</summary>
    public void AddSegment(string storyId, string segmentId) => Of(storyId).Segments.Add(segmentId);

    public void AddImage(StoryImage image) => Of(image.StoryId).Images.Add(image.Id);

    /// <summary>Before the operation is saved: afterwards nothing is tracked as changed any more.</summary>
    public void AddTracked(StoryDbContext db, IReadOnlyList<EntityEntry> changed)
    {
        foreach (var entry in changed)
        {
            switch (entry.Entity)
            {
                case Segment segment when entry.State is EntityState.Modified && IsChanged(entry, nameof(Segment.Text), nameof(Segment.Prompt), nameof(Segment.Prompts), nameof(Segment.HardCut), nameof(Segment.Characters)):
                    Of(segment.StoryId).Segments.Add(segment.Id);
                    break;
                case Character character when entry.State is not EntityState.Added || character.Description.Length > 0:
                    Of(character.StoryId).Whole = true;
                    break;
                case CharacterPicture picture:
                    if (db.Characters.Where(c => c.Id == picture.CharacterId).Select(c => c.StoryId).SingleOrDefault() is { } storyId)
                    {
                        Of(storyId).Whole = true;
                    }

                    break;
                case StoryStyle style when entry.State is EntityState.Modified && IsChanged(entry, nameof(StoryStyle.Note)):
                    AddStyle(style.StoryId, style.Key);
                    break;
                case StoryImage image when entry.State is EntityState.Modified:
                    AddChosen(entry, image);
                    break;
            }
        }
    }

    private void AddChosen(EntityEntry entry, StoryImage image)
    {
        var before = entry.Property(nameof(StoryImage.ChosenVersion)).OriginalValue;
        if (Equals(before, image.ChosenVersion))
        {
            return;
        }

        // A first picture has gone along with nothing yet; a first sheet is one that could have.
        if (before is not null)
        {
            var doubts = Of(image.StoryId);
            doubts.Images.Add(image.Id);
            doubts.Sources.Add(image.Id);
        }

        if (image.IsSheet)
        {
            AddStyle(image.StoryId, image.Style);
        }
    }

    private static bool IsChanged(EntityEntry entry, params ReadOnlySpan<string> properties)
    {
        foreach (var property in properties)
        {
            if (entry.Property(property).IsModified)
            {
                return true;
            }
        }

        return false;
    }

    private InStory Of(string storyId)
    {
        if (!_stories.TryGetValue(storyId, out var doubts))
        {
            _stories[storyId] = doubts = new();
        }

        return doubts;
    }

    public sealed class InStory
    {
        public bool Whole { get; set; }

        public HashSet<string> Segments { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Images { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Styles { get; } = new(StringComparer.Ordinal);

        /// <summary>Images whose dependents are meant.</summary>
        public HashSet<string> Sources { get; } = new(StringComparer.Ordinal);
    }
}
