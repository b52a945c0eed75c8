namespace StoryStudio.Core.Generation;

/// <summary>How the engine does, for whoever shows it. Safe from any thread.</summary>
public sealed class EngineStatus
{
    private volatile string? _trouble;

    /// <summary>Called, from any thread, when <see cref="Trouble"/> became another.</summary>
    public event EventHandler? Changed;

    /// <summary>Why nothing is claimed at the moment, in a sentence; null while all is well.</summary>
    public string? Trouble
    {
        get => _trouble;
        internal set
        {
            if (_trouble != value)
            {
                _trouble = value;
                Changed?.Invoke(this, EventArgs.Empty);
            }
        }
    }
}
