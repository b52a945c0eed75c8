using System.Runtime.CompilerServices;
using System.Text.Json;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Core.Reviews;
using StoryStudio.Web.Live;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Api;

/// <summary>The event streams of a story and of a run.</summary>
internal static class EventsApi
{
    /// <summary>Whoever comes before anything changed is sent the same bytes.</summary>
    private static readonly ConditionalWeakTable<StorySnapshot, byte[]> Snapshots = [];

    public static void Map(RouteGroupBuilder api)
    {
        var events = api.MapGroup("").WithTags("Events");

        events.MapGet("/stories/{storyId}/events", StoryAsync)
            .AdmitsGuests(StoryOf.StoryId).EndsItself().GoesOn()
            .WithName("StoryEvents")
            .WithSummary("Server-Sent Events without end: snapshot, then image, run, comment and review as they change, and story where its text was edited: it is to be read anew, and its images with it; closed where the viewer is let in no longer, and, where the address says ?alive, alive where nothing else came for a while. Last-Event-ID goes on where it broke off.")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream").ProducesProblems(404);
        events.MapGet("/runs/{runId}/events", RunAsync)
            .EndsItself().GoesOn()
            .WithName("RunEvents")
            .WithSummary("Server-Sent Events of a run: start, progress for each image, complete. Last-Event-ID goes on where it broke off; 204 where nothing is left.")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream").Produces(StatusCodes.Status204NoContent).ProducesProblems(404);
    }

    private static async Task StoryAsync(string storyId, HttpContext context, IIllustrator illustrator, IReviews reviews, StoryLogs logs, Audience audience, Presence presence, IStoryAccess access, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, PutOut(context));
        using var place = logs.Join(storyId);
        var isGuest = Admission.IsGuest(context);
        var snapshot = await illustrator.GetSnapshotAsync(storyId, context.RequestAborted);
        snapshot = isGuest ? snapshot.ForGuests() : snapshot;
        // A number that this story has not reached was not given by it.
        var seen = EventOrder.LastSeen(context.Request) is { } last && last <= snapshot.Version ? last : (long?)null;
        var order = new EventOrder(seen ?? snapshot.Version);

        // Comments and decisions stand in no snapshot: whoever begins reads them beside it, whoever comes back gets what was missed.
        // What was said after the snapshot waits in the log: sent now, its number would pass over what was drawn in between.
        IEnumerable<StoryChange> said = seen is { } since && since < snapshot.Version ? (await reviews.GetChangesAsync(storyId, since, context.RequestAborted)).Where(change => change.Version <= snapshot.Version) : [];

        // A page says that somebody sits before it: it is counted among those who look on, and told of the others.
        var watcher = context.Request.Query.ContainsKey("watching") ? await access.FindAsync(context, storyId) : null;

        // A script sees events and no comments: it asks for one, to know a silent line from a dead one.
        var tells = context.Request.Query.ContainsKey("alive");

        await UntilCancelledAsync(context, time, async opened =>
        {
            using var seat = audience.Enter(ViewerKind.EventStream);
            using var present = watcher is null ? null : presence.Enter(storyId, watcher);
            var stream = await opened(ending.Token);
            var open = seen is null
                ? await stream.WriteAsync("snapshot", snapshot.Version, Snapshots.GetValue(snapshot, Bytes), ending.Token)
                : await WriteAsync(stream, order.Newer(order.Sent, Everything(snapshot).Concat(said.Select(c => new StoryEvent(c)))));
            if (!open || !await stream.SendAsync(ending.Token))
            {
                return;
            }

            await foreach (var batch in place.ReadAsync(ending.Token))
            {
                if (batch.Count == 0)
                {
                    stream.WriteKeepAlive();
                    if (tells)
                    {
                        stream.WriteAlive(order.Sent);
                    }
                }

                if (!await WriteAsync(stream, order.Newer(snapshot.Version, batch)) || !await stream.SendAsync(ending.Token))
                {
                    return;
                }
            }
        });

        async ValueTask<bool> WriteAsync(EventStream stream, IEnumerable<(StoryEvent Event, long Id)> news)
        {
            foreach (var (item, id) in news)
            {
                if (item.Name is { } name && (watcher is not null || !item.Passes) && !await stream.WriteAsync(name, id, isGuest ? item.GuestJson : item.Json, ending.Token))
                {
                    return false;
                }
            }

            return true;
        }

        static IEnumerable<StoryEvent> Everything(StorySnapshot snapshot)
        {
            IEnumerable<StoryChange> images = snapshot.CharacterImages.Concat(snapshot.Images).Select(i => new ImageChanged(i));
            IEnumerable<StoryChange> rest = snapshot.Run is { } run ? [new RunChanged(run), Edited(snapshot)] : [Edited(snapshot)];
            return images.Concat(rest).Select(change => new StoryEvent(change));
        }

        static StoryEdited Edited(StorySnapshot snapshot) => new(snapshot.StoryId, snapshot.EditVersion);
    }

    private static async Task RunAsync(string runId, HttpContext context, IIllustrator illustrator, StoryLogs logs, Audience audience, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, PutOut(context));
        using var place = logs.Join((await illustrator.GetRunAsync(runId, context.RequestAborted)).Run.StoryId);
        var (run, images) = await illustrator.GetRunAsync(runId, context.RequestAborted);
        var members = images.Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
        var total = run.Total;
        var newest = images.Select(i => i.Version).Append(run.Version).Max();
        var oldest = images.Select(i => i.Version).Append(run.Version).Min();
        var seen = EventOrder.LastSeen(context.Request) is { } last && last <= newest ? last : (long?)null;
        if (seen == newest && !run.IsActive())
        {
            // The client has everything, the end included; this is what keeps an EventSource from coming back for ever.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var order = new EventOrder(seen ?? oldest - 1);
        await UntilCancelledAsync(context, time, async opened =>
        {
            using var seat = audience.Enter(ViewerKind.EventStream);
            var stream = await opened(ending.Token);
            if (seen is null && !await stream.WriteAsync("start", oldest - 1, Bytes(run), ending.Token))
            {
                return;
            }

            // While the end itself has not been sent, no id may say that it has.
            var final = run.IsActive() ? null : run;
            var open = await WriteAsync(stream, order.Newer(order.Sent, images.Select(i => new StoryEvent(new ImageChanged(i)))), final);
            if (!open || !await stream.SendAsync(ending.Token) || final is not null)
            {
                return;
            }

            await foreach (var batch in place.ReadAsync(ending.Token))
            {
                if (batch.Count == 0)
                {
                    stream.WriteKeepAlive();
                }

                if (batch.Select(e => e.Change).OfType<RunChanged>().Select(c => c.Run).LastOrDefault(r => r.Id == runId && r.Version > run.Version) is { } changed)
                {
                    final = changed.IsActive() ? null : changed;
                    if (changed.Total > total)
                    {
                        // An image that goes again joins the run that is active; its change came with the run's.
                        total = changed.Total;
                        members.UnionWith((await illustrator.GetRunAsync(runId, ending.Token)).Images.Select(i => i.Id));
                    }
                }

                var news = order.Newer(newest, batch.Where(e => e.Change is ImageChanged { Image.Id: var id } && members.Contains(id)));
                if (!await WriteAsync(stream, news, final) || !await stream.SendAsync(ending.Token) || final is not null)
                {
                    return;
                }
            }
        });

        async ValueTask<bool> WriteAsync(EventStream stream, IEnumerable<(StoryEvent Event, long Id)> progress, RunState? final)
        {
            foreach (var (item, id) in progress)
            {
                if (!await stream.WriteAsync("progress", final is null ? id : Math.Min(id, final.Version - 1), item.Json, ending.Token))
                {
                    return false;
                }
            }

            return final is null || await stream.WriteAsync("complete", Math.Max(order.Sent, final.Version), Bytes(final), ending.Token);
        }
    }

    private static byte[] Bytes<T>(T state) => JsonSerializer.SerializeToUtf8Bytes(state, StoryStudioJson.TypeInfo<T>());

    private static CancellationToken PutOut(HttpContext context) => Admission.Of(context)?.Ended ?? default;

    /// <summary>A client that leaves, a server that stops and a story that is deleted are the ordinary ends of a stream.</summary>
    private static async Task UntilCancelledAsync(HttpContext context, TimeProvider time, Func<Func<CancellationToken, Task<EventStream>>, Task> serve)
    {
        EventStream? stream = null;
        try
        {
            await serve(async cancelled => stream = await EventStream.OpenAsync(context, cancelled));
        }
        catch (Exception end) when (end is OperationCanceledException or NotFoundException)
        {
            // Ends the response as it stands: whole events only.
        }

        if (stream is not null && PutOut(context).IsCancellationRequested)
        {
            await stream.CloseAsync(context, time);
        }
    }
}
