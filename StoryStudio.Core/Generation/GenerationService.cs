using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Keys;

namespace StoryStudio.Core.Generation;

/// <summary>
/// Makes the pictures in the background: looks which lanes have work, a key and their pace, claims images in turn from each, and
/// hands every claim to <see cref="ImageAttempts"/>. At most <c>MaxConcurrency</c> are under way. What it does is in the
/// database before it is done, so that it may be killed at any moment.
/// </summary>
public sealed partial class GenerationService(
    IGenerationQueue queue,
    DiskRoom room,
    ImageProviders providers,
    ApiKeyPools keys,
    GenerationSignals signals,
    LaneWaits waits,
    EngineStatus status,
    LaneTurns turns,
    ImageAttempts attempts,
    StudioMeters meters,
    IHostApplicationLifetime lifetime,
    IOptions<StoryStudioOptions> options,
    TimeProvider time,
    ILogger<GenerationService> logger) : BackgroundService
{
    private const int MostPassedBy = 100;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    // Waits shorter than that are over before anybody has read of them.
    private static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(2);

    // Nobody knows how long another's turn takes. What is over within that, beside the delay between two pictures, is how a run goes picture by picture.
    private static readonly TimeSpan ShortTurn = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HoldAfterTrouble = TimeSpan.FromSeconds(5);

    // A studio that never rests would let a suspect wait for ever: after this long the others are held until it is through.
    private static readonly TimeSpan SuspectPatience = TimeSpan.FromMinutes(5);

    // What of the grace is left for giving back what is still in flight: a quarter of a short one.
    private static readonly TimeSpan GivingBack = TimeSpan.FromSeconds(2);

    private const string OneGoesAlone = "Waiting for one that is drawn alone: the program ended twice during it.";

    private readonly Dictionary<string, Task> _running = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _abandoned = new();
    private readonly Dictionary<string, string> _stories = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string RunId, RunWait Wait)> _waits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, InLine> _inLine = new(StringComparer.Ordinal);
    private readonly List<(Urgency Urgency, int Level)> _begun = [];
    private List<Lane> _lanes = [];
    private List<string> _styles = [];
    private DateTimeOffset _lookAgain;
    private (DateTimeOffset Wall, long Steady)? _clocks;
    private int _month;
    private Suspect? _suspect;
    private DateTimeOffset _suspectSince;
    private string? _alone;
    private bool _isFull;
    private Task? _end;

    private GenerationOptions Settings => options.Value.Generation;

    /// <summary>Calls under way.</summary>
    public int InFlight
    {
        get
        {
            lock (_gate)
            {
                return _running.Count;
            }
        }
    }

    /// <summary>Puts back what a crash interrupted, before anything is claimed or served.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var left = await queue.RecoverAsync();
        if (left.Count > 0)
        {
            LogRecovered(left.Count);
            meters.Left(left);
        }

        await base.StartAsync(cancellationToken);

        // Services are stopped one after another, and the web server, which comes first, waits for every request that is open.
        lifetime.ApplicationStopping.Register(() => _ = EndOnceAsync());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = Look;
            try
            {
                wait = await DispatchAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                // The database or the disk is in trouble. The queue stands in it unharmed; it is looked at again.
                LogDispatchFailed(failure);
                waits.Held = "Waiting for the store.";
                status.Trouble = "The store cannot be used at the moment. Drawing goes on as soon as it can.";
                wait = HoldAfterTrouble;
            }

            await signals.WaitAsync(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Claims nothing more and lets what is under way finish; what does not within the grace is given back unharmed. Begun as soon as the host
    /// is told to stop. The grace is the engine's own: the host's patience may be over by the time that it comes to this.
    /// </summary>
    public override Task StopAsync(CancellationToken cancellationToken) => EndOnceAsync();

    public override void Dispose()
    {
        _abandoned.Dispose();
        base.Dispose();
    }

    private Task EndOnceAsync()
    {
        lock (_gate)
        {
            return _end ??= EndAsync();
        }
    }

    private async Task EndAsync()
    {
        var grace = Task.Delay(Settings.StopGrace - TimeSpan.FromTicks(Math.Min(Settings.StopGrace.Ticks / 4, GivingBack.Ticks)), time);
        await base.StopAsync(CancellationToken.None);
        var noted = NoteStopAsync();
        var finished = Task.WhenAll(Running());
        await Task.WhenAny(Task.WhenAll(noted, finished), grace);
        await _abandoned.CancelAsync();
        await finished;
        if (noted.IsCompleted)
        {
            // A fault of the program in it is not to go unseen.
            await noted;
        }
    }

    /// <summary>Whoever told it to stop may have less patience than the grace: what is killed then has not brought the process down.</summary>
    private async Task NoteStopAsync()
    {
        try
        {
            await queue.NoteStopAsync();
        }
        catch (Exception failure) when (queue.MayPass(failure))
        {
            // What is not through within that patience is taken for a crash of its own.
        }
    }

    private Task[] Running()
    {
        lock (_gate)
        {
            return [.. _running.Values];
        }
    }

    /// <summary>Claims what can be claimed now, and has runs say what they wait for; returns how long there is nothing more to do.</summary>
    private async Task<TimeSpan> DispatchAsync(CancellationToken stoppingToken)
    {
        await FollowClockAsync();
        var now = time.GetUtcNow();
        _begun.Clear();
        var wait = await ClaimAsync(now, stoppingToken);
        try
        {
            await NoteWaitsAsync(now, stoppingToken);
        }
        catch (Exception failure) when (queue.MayPass(failure))
        {
            // Drawing does not hang on it: it is said at the next look.
        }

        return wait;
    }

    private async Task<TimeSpan> ClaimAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        if (signals.TakeLanesChanged() || _lanes.Count == 0 || now >= _lookAgain)
        {
            if (now.UtcDateTime.Month != _month)
            {
                await queue.ReconsiderBudgetsAsync();
                _month = now.UtcDateTime.Month;
            }

            _lanes = [.. await queue.GetLanesAsync(stoppingToken)];
            if (signals.TakeChangedElsewhere() && _lanes.Exists(l => l.WaitsForMoney))
            {
                // What was in the way of them may have been taken back.
                await queue.GoOnWithinBudgetsAsync();
                _lanes = [.. await queue.GetLanesAsync(stoppingToken)];
            }

            _styles = [.. _lanes.Select(l => l.Key.Style).Distinct(StringComparer.Ordinal)];
            var suspect = await queue.FindSuspectAsync(now, stoppingToken);
            _suspectSince = suspect?.ImageId == _suspect?.ImageId ? _suspectSince : now;
            _suspect = suspect;
            turns.KeepOnly(_lanes);
            _lookAgain = now + Look;
        }

        var underWay = InFlight;
        var calls = underWay > 0 || _lanes.Count > 0 ? room.Calls() : int.MaxValue;
        var free = Math.Min(Settings.MaxConcurrency, calls) - underWay;
        // First of all: those under way may stand still for want of room, every slot taken.
        if (calls == 0)
        {
            waits.Held = "Waiting for room on the disk.";
            status.Trouble = "The disk is full. Drawing goes on as soon as there is room.";
            LogDiskFull();
            return room.IsShort ? Look : HoldAfterTrouble;
        }

        status.Trouble = null;
        var suspectIsDue = _suspect is { } waiting && now - _suspectSince > SuspectPatience && HasKey(waiting);
        waits.Held = suspectIsDue || IsAlone() ? OneGoesAlone : room.IsShort ? "Waiting for room on the disk." : null;
        _isFull = free <= 0;
        if (_isFull || _lanes.Count == 0 || IsAlone())
        {
            return Look;
        }

        using var plan = new DispatchPlan();
        var unsaved = room.IsShort ? await queue.FindUnsavedAsync(stoppingToken) : null;
        if (!(unsaved is not null && IsWaitedFor(unsaved, now, plan)) && !suspectIsDue)
        {
            await PlanAsync(plan, free, now, stoppingToken);
        }

        if (plan.Requests.Count == 0 && underWay == 0 && unsaved is null && _suspect is { } alone)
        {
            PlanAlone(alone, now, plan);
        }

        var wake = plan.NextAt;
        _isFull = plan.Requests.Count >= free;
        if (plan.Requests.Count > 0)
        {
            await BeginAsync(plan, stoppingToken);
        }

        return wake is { } at && at - now < Look ? Longest(at - now, TimeSpan.FromMilliseconds(1)) : Look;
    }

    /// <summary>When the wall clock is set, forward or back, or the machine slept, what waits is moved along: nothing is frozen, and nothing goes early.</summary>
    private async Task FollowClockAsync()
    {
        var (wall, steady) = (time.GetUtcNow(), time.GetTimestamp());
        if (_clocks is { } last && wall - last.Wall - time.GetElapsedTime(last.Steady, steady) is var by && by.Duration() >= Look)
        {
            LogClockSet(by);
            await queue.FollowClockAsync();
            waits.Move(by);
            turns.Move(by);
            foreach (var (storyId, inLine) in _inLine.ToList())
            {
                _inLine[storyId] = inLine with { Since = inLine.Since + by };
            }

            _suspectSince = _suspect is null ? _suspectSince : _suspectSince + by;
            _lookAgain = wall;
        }

        _clocks = (wall, steady);
    }

    /// <summary>Whether an image is under way that is suspected of bringing the process down: until it has ended, no other shall suffer with it.</summary>
    private bool IsAlone()
    {
        lock (_gate)
        {
            return _alone is not null && _running.ContainsKey(_alone);
        }
    }

    private bool HasKey(Suspect suspect) => GoesOnlyAgain(suspect)
        ? waits.Serves(suspect.Lane.Style, suspect.KeyTail)
        : waits.OwnAccountAt(suspect.Lane.Style, suspect.KeyTail) is null && HasAnyKey(suspect.Lane.Style);

    private bool HasAnyKey(string style) => !options.Value.HasStyle(style) || keys.For(options.Value.Style(style), providers.For(style).Name).NextReady() is null;

    /// <summary>Whether its run waits for money, so that it goes as the same call alone.</summary>
    private bool GoesOnlyAgain(Suspect suspect) => suspect.RunId is { } run && _lanes.Exists(l => l.Key == suspect.Lane && l.PausedRunId == run);

    private void PlanAlone(Suspect suspect, DateTimeOffset now, DispatchPlan plan)
    {
        var lane = _lanes.Find(l => l.Key == suspect.Lane) ?? new Lane(suspect.Lane, now, HasReference: true);
        if (TryTake(lane, new([new(suspect.ImageId, Urgency.None, suspect.KeyTail, GoesOnlyAgain(suspect))]), now, plan))
        {
            _alone = plan.Requests[^1].Token;
            _suspect = null;
            waits.Held = OneGoesAlone;
            LogAlone(suspect.Lane.StoryId, suspect.RunId, suspect.ImageId, _alone, StoryImage.MostCrashes - 1);
        }
    }

    /// <summary>
    /// While room is short, the picture goes first that found none: the same call again, which may be paid for already. False where its style may not
    /// begin now: another one shows as well whether there is room.
    /// </summary>
    private bool IsWaitedFor(Unsaved unsaved, DateTimeOffset now, DispatchPlan plan)
    {
        if (unsaved.DueAt > now)
        {
            plan.Consider(unsaved.DueAt);
            return true;
        }

        var lane = _lanes.Find(l => l.Key == unsaved.Lane) ?? new Lane(unsaved.Lane, now, HasReference: true);
        return TryTake(lane, new([new(unsaved.ImageId, Urgency.None, unsaved.KeyTail)]), now, plan);
    }

    /// <summary>Goes round the lanes, one image each in turn, until the slots are full or nobody has anything that may go.</summary>
    private async Task PlanAsync(DispatchPlan plan, int free, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var waiting = new List<LaneInTurn>(_lanes.Count);
        foreach (var lane in _lanes)
        {
            if (lane.NextDueAt > now)
            {
                plan.Consider(lane.NextDueAt);
            }
            else if (waits.NextStart(lane.Key.Style, now) is { } next)
            {
                plan.Consider(next);
            }
            else
            {
                waiting.Add(new(lane));
            }
        }

        var again = new HashSet<LaneKey>();
        while (plan.Requests.Count < free && waiting.Count > 0)
        {
            var next = turns.Pick(waiting, now);
            if (next.Images is null)
            {
                // What is first in it may be less urgent than it was at the last look at all lanes: its turn is drawn anew.
                // The account of those that go as the same call alone may not serve: others behind them do not wait for that.
                next.Images = new(await queue.PeekAsync(next.Lane, next.Lane.HasHeldCalls ? free + MostPassedBy : free, now, cancellationToken));
            }
            else
            {
                var (urgency, rank, passedBy) = (next.Urgency, turns.RankOf(next, now), plan.PassedBy);
                if (TryTake(next.Lane, next.Images, now, plan))
                {
                    _begun.Add(rank);
                    if (plan.PassedBy == passedBy)
                    {
                        // Else the turn stays with the one that waits for its account: somebody else's would have that, whenever it serves again.
                        turns.Served(next.Lane.Key, urgency, now);
                    }

                    continue;
                }

                waiting.Remove(next);
                if (plan.PassedBy > passedBy && next.Images.Count == 0 && again.Add(next.Lane.Key))
                {
                    // All that was looked at waits for its own account: those behind it may go with another.
                    var taken = plan.Requests.ConvertAll(r => r.ImageId);
                    var more = await queue.PeekAsync(next.Lane, free + plan.PassedBy + MostPassedBy, now, cancellationToken);
                    waiting.Add(new(next.Lane) { Images = new(more.Where(i => !taken.Contains(i.Id))) });
                }
            }
        }
    }

    /// <summary>A run of which nothing goes on because every lane of it waits for a key, or because others have their turn, says so, once, and no longer than that is so.</summary>
    private async Task NoteWaitsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var resting = FindResting();
        var waiting = FindWaiting(resting, now);
        await AddInLineAsync(waiting, resting, now, cancellationToken);
        foreach (var (storyId, wait) in waiting)
        {
            if (_waits.GetValueOrDefault(storyId) != wait)
            {
                await queue.NoteWaitAsync(storyId, wait.Wait);
                _waits[storyId] = wait;
            }
        }

        // A picture of the run that was begun has taken its sentence away with that, and is not among these.
        foreach (var storyId in _waits.Keys.Where(s => !waiting.ContainsKey(s)).ToList())
        {
            await queue.NoteWaitAsync(storyId, null);
            _waits.Remove(storyId);
        }
    }

    /// <summary>Styles that wait for a key.</summary>
    private Dictionary<string, KeyWait> FindResting()
    {
        var byStyle = new Dictionary<string, KeyWait>(StringComparer.Ordinal);
        foreach (var style in _styles)
        {
            if (waits.Key(style) is { } wait)
            {
                byStyle[style] = wait;
            }
        }

        return byStyle;
    }

    private Dictionary<string, (string RunId, RunWait Wait)> FindWaiting(Dictionary<string, KeyWait> resting, DateTimeOffset now) => resting.Count == 0 ? new(StringComparer.Ordinal) : _lanes
        .Where(l => l.RunId is not null && l.PausedRunId is null)
        .GroupBy(l => l.Key.StoryId, StringComparer.Ordinal)
        .Where(g => g.All(l => l.NextDueAt <= now && resting.ContainsKey(l.Key.Style)))
        .Select(g => (StoryId: g.Key, RunId: g.First().RunId!, Wait: g.Select(l => resting[l.Key.Style]).MinBy(w => w.At)!))
        .Where(w => IsWorthSaying(w.StoryId, w.Wait, now) && !IsUnderWay(w.StoryId))
        .ToDictionary(w => w.StoryId, w => (w.RunId, RunWait.For(w.Wait)), StringComparer.Ordinal);

    /// <summary>Who waits for a turn goes on saying so where a key is at its pace for a moment besides.</summary>
    private bool IsWorthSaying(string storyId, KeyWait wait, DateTimeOffset now) => _waits.GetValueOrDefault(storyId).Wait switch
    {
        null => wait.At - now > ShortWait,
        { IsForKey: true } => true,
        _ => wait.Reason is not KeyWaitReason.Pace || wait.At - now > ShortTurn,
    };

    /// <summary>
    /// Adds the runs of which pictures were begun and none goes on, though one may: others have the slots, or nobody is let go. The turns of its equals
    /// are in the time that a run is seen to take; what goes before them is not.
    /// </summary>
    private async Task AddInLineAsync(Dictionary<string, (string RunId, RunWait Wait)> waiting, Dictionary<string, KeyWait> resting, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var inLine = _lanes.Where(l => l.NextDueAt <= now && IsInLine(l)).GroupBy(l => l.Key.StoryId, StringComparer.Ordinal).Where(g => !IsUnderWay(g.Key)).ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);
        foreach (var storyId in _inLine.Keys.Where(s => !inLine.ContainsKey(s)).ToList())
        {
            _inLine.Remove(storyId);
        }

        foreach (var (storyId, lanes) in inLine)
        {
            var rank = lanes.Max(l => turns.RankOf(new(l), now));
            var (since, passed, tookTurns) = _inLine.GetValueOrDefault(storyId, new(now, Passed: false, TookTurns: false));
            passed |= _begun.Exists(b => b.CompareTo(rank) > 0);
            tookTurns |= _begun.Exists(b => b.CompareTo(rank) <= 0);
            var isPassedOver = waits.Held is not null || (passed && !tookTurns);
            if (!waiting.ContainsKey(storyId) && !_waits.ContainsKey(storyId) && now - since > ShortTurn + Settings.DelayBetweenImages && !await MayGoAsync(lanes, now, cancellationToken))
            {
                // It waits for something else, such as the next attempt at its first picture.
                since = now;
            }

            _inLine[storyId] = new(since, passed, tookTurns);
            if (_waits.ContainsKey(storyId) || now - since > ShortTurn + Settings.DelayBetweenImages)
            {
                waiting.TryAdd(storyId, (lanes[0].RunId!, new(waits.Held?.TrimEnd('.') ?? Run.NotItsTurn, IsAtPace: !isPassedOver, isPassedOver)));
            }
        }

        bool IsInLine(Lane lane) => lane is { IsRunning: true, PausedRunId: null }
            && resting.GetValueOrDefault(lane.Key.Style) is null or { Reason: KeyWaitReason.Pace }
            && (_isFull || waits.Held is not null || waits.NextStart(lane.Key.Style, now) is not null
                || (resting.ContainsKey(lane.Key.Style) && _waits.GetValueOrDefault(lane.Key.StoryId).Wait is { IsForKey: false }));
    }

    /// <summary>Whether an image of the run waits for nothing but its turn in these lanes.</summary>
    private async Task<bool> MayGoAsync(List<Lane> lanes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var lane in lanes)
        {
            if (await queue.PeekAsync(lane, 1, now, cancellationToken) is [var image] && image.RunId == lane.RunId && waits.OwnAccountAt(lane.Key.Style, image.KeyTail) is null)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsUnderWay(string storyId)
    {
        lock (_gate)
        {
            return _stories.ContainsValue(storyId);
        }
    }

    private bool TryTake(Lane lane, Queue<WaitingImage> images, DateTimeOffset now, DispatchPlan plan)
    {
        var style = lane.Key.Style;
        if (images.Count > 0 && waits.NextStart(style, now) is { } next)
        {
            plan.Consider(next);
            return false;
        }

        var provider = providers.For(style);
        for (; images.TryPeek(out var image); images.Dequeue())
        {
            if (image.OnlyAgain && !waits.Serves(style, image.KeyTail))
            {
                // With another account it would be another charge, for which there is no money.
                continue;
            }

            if (waits.OwnAccountAt(style, image.KeyTail) is { } ownAt)
            {
                // Others go meanwhile: their accounts are not to stand idle for it.
                plan.Consider(ownAt);
                plan.PassedBy++;
                continue;
            }

            KeyLease? lease = null;

            // An image of a style that left the settings waits for nobody's key: it is told so when it is claimed.
            if (options.Value.HasStyle(style))
            {
                var pool = keys.For(options.Value.Style(style), provider.Name);
                if (!pool.TryLease(image.KeyTail, out lease, out var readyAt) && pool.Closed(Settings.MaxKeyWait) is null)
                {
                    plan.Consider(readyAt);
                    return false;
                }

                // Without a lease no key serves within the time that is worth waiting: the attempt begins all the same, to fail with a sentence that says so.
            }

            if (image.OnlyAgain && lease?.AccountTails.Contains(image.KeyTail, StringComparer.Ordinal) == false)
            {
                // It came to rest in this very moment.
                lease.Return();
                continue;
            }

            waits.Begin(style, now);
            var token = Ids.New(now);
            plan.OnlyAgain += image.OnlyAgain ? 1 : 0;
            plan.Requests.Add(new(image.Id, token, provider.Name, provider.Capabilities.Model, lease?.Tail, !lane.HasReference) { AccountTails = lease?.AccountTails });
            plan.Leases.Add(token, lease);
            images.Dequeue();
            return true;
        }

        return false;
    }

    private async Task BeginAsync(DispatchPlan plan, CancellationToken stoppingToken)
    {
        stoppingToken.ThrowIfCancellationRequested();
        var claims = await queue.ClaimAsync(plan.Requests);
        foreach (var claim in claims)
        {
            plan.Leases.Remove(claim.Token, out var lease);
            lock (_gate)
            {
                _stories[claim.Token] = claim.StoryId;
                _running[claim.Token] = RunAsync(claim, lease);
            }

            if (claim.RunId is not null)
            {
                // It says no more that it waits, and may have ended by the time that this is looked at.
                _waits.Remove(claim.StoryId);
                _inLine.Remove(claim.StoryId);
            }
        }

        if (claims.Count == 0 && plan.OnlyAgain == plan.Requests.Count)
        {
            // What goes again was not to be had, and is not another by looking at once.
            return;
        }

        // Images may be left in these lanes that only the leader or the pace held back. Where one was not to be had, its lane is another by now.
        signals.WakeAgain(newLanes: claims.Count < plan.Requests.Count || claims.Any(c => c.CharacterId is not null));
    }

    private async Task RunAsync(Claim claim, KeyLease? lease)
    {
        var abandoned = _abandoned.Token;
        await Task.Yield();
        try
        {
            await attempts.RunAsync(claim, lease, abandoned);
        }
        catch (Exception failure)
        {
            LogAttemptCrashed(failure, claim.StoryId, claim.RunId, claim.ImageId, claim.Token);
        }
        finally
        {
            lease?.Return();

            // Together, so that whoever sees no call under way also finds the engine told of its end.
            lock (_gate)
            {
                _running.Remove(claim.Token);
                _stories.Remove(claim.Token);
                signals.WakeAgain(newLanes: claim.OthersWaitForIt || claim.Token == _alone);
            }
        }
    }

    /// <param name="Since">When it began to wait for its turn.</param>
    /// <param name="Passed">Whether anybody went before it since then who is further to the front.</param>
    /// <param name="TookTurns">Whether one of its equals did: then it is how turns are taken.</param>
    private sealed record InLine(DateTimeOffset Since, bool Passed, bool TookTurns);

    private static TimeSpan Longest(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private sealed class DispatchPlan : IDisposable
    {
        public List<ClaimRequest> Requests { get; } = [];

        /// <summary>How many of them go as the same call alone.</summary>
        public int OnlyAgain { get; set; }

        /// <summary>How many were passed by, whose own account is at its pace.</summary>
        public int PassedBy { get; set; }

        /// <summary>By attempt, until that has begun.</summary>
        public Dictionary<string, KeyLease?> Leases { get; } = new(StringComparer.Ordinal);

        public DateTimeOffset? NextAt { get; private set; }

        /// <summary>Hands back what came to no attempt, whatever it was that failed meanwhile.</summary>
        public void Dispose()
        {
            foreach (var lease in Leases.Values)
            {
                lease?.Return();
            }
        }

        public void Consider(DateTimeOffset at) => NextAt = NextAt is { } present && present < at ? present : at;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Images} images that an earlier process left in progress go on.")]
    private partial void LogRecovered(int images);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The wall clock was set by {By}; what waits is moved along.")]
    private partial void LogClockSet(TimeSpan by);

    [LoggerMessage(Level = LogLevel.Error, Message = "Nothing could be claimed; it is tried again.")]
    private partial void LogDispatchFailed(Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The disk is full: nothing is claimed until there is room.")]
    private partial void LogDiskFull();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Image {ImageId} of run {RunId}, story {StoryId}, goes alone in attempt {Attempt}: the process ended {Crashes} times in a row while it was being made.")]
    private partial void LogAlone(string storyId, string? runId, string imageId, string attempt, int crashes);

    [LoggerMessage(Level = LogLevel.Error, Message = "The attempt {Attempt} for image {ImageId} of run {RunId}, story {StoryId}, ended in a fault of the program.")]
    private partial void LogAttemptCrashed(Exception failure, string storyId, string? runId, string imageId, string attempt);
}
