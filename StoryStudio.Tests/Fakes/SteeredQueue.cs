using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Storage;

namespace StoryStudio.Tests.Fakes;

/// <summary>The real queue, and what a test wants to happen right before or after one of its steps: something done elsewhere in that moment, or a failure.</summary>
internal sealed class SteeredQueue : IGenerationQueue
{
    private readonly Lock _gate = new();
    private readonly List<int> _reports = [];
    private GenerationQueue _queue = null!;
    private int _looks;

    /// <summary>Before all lanes are looked at.</summary>
    public Func<Task>? Looking { get; set; }

    /// <summary>Between the look at all lanes and the one into this.</summary>
    public Func<Lane, Task>? Peeking { get; set; }

    /// <summary>Between the commit of claims and the moment at which their attempts begin.</summary>
    public Func<IReadOnlyList<Claim>, Task>? Claimed { get; set; }

    /// <summary>Between the choice of images and the commit of their claims.</summary>
    public Func<IReadOnlyList<ClaimRequest>, Task>? Claiming { get; set; }

    /// <summary>Before it is read what a claimed image is drawn from.</summary>
    public Func<Claim, Task>? Loading { get; set; }

    /// <summary>Before a picture is written down.</summary>
    public Func<Claim, Task>? Completing { get; set; }

    /// <summary>Before an end without a picture is written down.</summary>
    public Func<Claim, Settlement, Task>? Settling { get; set; }

    /// <summary>When it is written down.</summary>
    public Func<Claim, Settlement, Task>? Settled { get; set; }

    /// <summary>Before it is written down what a story waits for.</summary>
    public Func<string?, Task>? Noting { get; set; }

    /// <summary>Before it is written down that the process was told to stop.</summary>
    public Func<Task>? Stopping { get; set; }

    /// <summary>How often all lanes were looked at.</summary>
    public int Looks => Volatile.Read(ref _looks);

    /// <summary>What calls said of how far they are, in per cent.</summary>
    public IReadOnlyList<int> Reports
    {
        get
        {
            lock (_gate)
            {
                return [.. _reports];
            }
        }
    }

    public void Register(IServiceCollection services) => services.RemoveAll<IGenerationQueue>().AddSingleton<IGenerationQueue>(s =>
    {
        _queue = ActivatorUtilities.CreateInstance<GenerationQueue>(s);
        return this;
    });

    public async Task<IReadOnlyList<Lane>> GetLanesAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _looks);
        await (Looking?.Invoke() ?? Task.CompletedTask);
        return await _queue.GetLanesAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<Claim>> ClaimAsync(IReadOnlyList<ClaimRequest> requests)
    {
        await (Claiming?.Invoke(requests) ?? Task.CompletedTask);
        var claims = await _queue.ClaimAsync(requests);
        await (Claimed?.Invoke(claims) ?? Task.CompletedTask);
        return claims;
    }

    public Task<bool> ReserveAsync(Claim claim, string requestHash) => _queue.ReserveAsync(claim, requestHash);

    public async Task<ImageWork?> LoadAsync(Claim claim, CancellationToken cancellationToken)
    {
        await (Loading?.Invoke(claim) ?? Task.CompletedTask);
        return await _queue.LoadAsync(claim, cancellationToken);
    }

    public async Task<bool> CompleteAsync(Claim claim, KeptPicture picture)
    {
        await (Completing?.Invoke(claim) ?? Task.CompletedTask);
        return await _queue.CompleteAsync(claim, picture);
    }

    public async Task<bool> SettleAsync(Claim claim, Settlement settlement)
    {
        await (Settling?.Invoke(claim, settlement) ?? Task.CompletedTask);
        var isHeld = await _queue.SettleAsync(claim, settlement);
        await (Settled?.Invoke(claim, settlement) ?? Task.CompletedTask);
        return isHeld;
    }

    public async Task NoteWaitAsync(string storyId, RunWait? wait)
    {
        await (Noting?.Invoke(wait?.Sentence) ?? Task.CompletedTask);
        await _queue.NoteWaitAsync(storyId, wait);
    }

    public Task ReportAsync(Claim claim, int percent, string? previewId)
    {
        lock (_gate)
        {
            _reports.Add(percent);
        }

        return _queue.ReportAsync(claim, percent, previewId);
    }

    public async Task NoteStopAsync()
    {
        await (Stopping?.Invoke() ?? Task.CompletedTask);
        await _queue.NoteStopAsync();
    }

    public bool MayPass(Exception failure) => _queue.MayPass(failure);

    public Task ReconsiderBudgetsAsync() => _queue.ReconsiderBudgetsAsync();

    public Task GoOnWithinBudgetsAsync() => _queue.GoOnWithinBudgetsAsync();

    public Task<ImageVersion?> FindMadeAsync(Claim claim, string requestHash, CancellationToken cancellationToken) => _queue.FindMadeAsync(claim, requestHash, cancellationToken);

    public Task<IReadOnlyList<LeftAttempt>> RecoverAsync() => _queue.RecoverAsync();

    public Task FollowClockAsync() => _queue.FollowClockAsync();

    public async Task<IReadOnlyList<WaitingImage>> PeekAsync(Lane lane, int count, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await (Peeking?.Invoke(lane) ?? Task.CompletedTask);
        return await _queue.PeekAsync(lane, count, now, cancellationToken);
    }

    public Task<Suspect?> FindSuspectAsync(DateTimeOffset now, CancellationToken cancellationToken) => _queue.FindSuspectAsync(now, cancellationToken);

    public Task<Unsaved?> FindUnsavedAsync(CancellationToken cancellationToken) => _queue.FindUnsavedAsync(cancellationToken);
}
