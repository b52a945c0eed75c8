using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Gemini;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Core.Providers.OpenAI;
using StoryStudio.Core.Storage;
using StoryStudio.Tests.Fakes;

namespace StoryStudio.Tests.Faults;

/// <summary>
/// One scenario through the whole engine, its OpenAI adapter and a real HTTP server, on a clock that stands still while anything moves:
/// time passes only when every call under way is one that the service keeps waiting.
/// </summary>
internal sealed class FaultRun(FaultScenario scenario)
{
    public const int MaxRetries = 3;

    public static readonly TimeSpan ImageTimeout = TimeSpan.FromSeconds(30);

    private const string Style = "illustration";
    private const int LooksAtAStandstill = 100;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // Times are written down in whole milliseconds: by then the time of an attempt is over.
    private static readonly TimeSpan TimeIsOver = ImageTimeout + TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LastMoment = TimeIsOver + Second;

    private readonly MomentGate _gate = new(scenario.Target, scenario.Moment);
    private readonly ConcurrentDictionary<string, string> _inside = new(StringComparer.Ordinal);
    private readonly List<Listener> _lives = [];
    private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Studio _studio = null!;
    private FaultyService _service = null!;
    private StoryStudioOptions _options = null!;
    private string _storyId = "";
    private (string ImageId, DateTimeOffset At, DateTimeOffset DueAt)? _waited;
    private int _looks;

    public sealed record Result
    {
        public required FaultScenario Scenario { get; init; }

        public required IReadOnlyList<string> Violations { get; init; }

        /// <summary>Whether the moment of the disturbance ever came.</summary>
        public required bool Disturbed { get; init; }

        public required int Calls { get; init; }

        /// <summary>In the order of the story; empty where the run never ended.</summary>
        public required IReadOnlyList<ImageState> Images { get; init; }

        /// <summary>Calls for each segment.</summary>
        public required IReadOnlyDictionary<int, int> CallsBySegment { get; init; }

        /// <summary>Idempotency keys that came for each segment.</summary>
        public required IReadOnlyDictionary<int, int> KeysBySegment { get; init; }

        public override string ToString() => $"{Scenario}{string.Concat(Violations.Select(v => $"\n  {v}"))}";
    }

    public async Task<Result> RunAsync()
    {
        var time = new ManualTimeProvider();
        await using var service = _service = await FaultyService.StartAsync(time, scenario.Concurrency, scenario.Dialect);
        foreach (var (segment, faults) in scenario.Faults)
        {
            service.Plan(segment, faults);
        }

        await using var studio = _studio = await Studio.StartAsync(Configure, time: time, services: Register);
        _storyId = (await studio.CreateStoryAsync(scenario.Images)).Id;
        service.Called = WhenCalled;
        service.Halfway = scenario.Moment is Moment.AmidTheAnswer ? segment => _gate.PassAsync(segment, Moment.AmidTheAnswer) : null;
        var disturbed = false;
        IReadOnlyList<string> violations;
        IReadOnlyList<ImageState> images = [];
        try
        {
            if (scenario is { Disturbance: not Disturbance.None, Moment: Moment.BeforeTheCall })
            {
                // However quick the engine is, nothing is over by then.
                service.Freeze();
            }

            var run = await studio.Illustrator.StartAsync(_storyId, new() { UseCharacterConsistency = scenario.Consistent });
            disturbed = await DisturbAsync(run.Id);
            images = (await UntilOverAsync()).Images;
            var early = await TooEarlyAsync();
            await studio.StopAsync();
            var finals = await FinalsAsync();
            violations =
            [
                .. early,
                .. StoreCheck.Violations(studio.Folder, MaxRetries, LastMoment, service.Paid.Keys),
                .. images.Where(i => finals.Count(f => f.ImageId == i.Id) != 1).Select(i => $"image {i.Number} was final {finals.Count(f => f.ImageId == i.Id)} times"),
                .. images.Where(i => i.Status is ImageStatus.Completed && service.CallsFor(int.Parse(i.Number.Split('.')[1])) == 0).Select(i => $"image {i.Number} came from nowhere"),
                .. await service.MostBeyondLimitAsync() is > 0 and var beyond ? [$"{beyond} calls beyond the limit"] : Array.Empty<string>(),
            ];
        }
        catch (Exception failure)
        {
            violations = [failure.Message];
            _gate.Open();
            service.Unfreeze();
        }

        return new()
        {
            Scenario = scenario,
            Violations = violations,
            Disturbed = disturbed,
            Calls = service.Total,
            Images = images,
            CallsBySegment = Enumerable.Range(1, scenario.Images).ToDictionary(s => s, service.CallsFor),
            KeysBySegment = Enumerable.Range(1, scenario.Images).ToDictionary(s => s, service.KeysFor),
        };
    }

    private void Configure(StoryStudioOptions options)
    {
        _options = options;
        options.Provider = scenario.Dialect.Provider;
        (options.Providers.OpenAI.Endpoint, options.Providers.OpenAI.Format, options.Providers.OpenAI.Stream) = (_service.Endpoint, "png", scenario.Dialect.Streams);
        options.Providers.Gemini.Endpoint = _service.GeminiEndpoint;
        (options.Generation.MaxConcurrency, options.Generation.MaxRetries, options.Generation.ImageTimeout) = (scenario.Concurrency, MaxRetries, ImageTimeout);
        options.Generation.StopGrace = scenario is { Moment: Moment.WithinTheGrace, StopsGently: true } ? 2 * ImageTimeout : TimeSpan.Zero;
        (options.Styles[0].ApiKeys, options.Styles[0].RequestsPerMinute) = ([.. Enumerable.Range(1, scenario.Keys).Select(i => $"sk-fault-{i:D4}")], 100_000);
    }

    private void Register(IServiceCollection services)
    {
        _service.BeginLife();
        services.RemoveAll<IImageProvider>().AddSingleton<OpenAIProvider>().AddSingleton<GeminiProvider>();
        services.AddSingleton<IImageProvider>(s => new WatchedProvider(s.GetRequiredService<OpenAIProvider>(), _inside));
        services.AddSingleton<IImageProvider>(s => new WatchedProvider(s.GetRequiredService<GeminiProvider>(), _inside));
        _lives.Add(new());
        services.RemoveAll<StoryChanges>().AddSingleton(_lives[^1].Changes);
        services.RemoveAll<RetryPolicy>().AddSingleton(s => new RetryPolicy(s.GetRequiredService<IOptions<StoryStudioOptions>>().Value.Generation, new Random(scenario.Seed)));
        _gate.Register(services);
    }

    private async Task<List<(string ImageId, long Version)>> FinalsAsync()
    {
        var finals = new List<(string, long)>();
        foreach (var life in _lives)
        {
            finals.AddRange(await life.EndAsync());
        }

        return finals;
    }

    private void WhenCalled(int segment)
    {
        if (scenario is { Disturbance: not Disturbance.None, Moment: Moment.Called or Moment.WithinTheGrace } && segment == scenario.Target && _called.TrySetResult() && scenario.Faults.GetValueOrDefault(segment) is not [{ Holds: true }, ..])
        {
            // Answered at once, it would be over before anything could come between.
            _service.Freeze();
        }
    }

    /// <summary>Lets time pass until the moment has come, and disturbs. False where the run was over before.</summary>
    private async Task<bool> DisturbAsync(string runId)
    {
        if (scenario.Disturbance is Disturbance.None)
        {
            _gate.Open();
            return false;
        }

        var moment = scenario.Moment switch
        {
            Moment.BeforeTheCall => Task.CompletedTask,
            Moment.Called or Moment.WithinTheGrace => _called.Task,
            _ => _gate.Reached,
        };
        await PassAsync(s => moment.IsCompleted || IsOver(s));
        if (!moment.IsCompleted)
        {
            return false;
        }

        if (scenario.Moment is Moment.BackingOff)
        {
            await PassHalfAsync();
        }

        await DisturbAsync(scenario.Disturbance, runId);
        if (scenario.EndsAfterCancel)
        {
            await DisturbAsync(scenario.Then, runId);
        }

        _gate.Open();
        _service.Unfreeze();
        return true;
    }

    private async Task DisturbAsync(Disturbance disturbance, string runId)
    {
        switch (disturbance)
        {
            case Disturbance.Stop when scenario.Moment is Moment.WithinTheGrace:
                await StopWithGraceAsync();
                break;
            case Disturbance.Crash:
                await CrashAsync();
                break;
            case Disturbance.Stop:
                var stopping = _studio.RestartAsync();
                if (scenario.Moment is not Moment.AmidTheAnswer)
                {
                    // What writes down how an attempt ended is waited for; a call is cut off, and the rest of its answer is not to come before that.
                    _gate.Open();
                }

                await stopping;
                break;
            case Disturbance.CancelImage:
                await CancelImageAsync();
                break;
            case Disturbance.CancelRun:
                await CancelRunAsync(runId);
                break;
            default:
                throw new InvalidOperationException($"{disturbance} is no disturbance.");
        }
    }

    /// <summary>Lets half the time pass until the target goes again, or until whatever comes before that.</summary>
    private async Task PassHalfAsync()
    {
        _gate.Open();
        var patience = Stopwatch.StartNew();
        TimeSpan? step;
        while ((step = await MayPassAsync()) is null)
        {
            if (patience.Elapsed > Studio.Patience)
            {
                throw new InvalidOperationException("nothing comes to rest while an image waits to go again");
            }

            await Task.Delay(1);
        }

        _studio.Advance(step.Value / 2);
        var id = (await _studio.Illustrator.GetSnapshotAsync(_storyId)).Images[scenario.Target - 1].Id;
        await using var db = _studio.OpenDatabase();
        var target = await db.Images.SingleAsync(i => i.Id == id);
        _waited = (target.Id, _studio.Time.GetUtcNow(), target.DueAt!.Value);
    }

    /// <summary>Whoever waits to go again does so for as long over the end of the process.</summary>
    private async Task<IReadOnlyList<string>> TooEarlyAsync()
    {
        if (_waited is not var (image, at, due))
        {
            return [];
        }

        await using var db = _studio.OpenDatabase();
        var early = await db.Attempts.Where(a => a.ImageId == image && a.StartedAt >= at && a.StartedAt < due).Select(a => a.StartedAt).ToListAsync();
        return early.ConvertAll(a => $"an attempt went at {a:T} that was to wait until {due:T}");
    }

    /// <summary>Tells it to stop, and only then lets the service answer, or the time of the calls be over that it never answers.</summary>
    private async Task StopWithGraceAsync()
    {
        var engine = _studio.Services.GetRequiredService<GenerationService>();

        // Where nothing is under way any more, the studio is gone as soon as it was told.
        await using var db = _studio.OpenDatabase();
        await db.Attempts.AnyAsync();
        var stopping = _studio.RestartAsync();

        // By then it claims nothing more and waits for what is under way.
        await engine.ExecuteTask!;
        var calls = (await db.Attempts.Where(a => a.FinishedAt == null).Select(a => new { a.IdempotencyKey, a.StartedAt }).ToListAsync()).ConvertAll(a => (Key: a.IdempotencyKey, a.StartedAt));
        _service.Unfreeze();
        while (!stopping.IsCompleted)
        {
            var left = calls.FindAll(c => _inside.ContainsKey(c.Key));
            if (left.Count > 0 && left.Count == engine.InFlight && left.TrueForAll(c => _service.Holds(c.Key, c.StartedAt) && _studio.Time.GetUtcNow() < c.StartedAt + TimeIsOver))
            {
                _studio.Clock.Advance(Second);
            }

            await Task.Delay(1);
        }

        await stopping;
    }

    private async Task CrashAsync()
    {
        _service.Freeze();
        await _studio.CrashAsync(() =>
        {
            _service.EndLife();
            _gate.Open();
        });

        // What the first life said after its end was never said.
        await using var db = _studio.OpenDatabase();
        var written = await db.Images.ToDictionaryAsync(i => i.Id, i => (i.Status, i.Version), StringComparer.Ordinal);
        await _lives[0].EndAsync();
        _lives[0].Finals.RemoveAll(f => written[f.ImageId] is var (status, version) && (version < f.Version || status is ImageStatus.Pending or ImageStatus.InProgress));
    }

    private async Task CancelImageAsync()
    {
        var image = (await _studio.Illustrator.GetSnapshotAsync(_storyId)).Images[scenario.Target - 1];
        var running = await RunningAsync(image.Id);
        try
        {
            await _studio.Illustrator.CancelImageAsync(image.Id);
        }
        catch (ConflictException)
        {
            // It was over just before.
        }

        // Whatever the service does, its call is cut off without a moment passing on the engine's clock.
        var patience = Stopwatch.StartNew();
        while (scenario is { Moment: Moment.Called, EndsAfterCancel: false } && running is not null && _inside.ContainsKey(running))
        {
            if (patience.Elapsed > Studio.Patience)
            {
                throw new InvalidOperationException("a cancelled call goes on");
            }

            await Task.Delay(1);
        }
    }

    private async Task<string?> RunningAsync(string imageId)
    {
        await using var db = _studio.OpenDatabase();
        return await db.Attempts.Where(a => a.ImageId == imageId && a.FinishedAt == null).Select(a => a.IdempotencyKey).SingleOrDefaultAsync();
    }

    private async Task CancelRunAsync(string runId)
    {
        try
        {
            await _studio.Illustrator.CancelRunAsync(runId);
        }
        catch (ConflictException)
        {
            // As above.
        }
    }

    private Task<StorySnapshot> UntilOverAsync() => PassAsync(IsOver);

    private static bool IsOver(StorySnapshot snapshot) => snapshot is { Run.FinishedAt: not null, Pending: 0 };

    private async Task<StorySnapshot> PassAsync(Func<StorySnapshot, bool> until)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            var snapshot = await _studio.Illustrator.GetSnapshotAsync(_storyId);
            if (until(snapshot))
            {
                return snapshot;
            }

            if (patience.Elapsed > Studio.Patience)
            {
                throw new InvalidOperationException($"stuck at {_studio.Time.GetUtcNow():T}: {string.Join(' ', snapshot.Images.Select(i => $"{i.Number} {i.Status} {i.Attempt}/{i.MaxAttempts} {i.NextAttemptAt:T}"))}");
            }

            // What is waited for may have come meanwhile, and hold up the calls itself: no time passes for that.
            if (await MayPassAsync() is { } step && !until(snapshot))
            {
                _studio.Advance(step);
            }

            await Task.Delay(1);
        }
    }

    /// <summary>How much time may pass now; null while anything is on its way, or an attempt is still there whose time is over.</summary>
    private async Task<TimeSpan?> MayPassAsync()
    {
        var now = _studio.Time.GetUtcNow();

        // Asked before the attempts are: what has one rest is written down after it. Where no key is worth waiting for, what is due is begun all the same, to fail.
        var pool = _studio.Services.GetRequiredService<ApiKeyPools>().For(_options.Style(Style), scenario.Dialect.Provider);
        var rest = pool.Closed(_options.Generation.MaxKeyWait) is null ? pool.NextReady() : null;
        await using var db = _studio.OpenDatabase();
        await using var moment = await ReadTransaction.BeginAsync(db, CancellationToken.None);
        var running = await db.Attempts.Where(a => a.FinishedAt == null).Select(a => new { a.IdempotencyKey, a.StartedAt }).ToListAsync();
        var due = await db.Images.Where(i => i.DueAt != null).Select(i => i.DueAt!.Value).ToListAsync();
        var stands = running.Count == scenario.Concurrency || !due.Exists(d => d <= now) || rest is not null;
        var isOver = running.Exists(a => now >= a.StartedAt + TimeIsOver);
        if (_gate.IsNear || !running.TrueForAll(a => _inside.ContainsKey(a.IdempotencyKey) && _service.Holds(a.IdempotencyKey, a.StartedAt) && now < a.StartedAt + LastMoment))
        {
            _looks = 0;
            return null;
        }

        // Where a series waits for its first picture, images are due that will not be claimed; and the engine may have to look by itself, as
        // it does every second. Both are told by nothing coming of it.
        if ((!stands || isOver) && ++_looks < LooksAtAStandstill)
        {
            return null;
        }

        _looks = 0;
        var next = running.Select(a => a.StartedAt + TimeIsOver).Concat(due).Append(rest?.At ?? now).Where(at => at > now).Append(DateTimeOffset.MaxValue).Min();
        return isOver || !stands || next == DateTimeOffset.MaxValue ? Second : next - now;
    }

    /// <summary>Hears what one life of the studio tells.</summary>
    private sealed class Listener
    {
        private readonly StorySubscription _everything;
        private readonly Task _listening;

        public Listener()
        {
            _everything = Changes.SubscribeAll();
            _listening = ListenAsync();
        }

        public StoryChanges Changes { get; } = new();

        /// <summary>Each time that an image was told to be final.</summary>
        public List<(string ImageId, long Version)> Finals { get; } = [];

        public async Task<IReadOnlyList<(string ImageId, long Version)>> EndAsync()
        {
            _everything.Dispose();
            await _listening;
            return Finals;
        }

        private async Task ListenAsync()
        {
            await foreach (var batch in _everything.ReadAllAsync())
            {
                Finals.AddRange(batch.OfType<ImageChanged>().Where(c => !c.Image.IsActive()).Select(c => (c.Image.Id, c.Version)));
            }
        }
    }
}
