using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Generation;
using StoryStudio.Tests.Fakes;

namespace StoryStudio.Tests.Faults;

/// <summary>Stops the attempt for one segment at one moment between the answer of the service and the last commit, until it is let through.</summary>
internal sealed class MomentGate(int segment, Moment moment)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isNear;

    /// <summary>Done when the attempt stands before it.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Whether how the attempt ended is being written down: nothing of it may be left to see, and the moment be still to come.</summary>
    public bool IsNear => _isNear && !_open.Task.IsCompleted;

    public void Open() => _open.TrySetResult();

    public void Register(IServiceCollection services)
    {
        new SteeredStore { Sealing = claim => Pass(claim, Moment.Answered), Kept = claim => Pass(claim, Moment.Saved) }.Register(services);
        new SteeredQueue { Settling = SettlingAsync, Settled = SettledAsync }.Register(services);
    }

    /// <summary>Done at once for another segment or moment.</summary>
    public Task PassAsync(int of, Moment now)
    {
        if (of != segment || now != moment)
        {
            return Task.CompletedTask;
        }

        _reached.TrySetResult();
        return _open.Task;
    }

    private void Pass(Claim claim, Moment now) => PassAsync(claim.Number.Beat, now).GetAwaiter().GetResult();

    private Task SettlingAsync(Claim claim, Settlement settlement)
    {
        if (settlement is Settlement.GivenBack)
        {
            return Task.CompletedTask;
        }

        _isNear |= claim.Number.Beat == segment && (moment is Moment.Settled or Moment.BackingOff);
        return PassAsync(claim.Number.Beat, Moment.Failed);
    }

    private async Task SettledAsync(Claim claim, Settlement settlement)
    {
        if (settlement is not Settlement.GivenBack)
        {
            await PassAsync(claim.Number.Beat, Moment.Settled);
        }

        if (settlement is Settlement.RetryLater or Settlement.Failed { Wait: not null } || (settlement is Settlement.WaitForKey { Wait: var wait } && wait > TimeSpan.Zero))
        {
            await PassAsync(claim.Number.Beat, Moment.BackingOff);
        }

        // It may go again at once, or not at all.
        _isNear &= claim.Number.Beat != segment;
    }
}
