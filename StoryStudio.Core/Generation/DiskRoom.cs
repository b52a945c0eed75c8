namespace StoryStudio.Core.Generation;

/// <summary>
/// How many calls may be under way at once, so that their pictures find room. Where one found none all the same, a single one may go, and
/// only once room was freed, or after a while that doubles each time: a call that cannot be kept may be paid for.
/// </summary>
public sealed class DiskRoom(IPictureStore pictures, TimeProvider time)
{
    /// <summary>What one picture under way is thought to need.</summary>
    public const long PerPicture = 16L * 1024 * 1024;

    private const long Freed = 1024 * 1024;
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private (long Free, long Since, TimeSpan Wait)? _refused;

    /// <summary>Whether a picture found no room and none has been kept since.</summary>
    public bool IsShort
    {
        get
        {
            lock (_gate)
            {
                return _refused is not null;
            }
        }
    }

    /// <summary>How many may be under way; 0 where nothing may be begun for want of room.</summary>
    public int Calls()
    {
        var free = pictures.Free();
        lock (_gate)
        {
            var fit = (int)Math.Min(free / PerPicture, int.MaxValue);
            return _refused is not { } refused ? fit
                : free >= refused.Free + Freed || time.GetElapsedTime(refused.Since) >= refused.Wait ? Math.Min(fit, 1)
                : 0;
        }
    }

    /// <summary>A picture was made and found no room. Where the disk cannot be asked by now, any room that it has later was freed.</summary>
    public void Refused()
    {
        long free;
        try
        {
            free = pictures.Free();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            free = 0;
        }

        lock (_gate)
        {
            var wait = _refused is { } before ? TimeSpan.FromTicks(Math.Min(before.Wait.Ticks * 2, LongestWait.Ticks)) : ShortestWait;
            _refused = (free, time.GetTimestamp(), wait);
        }
    }

    /// <summary>A picture is on the disk whose attempt began at that timestamp. One that was under way already when another found no room says nothing of the room there is.</summary>
    public void Kept(long begun)
    {
        lock (_gate)
        {
            if (_refused is { Since: var since } && begun >= since)
            {
                _refused = null;
            }
        }
    }
}
