namespace StoryStudio.Core;

/// <summary>A request that cannot be met, told apart by <see cref="Code"/>; the message is a sentence for a person.</summary>
public abstract class StoryStudioException(string code, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>A stable word for programs, such as <c>story_not_found</c>.</summary>
    public string Code { get; } = code;
}

/// <summary>There is no such thing. <see cref="StoryStudioException.Code"/> is <c>{what}_not_found</c>.</summary>
public sealed class NotFoundException(string what, string message) : StoryStudioException($"{what}_not_found", message);

/// <summary>The request is sound, but not now: <c>run_active</c>, <c>image_not_failed</c> and the like.</summary>
public sealed class ConflictException(string code, string message) : StoryStudioException(code, message)
{
    /// <summary>The run that stands in the way, where it is a run.</summary>
    public string? RunId { get; init; }
}

/// <summary>Whoever asks is known, or need not be, and may not: <c>role_missing</c> and the like.</summary>
public sealed class ForbiddenException(string code, string message) : StoryStudioException(code, message);

/// <summary>Input breaks a rule. Keys of <see cref="Errors"/> are the fields as the caller named them: <c>title</c>, <c>segments[2].number</c>.</summary>
public sealed class InvalidInputException(IReadOnlyDictionary<string, string[]> errors)
    : StoryStudioException("validation_failed", errors.Values.SelectMany(e => e).FirstOrDefault() ?? "The input is not valid.")
{
    public InvalidInputException(string field, string message)
        : this(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [message] })
    {
    }

    /// <summary>Sentences by field.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; } = errors;
}

/// <summary>Nothing was written: the disk is full, or the database cannot be reached or written just now. <see cref="Exception.InnerException"/> is what it said.</summary>
public sealed class StorageUnavailableException(bool isFull, Exception cause) : StoryStudioException(
    "storage_unavailable",
    isFull ? "The disk is full. Make room and try again." : "Nothing can be written to the disk just now. Wait a moment and try again.",
    cause);
