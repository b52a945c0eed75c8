using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Core.Storage;

namespace StoryStudio.Tests.Fakes;

/// <summary>The real store of pictures, and what a test wants to happen while one is saved.</summary>
internal sealed class SteeredStore : IPictureStore
{
    public const long Plenty = 1_000 * DiskRoom.PerPicture;

    private PictureFiles _files = null!;

    /// <summary>When the bytes are all there, before they are looked at. An exception is what the disk says to it.</summary>
    public Action<Claim>? Sealing { get; set; }

    /// <summary>Whether the file may have its name; false where another attempt has it by now.</summary>
    public Func<bool>? MayKeep { get; set; }

    /// <summary>When the file has its name.</summary>
    public Action<Claim>? Kept { get; set; }

    /// <summary>Bytes free on the disk.</summary>
    public Func<long> Room { get; set; } = () => Plenty;

    public void Register(IServiceCollection services) => services.RemoveAll<IPictureStore>().AddSingleton<IPictureStore>(s =>
    {
        _files = s.GetRequiredService<PictureFiles>();
        return this;
    });

    public IPictureDraft Begin(Claim claim) => new Draft(_files.Begin(claim), claim, this);

    public Task<Stream?> OpenAsync(ImageVersion version, CancellationToken cancellationToken) => _files.OpenAsync(version, cancellationToken);

    public long Free() => Room();

    public bool IsFull(Exception failure) => StorageFaults.IsNoSpace(failure) || Free() < DiskRoom.PerPicture;

    private sealed class Draft(IPictureDraft draft, Claim claim, SteeredStore store) : IPictureDraft
    {
        public Stream Destination => draft.Destination;

        public string Path => draft.Path;

        public long Bytes => draft.Bytes;

        public string Sha256 => draft.Sha256;

        public PictureInspection Seal(bool allowSvg)
        {
            store.Sealing?.Invoke(claim);
            return draft.Seal(allowSvg);
        }

        public bool Keep(string mediaType)
        {
            if (store.MayKeep?.Invoke() == false)
            {
                return false;
            }

            var kept = draft.Keep(mediaType);
            store.Kept?.Invoke(claim);
            return kept;
        }

        public void TakeBack() => draft.TakeBack();

        public ValueTask DisposeAsync() => draft.DisposeAsync();
    }
}
