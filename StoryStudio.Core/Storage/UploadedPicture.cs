using System.Text;
using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers.Pictures;

namespace StoryStudio.Core.Storage;

/// <summary>
/// A picture that a person brings: written to a folder of its own, checked there, and given its name within the commit that writes it down,
/// where nobody else can take that name. Which name that is stands beside it from before until after: of a process that is killed in between,
/// the next one finds it there. Whatever was not placed is gone when it is disposed.
/// </summary>
internal sealed class UploadedPicture(string temporaryPath, string root, FileOwners owners, string token) : IAsyncDisposable
{
    /// <summary>Of the files that say which name one was given.</summary>
    public const string ClaimExtension = ".claim";

    private readonly HashedFileStream _file = new(temporaryPath, PictureInspector.MaxBytes);
    private readonly string _claim = Path.ChangeExtension(temporaryPath, ClaimExtension);
    private string? _name;
    private string? _placed;
    private bool _isInDoubt;

    public string Token => token;

    /// <summary>Does what takes one in, from its first byte to the commit. Throws <see cref="ConflictException"/> (<c>disk_full</c>) where there is no room for it.</summary>
    public static async Task<T> TakeInAsync<T>(Func<Task<T>> take)
    {
        try
        {
            return await take();
        }
        catch (Exception failure) when (StorageFaults.IsNoSpace(failure))
        {
            throw new ConflictException("disk_full", "The disk is full. The picture was not taken in.");
        }
    }

    public long Bytes => _file.Length;

    public string Sha256 => _file.Sha256;

    /// <summary>
    /// Takes its bytes in, down to the disk. Throws <see cref="InvalidInputException"/> where they are not a whole picture, or one that is not taken;
    /// as soon as its first bytes say so, and nobody waits for the rest.
    /// </summary>
    public async Task<PictureInspection> ReadAsync(Stream picture, CancellationToken cancellationToken)
    {
        var head = new byte[PictureInspector.HeadBytes];
        var length = await picture.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        if (PictureInspector.InspectHead(head.AsSpan(0, length), allowSvg: false) is { Complaint: { } complaint })
        {
            throw new InvalidInputException("picture", complaint);
        }

        try
        {
            await _file.WriteAsync(head.AsMemory(0, length), cancellationToken);
            await picture.CopyToAsync(_file, cancellationToken);
        }
        catch (PictureTooLargeException failure)
        {
            throw new InvalidInputException("picture", failure.Message);
        }

        _file.Seal();
        var inspection = PictureInspector.Inspect(temporaryPath, allowSvg: false);
        return inspection.IsSound ? inspection : throw new InvalidInputException("picture", inspection.Complaint!);
    }

    /// <summary>Gives it its name, durably; what stands there is of an attempt that came to nothing, and its owner finds the name taken.</summary>
    /// <param name="finalPath">Without an extension.</param>
    /// <param name="mediaType">As it was found in the bytes.</param>
    /// <returns>Path below the data directory, with <c>/</c>.</returns>
    public string Place(string finalPath, string mediaType)
    {
        var path = $"{finalPath}.{PictureFormats.Extension(mediaType)}";
        var relative = Path.GetRelativePath(root, path).Replace('\\', '/');
        Claim(relative);
        owners.Take(finalPath, token);
        _name = finalPath;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Move(temporaryPath, path, overwrite: true);
        _placed = relative;
        DurableDirectory.Flush(Path.GetDirectoryName(path)!);
        return relative;
    }

    /// <summary>
    /// After a commit that was said to have failed: whether it holds all the same, and the picture is a row's. It is taken back where it is not;
    /// where that can't be asked, it is left to the next start, which finds it by its claim.
    /// </summary>
    public async Task<bool> HoldsAsync(IDbContextFactory<StoryDbContext> contexts)
    {
        if (_placed is not { } path)
        {
            return false;
        }

        try
        {
            await using var db = await contexts.CreateDbContextAsync();
            if (await db.ImageVersions.AnyAsync(v => v.Path == path && v.AttemptId == token) || await db.CharacterPictures.AnyAsync(p => p.Path == path))
            {
                return true;
            }

            owners.Do(_name!, token, () => File.Delete(Path.Combine(root, path)));
        }
        catch (Exception failure) when (StorageFaults.IsUnavailable(failure))
        {
            _isInDoubt = true;
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _file.DisposeAsync();
        }
        finally
        {
            if (_placed is null)
            {
                File.Delete(temporaryPath);
            }

            if (_name is { } name)
            {
                owners.Release(name, token);
            }

            if (!_isInDoubt)
            {
                File.Delete(_claim);
            }
        }
    }

    private void Claim(string path)
    {
        using (var claim = new FileStream(_claim, FileMode.Create, FileAccess.Write))
        {
            claim.Write(Encoding.UTF8.GetBytes(path));
            claim.Flush(flushToDisk: true);
        }

        DurableDirectory.Flush(Path.GetDirectoryName(_claim)!);
    }
}
