namespace StoryStudio.Tests.Fakes;

/// <summary>This machine's clock, which can leap ahead, and stand still. What was due on the way is due at once.</summary>
internal sealed class LeapingTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly HashSet<LeapingTimer> _timers = [];
    private TimeSpan _ahead;
    private volatile Standing? _standing;

    /// <summary>This machine's time, or that at which it stands.</summary>
    private DateTimeOffset Here => _standing?.At ?? System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => Here + _ahead;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new LeapingTimer(this, callback, state);
        timer.Change(dueTime, period);
        lock (_gate)
        {
            _timers.Add(timer);
        }

        return timer;
    }

    public void Leap(TimeSpan by)
    {
        LeapingTimer[] timers;
        lock (_gate)
        {
            _ahead += by;
            timers = [.. _timers];
        }

        foreach (var timer in timers)
        {
            timer.Leap(by);
        }
    }

    /// <summary>
    /// Until the end of it nothing becomes due but by a leap, however long that takes here: what happens meanwhile happened at once.
    /// </summary>
    public IDisposable Stand()
    {
        var standing = new Standing(this);
        Set(standing);
        return standing;
    }

    private void Set(Standing? standing)
    {
        LeapingTimer[] timers;
        lock (_gate)
        {
            _standing = standing;
            timers = [.. _timers];
        }

        foreach (var timer in timers)
        {
            timer.Leap(TimeSpan.Zero);
        }
    }

    private sealed class Standing(LeapingTime clock) : IDisposable
    {
        public DateTimeOffset At { get; } = System.GetUtcNow();

        public void Dispose() => clock.Set(null);
    }

    private sealed class LeapingTimer : ITimer
    {
        private readonly LeapingTime _clock;
        private readonly ITimer _timer;
        private readonly Lock _gate = new();
        private DateTimeOffset? _dueAt;
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public LeapingTimer(LeapingTime clock, TimerCallback callback, object? state)
        {
            _clock = clock;
            _timer = System.CreateTimer(
                _ =>
                {
                    lock (_gate)
                    {
                        _dueAt = _period == Timeout.InfiniteTimeSpan ? null : _clock.Here + _period;
                    }

                    callback(state);
                },
                null,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_gate)
            {
                (_dueAt, _period) = (dueTime == Timeout.InfiniteTimeSpan ? null : _clock.Here + dueTime, period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : period);
                return Start(dueTime);
            }
        }

        /// <summary>That much of the wait is over.</summary>
        public void Leap(TimeSpan by)
        {
            lock (_gate)
            {
                if (_dueAt - by is { } due)
                {
                    _dueAt = due;
                    var left = due - _clock.Here;
                    Start(left > TimeSpan.Zero ? left : TimeSpan.Zero);
                }
            }
        }

        private bool Start(TimeSpan left) => _clock._standing is null ? _timer.Change(left, _period) : _timer.Change(left == TimeSpan.Zero ? left : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public void Dispose()
        {
            lock (_clock._gate)
            {
                _clock._timers.Remove(this);
            }

            _timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
