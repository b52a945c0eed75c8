namespace StoryStudio.Tests.Fakes;

/// <summary>A clock that stands still until <see cref="Advance"/>. Timers fire on the thread that advances it, in the order they are due.</summary>
internal sealed class ManualTimeProvider(DateTimeOffset? start = null) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _wall;
    private int _sleepers;
    private DateTimeOffset _now = start ?? new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that are due at some time.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count(t => t.DueAt is not null);
            }
        }
    }

    /// <summary>Calls of <see cref="SleepAsync"/> that the clock has not ended yet.</summary>
    public int Sleepers
    {
        get
        {
            lock (_lock)
            {
                return _sleepers;
            }
        }
    }

    /// <summary>How long until the next timer is due; null where there is none.</summary>
    public TimeSpan? UntilNext
    {
        get
        {
            lock (_lock)
            {
                return _timers.Min(t => t.DueAt) - _now;
            }
        }
    }

    /// <summary>What has gone by, however the wall clock was set.</summary>
    public TimeSpan Elapsed => new(GetTimestamp());

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now + _wall;
        }
    }

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _now.UtcTicks;
        }
    }

    /// <summary>Somebody sets the wall clock. No time goes by.</summary>
    public void SetWallClock(TimeSpan by)
    {
        lock (_lock)
        {
            _wall += by;
        }
    }

    /// <summary>Ends when the clock has been moved on by as much. Counted until then among the <see cref="Sleepers"/>.</summary>
    public async Task SleepAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _sleepers++;
        }

        var ended = 0;
        void End()
        {
            if (Interlocked.Exchange(ref ended, 1) == 0)
            {
                lock (_lock)
                {
                    _sleepers--;
                }

                over.TrySetResult();
            }
        }

        await using var timer = CreateTimer(_ => End(), null, time, Timeout.InfiniteTimeSpan);
        await using var cancelled = cancellationToken.Register(End);
        await over.Task;
        cancellationToken.ThrowIfCancellationRequested();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        lock (_lock)
        {
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        DateTimeOffset until;
        lock (_lock)
        {
            until = _now + by;
        }

        while (Next(until) is { } due)
        {
            due.Fire();
        }

        lock (_lock)
        {
            _now = until;
        }
    }

    private ManualTimer? Next(DateTimeOffset until)
    {
        lock (_lock)
        {
            var next = _timers.Where(t => t.DueAt <= until).MinBy(t => t.DueAt);
            if (next?.DueAt is { } at)
            {
                _now = at > _now ? at : _now;
                next.DueAt = next.Period > TimeSpan.Zero ? at + next.Period : null;
            }

            return next;
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset? DueAt { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                DueAt = dueTime == Timeout.InfiniteTimeSpan ? null : clock._now + dueTime;
                Period = period == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : period;
                return clock._timers.Contains(this);
            }
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
