using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Timeout;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Core.Providers.Pictures;

namespace StoryStudio.Core.Generation;

/// <summary>
/// One attempt from the claim to its end: call → bytes into a temporary file → flushed and inspected → renamed → committed.
/// Whatever happens, either the picture is there and the row says so, or the row says what became of the attempt.
/// </summary>
public sealed partial class ImageAttempts
{
    private const int HashInKey = 16;

    private static readonly TimeSpan SettleAgain = TimeSpan.FromSeconds(1);

    private readonly IGenerationQueue _queue;
    private readonly IPictureStore _pictures;
    private readonly ImageProviders _providers;
    private readonly AttemptJudge _judge;
    private readonly PreviewPictures _previews;
    private readonly GenerationSignals _signals;
    private readonly StudioMeters _meters;
    private readonly DiskRoom _room;
    private readonly StoryStudioOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ImageAttempts> _logger;
    private readonly ResiliencePipeline _timeout;
    private readonly IdenticalRequests _identical;

    public ImageAttempts(
        IGenerationQueue queue,
        IPictureStore pictures,
        ImageProviders providers,
        AttemptJudge judge,
        PreviewPictures previews,
        IdenticalRequests identical,
        GenerationSignals signals,
        StudioMeters meters,
        DiskRoom room,
        IOptions<StoryStudioOptions> options,
        TimeProvider time,
        ILogger<ImageAttempts> logger)
    {
        (_queue, _pictures, _providers, _judge, _previews, _identical, _signals, _meters, _room, _options, _time, _logger) =
            (queue, pictures, providers, judge, previews, identical, signals, meters, room, options.Value, time, logger);
        _timeout = new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(_options.Generation.ImageTimeout).Build();
    }

    /// <param name="claim">The image, held by this attempt.</param>
    /// <param name="lease">The key to call with; null where none serves.</param>
    /// <param name="abandoned">Cancelled when the process will wait no longer: the image is given back.</param>
    public async Task RunAsync(Claim claim, KeyLease? lease, CancellationToken abandoned)
    {
        using var scope = _logger.BeginScope(new AttemptScope(claim));
        using var span = AttemptSpan.Start(claim, _providers.For(claim.Style).Name);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(abandoned);
        var begun = _time.GetTimestamp();
        _signals.Begin(claim.Token, cut);
        _previews.Begin(claim.ImageId, claim.Token);
        try
        {
            var sent = new SentCall { Begun = begun };
            var settlement = await DrawAsync(claim, lease, sent, cut.Token);
            if (settlement is null)
            {
                _room.Kept(begun);
            }
            else if (settlement is Settlement.WaitForRoom)
            {
                _room.Refused();
            }

            if (settlement is not null)
            {
                sent.Outcome = await SettleAsync(claim, settlement with { RequestHash = sent.RequestHash, RequestId = sent.RequestId }, begun, abandoned);
                if (settlement is Settlement.WaitForKey or Settlement.GivenBack or Settlement.PutOff)
                {
                    _signals.WakeAgain(newLanes: true);
                }
            }

            AttemptSpan.End(span, sent.Outcome);
        }
        finally
        {
            _signals.End(claim.Token);
            _previews.End(claim.ImageId, claim.Token);
        }
    }

    /// <summary>Null where the picture is kept and committed.</summary>
    private async Task<Settlement?> DrawAsync(Claim claim, KeyLease? lease, SentCall sent, CancellationToken cut)
    {
        var provider = _providers.For(claim.Style);
        if (lease is null)
        {
            return _judge.NoKey(claim);
        }

        PictureMade? paid = null;
        try
        {
            if (await _queue.LoadAsync(claim, cut) is not { } work)
            {
                return new Settlement.GivenBack(Called: false);
            }

            var drawing = Compose(claim, work, provider, lease);

            // Where another picture was asked for, or it costs nothing, nothing is taken over, and nobody waits for the same one.
            var mayBeTakenOver = !claim.Fresh && provider.EstimateUsd(drawing.Sent.Count) != 0;
            var request = new RequestMark(claim.StoryId, drawing.Hash);
            // Whoever waits for another one's picture calls nobody, now or then: its key's pace keeps no place for it.
            var hasWaited = claim.IsHeldForNothing && await _identical.WhenEndedAsync(request, lease.Return, cut);
            using var turn = mayBeTakenOver ? await _identical.EnterAsync(request, lease.Return, cut) : null;
            if (mayBeTakenOver && await _queue.FindMadeAsync(claim, drawing.Hash, cut) is { } made && await TakeOverAsync(drawing, made, sent, cut) is (true, var taken))
            {
                return taken;
            }

            if (hasWaited || turn is { HasWaited: true })
            {
                // The one like it came to nothing. What is written down of when this was begun would not be when its call is, which its key's pace
                // counts after a restart: it is begun anew.
                return new Settlement.PutOff();
            }

            if (claim.IsHeldForNothing && !await _queue.ReserveAsync(claim, drawing.Hash))
            {
                // There is nothing like it after all, and a budget is in the way of this one.
                return new Settlement.PutOff();
            }

            await using var draft = _pictures.Begin(claim);
            if (!lease.TryBegin())
            {
                // The key came to rest since the claim; another one serves, now or later.
                return new Settlement.PutOff();
            }

            sent.RequestHash = drawing.Hash;

            var outcome = await CallAsync(provider, drawing.Request, draft, Reporter(claim), sent, cut);
            if (outcome is not ImageFailure { Kind: var kind } || !kind.ConcernsKey())
            {
                lease.Served();
            }

            if (outcome is PictureMade picture)
            {
                paid = picture;
                sent.RequestId = picture.RequestId ?? sent.RequestId;
                var inspection = draft.Seal(provider.Capabilities.MakesSvg);
                if (inspection.IsSound)
                {
                    return await KeepAsync(drawing, draft, inspection, new(drawing.Request.Prompt, provider.Name, picture.Model ?? provider.Capabilities.Model, picture.CostUsd, picture.RequestId), sent, cut);
                }

                outcome = AttemptJudge.Unsound(inspection, picture);
            }

            var failure = (ImageFailure)outcome;
            LogFailed(claim.StoryId, claim.RunId, claim.ImageId, claim.Token, failure.Kind, failure.LogMessage);
            if (failure.IsReferenceMissing && !(await _queue.LoadAsync(claim, cut) is { } present && present.References.SequenceEqual(work.References)))
            {
                // It was taken away since: the picture is made from what there is now.
                return new Settlement.PutOff();
            }

            return _judge.Judge(claim, lease, failure);
        }
        catch (Exception) when (cut.IsCancellationRequested)
        {
            // Whatever it was, it ended with the attempt: a cancelled query, a connection that was closed.
            return new Settlement.GivenBack(sent.IsOut);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogDisk(failure, claim.StoryId, claim.RunId, claim.ImageId, claim.Token);
            return _judge.NotSaved(claim, failure, sent.IsOut, paid, IsFull(failure));
        }
        catch (Exception failure)
        {
            // The database, or a fault of the program: an image left in progress would stand so until the next start.
            LogCrashed(failure, claim.StoryId, claim.RunId, claim.ImageId, claim.Token);
            return _judge.Crashed(claim, failure, sent.IsOut);
        }
    }

    /// <summary>A disk that is gone cannot even be asked how full it is: that is no reason to leave the image in progress.</summary>
    private bool IsFull(Exception failure)
    {
        try
        {
            return _pictures.IsFull(failure);
        }
        catch (Exception unasked) when (unasked is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private async Task<ImageOutcome> CallAsync(IImageProvider provider, ImageRequest request, IPictureDraft draft, LatestProgress progress, SentCall sent, CancellationToken cut)
    {
        try
        {
            return await _timeout.ExecuteAsync(async token => await provider.GenerateAsync(request, draft.Destination, progress, token), cut);
        }
        catch (TimeoutRejectedException)
        {
            return AttemptJudge.TimedOut(_options.Generation.ImageTimeout);
        }
        catch (PictureTooLargeException failure)
        {
            return AttemptJudge.TooLarge(failure);
        }
        finally
        {
            progress.Close();
            sent.RequestId = progress.RequestId;
        }
    }

    /// <summary>Makes a picture that the very same request has made before this image's as well, and says what remains to be settled. False where its file is gone.</summary>
    private async Task<(bool Taken, Settlement? Settlement)> TakeOverAsync(Drawing drawing, ImageVersion made, SentCall sent, CancellationToken cut)
    {
        if (await _pictures.OpenAsync(made, cut) is not { } bytes)
        {
            return (false, null);
        }

        await using var draft = _pictures.Begin(drawing.Claim);
        await using (bytes)
        {
            await bytes.CopyToAsync(draft.Destination, cut);
        }

        var inspection = draft.Seal(allowSvg: true);
        if (!inspection.IsSound)
        {
            return (false, null);
        }

        return (true, await KeepAsync(drawing, draft, inspection, new(made.Prompt, made.Provider, made.Model, CostUsd: 0, RequestId: null, Reused: true), sent, cut));
    }

    /// <summary>Null where how it ended is written down.</summary>
    private async Task<Settlement?> KeepAsync(Drawing drawing, IPictureDraft draft, PictureInspection inspection, Origin origin, SentCall sent, CancellationToken cut)
    {
        var (claim, work) = (drawing.Claim, drawing.Work);
        if (!draft.Keep(inspection.MediaType!))
        {
            // Another attempt is at this picture by now: this one was cancelled while it came in, and paid for all the same.
            LogDropped(claim.StoryId, claim.RunId, claim.ImageId, claim.Token);
            return new Settlement.TooLate(origin.CostUsd, origin.Model);
        }

        // An earlier sheet that would not have gone along anyhow is not missed for a newer one.
        var unsent = work.References.Except(drawing.Sent).ToList();
        IReadOnlyList<string> missing = [.. work.Missing.Where(name => !unsent.Exists(r => r.Name == name))];
        var picture = new ImageVersion
        {
            ImageId = claim.ImageId,
            Number = claim.NextVersion,
            AttemptId = claim.Token,
            Path = draft.Path,
            MediaType = inspection.MediaType!,
            Width = inspection.Width,
            Height = inspection.Height,
            Bytes = draft.Bytes,
            Sha256 = draft.Sha256,
            Prompt = origin.Prompt,
            Provider = origin.Provider,
            Model = origin.Model,
            CostUsd = origin.CostUsd,
            CreatedAt = _time.GetUtcNow(),
            RequestHash = drawing.Hash,
            Described = drawing.Sent.Count(IsAlong) < work.References.Count(IsAlong) && work.Characters.Any(c => c.Description.Length > 0),
            Instruction = claim.Instruction,
            MadeFrom = work.Basis with { Missing = missing, Unsent = [.. unsent.Where(r => r.Name is not null).Select(r => r.Picture.Sha256)] },
        };
        var references = drawing.Sent.Select((reference, i) => new PictureReference
        {
            ImageId = claim.ImageId,
            Version = claim.NextVersion,
            Ordinal = i,
            Role = reference.Role,
            Name = reference.Name,
            SourceId = reference.SourceId,
            SourceVersion = reference.SourceVersion,
            Sha256 = reference.Picture.Sha256,
        });
        if (!await CompleteAsync(claim, new(picture, [.. references], missing, origin.RequestId, origin.Reused, work.Stamp), cut))
        {
            draft.TakeBack();
            sent.Outcome = AttemptOutcome.Cancelled;
            _meters.Ended(claim, picture.Provider, AttemptOutcome.Cancelled, origin.CostUsd, _time.GetElapsedTime(sent.Begun));
            LogDropped(claim.StoryId, claim.RunId, claim.ImageId, claim.Token);
            return null;
        }

        sent.Outcome = origin.Reused ? AttemptOutcome.Reused : AttemptOutcome.Succeeded;
        if (origin.Reused)
        {
            _meters.Ended(claim, picture.Provider, AttemptOutcome.Reused, origin.CostUsd, _time.GetElapsedTime(sent.Begun));
        }
        else
        {
            _meters.Completed(claim, picture, _time.GetElapsedTime(sent.Begun));
        }

        LogCompleted(claim.StoryId, claim.RunId, claim.ImageId, claim.Token);
        return null;
    }

    /// <summary>The picture is paid for and on disk: where the database cannot serve just now, that is waited for, and nobody is called again.</summary>
    private async Task<bool> CompleteAsync(Claim claim, KeptPicture picture, CancellationToken cut)
    {
        while (true)
        {
            try
            {
                return await _queue.CompleteAsync(claim, picture);
            }
            catch (Exception failure) when (_queue.MayPass(failure) && !cut.IsCancellationRequested)
            {
                LogNotSettled(failure, claim.StoryId, claim.RunId, claim.ImageId, claim.Token);

                // Whoever cuts it off has it tried once more: then it is nobody's, or the next process recovers it.
                await Task.Delay(SettleAgain, _time, cut).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>While the disk is full even this may fail; it is tried until it holds, or the process ends and the next one recovers the image. Returns what is written down.</summary>
    private async Task<string> SettleAsync(Claim claim, Settlement settlement, long begun, CancellationToken abandoned)
    {
        while (true)
        {
            try
            {
                var isHeld = await _queue.SettleAsync(claim, settlement);
                var outcome = isHeld ? settlement.Outcome : AttemptOutcome.Cancelled;
                _meters.Ended(claim, _providers.For(claim.Style).Name, outcome, settlement.CostUsd, _time.GetElapsedTime(begun));
                return outcome;
            }
            catch (Exception failure) when (!abandoned.IsCancellationRequested)
            {
                LogNotSettled(failure, claim.StoryId, claim.RunId, claim.ImageId, claim.Token);
                await Task.Delay(SettleAgain, _time, abandoned);
            }
        }
    }

    private Drawing Compose(Claim claim, ImageWork work, IImageProvider provider, KeyLease lease)
    {
        var composed = ComposedRequest.Of(PictureWish.Of(claim), work, _options.Style(claim.Style), provider);

        // A service refuses a key that comes with another request than before, or gives out the earlier one's picture: where the text was
        // edited between two attempts, the key is another one.
        return new(claim, work, composed with
        {
            Request = composed.Request with { IdempotencyKey = $"{claim.IdempotencyKey}-{composed.Hash[..HashInKey]}", ApiKey = lease.Key },
        });
    }

    /// <summary>Whether it shows somebody or something that would have to be said in words otherwise.</summary>
    private static bool IsAlong(WantedReference reference) => reference.Role is not ReferenceRole.Previous;

    private LatestProgress Reporter(Claim claim) => new(progress =>
    {
        string? previewId = null;
        if (progress.Preview is { } preview)
        {
            previewId = Ids.New(_time.GetUtcNow());
            _previews.Put(claim.ImageId, claim.Token, previewId, preview);
        }

        return _queue.ReportAsync(claim, progress.Percent, previewId);
    });

    /// <summary>All that one attempt goes about with.</summary>
    /// <param name="Claim">The image.</param>
    /// <param name="Work">What it is drawn from.</param>
    /// <param name="Composed">What the provider is asked.</param>
    private sealed record Drawing(Claim Claim, ImageWork Work, ComposedRequest Composed)
    {
        public ImageRequest Request => Composed.Request;

        public IReadOnlyList<WantedReference> Sent => Composed.Sent;

        public string Hash => Composed.Hash;
    }

    /// <summary>What went out to the provider, once something did, and what became of it.</summary>
    private sealed class SentCall
    {
        /// <summary>When its attempt was begun: a timestamp of the studio's clock.</summary>
        public required long Begun { get; init; }

        /// <summary>As it is written down; null until then.</summary>
        public string? Outcome { get; set; }

        public string? RequestHash { get; set; }

        public bool IsOut => RequestHash is not null;

        /// <summary>The provider's own id of it; null until it says.</summary>
        public string? RequestId { get; set; }
    }

    /// <summary>Where a picture comes from.</summary>
    private sealed record Origin(string Prompt, string Provider, string? Model, decimal? CostUsd, string? RequestId, bool Reused = false);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Image {ImageId} of run {RunId}, story {StoryId}, is completed by attempt {Attempt}.")]
    private partial void LogCompleted(string storyId, string? runId, string imageId, string attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Attempt {Attempt} for image {ImageId} of run {RunId}, story {StoryId}, failed: {Kind}. {Detail}")]
    private partial void LogFailed(string storyId, string? runId, string imageId, string attempt, FailureKind kind, string detail);

    [LoggerMessage(Level = LogLevel.Information, Message = "The picture of attempt {Attempt} for image {ImageId} of run {RunId}, story {StoryId}, came too late and is dropped.")]
    private partial void LogDropped(string storyId, string? runId, string imageId, string attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "The picture of attempt {Attempt} for image {ImageId} of run {RunId}, story {StoryId}, could not be written.")]
    private partial void LogDisk(Exception failure, string storyId, string? runId, string imageId, string attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "Attempt {Attempt} for image {ImageId} of run {RunId}, story {StoryId}, met a fault of the program or the database.")]
    private partial void LogCrashed(Exception failure, string storyId, string? runId, string imageId, string attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "How attempt {Attempt} for image {ImageId} of run {RunId}, story {StoryId}, ended could not be written down; it is tried again.")]
    private partial void LogNotSettled(Exception failure, string storyId, string? runId, string imageId, string attempt);
}
