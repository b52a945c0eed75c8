using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using StoryStudio.Core.Access;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Chat;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Generation;

/// <inheritdoc cref="IPromptWriter"/>
public sealed partial class PromptWriter(IChatModel chat, IPromptBook book, IStoryLibrary library, TimeProvider time, ILogger<PromptWriter> logger) : IPromptWriter, IAsyncDisposable
{
    private const int AtOneTime = 3;
    private const int MostTries = 3;
    private const int MaxWishLength = 1_000;
    private const int MostKept = 100;

    private static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Job> _jobs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Action> _handlers = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ending = new();

    public bool IsConfigured => chat.IsConfigured;

    public async Task<PromptWork> StartAsync(Actor actor, string storyId, PromptOrder order, CancellationToken cancellationToken = default)
    {
        RequireAuthor(actor);
        ArgumentNullException.ThrowIfNull(order);
        if (!chat.IsConfigured)
        {
            throw new ConflictException("chat_not_configured", "No chat model is set. Name one in StoryStudio:Chat:Model.");
        }

        if (order.Wish?.Length > MaxWishLength)
        {
            throw new InvalidInputException("wish", $"At most {MaxWishLength} characters, but this has {order.Wish.Length}.");
        }

        var prompts = await book.GetAsync(storyId, order.Style, cancellationToken);
        var story = await library.GetAsync(storyId, cancellationToken);
        var lines = Wanted(prompts.Items, order.Segments);
        var job = new Job(storyId, order.Style, lines, CancellationTokenSource.CreateLinkedTokenSource(_ending.Token));
        lock (_gate)
        {
            if (_jobs.TryGetValue(storyId, out var present) && present.State().Status is PromptWorkStatus.Writing)
            {
                throw new ConflictException("prompts_active", "Prompts are being written for this story already.");
            }

            if (present is not null && story.Styles.Any(s => s.Key == present.Style)
                && present.State().Proposals.Any(p => p.After is not null && story.Segments.Any(s => s.Id == p.SegmentId) && (present.Style != order.Style || lines.TrueForAll(l => l.SegmentId != p.SegmentId))))
            {
                // A new piece of work takes the place of the one before, with all that nobody has looked at yet.
                throw new ConflictException("proposals_waiting", "Other proposals wait for your word, and would be lost. Accept or leave them first.");
            }

            if (_jobs.Count >= MostKept)
            {
                foreach (var (id, done) in _jobs.Where(j => j.Value.State().Status is not PromptWorkStatus.Writing).Take(MostKept / 2))
                {
                    _jobs.TryRemove(new(id, done));
                }
            }

            _jobs[storyId] = job;
        }

        job.Work = Task.Run(() => WriteAsync(job, story, order), CancellationToken.None);
        Changed(storyId);
        return job.State();
    }

    public PromptWork? Find(string storyId) => _jobs.GetValueOrDefault(storyId)?.State();

    public void Stop(Actor actor, string storyId)
    {
        RequireAuthor(actor);
        if (_jobs.TryGetValue(storyId, out var job))
        {
            job.Stop();
            Changed(storyId);
        }
    }

    public async Task<int> AcceptAsync(Actor actor, string storyId, IReadOnlyList<string>? segmentIds, CancellationToken cancellationToken = default)
    {
        RequireAuthor(actor);
        if (!_jobs.TryGetValue(storyId, out var job))
        {
            return 0;
        }

        var accepted = job.State().Proposals.Where(p => p.After is not null && (segmentIds is null || segmentIds.Contains(p.SegmentId, StringComparer.Ordinal))).ToList();
        if (accepted.Count == 0)
        {
            return 0;
        }

        var changed = await book.SetAsync(actor, storyId, job.Style, accepted.ConvertAll(p => new NewPrompt(p.SegmentId, p.Before, p.After!)), cancellationToken);
        var now = (await book.GetAsync(storyId, job.Style, cancellationToken)).Items.ToDictionary(l => l.SegmentId, l => l.Scene, StringComparer.Ordinal);
        job.Settle(accepted, now);
        Changed(storyId);
        return changed;
    }

    public void Dismiss(Actor actor, string storyId, IReadOnlyList<string>? segmentIds)
    {
        RequireAuthor(actor);
        if (!_jobs.TryGetValue(storyId, out var job))
        {
            return;
        }

        job.Drop(segmentIds ?? [.. job.State().Proposals.Select(p => p.SegmentId)]);
        if (segmentIds is null && job.State().Status is not PromptWorkStatus.Writing)
        {
            _jobs.TryRemove(new(storyId, job));
        }

        Changed(storyId);
    }

    public IDisposable OnChanged(string storyId, Action handler)
    {
        _handlers.AddOrUpdate(storyId, handler, (_, present) => present + handler);
        return new Listener(this, storyId, handler);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_jobs.Values.Select(j => j.Work));
        _ending.Dispose();
    }

    private static List<PromptLine> Wanted(IReadOnlyList<PromptLine> lines, IReadOnlyList<string>? numbers)
    {
        if (numbers is null)
        {
            return [.. lines];
        }

        var unknown = numbers.Select((number, i) => (number, i)).Where(n => !lines.Any(l => l.Number == n.number)).ToDictionary(
            n => $"segments[{n.i}]", n => new[] { $"The story has no segment {FieldErrors.Quote(n.number)}." }, StringComparer.Ordinal);
        return unknown.Count == 0 ? [.. lines.Where(l => numbers.Contains(l.Number, StringComparer.Ordinal))] : throw new InvalidInputException(unknown);
    }

    private static void RequireAuthor(Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(StoryRole.Author);
    }

    private async Task WriteAsync(Job job, StoryDetails story, PromptOrder order)
    {
        try
        {
            await Parallel.ForEachAsync(job.Lines, new ParallelOptions { MaxDegreeOfParallelism = AtOneTime, CancellationToken = job.Stopped }, async (line, stopped) =>
            {
                var outcome = await AskAsync(job, story, line, order, stopped);
                job.Add(outcome);
                Changed(job.StoryId);
            });
            job.End(PromptWorkStatus.Written);
        }
        catch (OperationCanceledException) when (job.Stopped.IsCancellationRequested)
        {
            job.End(PromptWorkStatus.Stopped);
        }
        catch (Exception failure)
        {
            LogFailed(failure, job.StoryId);
            job.Fail("Something went wrong. Try again.");
            job.End(PromptWorkStatus.Failed);
        }

        Changed(job.StoryId);
    }

    private async Task<PromptProposal> AskAsync(Job job, StoryDetails story, PromptLine line, PromptOrder order, CancellationToken stopped)
    {
        for (var tries = 1; ; tries++)
        {
            switch (await chat.AskAsync(PromptWords.Instructions(order.Improve), PromptWords.Question(story, line, order), stopped))
            {
                case ChatAnswer answer when PromptWords.Clean(answer.Text) is { } prompt:
                    job.Say(null);
                    return new(line.SegmentId, line.Number, line.Scene, prompt, null);
                case ChatAnswer:
                    return new(line.SegmentId, line.Number, line.Scene, null, "What came back is no prompt.");
                case ChatFailure { Kind: FailureKind.BadKey or FailureKind.OutOfCredit or FailureKind.QuotaExhausted or FailureKind.NoAccess or FailureKind.ModelUnavailable or FailureKind.InvalidRequest } failure:
                    // It is so for every one of them: nothing more is asked.
                    job.Fail(failure.Message);
                    throw new OperationCanceledException(stopped);
                case ChatFailure { Kind: FailureKind.RateLimited or FailureKind.Transient } failure when tries < MostTries && (failure.RetryAfter ?? UsualWait) <= LongestWait:
                    job.Say(failure.Message);
                    Changed(job.StoryId);
                    await Task.Delay(failure.RetryAfter ?? UsualWait, time, stopped);
                    break;
                case ChatFailure { Kind: FailureKind.RateLimited } failure:
                    job.Fail(failure.Message);
                    throw new OperationCanceledException(stopped);
                case ChatFailure failure:
                    return new(line.SegmentId, line.Number, line.Scene, null, failure.Message);
            }
        }
    }

    private void Changed(string storyId) => _handlers.GetValueOrDefault(storyId)?.Invoke();

    private sealed class Listener(PromptWriter writer, string storyId, Action handler) : IDisposable
    {
        public void Dispose()
        {
            while (writer._handlers.TryGetValue(storyId, out var present))
            {
                // The last one to go takes the entry along.
                if (present - handler is { } left ? writer._handlers.TryUpdate(storyId, left, present) : writer._handlers.TryRemove(new(storyId, present)))
                {
                    return;
                }
            }
        }
    }

    private sealed class Job(string storyId, string style, List<PromptLine> lines, CancellationTokenSource stop)
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, PromptProposal> _proposals = new(StringComparer.Ordinal);
        private PromptWorkStatus _status = PromptWorkStatus.Writing;
        private bool _failed;
        private int _done;
        private string? _message;

        public string StoryId => storyId;

        public string Style => style;

        public IReadOnlyList<PromptLine> Lines => lines;

        public CancellationToken Stopped { get; } = stop.Token;

        public Task Work { get; set; } = Task.CompletedTask;

        public PromptWork State()
        {
            lock (_lock)
            {
                return new(storyId, style, _status, lines.Count, _done, _message, [.. lines.Where(l => _proposals.ContainsKey(l.SegmentId)).Select(l => _proposals[l.SegmentId])]);
            }
        }

        public void Add(PromptProposal proposal)
        {
            lock (_lock)
            {
                _done++;

                // What would change nothing waits for nobody's word.
                if (proposal.After != proposal.Before)
                {
                    _proposals[proposal.SegmentId] = proposal;
                }
            }
        }

        public void Drop(IEnumerable<string> segmentIds)
        {
            lock (_lock)
            {
                foreach (var id in segmentIds)
                {
                    _proposals.Remove(id);
                }
            }
        }

        /// <summary>What holds by now, or has lost its segment, waits no longer; the others wait for a word about what the prompt has become.</summary>
        public void Settle(IEnumerable<PromptProposal> accepted, Dictionary<string, string> now)
        {
            lock (_lock)
            {
                foreach (var proposal in accepted.Where(p => _proposals.GetValueOrDefault(p.SegmentId) == p))
                {
                    if (now.TryGetValue(proposal.SegmentId, out var scene) && scene != proposal.After)
                    {
                        _proposals[proposal.SegmentId] = proposal with { Before = scene };
                    }
                    else
                    {
                        _proposals.Remove(proposal.SegmentId);
                    }
                }
            }
        }

        public void Say(string? message)
        {
            lock (_lock)
            {
                _message = _failed ? _message : message;
            }
        }

        public void Fail(string message)
        {
            lock (_lock)
            {
                (_message, _failed) = (_failed ? _message : message, true);
            }

            stop.Cancel();
        }

        public void Stop()
        {
            lock (_lock)
            {
                if (_status is not PromptWorkStatus.Writing)
                {
                    return;
                }
            }

            stop.Cancel();
        }

        public void End(PromptWorkStatus status)
        {
            lock (_lock)
            {
                _status = _failed ? PromptWorkStatus.Failed : status;
                _message = _failed ? _message : null;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Prompts of story {StoryId} could not be written.")]
    private partial void LogFailed(Exception failure, string storyId);
}
