using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Generation;

/// <summary>
/// One segment in one style, or one character's sheet in one style, and the only place where its state changes. Every step says from which states it may be taken and
/// throws <see cref="IllegalStepException"/> from any other; what an attempt does is allowed to the attempt that holds the image only.
/// <code>
/// pending ⟶ in_progress ⟶ completed | failed        cancelled from pending, in_progress and a failed one that waits
/// in_progress ⟶ pending      a retry, with NextAttemptAt; or given back, as if it had not been begun
/// in_progress ⟶ failed       after the third crash of the process in a row while it was being made
/// failed (with NextAttemptAt) ⟶ in_progress         the one second chance
/// failed | cancelled ⟶ pending                      a person asks again
/// completed | failed | cancelled ⟶ pending          a person asks for another version; a new image may begin with what a person says of it
/// completed | failed | cancelled ⟶ completed        a person brings a picture of their own, which a new image may begin with
/// failed | cancelled ⟶ completed                    a person keeps a picture that is there; also from a failed one that waits
/// </code>
/// </summary>
public sealed class StoryImage
{
    /// <summary>Crashes in a row after which an image is held to be what brings the process down.</summary>
    public const int MostCrashes = 3;

    /// <summary>Crashes, in a row or not, after which it is no longer taken for innocent because the process ended without it as well.</summary>
    public const int MostCrashesInAll = 12;

    public required string Id { get; init; }

    public required string StoryId { get; init; }

    /// <summary>The segment that it illustrates; null where it is a character's sheet.</summary>
    public string? SegmentId { get; init; }

    /// <summary>The character whose sheet it is; null where it illustrates a segment.</summary>
    public string? CharacterId { get; init; }

    public required string Style { get; init; }

    /// <summary>The segment's place in the story, which is the order in which images are made. Sheets are below zero: they come first.</summary>
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

    /// <summary>Since when it waits or is being made; null while nobody asks for it.</summary>
    public DateTimeOffset? QueuedAt { get; private set; }

    /// <summary>Whether it goes before the others of its lane.</summary>
    public Urgency Urgency { get; private set; }

    /// <summary>How many times in a row the process ended while it was being made. Not attempts: none of them came to an outcome.</summary>
    public int Crashes { get; private set; }

    /// <summary>The same, whether in a row or not, since it last came to an outcome or was asked for.</summary>
    public int CrashesInAll { get; private set; }

    /// <summary>Id of the attempt that holds it, while in progress.</summary>
    public string? Token { get; private set; }

    /// <summary>
    /// Key of the call that is under way, or of one whose outcome never became known: it is sent again, so that a provider that knows it charges
    /// once, by itself or when a person asks for the same picture again, however it ended. Another version is another call.
    /// </summary>
    public string? IdempotencyKey { get; private set; }

    /// <summary>Whether the second chance of this round is used up.</summary>
    public bool SecondChanceUsed { get; private set; }

    /// <summary>Since when it waits for a key, while it does.</summary>
    public DateTimeOffset? KeyWaitSince { get; private set; }

    /// <summary>The run that it is counted in; null where a person asked for it alone.</summary>
    public string? RunId { get; private set; }

    /// <summary>Whether the style's first picture goes with it: a segment's waits for that, a sheet goes with what there is.</summary>
    public bool Consistent { get; private set; }

    /// <summary>Whether a person asked for another picture: one that was made from the very same request does not serve.</summary>
    public bool Fresh { get; private set; }

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

    /// <summary>Why the chosen picture no longer fits what it was made from: codes with a blank between them; null while it does.</summary>
    public string? StaleCode { get; private set; }

    public string? StaleMessage { get; private set; }

    /// <summary>Why the chosen picture is locked; null where it is not.</summary>
    public LockReason? LockReason { get; private set; }

    /// <summary>Name of whoever locked it.</summary>
    public string? LockedBy { get; private set; }

    public DateTimeOffset? LockedAt { get; private set; }

    public bool IsLocked => LockReason is not null;

    /// <summary>Since when its segment is out of the story; no query finds it meanwhile unless it asks for it.</summary>
    public DateTimeOffset? RemovedAt { get; private set; }

    /// <summary>The story's change number at the last change; storage sets it as it saves.</summary>
    public long Version { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Since when it stands failed, with nothing to come by itself; null where it does not.</summary>
    public DateTimeOffset? FailedAt { get; private set; }

    public SegmentNumber Number => new(Scene, Beat);

    public bool IsSheet => CharacterId is not null;

    /// <summary>A failed image that goes once more by itself.</summary>
    public bool AwaitsSecondChance => Status is ImageStatus.Failed && NextAttemptAt is not null;

    public bool IsActive => Status is ImageStatus.Pending or ImageStatus.InProgress || AwaitsSecondChance;

    /// <summary>Whether work at it came to an end that says how long a picture takes: it is there, or failed for good, and not for want of a key.</summary>
    public bool HasCome => Status is ImageStatus.Completed
        || (Status is ImageStatus.Failed && !AwaitsSecondChance && FailureKinds.FromCode(ErrorCode)?.ConcernsKey() is not true);

    /// <summary>Whether an attempt for the picture that is being asked for went before: one that failed, waited for a key or was interrupted.</summary>
    public bool HasBegun => Attempt > 0 || KeyWaitSince is not null || IdempotencyKey is not null;

    private bool IsNew => MaxAttempts == 0;

    /// <summary>Whether the attempt <paramref name="token"/> still holds it; where not, its late result is dropped.</summary>
    public bool IsHeldBy(string token) => Status is ImageStatus.InProgress && Token == token;

    /// <summary>
    /// Asks for the picture, for the first time or again, as part of <paramref name="runId"/> or alone: for another one where there is one, unless
    /// <paramref name="fresh"/> is false, where one that fits serves as well.
    /// </summary>
    public void Request(string? runId, bool consistent, int maxRetries, DateTimeOffset now, bool fresh = true)
    {
        Require(IsNew || !IsActive, nameof(Request));
        RunId = runId;
        Consistent = consistent;
        PromptOverride = null;
        Instruction = null;
        Fresh = fresh && ChosenVersion is not null;
        IdempotencyKey = Fresh ? null : IdempotencyKey;
        Queue(runId is null ? Urgency.Asked : Urgency.None, maxRetries, now);
    }

    /// <summary>A person asks a failed or cancelled image to go again: alone, or with all that failed.</summary>
    public void Retry(string? runId, Urgency urgency, int maxRetries, DateTimeOffset now)
    {
        Require(Status is ImageStatus.Failed or ImageStatus.Cancelled, nameof(Retry));
        RunId = runId;
        Queue(urgency, maxRetries, now);
    }

    /// <summary>A person asks for another version, or for the first one in words of their own: that one goes with the style's first picture, as in a run.</summary>
    public void Redraw(string? runId, string? prompt, string? instruction, int maxRetries, DateTimeOffset now)
    {
        Require(IsNew || !IsActive, nameof(Redraw));
        RunId = runId;
        Consistent |= IsNew || IsSheet;
        PromptOverride = prompt;
        Instruction = instruction;
        Fresh = ChosenVersion is not null;
        IdempotencyKey = Fresh ? null : IdempotencyKey;
        Queue(Urgency.Asked, maxRetries, now);
    }

    /// <summary>A person wants it before all others that wait.</summary>
    public void MoveToFront()
    {
        Require(DueAt is not null, nameof(MoveToFront));
        Urgency = Urgency.Next;
    }

    /// <summary>Another one goes before it.</summary>
    public void MoveBack() => Urgency = Urgency is Urgency.Next ? Urgency.Asked : Urgency;

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

    /// <summary>What goes next is another call than the one of which nobody knows the end.</summary>
    public void ForgetCall()
    {
        Require(DueAt is not null, nameof(ForgetCall));
        IdempotencyKey = null;
    }

    /// <summary>How far the attempt is. Never falls back.</summary>
    public void Report(string token, int percent, string? previewId)
    {
        RequireHeld(token, nameof(Report));
        Progress = Math.Max(Progress, Math.Clamp(percent, 0, 99));
        PreviewId = previewId ?? PreviewId;
    }

    /// <summary>The picture is on disk and whole. Where it was locked meanwhile, it lies beside the chosen one, which stays.</summary>
    public void Complete(string token, ImageVersion picture)
    {
        RequireHeld(token, nameof(Complete));
        Settle();
        LatestVersion = picture.Number;
        if (!IsLocked)
        {
            Choose(picture);
        }
    }

    /// <summary>It waits, and cannot be begun for a reason that waiting does not mend.</summary>
    public void Deny(ImageError error)
    {
        Require(DueAt is not null, nameof(Deny));
        Release(ImageStatus.Failed);
        Rest();
        KeyWaitSince = null;
        NextAttemptAt = null;
        DueAt = null;
        SetError(error);
    }

    /// <summary>The attempt failed and another one follows by itself.</summary>
    public void RetryLater(string token, DateTimeOffset at, ImageError error, bool sameCall)
    {
        RequireHeld(token, nameof(RetryLater));
        Release(ImageStatus.Pending);
        ForgetCrashes();
        WaitUntil(at);
        SetError(error);
        if (!sameCall)
        {
            IdempotencyKey = null;
        }
    }

    /// <summary>
    /// Its key rests: it goes again with another one without an attempt being used up. <paramref name="at"/> is when one is expected; it may be
    /// claimed as soon as one is there.
    /// </summary>
    public void WaitForKey(string token, DateTimeOffset at, ImageError error, DateTimeOffset now)
    {
        RequireHeld(token, nameof(WaitForKey));
        Release(ImageStatus.Pending);
        Attempt--;
        NextAttemptAt = at;
        DueAt = now;
        SetError(error);

        // An earlier call by the same key may have been paid for, and a refusal to this one says nothing of that.
        IdempotencyKey = IdempotencyKey == token ? null : IdempotencyKey;
        KeyWaitSince ??= now;
        ForgetCrashes();
    }

    /// <summary>It could not be kept for want of room: no attempt is used up, and the same call is sent again, which may be paid for already.</summary>
    public void WaitForRoom(string token, DateTimeOffset at, ImageError error)
    {
        RequireHeld(token, nameof(WaitForRoom));
        Release(ImageStatus.Pending);
        Attempt--;
        WaitUntil(at);
        SetError(error);
        ForgetCrashes();
    }

    /// <summary>The attempt never came to an outcome (a stop, a crash): the image stands as if it had not begun.</summary>
    public void GiveBack(string token, DateTimeOffset now)
    {
        RequireHeld(token, nameof(GiveBack));
        Release(ImageStatus.Pending);
        Attempt--;
        DueAt = now;
    }

    /// <summary>The wall clock was set by that much: it waits since and until the same moments as before.</summary>
    public void Move(TimeSpan by)
    {
        Require(DueAt is not null, nameof(Move));
        QueuedAt += by;
        DueAt += by;
        NextAttemptAt += by;
    }

    /// <summary>The process ended while it was being made. The third time in a row it is set aside with <paramref name="error"/>.</summary>
    public void GiveBackAfterCrash(string token, ImageError error, DateTimeOffset now)
    {
        RequireHeld(token, nameof(GiveBackAfterCrash));
        var (crashes, all) = (Crashes + 1, CrashesInAll + 1);
        if (crashes >= MostCrashes)
        {
            Attempt--;
            Fail(token, error, secondChanceAt: null, sameCall: true);
        }
        else
        {
            GiveBack(token, now);
        }

        (Crashes, CrashesInAll) = (crashes, all);
    }

    /// <summary>
    /// The process ended while others were being made and it was not: something else brings it down, so that it counts anew how often it
    /// does. Not for ever: of several that bring it down, each would speak for the others.
    /// </summary>
    public void Acquit()
    {
        Require(Token is null, nameof(Acquit));
        Crashes = CrashesInAll < MostCrashesInAll ? 0 : Crashes;
    }

    /// <summary>
    /// The attempt failed and no further one is due, but for the second chance where <paramref name="secondChanceAt"/> says when. What follows,
    /// that one or a person's own retry, is the same call again where <paramref name="sameCall"/>.
    /// </summary>
    public void Fail(string token, ImageError error, DateTimeOffset? secondChanceAt, bool sameCall = false)
    {
        RequireHeld(token, nameof(Fail));
        if (secondChanceAt is not null && SecondChanceUsed)
        {
            throw new IllegalStepException(this, "a third chance");
        }

        Release(ImageStatus.Failed);
        if (secondChanceAt is null)
        {
            Rest();
        }

        ForgetCrashes();
        KeyWaitSince = null;
        SetError(error);
        if (!sameCall)
        {
            IdempotencyKey = null;
        }

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
        Rest();
        KeyWaitSince = null;
        NextAttemptAt = null;
        DueAt = null;
        ClearError();
    }

    /// <summary>Shows this picture from now on. Where another one was wanted and failed, or was cancelled, this one is kept instead, and nothing goes again by itself.</summary>
    public void Choose(ImageVersion picture)
    {
        Require(Status is ImageStatus.Completed or ImageStatus.Failed or ImageStatus.Cancelled, nameof(Choose));
        if (Status is not ImageStatus.Completed)
        {
            Settle();
        }

        ChosenVersion = picture.Number;
        MediaType = picture.MediaType;
        Width = picture.Width;
        Height = picture.Height;
        Provider = picture.Provider;
        Model = picture.Model;
        CostUsd = picture.CostUsd;
    }

    /// <summary>
    /// The chosen picture stays until <see cref="Unlock"/>: runs pass it by, and a version that is under way does not take its place.
    /// A lock that is there already is replaced.
    /// </summary>
    public void Lock(LockReason reason, string by, DateTimeOffset now)
    {
        Require(ChosenVersion is not null, nameof(Lock));
        (LockReason, LockedBy, LockedAt) = (reason, by, now);
    }

    public void Unlock() => (LockReason, LockedBy, LockedAt) = (null, null, null);

    /// <summary>Its segment leaves the story. What goes on with it is cancelled first.</summary>
    public void PutAway(DateTimeOffset now)
    {
        Require(!IsActive, nameof(PutAway));
        RemovedAt = now;
    }

    /// <summary>Its segment is back in the story.</summary>
    public void BringBack() => RemovedAt = null;

    /// <summary>It is saved as it is by now: from then on it stands failed, where it does.</summary>
    public void NoteFailure(DateTimeOffset now) => FailedAt = Status is ImageStatus.Failed && !AwaitsSecondChance ? FailedAt ?? now : null;

    /// <summary>Says why the chosen picture no longer fits what it was made from; nothing that it does.</summary>
    public void MarkStale(IReadOnlyList<Staleness> causes)
    {
        ArgumentNullException.ThrowIfNull(causes);
        StaleCode = causes.Count == 0 ? null : string.Join(' ', causes.Select(c => c.Code).Distinct(StringComparer.Ordinal));
        StaleMessage = causes.Count == 0 ? null : string.Join(' ', causes.Select(c => c.Message));
    }

    /// <summary>A person brings a picture of their own, which is shown from now on.</summary>
    public void Bring(ImageVersion picture)
    {
        Require(IsNew || !IsActive, nameof(Bring));
        ArgumentNullException.ThrowIfNull(picture);
        Consistent |= IsNew;
        MaxAttempts = Math.Max(1, MaxAttempts);
        Settle();
        LatestVersion = picture.Number;
        Choose(picture);
    }

    public ImageState ToState() => new()
    {
        Id = Id,
        StoryId = StoryId,
        RunId = RunId,
        SegmentId = SegmentId,
        CharacterId = CharacterId,
        Type = IsSheet ? ImageType.Character : ImageType.Segment,
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
        Stale = StaleCode?.Split(' ') is { } causes ? new(causes[0], StaleMessage ?? "") { Causes = causes } : null,
        Lock = LockReason is { } reason ? new(reason, LockedBy ?? "", LockedAt ?? UpdatedAt) : null,
        Version = Version,
        UpdatedAt = UpdatedAt,
    };

    private void Queue(Urgency urgency, int maxRetries, DateTimeOffset now)
    {
        Status = ImageStatus.Pending;
        Urgency = urgency;
        QueuedAt = now;

        // One that was set aside goes alone: the others are not to suffer with it again.
        (Crashes, CrashesInAll) = ErrorCode == AttemptOutcome.Crashed ? (MostCrashes - 1, MostCrashesInAll) : (0, 0);
        Progress = 0;
        Attempt = 0;
        MaxAttempts = maxRetries + 1;
        NextAttemptAt = null;
        DueAt = now;
        SecondChanceUsed = false;
        KeyWaitSince = null;
        ClearError();
    }

    /// <summary>Its picture is there, and nothing of the way there is left.</summary>
    private void Settle()
    {
        Release(ImageStatus.Completed);
        Rest();
        Progress = 100;
        NextAttemptAt = null;
        DueAt = null;
        IdempotencyKey = null;
        Fresh = false;
        PromptOverride = null;
        Instruction = null;
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

    /// <summary>Nothing further happens to it by itself.</summary>
    private void Rest()
    {
        Urgency = Urgency.None;
        QueuedAt = null;
        ForgetCrashes();
    }

    private void ForgetCrashes() => (Crashes, CrashesInAll) = (0, 0);

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

/// <summary>Which of the images that wait in a lane go first. Words on the wire: <c>none</c>, <c>asked</c>, <c>next</c>.</summary>
public enum Urgency
{
    /// <summary>In the order of the story.</summary>
    None,

    /// <summary>A person asked for this one alone and waits for it.</summary>
    Asked,

    /// <summary>"This one next."</summary>
    Next,
}

/// <summary>A step that the state machine does not have. Always a fault in the program, never the user's.</summary>
public sealed class IllegalStepException(StoryImage image, string step)
    : InvalidOperationException($"Image {image.Id} is {image.Status}: {step} is not a step from there.");
