using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Components.Stories;

/// <summary>How far one style of a story is, whatever runs it took. A picture that is there counts, also while a better one is drawn.</summary>
public readonly record struct StyleCount(int Total, int Completed, int Failed, int Active)
{
    public static StyleCount Of(IEnumerable<ImageState?> images)
    {
        var count = default(StyleCount);
        foreach (var image in images)
        {
            count = new(
                count.Total + 1,
                count.Completed + (image is { Url: not null } ? 1 : 0),
                count.Failed + (image is { Url: null, Status: ImageStatus.Failed, NextAttemptAt: null } ? 1 : 0),
                count.Active + (image is { Url: null } && image.IsActive() ? 1 : 0));
        }

        return count;
    }

    /// <summary>0 to 100.</summary>
    public int Percent => Total == 0 ? 0 : 100 * Completed / Total;

    /// <summary>"9 of 12, 1 failed".</summary>
    public string Words => Failed == 0 ? $"{Completed} of {Total}" : $"{Completed} of {Total}, {Failed} failed";
}
