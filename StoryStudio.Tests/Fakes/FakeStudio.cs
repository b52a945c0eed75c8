using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;

namespace StoryStudio.Tests.Fakes;

/// <summary>Stories and pictures in memory, whose images move only when a test says so.</summary>
internal sealed class FakeStudio(StoryChanges changes) : IStoryLibrary, IIllustrator, IPictureFiles, IQueueBoard
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 13, 0, 0, TimeSpan.FromHours(1));
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Shelf> _shelves = new(StringComparer.Ordinal);

    /// <summary>Thrown by every command while it is set.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Thrown by the start of a run while it is set.</summary>
    public Exception? StartFailure { get; set; }

    public NewStory? LastStory { get; private set; }

    public RunRequest? LastRun { get; private set; }

    public SegmentPatch? LastPatch { get; private set; }

    public Dictionary<(string Image, int Version), StoredPicture> Pictures { get; } = [];

    public PreviewPicture? Preview { get; set; }

    /// <summary>Ids of images that refuse to go again.</summary>
    public HashSet<string> Locked { get; } = new(StringComparer.Ordinal);

    /// <summary>Ids of images that were to go again.</summary>
    public List<string> Retried { get; } = [];

    public List<(string ImageId, int Version)> Chosen { get; } = [];

    public static string Id(int number) => $"{number:x32}";

    public Task<StoryDetails> CreateAsync(NewStory story, CancellationToken cancellationToken = default) => Do(() =>
    {
        LastStory = story;
        if (string.IsNullOrWhiteSpace(story.Title))
        {
            throw new InvalidInputException("title", "A story needs a title.");
        }

        var shelf = new Shelf(Id(_shelves.Count + 1), story.Title, Math.Max(1, story.Segments?.Count ?? 2));
        _shelves[shelf.Id] = shelf;
        return shelf.Details();
    });

    public Task<Page<StorySummary>> ListAsync(int page, int pageSize, CancellationToken cancellationToken = default) => Do(() =>
        new Page<StorySummary>([.. _shelves.Values.Where(s => !s.Deleted).Skip((page - 1) * pageSize).Take(pageSize).Select(s => s.Summary())], page, pageSize, _shelves.Values.Count(s => !s.Deleted)));

    public Task<StoryDetails> GetAsync(string storyId, CancellationToken cancellationToken = default) => Do(() => Find(storyId).Details());

    public Task<StoryDetails> UpdateAsync(string storyId, StoryPatch patch, CancellationToken cancellationToken = default) => Do(() =>
    {
        var shelf = Find(storyId);
        shelf.Title = patch.Title ?? shelf.Title;
        return shelf.Details();
    });

    public Task DeleteAsync(string storyId, CancellationToken cancellationToken = default) => Do(() =>
    {
        var shelf = Find(storyId);
        shelf.Deleted = true;
        changes.Publish([new StoryRemoved(storyId, ++shelf.Version)]);
        return true;
    });

    public Task RestoreAsync(string storyId, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<SegmentDetails> UpdateSegmentAsync(string storyId, string number, SegmentPatch patch, CancellationToken cancellationToken = default) => Do(() =>
    {
        LastPatch = patch;
        return Find(storyId).Details().Segments.FirstOrDefault(s => s.Number == number) ?? throw new NotFoundException("segment", "There is no such segment.");
    });

    public Task<QueueState> GetAsync(CancellationToken cancellationToken = default) => Do(() => new QueueState
    {
        MaxConcurrency = 5,
        Waiting = _shelves.Values.Sum(s => s.Images.Count(i => i.Status is ImageStatus.Pending)),
        Runs = [.. _shelves.Values.Where(s => s.Run?.IsActive() == true).Select(s => new QueuedRun(s.Title, s.Run!))],
        Working = [],
        Next = [.. _shelves.Values.SelectMany(s => s.Images.Where(i => i.Status is ImageStatus.Pending).Select(i => new QueuedImage { Image = i, StoryTitle = s.Title, Since = Noon }))],
    });

    public Task<RunState> StartAsync(string storyId, RunRequest request, CancellationToken cancellationToken = default) => Do(() =>
    {
        LastRun = request;
        if (StartFailure is { } failure)
        {
            throw failure;
        }

        var shelf = Find(storyId);
        if (shelf.Run is { } active && active.IsActive())
        {
            throw new ConflictException("run_active", "The story is being illustrated already.") { RunId = active.Id };
        }

        shelf.Images = [.. Enumerable.Range(1, shelf.Segments).Select(n => shelf.NewImage(n, Noon))];
        shelf.Run = shelf.NewRun(Noon);
        changes.Publish([.. shelf.Images.Select(i => new ImageChanged(i)), new RunChanged(shelf.Run)]);
        return shelf.Run;
    });

    public Task<RunEstimate> EstimateAsync(string storyId, RunRequest request, CancellationToken cancellationToken = default) => Do(() => new RunEstimate(Find(storyId).Segments, 40, 0.4m, 0));

    public RunEstimate Estimate(NewStory story) => new(story.Segments!.Count, 40, 0.4m, 0);

    public Task<RunDetails> GetRunAsync(string runId, CancellationToken cancellationToken = default) => Do(() => OfRun(runId) is var shelf ? new RunDetails(shelf.Run!, shelf.Images) : null!);

    public Task<RunState> CancelRunAsync(string runId, CancellationToken cancellationToken = default) => Do(() => Finish(OfRun(runId), RunStatus.Cancelled));

    public Task<RunState> PauseAsync(string runId, CancellationToken cancellationToken = default) => Do(() => OfRun(runId).Run! with { Status = RunStatus.Paused });

    public Task<RunState> ResumeAsync(string runId, decimal? budgetUsd = null, bool liftBudget = false, CancellationToken cancellationToken = default) => Do(() => OfRun(runId).Run!);

    public Task<RunState> SetPriorityAsync(string runId, RunPriority priority, CancellationToken cancellationToken = default) => Do(() => OfRun(runId).Run! with { Priority = priority });

    public Task<RunState> CancelStyleAsync(string runId, string style, CancellationToken cancellationToken = default) => Do(() => OfRun(runId).Run!);

    public Task<ImageState> CancelImageAsync(string imageId, CancellationToken cancellationToken = default) => Do(() => OfImage(imageId) with { Status = ImageStatus.Cancelled });

    public Task<ImageState> MoveToFrontAsync(string imageId, CancellationToken cancellationToken = default) => Do(() => OfImage(imageId));

    public Task<RunState> RetryFailedAsync(string runId, CancellationToken cancellationToken = default) => Do(() => OfRun(runId).Run!);

    public Task<ImageState> RetryAsync(string imageId, CancellationToken cancellationToken = default) => Do(() =>
    {
        Retried.Add(imageId);
        return Locked.Contains(imageId) ? throw new ConflictException("image_locked", "This picture is locked.")
            : OfImage(imageId) is { Status: ImageStatus.Failed } failed ? failed : throw new ConflictException("image_not_failed", "The image has not failed.");
    });

    public Task<int> RetryAllAsync(IReadOnlyList<string> imageIds, CancellationToken cancellationToken = default) => Do(() =>
    {
        Retried.AddRange(imageIds);
        return imageIds.Count(Locked.Contains);
    });

    public Task<ImageState> RetryRewordedAsync(string imageId, CancellationToken cancellationToken = default) => RetryAsync(imageId, cancellationToken);

    public Task<ImageState> RegenerateAsync(string imageId, string? prompt, string? instruction, CancellationToken cancellationToken = default) => Do(() => OfImage(imageId) with { Error = new("said", $"{prompt}|{instruction}", false) });

    public Task<ImageDetails> GetImageAsync(string storyId, string number, string style, CancellationToken cancellationToken = default) => Do(() =>
    {
        var image = Find(storyId).Images.FirstOrDefault(i => i.Number == number && i.Style == style) ?? throw new NotFoundException("image", "Nobody asked for that picture yet.");
        return new ImageDetails(image, [new AttemptDetails { Id = "a", Number = 1, StartedAt = Noon, Outcome = "running", Provider = "sketch" }]);
    });

    public Task<ImageDetails> GetImageAsync(string imageId, CancellationToken cancellationToken = default) => Do(() =>
        new ImageDetails(OfImage(imageId), [new AttemptDetails { Id = "a", Number = 1, StartedAt = Noon, Outcome = "running", Provider = "sketch" }]));

    public Task<IReadOnlyList<ImageVersionDetails>> GetVersionsAsync(string imageId, CancellationToken cancellationToken = default) => Do<IReadOnlyList<ImageVersionDetails>>(() =>
    [
        new()
        {
            Version = 1, Url = $"/media/{OfImage(imageId).Id}/v1.webp", Chosen = true, MediaType = "image/webp", Width = 8, Height = 8, Bytes = 9,
            Prompt = "A fox", Provider = "openai", Model = "m", CostUsd = 0.04m, CreatedAt = Noon,
        },
    ]);

    public Task<ImageState> ChooseAsync(string imageId, int version, CancellationToken cancellationToken = default) => Do(() =>
    {
        Chosen.Add((imageId, version));
        return OfImage(imageId) with { ChosenVersion = version };
    });

    public Task<StorySnapshot> GetSnapshotAsync(string storyId, CancellationToken cancellationToken = default) => Do(() => Find(storyId).Snapshot());

    public Task<StoredPicture?> FindAsync(string imageId, int version, CancellationToken cancellationToken = default) => Task.FromResult(Pictures.GetValueOrDefault((imageId, version)));

    public Task<StoredPicture?> FindOfCharacterAsync(string characterId, int number, CancellationToken cancellationToken = default) => Task.FromResult(Pictures.GetValueOrDefault((characterId, number)));

    public PreviewPicture? FindPreview(string imageId, string previewId) => previewId == "1" ? Preview : null;

    /// <summary>Moves an image, counted from 0, as a commit would.</summary>
    public ImageState Move(string storyId, int index, ImageStatus status, int progress = 0)
    {
        lock (_gate)
        {
            var shelf = Find(storyId);
            var moved = shelf.Images[index] with { Status = status, Progress = progress, Version = ++shelf.Version };
            shelf.Images = [.. shelf.Images.Select((image, i) => i == index ? moved : image)];
            changes.Publish([new ImageChanged(moved)]);
            return moved;
        }
    }

    /// <summary>Has one more image join a story's run, as one does that goes again.</summary>
    public ImageState Join(string storyId)
    {
        lock (_gate)
        {
            var shelf = Find(storyId);
            var image = shelf.NewImage(shelf.Images.Count + 1, Noon);
            shelf.Images = [.. shelf.Images, image];
            shelf.Run = shelf.Run! with { Total = shelf.Run.Total + 1, Version = ++shelf.Version };
            changes.Publish([new ImageChanged(image), new RunChanged(shelf.Run)]);
            return image;
        }
    }

    /// <summary>Ends a story's run.</summary>
    public RunState Finish(string storyId)
    {
        lock (_gate)
        {
            return Finish(Find(storyId), RunStatus.CompletedWithErrors);
        }
    }

    private RunState Finish(Shelf shelf, RunStatus status)
    {
        shelf.Run = shelf.Run! with { Status = status, Progress = 100, Version = ++shelf.Version, FinishedAt = Noon };
        changes.Publish([new RunChanged(shelf.Run)]);
        return shelf.Run;
    }

    private Task<T> Do<T>(Func<T> action)
    {
        lock (_gate)
        {
            return Failure is { } failure ? Task.FromException<T>(failure) : Run();
        }

        Task<T> Run()
        {
            try
            {
                return Task.FromResult(action());
            }
            catch (Exception exception)
            {
                return Task.FromException<T>(exception);
            }
        }
    }

    private Shelf Find(string storyId) =>
        _shelves.TryGetValue(storyId, out var shelf) && !shelf.Deleted ? shelf : throw new NotFoundException("story", "There is no such story.");

    private Shelf OfRun(string runId) => _shelves.Values.FirstOrDefault(s => s.Run?.Id == runId) ?? throw new NotFoundException("run", "There is no such run.");

    private ImageState OfImage(string imageId) =>
        _shelves.Values.SelectMany(s => s.Images).FirstOrDefault(i => i.Id == imageId) ?? throw new NotFoundException("image", "There is no such image.");

    private sealed class Shelf(string id, string title, int segments)
    {
        public string Id => id;

        public string Title { get; set; } = title;

        public int Segments => segments;

        public bool Deleted { get; set; }

        public long Version { get; set; }

        public RunState? Run { get; set; }

        public IReadOnlyList<ImageState> Images { get; set; } = [];

        public StorySnapshot Snapshot() => new() { StoryId = id, Version = Version, Pending = Images.Count(i => i.IsActive()), Images = Images, Run = Run };

        public StoryDetails Details() => new()
        {
            Id = id, Title = Title, Version = Version, CreatedAt = Noon, UpdatedAt = Noon, Styles = [new("illustration", "Illustration")], Characters = [],
            Segments =
            [
                .. Enumerable.Range(1, segments).Select(n => new SegmentDetails
                {
                    Id = $"s{n}", Number = $"1.{n}", Text = "Once", HardCut = n == 1, EffectivePrompts = new Dictionary<string, string>(StringComparer.Ordinal), Characters = [],
                }),
            ],
        };

        public StorySummary Summary() => new() { Id = id, Title = Title, CreatedAt = Noon, UpdatedAt = Noon, Segments = segments, Styles = [], Run = Run };

        public ImageState NewImage(int n, DateTimeOffset now) => new()
        {
            Id = $"{id[..16]}{n:x16}", StoryId = id, SegmentId = $"s{n}", Number = $"1.{n}", Style = "illustration", Status = ImageStatus.Pending,
            Progress = 0, Attempt = 0, MaxAttempts = 4, Version = ++Version, UpdatedAt = now,
        };

        public RunState NewRun(DateTimeOffset now) => new()
        {
            Id = $"f{id[1..]}", StoryId = id, Status = RunStatus.Running, Progress = 0, Total = segments, Completed = 0, Failed = 0, InProgress = 0, Pending = segments,
            Cancelled = 0, EstimatedSecondsLeft = 40, UseCharacterConsistency = true, StartedAt = now, Version = ++Version,
            Styles = new Dictionary<string, StyleProgress>(StringComparer.Ordinal) { ["illustration"] = new() { Total = segments, Completed = 0, Failed = 0 } },
        };
    }
}
