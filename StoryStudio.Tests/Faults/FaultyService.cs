using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using StoryStudio.Tests.Fakes;

namespace StoryStudio.Tests.Faults;

/// <summary>
/// The scripted server with a plan: which call for which segment fails how. What nothing is planned for gets a picture. It keeps the
/// books that a service keeps: which idempotency keys it was paid for, and how many calls it was given at one time.
/// </summary>
internal sealed partial class FaultyService : IAsyncDisposable
{
    // A caller that has left is noticed a moment later; who is over the limit even then was never gone.
    private static readonly TimeSpan NoticeOfLeaving = TimeSpan.FromSeconds(2);
    private static readonly Task Never = new TaskCompletionSource().Task;

    private readonly ScriptedImageServer _server;
    private readonly Dialect _dialect;
    private readonly TimeProvider _callersClock;
    private readonly int _limit;
    private readonly ConcurrentDictionary<int, int> _callsBySegment = new();
    private readonly ConcurrentDictionary<int, IReadOnlyList<ProviderFault>> _plan = new();
    private readonly ConcurrentDictionary<(int Segment, string Key), bool> _keys = new();
    private readonly ConcurrentDictionary<object, CancellationToken> _present = new();
    private readonly ConcurrentDictionary<Held, bool> _held = new();
    private readonly ConcurrentDictionary<string, int> _paid = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<Task<int>> _suspicions = [];
    private TaskCompletionSource _frozen = Released();
    private int _life;
    private bool _isGone;

    private FaultyService(ScriptedImageServer server, Dialect dialect, TimeProvider callersClock, int limit)
    {
        (_server, _dialect, _callersClock, _limit) = (server, dialect, callersClock, limit);
        server.Choose = Choose;
    }

    public string Endpoint => _server.Endpoint;

    public string GeminiEndpoint => _server.GeminiEndpoint;

    /// <summary>Calls so far.</summary>
    public int Total => _server.Total;

    /// <summary>Told of every call before it is answered.</summary>
    public Action<int>? Called { get; set; }

    /// <summary>Asked in the midst of every body that is sent, and awaited before the rest of it.</summary>
    public Func<int, Task>? Halfway { get; set; }

    /// <summary>Told when a picture has been handed over.</summary>
    public Action<int>? Answered { get; set; }

    /// <summary>Keys of the calls that were answered with a sound picture, and how often.</summary>
    public IReadOnlyDictionary<string, int> Paid => _paid;

    /// <param name="callersClock">For answers that name a time.</param>
    /// <param name="limit">Calls that there may be at one time.</param>
    /// <param name="dialect">What it speaks; null for OpenAI's without streams.</param>
    public static async Task<FaultyService> StartAsync(TimeProvider callersClock, int limit, Dialect? dialect = null) => new(await ScriptedImageServer.StartAsync(), dialect ?? Dialect.OpenAI, callersClock, limit);

    /// <summary>The calls for a segment, from 1, fail so, one after another; later ones get a picture.</summary>
    public void Plan(int segment, params IReadOnlyList<ProviderFault> faults) => _plan[segment] = faults;

    public int CallsFor(int segment) => _callsBySegment.GetValueOrDefault(segment);

    /// <summary>How many idempotency keys the calls for a segment came with, which is how often it may be charged.</summary>
    public int KeysFor(int segment) => _keys.Keys.Count(k => k.Segment == segment);

    /// <summary>
    /// Whether the call is kept waiting until its caller has had enough. An earlier one by the same key, whose caller's leaving is not noticed yet, is
    /// another; and so is one that is let go and has not moved yet.
    /// </summary>
    /// <param name="attempt">What its key begins with.</param>
    /// <param name="since">When it was begun, by the caller's clock.</param>
    public bool Holds(string attempt, DateTimeOffset since) =>
        _held.Keys.Any(h => h.Life == _life && h.At >= since && !h.Until.IsCompleted && h.Key.StartsWith(attempt, StringComparison.Ordinal));

    /// <summary>The caller ends and another one comes in its place: nobody waits for the answers to the first one's calls.</summary>
    public void BeginLife()
    {
        Interlocked.Increment(ref _life);
        Volatile.Write(ref _isGone, false);
    }

    /// <summary>The caller has ended as a kill ends it: what still comes from it never came.</summary>
    public void EndLife() => Volatile.Write(ref _isGone, true);

    /// <summary>No call is answered any more.</summary>
    public void Freeze() => _frozen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Unfreeze() => _frozen.TrySetResult();

    /// <summary>The most calls at one time beyond the limit; 0 where it was held.</summary>
    public async Task<int> MostBeyondLimitAsync() => (await Task.WhenAll(_suspicions)).Append(0).Max();

    public async ValueTask DisposeAsync()
    {
        Unfreeze();
        await _server.DisposeAsync();
    }

    private ScriptedAnswer Choose(ReceivedCall call)
    {
        if (Volatile.Read(ref _isGone))
        {
            return Answers.Reset();
        }

        var segment = int.Parse(SegmentNumber().Match(call.Text).Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
        var nth = _callsBySegment.AddOrUpdate(segment, 1, (_, calls) => calls + 1);
        _keys[(segment, call.IdempotencyKey ?? "")] = true;
        var faults = _plan.GetValueOrDefault(segment, []);
        var fault = nth <= faults.Count ? faults[nth - 1] : null;
        return async (context, received, stopping) =>
        {
            var place = new object();
            _present[place] = context.RequestAborted;
            try
            {
                SuspectLimit();
                Called?.Invoke(segment);
                var frozen = _frozen.Task;
                await HoldAsync(call, frozen, () => frozen.WaitAsync(stopping));
                if (Halfway is { } halfway)
                {
                    context.Response.Body = new HalfwayStream(context.Response.Body, _dialect.Opening.Length, token => halfway(segment).WaitAsync(token));
                }

                await AnswerAsync(fault, context, received, segment, stopping);
            }
            finally
            {
                _present.TryRemove(place, out _);
            }
        };
    }

    private async Task AnswerAsync(ProviderFault? fault, HttpContext context, ReceivedCall call, int segment, CancellationToken stopping)
    {
        if (fault is not null)
        {
            await HoldAsync(call, fault.Holds ? Never : Task.CompletedTask, () => fault.Answer(_dialect, _callersClock.GetUtcNow())(context, call, stopping));
            return;
        }

        _paid.AddOrUpdate(call.IdempotencyKey ?? "", 1, (_, count) => count + 1);
        await _dialect.Picture(TestPictures.Png(seed: segment))(context, call, stopping);
        Answered?.Invoke(segment);
    }

    /// <param name="call">What is kept waiting.</param>
    /// <param name="until">Done from the start where it is not.</param>
    /// <param name="wait">Ends when it is let go.</param>
    private async Task HoldAsync(ReceivedCall call, Task until, Func<Task> wait)
    {
        var held = new Held(call.IdempotencyKey ?? "", _life, _callersClock.GetUtcNow(), until);
        _held[held] = true;
        try
        {
            await wait();
        }
        finally
        {
            _held.TryRemove(held, out _);
        }
    }

    private void SuspectLimit()
    {
        var present = _present.Values.Where(gone => !gone.IsCancellationRequested).ToList();
        if (present.Count > _limit)
        {
            _suspicions.Add(ConfirmAsync());
        }

        async Task<int> ConfirmAsync()
        {
            await Task.Delay(NoticeOfLeaving);
            return present.Count(gone => !gone.IsCancellationRequested) - _limit;
        }
    }

    /// <summary>A call that is kept waiting. Two are never the same.</summary>
    private sealed class Held(string key, int life, DateTimeOffset at, Task until)
    {
        public string Key { get; } = key;

        public int Life { get; } = life;

        public DateTimeOffset At { get; } = at;

        public Task Until { get; } = until;
    }

    private static TaskCompletionSource Released()
    {
        var released = new TaskCompletionSource();
        released.SetResult();
        return released;
    }

    [GeneratedRegex(@"Segment (?<number>[0-9]{1,6})\.", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SegmentNumber();
}
