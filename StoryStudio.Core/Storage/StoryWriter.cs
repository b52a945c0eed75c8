using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;

namespace StoryStudio.Core.Storage;

/// <summary>
/// The one writer to the database. Operations are queued, run one after another, and those that wait together share a commit,
/// because it is the flush to disk that costs; each has a savepoint, so that one that throws undoes itself alone. What they
/// changed is published after the commit, in the order of the versions.
/// </summary>
public sealed partial class StoryWriter : IAsyncDisposable
{
    private const int LargestBatch = 64;

    private readonly IDbContextFactory<StoryDbContext> _contexts;
    private readonly StoryChanges _changes;
    private readonly StaleCheck _stale;
    private readonly StoryStamps _stamps;
    private readonly GenerationPace _pace;
    private readonly DueTimes _dueTimes;
    private readonly ILogger<StoryWriter> _logger;
    private readonly Channel<Operation> _operations = Channel.CreateUnbounded<Operation>(new() { SingleReader = true });
    private readonly Task _loop;

    public StoryWriter(IDbContextFactory<StoryDbContext> contexts, StoryChanges changes, StaleCheck stale, StoryStamps stamps, GenerationPace pace, TimeProvider time, ILogger<StoryWriter> logger)
    {
        (_contexts, _changes, _stale, _stamps, _pace, _dueTimes, _logger) = (contexts, changes, stale, stamps, pace, new(time), logger);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>
    /// Runs <paramref name="operation"/> in a transaction and returns once that is committed and flushed to disk. Throws
    /// <see cref="StorageUnavailableException"/> where the disk is full, or the database cannot be written just now.
    /// </summary>
    public async Task<T> ExecuteAsync<T>(Func<WriteScope, Task<T>> operation)
    {
        var queued = new Operation<T>(operation);
        ObjectDisposedException.ThrowIf(!_operations.Writer.TryWrite(queued), this);

        try
        {
            return await queued.Done.Task;
        }
        catch (Exception failure) when (failure is not StoryStudioException && StorageFaults.IsUnavailable(failure))
        {
            // A person who saves something is told in a sentence; what waits and tries again looks at the cause.
            throw new StorageUnavailableException(StorageFaults.IsFull(failure), failure);
        }
    }

    /// <inheritdoc cref="ExecuteAsync{T}"/>
    public Task ExecuteAsync(Func<WriteScope, Task> operation) => ExecuteAsync(async scope =>
    {
        await operation(scope);
        return true;
    });

    public async ValueTask DisposeAsync()
    {
        _operations.Writer.TryComplete();
        await _loop;
    }

    private async Task RunAsync()
    {
        var batch = new List<Operation>(LargestBatch);
        StoryWorkingSet? open = null;
        while (await _operations.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < LargestBatch && _operations.Reader.TryRead(out var operation))
            {
                batch.Add(operation);
            }

            try
            {
                open ??= await StoryWorkingSet.OpenAsync(_contexts, _pace, _stale);
                await CommitAsync(open, batch, FollowClock(batch));
            }
            catch (Exception failure)
            {
                LogCommitFailed(failure, batch.Count);
                await CloseAsync(open);
                open = null;
                batch.ForEach(o => o.Fail(failure));
            }
        }

        await CloseAsync(open);
    }

    /// <summary>The time of the batch. Where the wall clock was set since the one before, moving what is due along comes first in it.</summary>
    private DateTimeOffset FollowClock(List<Operation> batch)
    {
        var moment = _dueTimes.Read();
        if (_dueTimes.Jump(moment) is { } by)
        {
            batch.Insert(0, new ClockOperation(_dueTimes, moment, by));
        }
        else
        {
            _dueTimes.Follow(moment);
        }

        return moment.Wall;
    }

    private async Task CommitAsync(StoryWorkingSet set, List<Operation> batch, DateTimeOffset now)
    {
        await using var transaction = await set.Db.Database.BeginTransactionAsync();
        var scope = set.Begin(now);
        var done = new List<Operation>(batch.Count);
        foreach (var operation in batch)
        {
            // Alone in its commit, an operation needs no savepoint: undoing it is undoing all.
            if (batch.Count > 1)
            {
                await transaction.CreateSavepointAsync("operation");
            }

            try
            {
                await operation.RunAsync(scope);
                await scope.SealAsync();
                done.Add(operation);
            }
            catch (Exception failure)
            {
                operation.Fail(failure);
                set.Forget();
                if (batch.Count == 1)
                {
                    return;
                }

                await transaction.RollbackToSavepointAsync("operation");
                scope.Discard();
            }

            if (batch.Count > 1)
            {
                await transaction.ReleaseSavepointAsync("operation");
            }
        }

        await scope.SaveVersionsAsync();
        await transaction.CommitAsync();
        set.Tidy();
        foreach (var storyId in scope.Doubted)
        {
            _stamps.Raise(storyId);
        }

        _changes.Publish(scope.Changes);
        done.ForEach(o => o.Succeed());
    }

    private static async Task CloseAsync(StoryWorkingSet? open)
    {
        if (open is not null)
        {
            await open.DisposeAsync();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A commit of {Operations} operations failed.")]
    private partial void LogCommitFailed(Exception failure, int operations);

    private abstract class Operation
    {
        public abstract Task RunAsync(WriteScope scope);

        public abstract void Succeed();

        public abstract void Fail(Exception failure);
    }

    private sealed class ClockOperation(DueTimes dueTimes, DueTimes.Moment moment, TimeSpan by) : Operation
    {
        public override Task RunAsync(WriteScope scope) => DueTimes.MoveAsync(scope, by);

        public override void Succeed() => dueTimes.Follow(moment);

        public override void Fail(Exception failure)
        {
            // The next commit finds the clock set by as much and begins with it again.
        }
    }

    private sealed class Operation<T>(Func<WriteScope, Task<T>> work) : Operation
    {
        private T? _result;

        public TaskCompletionSource<T> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async Task RunAsync(WriteScope scope) => _result = await work(scope);

        public override void Succeed() => Done.TrySetResult(_result!);

        public override void Fail(Exception failure) => Done.TrySetException(failure);
    }
}
