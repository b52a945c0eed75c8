using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Api;

/// <summary>The event streams of a story and of a run.</summary>
internal static class EventsApi
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private static readonly JsonTypeInfo<ImageState> ImageShape = StoryStudioJson.TypeInfo<ImageState>();
    private static readonly JsonTypeInfo<RunState> RunShape = StoryStudioJson.TypeInfo<RunState>();
    private static readonly JsonTypeInfo<StoryEditedEvent> EditShape = StoryStudioJson.TypeInfo<StoryEditedEvent>();
    private static readonly JsonTypeInfo<StorySnapshot> SnapshotShape = StoryStudioJson.TypeInfo<StorySnapshot>();

    public static void Map(RouteGroupBuilder api)
    {
        var events = api.MapGroup("").WithTags("Events");

        events.MapGet("/stories/{storyId}/events", StoryAsync)
            .WithName("StoryEvents")
            .WithSummary("Server-Sent Events without end: snapshot, then image and run as they change, and story where its text was edited: it is to be read anew, and its images with it. Last-Event-ID goes on where it broke off.")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream").ProducesProblems(404);
        events.MapGet("/runs/{runId}/events", RunAsync)
            .WithName("RunEvents")
            .WithSummary("Server-Sent Events of a run: start, progress for each image, complete. Last-Event-ID goes on where it broke off; 204 where nothing is left.")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream").Produces(StatusCodes.Status204NoContent).ProducesProblems(404);
    }

    private static async Task StoryAsync(string storyId, HttpContext context, IIllustrator illustrator, StoryChanges changes, Audience audience, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        using var subscription = changes.Subscribe(storyId);
        var snapshot = await illustrator.GetSnapshotAsync(storyId, context.RequestAborted);
        StoryChange[] all = [.. snapshot.Images.Select(i => new ImageChanged(i)), .. snapshot.Run is { } run ? [new RunChanged(run)] : Array.Empty<StoryChange>(), new StoryEdited(storyId, snapshot.EditVersion)];
        // A number that this story has not reached was not given by it.
        var seen = EventOrder.LastSeen(context.Request) is { } last && last <= snapshot.Version ? last : (long?)null;
        var order = new EventOrder(seen ?? snapshot.Version, all);

        await UntilCancelledAsync(async () =>
        {
            using var seat = audience.Enter(ViewerKind.EventStream);
            using var stream = await EventStream.OpenAsync(context, ending.Token);
            if (seen is null)
            {
                stream.Write("snapshot", snapshot.Version, snapshot, SnapshotShape);
            }

            Write(stream, order.News(all));
            var open = await stream.SendAsync(ending.Token);
            await foreach (var batch in ReadAsync(open, subscription, stream, time, ending.Token))
            {
                Write(stream, order.News(batch));
                if (!await stream.SendAsync(ending.Token) || batch.Any(c => c is StoryRemoved))
                {
                    return;
                }
            }
        });

        static void Write(EventStream stream, IEnumerable<(StoryChange Change, long Id)> news)
        {
            foreach (var (change, id) in news)
            {
                if (change is ImageChanged { Image: var image })
                {
                    stream.Write("image", id, image, ImageShape);
                }
                else if (change is RunChanged { Run: var changed })
                {
                    stream.Write("run", id, changed, RunShape);
                }
                else if (change is StoryEdited edited)
                {
                    stream.Write("story", id, new StoryEditedEvent(edited.StoryId, edited.Version), EditShape);
                }
            }
        }
    }

    private static async Task RunAsync(string runId, HttpContext context, IIllustrator illustrator, StoryChanges changes, Audience audience, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        using var subscription = changes.Subscribe((await illustrator.GetRunAsync(runId, context.RequestAborted)).Run.StoryId);
        var (run, images) = await illustrator.GetRunAsync(runId, context.RequestAborted);
        var members = images.Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
        var total = run.Total;
        var all = images.Select(i => new ImageChanged(i)).ToList();
        var newest = all.Select(i => i.Version).Append(run.Version).Max();
        var oldest = all.Select(i => i.Version).Append(run.Version).Min();
        var seen = EventOrder.LastSeen(context.Request) is { } last && last <= newest ? last : (long?)null;
        if (seen == newest && !run.IsActive())
        {
            // The client has everything, the end included; this is what keeps an EventSource from coming back for ever.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var order = new EventOrder(seen ?? oldest - 1, all);
        await UntilCancelledAsync(async () =>
        {
            using var seat = audience.Enter(ViewerKind.EventStream);
            using var stream = await EventStream.OpenAsync(context, ending.Token);
            if (seen is null)
            {
                stream.Write("start", oldest - 1, run, RunShape);
            }

            // While the end itself has not been sent, no id may say that it has.
            var final = run.IsActive() ? null : run;
            Write(stream, all, final);
            var open = await stream.SendAsync(ending.Token);
            if (final is not null)
            {
                return;
            }

            await foreach (var batch in ReadAsync(open, subscription, stream, time, ending.Token))
            {
                if (batch.OfType<RunChanged>().Select(c => c.Run).FirstOrDefault(r => r.Id == runId && r.Version > run.Version) is { } changed)
                {
                    final = changed.IsActive() ? null : changed;
                    if (changed.Total > total)
                    {
                        // An image that goes again joins the run that is active; its change came with the run's.
                        total = changed.Total;
                        members.UnionWith((await illustrator.GetRunAsync(runId, ending.Token)).Images.Select(i => i.Id));
                    }
                }

                Write(stream, batch.OfType<ImageChanged>().Where(c => members.Contains(c.Image.Id)), final);
                if (!await stream.SendAsync(ending.Token) || final is not null || batch.Any(c => c is StoryRemoved))
                {
                    return;
                }
            }
        });

        void Write(EventStream stream, IEnumerable<ImageChanged> progress, RunState? final)
        {
            foreach (var (change, id) in order.News(progress))
            {
                stream.Write("progress", final is null ? id : Math.Min(id, final.Version - 1), ((ImageChanged)change).Image, ImageShape);
            }

            if (final is not null)
            {
                stream.Write("complete", Math.Max(order.Sent, final.Version), final, RunShape);
            }
        }
    }

    /// <summary>Changes as they come, with a sign of life in between, until the client or the story is gone.</summary>
    private static async IAsyncEnumerable<IReadOnlyList<StoryChange>> ReadAsync(
        bool open, StorySubscription subscription, EventStream stream, TimeProvider time, [EnumeratorCancellation] CancellationToken cancelled)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        using var timer = new PeriodicTimer(KeepAlive, time);
        await using var batches = subscription.ReadAllAsync(leaving.Token).GetAsyncEnumerator(leaving.Token);
        var next = batches.MoveNextAsync().AsTask();
        var tick = timer.WaitForNextTickAsync(leaving.Token).AsTask();
        try
        {
            while (open)
            {
                await Task.WhenAny(next, tick);
                if (next.IsCompleted)
                {
                    if (!await next)
                    {
                        yield break;
                    }

                    yield return batches.Current;
                    next = batches.MoveNextAsync().AsTask();
                }
                else
                {
                    await tick;
                    stream.WriteKeepAlive();
                    open = await stream.SendAsync(leaving.Token);
                    tick = timer.WaitForNextTickAsync(leaving.Token).AsTask();
                }
            }
        }
        finally
        {
            // An enumerator may only be disposed of while it rests.
            await leaving.CancelAsync();
            await Task.WhenAll((Task)next, tick).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A client that leaves, a server that stops and a story that is deleted are the ordinary ends of a stream.</summary>
    private static async Task UntilCancelledAsync(Func<Task> stream)
    {
        try
        {
            await stream();
        }
        catch (Exception end) when (end is OperationCanceledException or NotFoundException)
        {
            // Ends the response as it stands: whole events only.
        }
    }
}
