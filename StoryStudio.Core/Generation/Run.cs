using System.Globalization;

namespace StoryStudio.Core.Generation;

/// <summary>One "illustrate this story". Its counts change in the same commit as the images that they count.</summary>
public sealed class Run
{
    /// <summary>What one says of which no picture was begun, and which waits for nothing but its turn.</summary>
    public const string NotBegun = "Waiting to begin";

    /// <summary>What one says of which pictures were begun, and of which none goes on because others have their turn.</summary>
    public const string NotItsTurn = "Waiting for its turn";

    public required string Id { get; init; }

    public required string StoryId { get; init; }

    public RunStatus Status { get; private set; } = RunStatus.Queued;

    public required bool UseCharacterConsistency { get; init; }

    public RunPriority Priority { get; set; } = RunPriority.Normal;

    /// <summary>Why it is paused, while it is.</summary>
    public PauseReason? PauseReason { get; private set; }

    /// <summary>What all of it waits for at the moment, in a sentence; null while something goes on.</summary>
    public string? Waiting { get; set; }

    /// <summary>Whether what it waits for is only the pace of its keys, or its turn among equals, which is in the time that it is thought to take.</summary>
    public bool IsAtPace { get; set; }

    /// <summary>US dollars that it may cost; null where nobody said.</summary>
    public decimal? BudgetUsd { get; set; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; private set; }

    /// <summary>Number of the segment that was begun last, null where it was a character's sheet, and its style.</summary>
    public string? Current { get; private set; }

    public string? CurrentStyle { get; private set; }

    /// <summary>Since when it wants its turn: what was paused or ended is not in line meanwhile.</summary>
    public DateTimeOffset WaitingSince { get; private set; }

    /// <summary>When the measuring of pace began: a run is not judged by the time it stood in line before its first picture, nor by the time it slept.</summary>
    public DateTimeOffset MeasuredSince { get; private set; }

    /// <summary>How many pictures came to their end since then, by being made or by failing at it. What was cancelled says nothing of the pace.</summary>
    public int Measured { get; private set; }

    /// <summary>Since when it is said to be passed over, which says nothing of its pace; null while it is not.</summary>
    public DateTimeOffset? PassedOverSince { get; private set; }

    public long Version { get; set; }

    public List<RunStyle> Styles { get; init; } = [];

    public int Total => Styles.Sum(s => s.Total);

    /// <summary>Whether a style of it waits for a budget while others go on.</summary>
    public bool IsHeld => Styles.Exists(s => s.Held is not null);

    /// <summary>Cancelled, while images of it are still to be put away. Nothing of it is begun any more.</summary>
    public bool IsEnding => Status is RunStatus.Cancelled && FinishedAt is null;

    private int Active => Styles.Sum(s => s.Active);

    /// <summary>Whether an image of it was begun since it was asked for. What was cancelled while it waited, or got a picture otherwise, was not.</summary>
    private bool HasBegun => CurrentStyle is not null;

    /// <summary>Whether what was begun last is of a style in which nothing goes on any more, that waits for money, or for which nobody waits.</summary>
    private bool IsCurrentOver => Styles.Find(s => s.Style == CurrentStyle) is { Active: 0 } or { Held: not null, InProgress: 0 } or { Ending: true };

    public static Run Create(string id, string storyId, bool consistency, IEnumerable<string> styles, DateTimeOffset now) => new()
    {
        Id = id,
        StoryId = storyId,
        UseCharacterConsistency = consistency,
        StartedAt = now,
        WaitingSince = now,
        MeasuredSince = now,
        Styles = [.. styles.Select((style, i) => new RunStyle { RunId = id, Style = style, Ordinal = i })],
    };

    /// <summary>All of it waits for something from now on, or for something else than before; null that it waits no more.</summary>
    public void Wait(RunWait? wait, DateTimeOffset now)
    {
        if (wait is { IsPassedOver: true })
        {
            PassedOverSince ??= now;
        }
        else
        {
            LeaveOutWhatPassed(now);
        }

        (Waiting, IsAtPace) = (wait?.Sentence, wait?.IsAtPace == true);
    }

    /// <summary>Nothing more of it is begun; what is under way is finished. Of a run that has ended, nothing can be paused.</summary>
    public void Pause(PauseReason reason)
    {
        if (FinishedAt is not null || IsEnding)
        {
            throw new InvalidOperationException($"Run {Id} has ended: there is nothing to pause.");
        }

        Status = RunStatus.Paused;
        PauseReason = reason;
        Waiting = null;
    }

    /// <summary>A budget is in the way of this style: nothing more of it is begun. With nothing left that may go, the run is paused.</summary>
    public void Hold(string style, PauseReason reason)
    {
        Styles.Single(s => s.Style == style).Held = reason;
        PauseWhereAllIsHeld();
    }

    public bool Holds(string style) => Styles.Exists(s => s.Style == style && s.Held is not null);

    /// <summary>Whether a style of it waits for money: what is held for calls under way may come to less.</summary>
    public bool WaitsForMoney => PauseReason is not Generation.PauseReason.Author && Styles.Exists(s => s.WaitsForMoney);

    /// <summary>The budget is in the way of this style no more. What a person paused stays so.</summary>
    public void GoOn(string style, DateTimeOffset now)
    {
        Styles.Single(s => s.Style == style).Held = null;
        if (Status is RunStatus.Paused && PauseReason is not Generation.PauseReason.Author)
        {
            GoOn(now);
        }
    }

    /// <summary>Whether images of it are still to be put away in this style because nobody wants them any more.</summary>
    public bool Ends(string style) => Styles.Exists(s => s.Style == style && (IsEnding || s.Ending));

    /// <summary>Whether an image of it in this style may be begun.</summary>
    public bool MayBegin(string style) => Status is not RunStatus.Paused && !Holds(style) && !Ends(style);

    /// <summary>Whether a call may go again in this style for which the money is held: a budget is in the way of the others alone.</summary>
    public bool MayRepeat(string style) => PauseReason is not Generation.PauseReason.Author && !Ends(style);

    /// <summary>
    /// A person wants nothing more of it. Its images are cancelled beside it, and with the last of them it is over; some that were cancelled
    /// alone do not make a cancelled run.
    /// </summary>
    public void Cancel()
    {
        if (FinishedAt is null)
        {
            Status = RunStatus.Cancelled;
            PauseReason = null;
            Waiting = null;
            Current = null;
            CurrentStyle = null;
            Release();
        }
    }

    /// <summary>A person wants nothing more of it in this style. Its images are cancelled beside it.</summary>
    public void Cancel(string style)
    {
        var ending = Styles.Single(s => s.Style == style);
        ending.Ending = ending.Active > 0;
        ending.Held = null;
    }

    /// <summary>Goes on in every style, and is not judged by the time that it slept.</summary>
    public void Unpause(DateTimeOffset now)
    {
        Release();
        if (Status is RunStatus.Paused)
        {
            GoOn(now);
        }
    }

    /// <summary>
    /// What the last month's budget was in the way of goes on. What a person paused stays so, and so does what another budget is in the way of.
    /// </summary>
    public void BeginMonth(DateTimeOffset now)
    {
        Styles.FindAll(s => s.Held is Generation.PauseReason.MonthlyBudget).ForEach(s => s.Held = null);
        if (Status is not RunStatus.Paused || PauseReason is Generation.PauseReason.Author)
        {
            return;
        }

        if (Styles.Exists(s => s.Held is null && s.Active > 0))
        {
            GoOn(now);
        }
        else
        {
            PauseWhereAllIsHeld();
        }
    }

    /// <summary>An image of it was begun: the segment's <paramref name="number"/>, or null for a sheet.</summary>
    public void Begin(string? number, string style, DateTimeOffset now)
    {
        LeaveOutWhatPassed(now);
        if (CurrentStyle is null)
        {
            MeasuredSince = now;
        }

        Waiting = null;
        Current = number;
        CurrentStyle = style;
    }

    /// <summary>An image of it was worked at to its end.</summary>
    public void Finish() => Measured++;

    /// <summary>After a restart, measures the pace anew.</summary>
    public void Resume(DateTimeOffset now)
    {
        WaitingSince = now;
        MeasuredSince = now;
        PassedOverSince = null;
        Measured = 0;
    }

    /// <summary>Draws the status from the counts.</summary>
    public void Settle(DateTimeOffset now)
    {
        Styles.ForEach(s => s.Ending &= s.Active > 0);
        if (Active > 0)
        {
            if (Status is RunStatus.Paused || IsEnding)
            {
                return;
            }

            if (Status is not (RunStatus.Queued or RunStatus.Running))
            {
                Status = RunStatus.Running;
                FinishedAt = null;
                Resume(now);
            }
            else if (HasBegun)
            {
                Status = RunStatus.Running;
            }

            PauseWhereAllIsHeld();
            return;
        }

        var status = Styles switch
        {
            _ when Status is RunStatus.Cancelled || (Total > 0 && Styles.TrueForAll(s => s.Cancelled == s.Total)) => RunStatus.Cancelled,
            _ when Styles.Any(s => s.Failed > 0) => RunStatus.CompletedWithErrors,
            _ => RunStatus.Completed,
        };
        if (FinishedAt is null || status != Status)
        {
            Status = status;
            // One that is over stays over since then, whatever is kept or brought in later.
            FinishedAt ??= now;
            PauseReason = null;
            Waiting = null;
            Current = null;
            CurrentStyle = null;
            Release();
        }
    }

    /// <summary>The wall clock was set by that much: how long it waited and the time that was measured stay what they are.</summary>
    public void Move(TimeSpan by)
    {
        WaitingSince += by;
        MeasuredSince += by;
        PassedOverSince += by;
    }

    /// <param name="now">The present.</param>
    /// <param name="guessPerImage">How long an image is thought to take on the whole, while nothing was measured.</param>
    /// <param name="byKeys">How long the keys need at least to let all through that is still to be begun, however quick those were that are there.</param>
    public RunState ToState(DateTimeOffset now, TimeSpan guessPerImage, TimeSpan byKeys = default)
    {
        var total = Total;
        var completed = Styles.Sum(s => s.Completed);
        var failed = Styles.Sum(s => s.Failed);
        var cancelled = Styles.Sum(s => s.Cancelled);
        var final = total - Active;
        return new()
        {
            Id = Id,
            StoryId = StoryId,
            Status = Status,
            Progress = total == 0 ? 100 : (int)(100L * final / total),
            Total = total,
            Completed = completed,
            Failed = failed,
            InProgress = Styles.Sum(s => s.InProgress),
            Pending = Styles.Sum(s => s.Pending),
            Cancelled = cancelled,
            Current = IsCurrentOver ? null : Current,
            Message = Message(total, completed, failed),
            EstimatedSecondsLeft = Status is RunStatus.Paused or RunStatus.Cancelled || Waiting is not null && !IsAtPace ? null : SecondsLeft(now, guessPerImage, byKeys),
            UseCharacterConsistency = UseCharacterConsistency,
            Priority = Priority,
            PauseReason = PauseReason,
            BudgetUsd = BudgetUsd,
            CostUsd = Cost(),
            Styles = Styles.OrderBy(s => s.Ordinal).ToDictionary(s => s.Style, s => s.ToProgress(Status is RunStatus.Paused), StringComparer.Ordinal),
            StartedAt = StartedAt,
            FinishedAt = FinishedAt,
            Version = Version,
        };
    }

    private void GoOn(DateTimeOffset now)
    {
        Status = HasBegun ? RunStatus.Running : RunStatus.Queued;
        PauseReason = null;
        Resume(now);
    }

    /// <summary>The time in which it was passed over is none of its pace.</summary>
    private void LeaveOutWhatPassed(DateTimeOffset now)
    {
        MeasuredSince += now - (PassedOverSince ?? now);
        PassedOverSince = null;
    }

    /// <summary>As far as it is known. That one style costs nothing says nothing of another that has worked at pictures and does not know their cost.</summary>
    private decimal? Cost()
    {
        var known = Styles.Sum(s => s.CostUsd ?? 0);
        return known > 0 || (Styles.Exists(s => s.CostUsd is not null) && Styles.TrueForAll(s => s.CostUsd is not null || s.Completed + s.Failed == 0)) ? known : null;
    }

    private void PauseWhereAllIsHeld()
    {
        if (Styles.Find(s => s.Held is not null) is { Held: { } reason } && Styles.TrueForAll(s => s.Held is not null || s.Active == 0))
        {
            Pause(reason);
        }
    }

    private void Release() => Styles.ForEach(s => s.Held = null);

    /// <summary>For what goes on: what waits in a style that is held, or ends, is not waited for. Null where nothing does.</summary>
    private int? SecondsLeft(DateTimeOffset now, TimeSpan guessPerImage, TimeSpan byKeys)
    {
        var toCome = Styles.Sum(s => s.ToCome);
        if (toCome == 0)
        {
            return null;
        }

        // Keys that had rested let the first ones through at once, which says nothing of the others.
        var perImage = Measured > 0 ? (now - MeasuredSince) / Measured : guessPerImage;
        var left = perImage * toCome;
        return (int)Math.Ceiling((Measured > 0 && byKeys > left ? byKeys : left).TotalSeconds);
    }

    private string Message(int total, int completed, int failed) => Status switch
    {
        RunStatus.Paused => PauseWords(),
        RunStatus.Running when IsHeld => $"{Waiting ?? Drawing()}. {HeldWords()}",
        _ when Waiting is not null => Waiting,
        RunStatus.Queued => NotBegun,
        RunStatus.Running => Drawing(),
        RunStatus.Completed when total == 0 => "There was nothing to draw.",
        RunStatus.Completed when completed < total => string.Create(CultureInfo.InvariantCulture, $"{completed} of {Pictures(total)} drawn, {total - completed} cancelled."),
        RunStatus.Completed => string.Create(CultureInfo.InvariantCulture, $"{Pictures(total)} drawn."),
        RunStatus.CompletedWithErrors => string.Create(CultureInfo.InvariantCulture, $"{completed} of {Pictures(total)} drawn, {failed} failed."),
        RunStatus.Cancelled => string.Create(CultureInfo.InvariantCulture, $"Cancelled. {completed} of {Pictures(total)} drawn."),
        _ => "",
    };

    private string Drawing() => (CurrentStyle, Current) switch
    {
        _ when CurrentStyle is null || IsCurrentOver => "Drawing",
        (_, null) => $"[{CurrentStyle}] Drawing a character sheet",
        _ => $"[{CurrentStyle}] Drawing {Current}",
    };

    private string HeldWords() => string.Join(' ', Styles.Where(s => s.Held is not null).GroupBy(s => s.Held, s => s.Style).Select(held =>
    {
        var wait = $"{string.Join(" and ", held)} {(held.Count() == 1 ? "waits" : "wait")}";
        return held.Key switch
        {
            Generation.PauseReason.Budget => $"{wait} for a larger budget.",
            Generation.PauseReason.MonthlyBudget => $"{wait} for the next month, or a larger budget for this one.",
            _ => $"{wait} for a price: there is a budget, and what it costs is not known.",
        };
    }));

    private string PauseWords()
    {
        var underWay = Styles.Sum(s => s.InProgress);
        return PauseReason switch
        {
            Generation.PauseReason.Budget => "Paused: the next picture would go beyond this run's budget.",
            Generation.PauseReason.MonthlyBudget => "Paused: the next picture would go beyond this month's budget.",
            Generation.PauseReason.UnknownPrice => "Paused: there is a budget, and what the next picture costs is not known.",
            _ => underWay > 0 ? string.Create(CultureInfo.InvariantCulture, $"Paused. {Pictures(underWay)} under way will be finished.") : "Paused",
        };
    }

    private static string Pictures(int count) => count == 1 ? "1 picture" : string.Create(CultureInfo.InvariantCulture, $"{count} pictures");
}

/// <summary>A run's counts in one style.</summary>
public sealed class RunStyle
{
    public required string RunId { get; init; }

    public required string Style { get; init; }

    public required int Ordinal { get; init; }

    public int Total { get; set; }

    public int Pending { get; set; }

    public int InProgress { get; set; }

    public int Completed { get; set; }

    public int Failed { get; set; }

    public int Cancelled { get; set; }

    /// <summary>Those of the failed that go once more by themselves.</summary>
    public int SecondChance { get; set; }

    public decimal? CostUsd { get; set; }

    /// <summary>US dollars at which attempts were estimated that may have been charged and are gone with their segment.</summary>
    public decimal HeldUsd { get; init; }

    /// <summary>Why nothing more of it is begun, while the run goes on in other styles.</summary>
    public PauseReason? Held { get; set; }

    /// <summary>Whether it was cancelled and images of it are still to be put away.</summary>
    public bool Ending { get; set; }

    internal int Active => Pending + InProgress + SecondChance;

    /// <summary>How many the run still makes as things stand: what waits in a style that is held, or ends, is none of it.</summary>
    internal int ToCome => InProgress + ToBegin;

    internal int ToBegin => Held is null && !Ending ? Pending + SecondChance : 0;

    internal bool WaitsForMoney => Held is PauseReason.Budget or PauseReason.MonthlyBudget;

    /// <param name="paused">Whether the whole run is.</param>
    public StyleProgress ToProgress(bool paused = false) => new()
    {
        Total = Total,
        Completed = Completed,
        Failed = Failed,
        InProgress = InProgress,
        Pending = Pending,
        Cancelled = Cancelled,
        Paused = paused || Held is not null,
    };

    /// <summary>Counts one image in (<paramref name="by"/> 1) or out (−1) of where it stands.</summary>
    public void Count(ImageStatus status, bool awaitsSecondChance, int by)
    {
        switch (status)
        {
            case ImageStatus.Pending:
                Pending += by;
                break;
            case ImageStatus.InProgress:
                InProgress += by;
                break;
            case ImageStatus.Completed:
                Completed += by;
                break;
            case ImageStatus.Failed:
                Failed += by;
                SecondChance += awaitsSecondChance ? by : 0;
                break;
            case ImageStatus.Cancelled:
                Cancelled += by;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(status));
        }
    }
}

/// <summary>That an image was part of a run, kept after a later run took the image over.</summary>
public sealed class RunImage
{
    public required string RunId { get; init; }

    public required string ImageId { get; init; }
}
