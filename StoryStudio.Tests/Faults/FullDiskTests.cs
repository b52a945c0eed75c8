using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Storage;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Faults;

/// <summary>A disk that is full at the worst moments: nothing is paid for again that was made, and no attempt is used up.</summary>
public sealed class FullDiskTests
{
    private const int NoSpaceLeft = 28;

    [Fact]
    public async Task Picture_ThatIsSavedWhenTheDatabaseIsFull_IsWrittenDownOnceThereIsRoomAndNobodyIsCalledAgain()
    {
        var full = new FullQueue { Refusals = 3 };
        await using var studio = await Studio.StartAsync(services: services => Replace<IGenerationQueue>(services, s => full.Over(ActivatorUtilities.CreateInstance<GenerationQueue>(s))));
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());

        for (var refusal = 1; refusal <= 3; refusal++)
        {
            await full.Refused.WaitAsync(Studio.Patience);
            Assert.Equal(ImageStatus.InProgress, (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0].Status);
            if (refusal < 3)
            {
                await MoveOnUntilAsync(studio, () => full.Refused.CurrentCount > 0);
            }
        }

        var end = await FinishedAsync(studio, story.Id);
        Assert.Equal((ImageStatus.Completed, 1), (end.Images[0].Status, end.Images[0].Attempt));
        Assert.Single(studio.Provider.Calls);
        await studio.StopAsync();
        Assert.Empty(StoreCheck.Violations(studio.Folder, maxRetries: 3, longestAttempt: null, []));
    }

    [Fact]
    public async Task Picture_WhoseCommitWasReportedLostButHolds_IsCompletedWithItsFile()
    {
        var full = new FullQueue { Refusals = 1, CommitsAllTheSame = true };
        await using var studio = await Studio.StartAsync(services: services => Replace<IGenerationQueue>(services, s => full.Over(ActivatorUtilities.CreateInstance<GenerationQueue>(s))));
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await full.Refused.WaitAsync(Studio.Patience);

        var end = await FinishedAsync(studio, story.Id);
        Assert.Equal(ImageStatus.Completed, end.Images[0].Status);
        await studio.StopAsync();
        Assert.Empty(StoreCheck.Violations(studio.Folder, maxRetries: 3, longestAttempt: null, []));
    }

    [Fact]
    public async Task Pictures_ThatFindNoRoom_AreCalledForOneAtATimeAndBeginWithThatWhichFoundNone()
    {
        var (isFull, free) = (true, 100 * DiskRoom.PerPicture);
        await using var studio = await Studio.StartAsync(
            o => o.Generation.MaxConcurrency = 5,
            services: services => Replace<IPictureStore>(services, s => new FullStore(s.GetRequiredService<PictureFiles>(), () => false, () => free)));
        var counting = new Lock();
        var (underWay, mostUnderWay) = (0, 0);
        void Count(int by)
        {
            lock (counting)
            {
                mostUnderWay = Math.Max(mostUnderWay, underWay += by);
            }
        }

        studio.Provider.Script = async (request, destination, _, token) =>
        {
            Count(1);
            await studio.Clock.SleepAsync(TimeSpan.FromSeconds(1), token);
            Count(-1);
            return isFull ? throw new IOException("No space left on device", NoSpaceLeft) : await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await studio.CreateStoryAsync(10);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });

        // Those that were under way when it became full have been called for; after that nothing goes for as long as nothing is freed.
        await studio.RunAsync(TimeSpan.FromSeconds(4));
        Assert.Equal((5, 5), (studio.Provider.Calls.Count, studio.Provider.MostInFlight));
        var first = studio.Provider.Calls.Select(c => c.IdempotencyKey).ToHashSet(StringComparer.Ordinal);
        Assert.Contains("disk is full", studio.Services.GetRequiredService<EngineStatus>().Trouble, StringComparison.Ordinal);
        var inLine = (await studio.Services.GetRequiredService<IQueueBoard>().GetAsync()).Next.Where(n => n.Place is not null).ToList();
        Assert.NotEmpty(inLine);
        Assert.All(inLine, n => Assert.Equal("Waiting for room on the disk.", n.WaitsFor!.Message));

        // For an hour nothing is freed: a single call after 5, 10, 20 s and so on, always the same picture's.
        await studio.RunAsync(TimeSpan.FromHours(1));
        var probes = studio.Provider.Calls.Skip(5).ToList();
        Assert.InRange(probes.Count, 6, 14);
        Assert.Subset(first, probes.Select(c => c.IdempotencyKey).ToHashSet(StringComparer.Ordinal));
        Assert.All((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images, i => Assert.Equal((ImageStatus.Pending, 0), (i.Status, i.Attempt)));

        // Room again: one that fits, then all.
        (isFull, free, mostUnderWay) = (false, free + (8 * 1024 * 1024), 0);
        var before = studio.Provider.Calls.Count;
        await studio.RunAsync(TimeSpan.FromSeconds(1.5));
        Assert.Equal((1, 1), (studio.Provider.Calls.Count - before, mostUnderWay));
        await studio.RunAsync(TimeSpan.FromSeconds(30));
        Assert.InRange(mostUnderWay, 2, 5);

        var end = await studio.UntilFinishedAsync(story.Id);
        Assert.Equal(10, end.Run!.Completed);
        Assert.Equal(10, studio.Provider.Calls.Select(c => c.IdempotencyKey).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Picture_ThatFindsNoRoomOnADiskThatHasSomeAgain_WaitsAndUsesUpNoAttempt()
    {
        var (refusals, free) = (6, 100 * DiskRoom.PerPicture);
        await using var studio = await Studio.StartAsync(services: services => Replace<IPictureStore>(services, s => new FullStore(s.GetRequiredService<PictureFiles>(), () => Interlocked.Decrement(ref refusals) >= 0, () => free)));
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());

        for (var refusal = 0; refusal < 6; refusal++)
        {
            var waiting = await studio.UntilAsync(story.Id, s => s.Images[0] is { Error.Code: "disk_full", NextAttemptAt: { } at } && at > studio.Time.GetUtcNow());
            Assert.Equal(0, waiting.Images[0].Attempt);
            free += DiskRoom.PerPicture;
            studio.Advance(waiting.Images[0].NextAttemptAt!.Value - studio.Time.GetUtcNow());
        }

        var end = await studio.UntilFinishedAsync(story.Id);
        Assert.Equal((ImageStatus.Completed, 1), (end.Images[0].Status, end.Images[0].Attempt));
        Assert.Single(studio.Provider.Calls.Select(c => c.IdempotencyKey).Distinct(StringComparer.Ordinal));
    }

    private static void Replace<T>(IServiceCollection services, Func<IServiceProvider, T> make)
        where T : class => services.RemoveAll<T>().AddSingleton(make);

    [Fact]
    public async Task Claims_ThatTheDatabaseRefuses_HoldNoKeyAndAreMadeOnceItServesAgain()
    {
        var full = new FullQueue { ClaimRefusals = 2 };
        await using var studio = await Studio.StartAsync(
            o => (o.Provider, o.Styles[0].ApiKeys, o.Styles[0].RequestsPerMinute) = ("openai", ["sk-the-only-key-1111"], 1),
            new() { Name = "openai" },
            services: services => Replace<IGenerationQueue>(services, s => full.Over(ActivatorUtilities.CreateInstance<GenerationQueue>(s))));
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.RunAsync(TimeSpan.FromSeconds(2));

        var board = studio.Services.GetRequiredService<IQueueBoard>();
        Assert.StartsWith("The store cannot be used at the moment.", (await board.GetAsync()).Trouble, StringComparison.Ordinal);
        Assert.Empty(studio.Provider.Calls);
        await studio.RunAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(ImageStatus.Completed, (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Single().Status);
        Assert.Null((await board.GetAsync()).Trouble);
    }

    private static async Task<StorySnapshot> FinishedAsync(Studio studio, string storyId)
    {
        var finished = studio.UntilFinishedAsync(storyId);
        await MoveOnUntilAsync(studio, () => finished.IsCompleted);
        return await finished;
    }

    /// <summary>Moves the clock on by a second after another: whoever waits for one may only just be about to set its timer.</summary>
    private static async Task MoveOnUntilAsync(Studio studio, Func<bool> condition)
    {
        while (!condition())
        {
            studio.Advance(TimeSpan.FromSeconds(1));
            for (var look = 0; look < 50 && !condition(); look++)
            {
                await Task.Delay(1);
            }
        }
    }

    private sealed class FullStore(PictureFiles files, Func<bool> isFull, Func<long> free) : IPictureStore
    {
        public IPictureDraft Begin(Claim claim) => isFull() ? throw new IOException("No space left on device", NoSpaceLeft) : files.Begin(claim);

        public Task<Stream?> OpenAsync(ImageVersion version, CancellationToken cancellationToken) => files.OpenAsync(version, cancellationToken);

        public long Free() => free();

        public bool IsFull(Exception failure) => files.IsFull(failure);
    }

    /// <summary>The queue on a database that takes no completed picture for a while.</summary>
    private sealed class FullQueue : IGenerationQueue
    {
        private IGenerationQueue _queue = null!;

        public int Refusals { get; set; }

        public int ClaimRefusals { get; set; }

        /// <summary>As a disk that fails in the moment after the last byte: what was said to have failed has happened.</summary>
        public bool CommitsAllTheSame { get; init; }

        public SemaphoreSlim Refused { get; } = new(0);

        public FullQueue Over(IGenerationQueue queue)
        {
            _queue = queue;
            return this;
        }

        public async Task<bool> CompleteAsync(Claim claim, KeptPicture picture)
        {
            if (Refusals-- <= 0)
            {
                return await _queue.CompleteAsync(claim, picture);
            }

            if (CommitsAllTheSame)
            {
                await _queue.CompleteAsync(claim, picture);
            }

            Refused.Release();
            throw new SqliteException("database or disk is full", 13);
        }

        public bool MayPass(Exception failure) => _queue.MayPass(failure);

        public Task NoteStopAsync() => _queue.NoteStopAsync();

        public Task ReconsiderBudgetsAsync() => _queue.ReconsiderBudgetsAsync();

        public Task GoOnWithinBudgetsAsync() => _queue.GoOnWithinBudgetsAsync();

        public Task NoteWaitAsync(string storyId, RunWait? wait) => _queue.NoteWaitAsync(storyId, wait);

        public Task<ImageVersion?> FindMadeAsync(Claim claim, string requestHash, CancellationToken cancellationToken) => _queue.FindMadeAsync(claim, requestHash, cancellationToken);

        public Task<IReadOnlyList<LeftAttempt>> RecoverAsync() => _queue.RecoverAsync();

        public Task FollowClockAsync() => _queue.FollowClockAsync();

        public Task<IReadOnlyList<Lane>> GetLanesAsync(CancellationToken cancellationToken) => _queue.GetLanesAsync(cancellationToken);

        public Task<IReadOnlyList<WaitingImage>> PeekAsync(Lane lane, int count, DateTimeOffset now, CancellationToken cancellationToken) => _queue.PeekAsync(lane, count, now, cancellationToken);

        public Task<Suspect?> FindSuspectAsync(DateTimeOffset now, CancellationToken cancellationToken) => _queue.FindSuspectAsync(now, cancellationToken);

        public Task<Unsaved?> FindUnsavedAsync(CancellationToken cancellationToken) => _queue.FindUnsavedAsync(cancellationToken);

        public Task<IReadOnlyList<Claim>> ClaimAsync(IReadOnlyList<ClaimRequest> requests) =>
            ClaimRefusals-- > 0 ? throw new SqliteException("database or disk is full", 13) : _queue.ClaimAsync(requests);

        public Task<bool> ReserveAsync(Claim claim, string requestHash) => _queue.ReserveAsync(claim, requestHash);

        public Task<ImageWork?> LoadAsync(Claim claim, CancellationToken cancellationToken) => _queue.LoadAsync(claim, cancellationToken);

        public Task ReportAsync(Claim claim, int percent, string? previewId) => _queue.ReportAsync(claim, percent, previewId);

        public Task<bool> SettleAsync(Claim claim, Settlement settlement) => _queue.SettleAsync(claim, settlement);
    }
}
