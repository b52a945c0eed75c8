using System.Collections.Concurrent;
using StoryStudio.Core.Generation;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Prompts;

/// <summary>Which pictures of one's own a story's cast has, which go along before any sheet. Read once after an edit of the story, for everybody who looks at what is sent.</summary>
internal static class SentCast
{
    private const int MostKept = 64;

    private static readonly ConcurrentDictionary<string, (long Edit, Lazy<Task<string>> Pictures)> Kept = new(StringComparer.Ordinal);

    /// <summary>Another text where anybody has another picture.</summary>
    public static async Task<string> PicturesAsync(IStoryView view, ICast cast)
    {
        var (storyId, edit) = (view.StoryId, view.EditVersion);
        if (!Kept.TryGetValue(storyId, out var known) || known.Edit != edit)
        {
            if (Kept.Count >= MostKept)
            {
                Kept.Clear();
            }

            Kept[storyId] = known = (edit, new(() => ReadAsync(cast, storyId)));
        }

        try
        {
            return await known.Pictures.Value;
        }
        catch
        {
            // Whoever asks next reads it.
            Kept.TryRemove(storyId, out _);
            throw;
        }
    }

    private static async Task<string> ReadAsync(ICast cast, string storyId) =>
        string.Join(' ', (await cast.GetAsync(storyId)).Select(member => $"{member.Id}:{member.Kind}:{member.PictureUrl}"));
}
