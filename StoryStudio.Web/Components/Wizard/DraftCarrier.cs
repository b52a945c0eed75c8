namespace StoryStudio.Web.Components.Wizard;

/// <summary>Carries a text from the empty library to the page that goes on with it, within one window.</summary>
public sealed class DraftCarrier
{
    private WrittenStory? _story;

    public void Put(WrittenStory story) => _story = story;

    /// <summary>Null where nothing was put, or it was taken before.</summary>
    public WrittenStory? Take() => Interlocked.Exchange(ref _story, null);
}
