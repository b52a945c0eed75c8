using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Generation;

/// <summary>
/// One segment in one style, and the only place where its state changes. Every step says from which states it may be taken and
/// throws <see cref="IllegalStepException"/> from any other; what an attempt does is allowed to the attempt that holds the image only.
/// <code>
/// pending ⟶ in_progress ⟶ completed | failed        cancelled from pending, in_progress and a failed one that waits
/// in_progress ⟶ pending      a retry, with NextAttemptAt; or given back, as if it had not been begun
/// failed (with NextAttemptAt) ⟶ in_progress         the one second chance
/// failed | cancelled ⟶ pending                      a person asks again
/// completed | failed | cancelled ⟶ pending          a person asks for another version
/// </code>
/// </summary>
public sealed class StoryImage
{
    public required string Id { get; init; }

    public required string StoryId { get; init; }

    public required string SegmentId { get; init; }

    public required string Style { get; init; }

    /// <summary>The segment's place in the story, which is the order in which images are made.</summary>
    public required int Ordinal { get; set; }

    public required int Scene { get; set; }

    public required int Beat { get; set; }

    public ImageStatus Status { get; private set; }

    public int Progress { get; private set; }

    /// <summary>Attempts used in this round.</summary>
    public int Attempt { get; private set; }

    public int MaxAttempts { get; private set; }

    /// <summary>Attempts over the whole life, which number the attempt rows.</summary>
    public int Attempts { get; private set; }

    public DateTimeOffset? NextAttemptAt { get; private set; }

    /// <summary>From when it may be claimed; null where it may not. Set together with the state, so that the queue has one index.</summary>
    public DateTimeOffset? DueAt { get; private set; }

    /// <summary>Id of the attempt that holds it, while in progress.</summary>
    public string? Token { get; private set; }

    /// <summary>Key of a call whose outcome never became known, to be sent again so that a provider that knows it charges once.</summary>
    public string? IdempotencyKey { get; private set; }

    /// <summary>Whether the second chance of this round is used up.</summary>
    public bool SecondChanceUsed { get; private set; }

    /// <summary>Since when it waits for a key, while it does.</summary>
    public DateTimeOffset? KeyWaitSince { get; private set; }

    /// <summary>The run that it is counted in; null where a person asked for it alone.</summary>
    public string? RunId { get; private set; }

    /// <summary>Whether the style's first picture is made first and handed to it.</summary>
    public bool Consistent { get; private set; }

    /// <summary>The prompt for the next version only, where a person gave one.</summary>
    public string? PromptOverride { get; private set; }

    /// <summary>What to change in the next version, where a person said so.</summary>
    public string? Instruction { get; private set; }

    public string? ErrorCode { get; private set; }

    public string? ErrorMessage { get; private set; }

    public bool ErrorRetryable { get; private set; }

    public string? Provider { get; private set; }

    public string? Model { get; private set; }

    public decimal? CostUsd { get; private set; }

    /// <summary>Number of the newest picture; 0 while there is none.</summary>
    public int LatestVersion { get; private set; }

    public int? ChosenVersion { get; private set; }

    public string? MediaType { get; private set; }

    public int? Width { get; private set; }

    public int? Height { get; private set; }

    /// <summary>Id of the preview in memory, while there is one.</summary>
    public string? PreviewId { get; private set; }

    /// <summary>The story's change number at the last change; storage sets it as it saves.</summary>
    public long Version { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public SegmentNumber Number => new(Scene, Beat);

    /// <summary>A failed image that goes once more by itself.</summary>
    public bool AwaitsSecondChance => Status is ImageStatus.Failed && NextAttemptAt is not null;

    public bool IsActive => Status is ImageStatus.Pending or ImageStatus.InProgress || AwaitsSecondChance;

    /// <summary>Whether an attempt for the picture that is being asked for went before: one that failed, waited for a key or was interrupted.</summary>
    public bool HasBegun => Attempt > 0 || KeyWaitSince is not null || IdempotencyKey is not null;

    private bool IsNew => MaxAttempts == 0;

    /// <summary>Whether the attempt <paramref name="token"/> still holds it; where not, its late result is dropped.</summary>
    public bool IsHeldBy(string token) => Status is ImageStatus.InProgress && Token == token;

    /// <summary>Asks for the picture, for the first time or again, as part of <paramref name="runId"/> or alone.</summary>
    public void Request(string? runId, bool consistent, int maxRetries, DateTimeOffset now)
    {
        Require(IsNew || !IsActive, nameof(Request));
        RunId = runId;
        Consistent = consistent;
        PromptOverride = null;
        Instruction = null;
        Queue(maxRetries, now);
    }

    /// <summary>A person asks a failed or cancelled image to go again.</summary>
    public void Retry(string? runId, int maxRetries, DateTimeOffset now)
    {
        Require(Status is ImageStatus.Failed or ImageStatus.Cancelled, nameof(Retry));
        RunId = runId;
        Queue(maxRetries, now);
    }

    /// <summary>A person asks for another version.</summary>
    public void Redraw(string? runId, string? prompt, string? instruction, int maxRetries, DateTimeOffset now)
    {
        Require(!IsActive, nameof(Redraw));
        RunId = runId;
        PromptOverride = prompt;
        Instruction = instruction;
        Queue(maxRetries, now);
    }

    /// <summary>An attempt takes it. <paramref name="token"/> is the attempt's id.</summary>
    public void Start(string token, string provider, string? model, DateTimeOffset now)
    {
        Require(DueAt <= now && (Status is ImageStatus.Pending || AwaitsSecondChance), nameof(Start));
        if (AwaitsSecondChance)
        {
            SecondChanceUsed = true;
        }

        Status = ImageStatus.InProgress;
        Token = token;
        IdempotencyKey ??= token;
        Attempt++;
        Attempts++;
        Progress = 0;
        NextAttemptAt = null;
        DueAt = null;
        ClearError();
        Provider = provider;
        Model = model;
    }

    /// <summary>How far the attempt is. Never falls back.</summary>
    public void Report(string token, int percent, string? previewId)
    {
        RequireHeld(token, nameof(Report));
        Progress = Math.Max(Progress, Math.Clamp(percent, 0, 99));
        PreviewId = previewId ?? PreviewId;
    }

    /// <summary>The picture is on disk and whole.</summary>
    public void Complete(string token, ImageVersion picture)
    {
        RequireHeld(token, nameof(Complete));
        Release(ImageStatus.Completed);
        Progress = 100;
        IdempotencyKey = null;
        PromptOverride = null;
        Instruction = null;
        KeyWaitSince = null;
        LatestVersion = picture.Number;
        Choose(picture);
    }

    /// <summary>The attempt failed and another one follows by itself.</summary>
    public void RetryLater(string token, DateTimeOffset at, ImageError error, bool sameCall)
    {
        RequireHeld(token, nameof(RetryLater));
        Release(ImageStatus.Pending);
        WaitUntil(at);
        SetError(error);
        if (!sameCall)
        {
            IdempotencyKey = null;
        }
    }

    /// <summary>No key may be used: it waits without an attempt being used up.</summary>
    public void WaitForKey(string token, DateTimeOffset at, ImageError error, DateTimeOffset now)
    {
        RequireHeld(token, nameof(WaitForKey));
        Release(ImageStatus.Pending);
        Attempt--;
        WaitUntil(at);
        SetError(error);
        IdempotencyKey = null;
        KeyWaitSince ??= now;
    }

    /// <summary>The attempt never came to an outcome (a stop, a crash): the image stands as if it had not begun.</summary>
    public void GiveBack(string token, DateTimeOffset now)
    {
        RequireHeld(token, nameof(GiveBack));
        Release(ImageStatus.Pending);
        Attempt--;
        DueAt = now;
    }

    /// <summary>The attempt failed and no further one is due, but for the second chance where <paramref name="secondChanceAt"/> says when.</summary>
    public void Fail(string token, ImageError error, DateTimeOffset? secondChanceAt)
    {
        RequireHeld(token, nameof(Fail));
        if (secondChanceAt is not null && SecondChanceUsed)
        {
            throw new IllegalStepException(this, "a third chance");
        }

        Release(ImageStatus.Failed);
        IdempotencyKey = null;
        KeyWaitSince = null;
        SetError(error);
        if (secondChanceAt is { } at)
        {
            WaitUntil(at);
            MaxAttempts = Attempt + 1;
        }
    }

    /// <summary>A person wants it no more. Whoever holds it finds its token gone.</summary>
    public void Cancel()
    {
        Require(IsActive, nameof(Cancel));
        Release(ImageStatus.Cancelled);
        IdempotencyKey = null;
        KeyWaitSince = null;
        NextAttemptAt = null;
        DueAt = null;
        ClearError();
    }

    /// <summary>Shows this picture from now on.</summary>
    public void Choose(ImageVersion picture)
    {
        Require(!IsActive, nameof(Choose));
        ChosenVersion = picture.Number;
        MediaType = picture.MediaType;
        Width = picture.Width;
        Height = picture.Height;
        Provider = picture.Provider;
        Model = picture.Model;
        CostUsd = picture.CostUsd;
    }

    public ImageState ToState() => new()
    {
        Id = Id,
        StoryId = StoryId,
        SegmentId = SegmentId,
        Number = Number.ToString(),
        Style = Style,
        Status = Status,
        Progress = Progress,
        Attempt = Attempt,
        MaxAttempts = MaxAttempts,
        NextAttemptAt = NextAttemptAt,
        Url = ChosenVersion is { } chosen ? PictureAddress.Of(Id, chosen, MediaType!) : null,
        PreviewUrl = PreviewId is null ? null : PictureAddress.OfPreview(Id, PreviewId),
        MediaType = MediaType,
        Width = Width,
        Height = Height,
        Error = ErrorCode is null ? null : new(ErrorCode, ErrorMessage ?? "", ErrorRetryable),
        Provider = Provider,
        Model = Model,
        CostUsd = CostUsd,
        ChosenVersion = ChosenVersion,
        Version = Version,
        UpdatedAt = UpdatedAt,
    };

    private void Queue(int maxRetries, DateTimeOffset now)
    {
        Status = ImageStatus.Pending;
        Progress = 0;
        Attempt = 0;
        MaxAttempts = maxRetries + 1;
        NextAttemptAt = null;
        DueAt = now;
        SecondChanceUsed = false;
        KeyWaitSince = null;
        ClearError();
    }

    private void Release(ImageStatus status)
    {
        Status = status;
        Token = null;
        PreviewId = null;
        Progress = 0;
    }

    private void WaitUntil(DateTimeOffset at)
    {
        NextAttemptAt = at;
        DueAt = at;
    }

    private void SetError(ImageError error)
    {
        ErrorCode = error.Code;
        ErrorMessage = error.Message;
        ErrorRetryable = error.Retryable;
    }

    private void ClearError()
    {
        ErrorCode = null;
        ErrorMessage = null;
        ErrorRetryable = false;
    }

    private void Require(bool allowed, string step)
    {
        if (!allowed)
        {
            throw new IllegalStepException(this, step);
        }
    }

    private void RequireHeld(string token, string step) => Require(IsHeldBy(token), step);
}

/// <summary>A step that the state machine does not have. Always a fault in the program, never the user's.</summary>
public sealed class IllegalStepException(StoryImage image, string step)
    : InvalidOperationException($"Image {image.Id} is {image.Status}: {step} is not a step from there.");
