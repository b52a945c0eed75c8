namespace StoryStudio.Tests.Fakes;

/// <summary>This machine's clock, which can leap ahead. What was due on the way is due at once.</summary>
internal sealed class LeapingTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly HashSet<LeapingTimer> _timers = [];
    private TimeSpan _ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;

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
                        _dueAt = _period == Timeout.InfiniteTimeSpan ? null : System.GetUtcNow() + _period;
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
                (_dueAt, _period) = (dueTime == Timeout.InfiniteTimeSpan ? null : System.GetUtcNow() + dueTime, period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : period);
                return _timer.Change(dueTime, _period);
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
                    var left = due - System.GetUtcNow();
                    _timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, _period);
                }
            }
        }

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
