using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Generation;
using StoryStudio.Tests.Fakes;

namespace StoryStudio.Tests.Faults;

/// <summary>Stands before the pictures' store and stops one segment's picture while it is being saved, until it is let through.</summary>
internal sealed class SaveGate(int segment, Moment moment)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when the picture stands before it.</summary>
    public Task Reached => _reached.Task;

    public void Open() => _open.TrySetResult();

    public void Register(IServiceCollection services) =>
        new SteeredStore { Sealing = claim => Pass(claim, Moment.Answered), Kept = claim => Pass(claim, Moment.Saved) }.Register(services);

    private void Pass(Claim claim, Moment now)
    {
        if (now == moment && claim.Number.Beat == segment)
        {
            _reached.TrySetResult();
            _open.Task.GetAwaiter().GetResult();
        }
    }
}
