using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Core.Storage;

namespace StoryStudio.Tests.Faults;

/// <summary>Stands before the pictures' store and stops one segment's picture while it is being saved, until it is let through.</summary>
internal sealed class SaveGate(int segment, Moment moment)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when the picture stands before it.</summary>
    public Task Reached => _reached.Task;

    public void Open() => _open.TrySetResult();

    public void Register(IServiceCollection services)
    {
        services.RemoveAll<IPictureStore>();
        services.AddSingleton<IPictureStore>(s => new Store(s.GetRequiredService<PictureFiles>(), this));
    }

    private void Pass(Claim claim, Moment now)
    {
        if (now == moment && claim.Number.Beat == segment)
        {
            _reached.TrySetResult();
            _open.Task.GetAwaiter().GetResult();
        }
    }

    private sealed class Store(PictureFiles files, SaveGate gate) : IPictureStore
    {
        public IPictureDraft Begin(Claim claim) => new Draft(files.Begin(claim), claim, gate);

        public Task<Stream?> OpenAsync(ImageVersion version, CancellationToken cancellationToken) => files.OpenAsync(version, cancellationToken);

        public long Free() => files.Free();

        public bool IsFull(Exception failure) => files.IsFull(failure);
    }

    private sealed class Draft(IPictureDraft draft, Claim claim, SaveGate gate) : IPictureDraft
    {
        public Stream Destination => draft.Destination;

        public string Path => draft.Path;

        public long Bytes => draft.Bytes;

        public string Sha256 => draft.Sha256;

        public PictureInspection Seal(bool allowSvg)
        {
            gate.Pass(claim, Moment.Answered);
            return draft.Seal(allowSvg);
        }

        public bool Keep(string mediaType)
        {
            var kept = draft.Keep(mediaType);
            gate.Pass(claim, Moment.Saved);
            return kept;
        }

        public void TakeBack() => draft.TakeBack();

        public ValueTask DisposeAsync() => draft.DisposeAsync();
    }
}
