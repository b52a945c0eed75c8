using System.Text.Json;
using StoryStudio.Core.Live;
using StoryStudio.Web.Api;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Live;

/// <summary>A committed change as event streams send it: written as JSON at most once, however many it goes to.</summary>
/// <param name="change">What was committed.</param>
/// <param name="place">Where it stands in its story's log; rises.</param>
internal sealed class StoryEvent(StoryChange change, long place = 0)
{
    private byte[]? _json;
    private byte[]? _guestJson;

    public StoryChange Change { get; } = change;

    public long Place { get; } = place;

    /// <summary>Whether it passes by without being a change of the story: it carries no number of the story's.</summary>
    public bool Passes => Change is WatchersChanged;

    /// <summary>The event's name on a story's stream; null for what streams do not tell.</summary>
    public string? Name => Change switch
    {
        ImageChanged => "image",
        RunChanged => "run",
        CommentChanged => "comment",
        ReviewChanged => "review",
        StoryEdited => "story",
        WatchersChanged => "watching",
        _ => null,
    };

    /// <summary>The whole state of what changed, in UTF-8. Two that ask at once may both write it; the bytes are the same.</summary>
    public ReadOnlyMemory<byte> Json => _json ??= Change switch
    {
        ImageChanged(var image) => Write(image),
        RunChanged(var run) => Write(run),
        CommentChanged(var comment) => Write(comment),
        ReviewChanged(var review) => Write(review),
        WatchersChanged changed => Write(changed.Watchers),
        StoryEdited edited => Write(new StoryEditedEvent(edited.StoryId, edited.Version)),
        _ => [],
    };

    /// <summary>The same as guests of the story are told it.</summary>
    public ReadOnlyMemory<byte> GuestJson => Change switch
    {
        ImageChanged(var image) => _guestJson ??= Write(image.ForGuests()),
        RunChanged(var run) => _guestJson ??= Write(run.ForGuests()),
        _ => Json,
    };

    private static byte[] Write<T>(T state) => JsonSerializer.SerializeToUtf8Bytes(state, StoryStudioJson.TypeInfo<T>());
}
