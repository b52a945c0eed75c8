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

    private readonly ScriptedImageServer _server;
    private readonly TimeProvider _callersClock;
    private readonly int _limit;
    private readonly ConcurrentDictionary<int, int> _callsBySegment = new();
    private readonly ConcurrentDictionary<int, IReadOnlyList<ProviderFault>> _plan = new();
    private readonly ConcurrentDictionary<object, CancellationToken> _present = new();
    private readonly ConcurrentDictionary<string, int> _held = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _paid = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<Task<int>> _suspicions = [];
    private TaskCompletionSource _frozen = Released();

    private FaultyService(ScriptedImageServer server, TimeProvider callersClock, int limit)
    {
        (_server, _callersClock, _limit) = (server, callersClock, limit);
        server.Choose = Choose;
    }

    public string Endpoint => _server.Endpoint;

    /// <summary>Calls so far.</summary>
    public int Total => _server.Total;

    /// <summary>Told of every call before it is answered.</summary>
    public Action<int>? Called { get; set; }

    /// <summary>Told when a picture has been handed over.</summary>
    public Action<int>? Answered { get; set; }

    /// <summary>Keys of the calls that were answered with a sound picture, and how often.</summary>
    public IReadOnlyDictionary<string, int> Paid => _paid;

    /// <param name="callersClock">For answers that name a time.</param>
    /// <param name="limit">Calls that there may be at one time.</param>
    public static async Task<FaultyService> StartAsync(TimeProvider callersClock, int limit) => new(await ScriptedImageServer.StartAsync(), callersClock, limit);

    /// <summary>The calls for a segment, from 1, fail so, one after another; later ones get a picture.</summary>
    public void Plan(int segment, params IReadOnlyList<ProviderFault> faults) => _plan[segment] = faults;

    public int CallsFor(int segment) => _callsBySegment.GetValueOrDefault(segment);

    /// <summary>Whether the call is kept waiting until its caller has had enough.</summary>
    public bool Holds(string idempotencyKey) => _held.GetValueOrDefault(idempotencyKey) > 0;

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
        var segment = int.Parse(SegmentNumber().Match(call.Text).Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
        var nth = _callsBySegment.AddOrUpdate(segment, 1, (_, calls) => calls + 1);
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
                await HoldAsync(call, () => _frozen.Task.WaitAsync(stopping), when: !_frozen.Task.IsCompleted);
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
            await HoldAsync(call, () => fault.Answer(_callersClock.GetUtcNow())(context, call, stopping), when: fault.Holds);
            return;
        }

        _paid.AddOrUpdate(call.IdempotencyKey ?? "", 1, (_, count) => count + 1);
        await Answers.Picture(TestPictures.Png(seed: segment))(context, call, stopping);
        Answered?.Invoke(segment);
    }

    private async Task HoldAsync(ReceivedCall call, Func<Task> wait, bool when)
    {
        var key = call.IdempotencyKey ?? "";
        if (when)
        {
            _held.AddOrUpdate(key, 1, (_, count) => count + 1);
        }

        try
        {
            await wait();
        }
        finally
        {
            if (when)
            {
                _held.AddOrUpdate(key, 0, (_, count) => count - 1);
            }
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

    private static TaskCompletionSource Released()
    {
        var released = new TaskCompletionSource();
        released.SetResult();
        return released;
    }

    [GeneratedRegex(@"Segment (?<number>[0-9]{1,6})\.", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SegmentNumber();
}
