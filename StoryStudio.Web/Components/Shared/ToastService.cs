using StoryStudio.Core;

namespace StoryStudio.Web.Components.Shared;

/// <summary>One word after a deed, with the way back where there is one.</summary>
/// <param name="Message">What was done, or what could not be.</param>
/// <param name="Undo">Takes it back; null where there is nothing to take back.</param>
/// <param name="Way">What that way is called.</param>
/// <param name="Shown">How long it stays; it waits while somebody points at it or has the focus in it.</param>
public sealed record Toast(string Message, Func<Task>? Undo, string Way, TimeSpan Shown)
{
    internal const string UndoWay = "Undo";

    public Guid Key { get; } = Guid.NewGuid();

    /// <summary>Whether its way undoes what was done, and leads nowhere else.</summary>
    public bool IsUndo => Undo is not null && Way == UndoWay;
}

/// <summary>What the pages of one window have to say in passing. Newest last, three at most.</summary>
public sealed class ToastService
{
    private const int Most = 3;
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);
    private readonly List<Toast> _toasts = [];
    private readonly List<object> _hosts = [];

    /// <summary>Raised after every change, in the context of whoever made it.</summary>
    public event EventHandler? Changed;

    public IReadOnlyList<Toast> Toasts => _toasts;

    /// <summary>Says something, for ten seconds.</summary>
    public Toast Show(string message, Func<Task>? undo = null, string way = Toast.UndoWay)
    {
        if (_toasts.Count == Most)
        {
            _toasts.RemoveAt(0);
        }

        var toast = new Toast(message, undo, way, Usual);
        _toasts.Add(toast);
        Changed?.Invoke(this, EventArgs.Empty);
        return toast;
    }

    /// <summary>From now on this host shows them, and the one before it once this one has left: what lies beneath a dialog can be neither read nor pressed.</summary>
    public void Enter(object host)
    {
        _hosts.Add(host);
        Changed?.Invoke(this, EventArgs.Empty);
    }

    public void Leave(object host)
    {
        _hosts.Remove(host);
        Changed?.Invoke(this, EventArgs.Empty);
    }

    public bool IsShownBy(object host) => _hosts.Count > 0 && _hosts[^1] == host;

    /// <summary>Goes its way back, once; where that comes too late, says why.</summary>
    public async Task UndoAsync(Toast toast)
    {
        if (!_toasts.Contains(toast))
        {
            return;
        }

        Dismiss(toast);
        try
        {
            await toast.Undo!();
        }
        catch (StoryStudioException e)
        {
            Show(e.Message);
        }
    }

    public void Dismiss(Toast toast)
    {
        if (_toasts.Remove(toast))
        {
            Changed?.Invoke(this, EventArgs.Empty);
        }
    }
}
