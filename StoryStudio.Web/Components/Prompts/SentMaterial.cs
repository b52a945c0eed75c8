using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Prompts;

/// <summary>
/// Which of a story's drawn pictures go along with those of one style: its first, and the sheets of the cast. Summed up once after a change of
/// any image, for all that a page shows.
/// </summary>
internal sealed class SentMaterial
{
    private static readonly ConditionalWeakTable<IStoryView, ConcurrentDictionary<string, SentMaterial>> Kept = [];

    private readonly long _revision;
    private readonly HashSet<string> _shown = new(StringComparer.Ordinal);

    private SentMaterial(IStoryView view, string style, long revision)
    {
        _revision = revision;
        var sheets = new SortedSet<string>(StringComparer.Ordinal);
        var firsts = new SortedDictionary<string, (SegmentNumber Number, string Picture)>(StringComparer.Ordinal);
        foreach (var image in view.Images)
        {
            if (image.Style != style || image.ChosenVersion is not { } version)
            {
                continue;
            }

            var picture = $"{image.Id}:{version}";
            _shown.Add(image.Url ?? "");
            if (image.Type is ImageType.Character)
            {
                sheets.Add(picture);
            }
            else if (SegmentNumber.TryParse(image.Number, out var number) && (!firsts.TryGetValue(image.MediaType ?? "", out var first) || number < first.Number))
            {
                // Not every service takes every format along: the first of each is the style's first for one or another.
                firsts[image.MediaType ?? ""] = (number, picture);
            }
        }

        Pictures = string.Join(' ', sheets.Concat(firsts.Values.Select(f => f.Picture)));
    }

    /// <summary>Another text where another picture goes along.</summary>
    public string Pictures { get; }

    public static SentMaterial Of(IStoryView view, string style)
    {
        // Read before the images are: what changes meanwhile is summed up anew.
        var revision = view.Revision;
        var styles = Kept.GetValue(view, static _ => new(StringComparer.Ordinal));
        return styles.TryGetValue(style, out var kept) && kept._revision == revision ? kept : styles[style] = new(view, style, revision);
    }

    /// <summary>Whether the picture at an address is one that is shown.</summary>
    public bool Shows(string? url) => url is not null && _shown.Contains(url);
}
