using System.Runtime.CompilerServices;
using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Security;

/// <summary>
/// What moves in a story, as its guests are told of it: how far it is and what there is to see. Who draws it, by what model, at what price,
/// and what went wrong with that, is the author's business.
/// </summary>
public static class GuestView
{
    private static readonly ConditionalWeakTable<StorySnapshot, StorySnapshot> Snapshots = [];

    /// <summary>Made once of each, however many ask.</summary>
    public static StorySnapshot ForGuests(this StorySnapshot snapshot) => Snapshots.GetValue(snapshot, static all => all with
    {
        Images = [.. all.Images.Select(ForGuests)],
        CharacterImages = [.. all.CharacterImages.Select(ForGuests)],
        Run = all.Run?.ForGuests(),
    });

    public static ImageState ForGuests(this ImageState image) => image with
    {
        Provider = null,
        Model = null,
        CostUsd = null,
        Stale = null,
        Lock = null,
        Error = image.Error is null ? null : new("not_drawn", image.IsActive() ? "It did not come out yet." : "This picture could not be drawn. The author knows why.", image.Error.Retryable),
    };

    public static RunState ForGuests(this RunState run) => run with
    {
        // A sentence of the engine's may say which key or which budget it waits for; where it draws, it says no more than that.
        Message = run switch
        {
            { Status: RunStatus.Paused } => "Paused",
            { Status: RunStatus.Running, Message: { } message } when message.StartsWith(Run.NotItsTurn, StringComparison.Ordinal) => Run.NotItsTurn,
            { Status: RunStatus.Running, Current: null } => "Drawing",
            { Status: RunStatus.Running, Current: { } number } when run.Message?.StartsWith('[') != true => $"Drawing {number}",
            { Status: RunStatus.Running, Message: { } message } => Beginning(message),
            { Status: RunStatus.Queued } => Run.NotBegun,
            _ => run.Message,
        },
        PauseReason = run.PauseReason is null ? null : PauseReason.Author,
        BudgetUsd = null,
        CostUsd = null,
    };

    private static string Beginning(string message) => message.IndexOf(". ", StringComparison.Ordinal) is > 0 and var end ? message[..end] : message;
}
