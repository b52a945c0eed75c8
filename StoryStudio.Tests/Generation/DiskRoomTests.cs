using StoryStudio.Core.Generation;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class DiskRoomTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly Disk _disk = new();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(DiskRoom.PerPicture - 1, 0)]
    [InlineData(DiskRoom.PerPicture, 1)]
    [InlineData((3 * DiskRoom.PerPicture) + 5, 3)]
    [InlineData(long.MaxValue, int.MaxValue)]
    public void Calls_AreAsManyAsPicturesFit(long free, int calls)
    {
        _disk.Bytes = free;

        Assert.Equal((calls, false), (Room().Calls(), Room().IsShort));
    }

    [Fact]
    public void Refused_ThenNoRoomIsFreed_LetsOneCallGoAfterAWhileThatDoublesToTenMinutes()
    {
        var room = Room();
        foreach (var seconds in new[] { 5, 10, 20, 40, 80, 160, 320, 600, 600 })
        {
            room.Refused();
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Assert.Equal((0, true), (room.Calls(), room.IsShort));
            _time.Advance(TimeSpan.FromTicks(1));
            Assert.Equal(1, room.Calls());
        }
    }

    [Fact]
    public void Refused_ThenRoomIsFreed_LetsOneCallGoAtOnceAndAllOnceItsPictureIsKept()
    {
        var room = Room();
        var before = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(1));
        room.Refused();
        _disk.Bytes += (1024 * 1024) - 1;
        Assert.Equal(0, room.Calls());
        _disk.Bytes++;
        Assert.Equal(1, room.Calls());

        // Under way when the other one found none: it may just have been smaller.
        room.Kept(before);
        Assert.True(room.IsShort);

        room.Kept(_time.GetTimestamp());
        Assert.Equal((100, false), (room.Calls(), room.IsShort));
        room.Refused();
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, room.Calls());
    }

    [Fact]
    public void Refused_OnADiskWithoutRoomForAny_LetsNoneGo()
    {
        var room = Room();
        room.Refused();
        _disk.Bytes = 10;
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(0, room.Calls());
    }

    private DiskRoom Room() => new(_disk, _time);

    private sealed class Disk : IPictureStore
    {
        public long Bytes { get; set; } = 100 * DiskRoom.PerPicture;

        public long Free() => Bytes;

        public IPictureDraft Begin(Claim claim) => throw new NotSupportedException();

        public Task<Stream?> OpenAsync(ImageVersion version, CancellationToken cancellationToken) => throw new NotSupportedException();

        public bool IsFull(Exception failure) => true;
    }
}
