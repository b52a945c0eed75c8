using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;

namespace StoryStudio.Web.Live;

/// <summary>
/// Feeds the components of this process from one hub connection. While that is away, what has something pending is asked for every
/// three seconds and everything else is left in peace; when it returns, every watched story is joined and read anew.
/// </summary>
internal sealed partial class StoryFeed : BackgroundService, IStoryFeed
{
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan ReconnectInterval = TimeSpan.FromSeconds(1);

    // The hub pings on its transport's heartbeat, which pipes inside one process have not: here silence means that nothing happened,
    // and a line that ends is completed, not forgotten. The usual thirty seconds would cut it again and again in a quiet studio.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromDays(3650);

    private readonly IIllustrator _illustrator;
    private readonly IReviews _reviews;
    private readonly TimeProvider _time;
    private readonly ILogger<StoryFeed> _logger;
    private readonly HubConnection _hub;
    private readonly ConcurrentDictionary<string, WatchedStory> _stories = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    // Joining and leaving go one at a time, so that a late leave never undoes a newer join of the same story.
    private readonly SemaphoreSlim _joining = new(1, 1);
    private TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _live;

    public StoryFeed(IConnectionFactory line, IIllustrator illustrator, IReviews reviews, TimeProvider time, ILogger<StoryFeed> logger)
    {
        (_illustrator, _reviews, _time, _logger) = (illustrator, reviews, time, logger);
        var builder = new HubConnectionBuilder().AddJsonProtocol(options => StoryStudioJson.Configure(options.PayloadSerializerOptions));
        builder.Services.AddSingleton(line);
        builder.Services.AddSingleton<EndPoint>(InProcessHubLine.EndPoint);
        _hub = builder.Build();
        _hub.ServerTimeout = LongestSilence;
        _hub.On<ImageState>(nameof(IStoryClient.ImageChanged), image => Watched(image.StoryId)?.Apply(image));
        _hub.On<RunState>(nameof(IStoryClient.RunChanged), run => Watched(run.StoryId)?.Apply(run));
        _hub.On<CommentState>(nameof(IStoryClient.CommentChanged), comment => Watched(comment.StoryId)?.Reviews.Apply(comment));
        _hub.On<ReviewState>(nameof(IStoryClient.ReviewChanged), review => Watched(review.StoryId)?.Reviews.Apply(review));
        _hub.On<string, long>(nameof(IStoryClient.StoryEdited), (storyId, version) =>
        {
            if (Watched(storyId) is { } story && story.EditVersion < version)
            {
                _ = RereadAsync(story);
            }
        });
        _hub.Closed += _ =>
        {
            _closed.TrySetResult();
            return Task.CompletedTask;
        };
    }

    public FeedMode Mode => _live ? FeedMode.Live : FeedMode.Polling;

    /// <summary>Snapshots that were asked for because the hub was away.</summary>
    public int Polls { get; private set; }

    public async Task<IStoryView> OpenAsync(string storyId, CancellationToken cancellationToken = default)
    {
        WatchedStory story;
        lock (_gate)
        {
            story = _stories.GetOrAdd(storyId, static id => new(id));
            story.Views++;
        }

        var view = new StoryView(this, story);
        try
        {
            // Nobody waits for the line. To read is done within the call, SQLite being in the process: so a page stands whole in its first
            // render, and a circuit that takes over from the document replaces what is shown by the same, not by a heading alone.
            story.Apply(await _illustrator.GetSnapshotAsync(storyId, cancellationToken));
        }
        catch
        {
            await view.DisposeAsync();
            throw;
        }

        if (_live && !story.IsJoined)
        {
            _ = JoinAsync(story);
        }

        return view;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _hub.DisposeAsync();
    }

    internal async Task RefreshAsync(WatchedStory story, bool join, CancellationToken cancellationToken = default)
    {
        await ReadAsync(story, join, cancellationToken);
        if (story.Reviews.IsLoaded)
        {
            await LoadReviewsAsync(story, cancellationToken);
        }
    }

    internal async Task LoadReviewsAsync(WatchedStory story, CancellationToken cancellationToken)
    {
        bool wasJoined;
        do
        {
            wasJoined = story.IsJoined;
            story.Reviews.Apply(await _reviews.GetAsync(story.StoryId, cancellationToken));

            // Whoever joins it looks afterwards whether there is anything to be read anew; one of the two sees what the other did.
            Interlocked.MemoryBarrier();
        }
        while (!wasJoined && story.IsJoined);
    }

    private async Task ReadAsync(WatchedStory story, bool join, CancellationToken cancellationToken)
    {
        if (!join || !_live || story.IsJoined || !await TryJoinAsync(story, cancellationToken))
        {
            story.Apply(await _illustrator.GetSnapshotAsync(story.StoryId, cancellationToken));
        }
    }

    /// <summary>Behind a page that stands already: what happened since it was read is read with it.</summary>
    private async Task JoinAsync(WatchedStory story)
    {
        try
        {
            if (await TryJoinAsync(story, CancellationToken.None) && story.Reviews.IsLoaded)
            {
                await LoadReviewsAsync(story, CancellationToken.None);
            }
        }
        catch (Exception failure)
        {
            // It may have been deleted meanwhile, or all of this is about to end.
            LogWatchFailed(failure, story.StoryId);
        }
    }

    /// <summary>Joins a story over the line and reads it. False where it is joined already, nobody watches it any more, or it cannot be.</summary>
    private async Task<bool> TryJoinAsync(WatchedStory story, CancellationToken cancellationToken)
    {
        await _joining.WaitAsync(cancellationToken);
        try
        {
            // Another who opened it may have joined it meanwhile, or the last one left; a line that was cut in between has left it again.
            var line = _closed;
            if (story.IsJoined || Watched(story.StoryId) != story)
            {
                return false;
            }

            // Joined first, read second: nothing falls between.
            await _hub.InvokeAsync(nameof(StoryHub.Join), story.StoryId, cancellationToken);
            story.Apply(await _illustrator.GetSnapshotAsync(story.StoryId, cancellationToken));
            story.IsJoined = !line.Task.IsCompleted;
            Interlocked.MemoryBarrier();
            return true;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Either there is no such story, which whoever reads it says properly, or the line was cut this moment.
            LogWatchFailed(failure, story.StoryId);
            return false;
        }
        finally
        {
            _joining.Release();
        }
    }

    internal async ValueTask LeaveAsync(WatchedStory story)
    {
        lock (_gate)
        {
            if (--story.Views > 0)
            {
                return;
            }

            _stories.TryRemove(story.StoryId, out _);
        }

        if (_live)
        {
            await _joining.WaitAsync();
            try
            {
                if (!_stories.ContainsKey(story.StoryId))
                {
                    await _hub.InvokeAsync(nameof(StoryHub.Unwatch), story.StoryId);
                }
            }
            catch (Exception failure)
            {
                // A line that is cut has left every group already.
                LogWatchFailed(failure, story.StoryId);
            }
            finally
            {
                _joining.Release();
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var polling = PollAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (await ConnectAsync(stoppingToken))
            {
                await _closed.Task.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                SetLive(false);
            }
            else
            {
                await Task.Delay(ReconnectInterval, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await polling;
    }

    private async Task<bool> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _hub.StartAsync(cancellationToken);
            SetLive(true);
            foreach (var story in _stories.Values)
            {
                await RejoinAsync(story, cancellationToken);
            }

            return true;
        }
        catch (Exception failure)
        {
            LogNotConnected(failure);
            return _hub.State is HubConnectionState.Connected;
        }
    }

    private async Task RejoinAsync(WatchedStory story, CancellationToken cancellationToken)
    {
        try
        {
            await RefreshAsync(story, join: true, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // It may have been deleted meanwhile; the others are joined all the same.
            LogPollFailed(failure, story.StoryId);
        }
    }

    /// <summary>After an edit images may have gone, of which no message tells.</summary>
    private async Task RereadAsync(WatchedStory story)
    {
        try
        {
            await RefreshAsync(story, join: false);
        }
        catch (Exception failure)
        {
            LogPollFailed(failure, story.StoryId);
        }
    }

    private async Task PollAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(PollInterval, _time);
        while (await WaitAsync(timer, stoppingToken))
        {
            if (_live)
            {
                continue;
            }

            foreach (var story in _stories.Values.Where(s => s.IsPending))
            {
                try
                {
                    Polls++;
                    await RefreshAsync(story, join: false, stoppingToken);
                }
                catch (Exception failure)
                {
                    LogPollFailed(failure, story.StoryId);
                }
            }
        }
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void SetLive(bool live)
    {
        if (_live == live)
        {
            return;
        }

        _live = live;
        LogMode(Mode);
        foreach (var story in _stories.Values)
        {
            story.IsJoined = false;
            story.ModeChanged();
        }
    }

    private WatchedStory? Watched(string storyId) => _stories.GetValueOrDefault(storyId);

    [LoggerMessage(Level = LogLevel.Information, Message = "The pages are fed by {Mode}.")]
    private partial void LogMode(FeedMode mode);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The hub cannot be reached; it is tried again.")]
    private partial void LogNotConnected(Exception failure);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Story {StoryId} could not be joined or left over the hub.")]
    private partial void LogWatchFailed(Exception failure, string storyId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Story {StoryId} could not be asked for.")]
    private partial void LogPollFailed(Exception failure, string storyId);

    private sealed class StoryView(StoryFeed feed, WatchedStory story) : IStoryView
    {
        private int _left;

        public string StoryId => story.StoryId;

        public FeedMode Mode => feed.Mode;

        public RunState? Run => story.Run;

        public IReadOnlyCollection<ImageState> Images => story.Images;

        public long EditVersion => story.EditVersion;

        public long Revision => story.Revision;

        public ImageState? Find(string subjectId, string style) => story.Find(subjectId, style);

        public IDisposable OnImage(string subjectId, string style, Action handler) => story.OnImage(subjectId, style, handler);

        public WatchedReviews Reviews => story.Reviews;

        public Task LoadReviewsAsync(CancellationToken cancellationToken = default) =>
            story.Reviews.IsLoaded ? Task.CompletedTask : feed.LoadReviewsAsync(story, cancellationToken);

        public IDisposable OnImages(Action handler) => story.OnImages(handler);

        public IDisposable OnRun(Action handler) => story.OnRun(handler);

        public IDisposable OnStory(Action handler) => story.OnStory(handler);

        public IDisposable OnMode(Action handler) => story.OnMode(handler);

        public Task RefreshAsync(CancellationToken cancellationToken = default) => feed.RefreshAsync(story, join: false, cancellationToken);

        public ValueTask DisposeAsync() => Interlocked.Exchange(ref _left, 1) == 0 ? feed.LeaveAsync(story) : ValueTask.CompletedTask;
    }
}
