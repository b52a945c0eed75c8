namespace StoryStudio.Core.Providers.Chat;

/// <summary>A model that answers words with words.</summary>
public interface IChatModel
{
    /// <summary>Whether there is one. Where not, nothing about it is offered.</summary>
    bool IsConfigured { get; }

    /// <summary>Its name; null where there is none.</summary>
    string? Model { get; }

    /// <summary>
    /// One question, one answer. Every failure of the service is an outcome, not an exception; only a cancelled
    /// <paramref name="cancellationToken"/> throws.
    /// </summary>
    /// <param name="instructions">What it is to do.</param>
    /// <param name="question">What it is to do that with.</param>
    /// <param name="cancellationToken">Cuts the call off.</param>
    Task<ChatOutcome> AskAsync(string instructions, string question, CancellationToken cancellationToken);
}

/// <summary>How a question ended: <see cref="ChatAnswer"/> or <see cref="ChatFailure"/>.</summary>
public abstract record ChatOutcome
{
    private protected ChatOutcome()
    {
    }
}

public sealed record ChatAnswer(string Text) : ChatOutcome;

/// <param name="Kind">What it is.</param>
/// <param name="Message">The sentence for the author.</param>
/// <param name="RetryAfter">How long the service asked to be left alone.</param>
public sealed record ChatFailure(FailureKind Kind, string Message, TimeSpan? RetryAfter) : ChatOutcome;
