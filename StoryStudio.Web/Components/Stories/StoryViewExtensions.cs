using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Stories;

internal static class StoryViewExtensions
{
    /// <summary>After a command: with the hub away, nobody else would say what came of it before the next poll.</summary>
    public static Task RefreshIfPollingAsync(this IStoryView view) => view.Mode is FeedMode.Polling ? view.RefreshAsync() : Task.CompletedTask;

    /// <summary>Takes back that a picture is drawn again: whether the other one is there already or not, the version before is the one that is shown, and the image is done.</summary>
    /// <param name="illustrator">Whose pictures they are.</param>
    /// <param name="storyId">Of the story.</param>
    /// <param name="imageId">Of the image.</param>
    /// <param name="before">The version that was shown before.</param>
    public static async Task TakeBackAsync(this IIllustrator illustrator, string storyId, string imageId, int before)
    {
        var story = await illustrator.GetSnapshotAsync(storyId);
        if (story.Images.Concat(story.CharacterImages).FirstOrDefault(i => i.Id == imageId) is not { } image)
        {
            return;
        }

        // What is under way where another is shown by now is yet another that somebody asked for.
        if (image.ChosenVersion == before && image.IsActive())
        {
            try
            {
                await illustrator.CancelImageAsync(imageId);
            }
            catch (ConflictException e) when (e.Code == "image_not_active")
            {
                // It is there already.
            }
        }

        await illustrator.ChooseAsync(imageId, before);
    }
}
