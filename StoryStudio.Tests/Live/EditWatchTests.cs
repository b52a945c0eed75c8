using Microsoft.Data.Sqlite;
using StoryStudio.Tests.Components.Pictures;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Live;
using Xunit;

namespace StoryStudio.Tests.Live;

/// <summary>A page that reads its story anew after each edit, on a clock that the test holds.</summary>
public sealed class EditWatchTests : IAsyncDisposable
{
    private static readonly SqliteException Busy = new("SQLite Error 5: 'database is locked'.", 5);
    private readonly ManualTimeProvider _clock = new();
    private readonly ScriptedView _view = new();
    private readonly List<Exception> _failures = [];
    private Func<Task> _read = () => Task.CompletedTask;
    private int _reads;

    public ValueTask DisposeAsync() => _view.DisposeAsync();

    [Fact]
    public void StoreInTrouble_IsAskedAgain_UntilItCanBeRead()
    {
        using var watch = Watch();
        _read = () => Task.FromException(Busy);

        Edit();
        _clock.Advance(EditWatch.Pause);
        Assert.Equal(2, _reads);
        _read = () => Task.CompletedTask;
        _clock.Advance(EditWatch.Pause);
        _clock.Advance(EditWatch.Pause);

        Assert.Equal(3, _reads);
        Assert.Empty(_failures);
    }

    [Fact]
    public void PageThatWasLeft_ReadsNoMore()
    {
        var watch = Watch();
        _read = () => Task.FromException(Busy);
        Edit();

        watch.Dispose();
        watch.Dispose();
        _clock.Advance(EditWatch.Pause);
        Edit();

        Assert.Equal(1, _reads);
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task EditsThatComeWhileItReads_AreReadInOneGo()
    {
        using var watch = Watch();
        TaskCompletionSource first = new();
        TaskCompletionSource second = new();
        _read = () => first.Task;
        Edit();
        Edit();
        Edit();
        _read = () => second.Task;
        Assert.Equal(1, _reads);

        first.SetResult();
        Assert.Equal(2, _reads);
        second.SetResult();
        await second.Task;

        Assert.Equal(2, _reads);
    }

    [Fact]
    public void AnyOtherFault_IsTold_AndTheNextEditIsReadAllTheSame()
    {
        using var watch = Watch();
        _read = () => throw new InvalidOperationException();
        Edit();
        Assert.IsType<InvalidOperationException>(Assert.Single(_failures));
        _read = () => Task.CompletedTask;

        Edit();

        Assert.Equal(2, _reads);
        Assert.Single(_failures);
    }

    private EditWatch Watch() => new(
        _view,
        _clock,
        () =>
        {
            _reads++;
            return _read();
        },
        failure =>
        {
            _failures.Add(failure);
            return Task.CompletedTask;
        });

    // Those who wait for the story are told with those who wait for the line's state.
    private void Edit() => _view.Change(FeedMode.Live);
}
