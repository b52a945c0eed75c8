using System.Text.Json.Serialization;
using StoryStudio.Core.Providers;

namespace StoryStudio.Core.Generation;

/// <summary>One call to a provider for one image, as the API shows it.</summary>
public sealed record AttemptDetails
{
    /// <summary>Its own. The first of those that are one call is what the idempotency key begins with that the provider is given.</summary>
    public required string Id { get; init; }

    /// <summary>From 1, over the image's whole life.</summary>
    public required int Number { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary><c>running</c>, <c>succeeded</c>, <c>reused</c>, <c>interrupted</c>, <c>cancelled</c>, <c>put_off</c>, or what went wrong: <c>rate_limited</c>, <c>timeout</c>, ...</summary>
    public required string Outcome { get; init; }

    public required string Provider { get; init; }

    public string? Model { get; init; }

    /// <summary>The last four characters of the key, or null where the provider has none.</summary>
    public string? KeyTail { get; init; }

    /// <summary>The provider's own id of the request.</summary>
    public string? RequestId { get; init; }

    public ImageError? Error { get; init; }

    /// <summary>What went wrong, in the sentence for the log. Holds no key.</summary>
    public string? Detail { get; init; }

    public decimal? CostUsd { get; init; }

    /// <summary>Whether it may have been charged although nobody knows how much.</summary>
    public bool MayBeCharged { get; init; }
}

/// <summary>One image with every attempt that was made for it, oldest first.</summary>
public sealed record ImageDetails(ImageState Image, IReadOnlyList<AttemptDetails> Attempts);

/// <summary>One picture that was made for an image. Never overwritten.</summary>
public sealed record ImageVersionDetails
{
    /// <summary>From 1.</summary>
    public required int Version { get; init; }

    public required string Url { get; init; }

    public required bool Chosen { get; init; }

    public required string MediaType { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public required long Bytes { get; init; }

    /// <summary>The prompt as it was sent.</summary>
    public required string Prompt { get; init; }

    public required string Provider { get; init; }

    public string? Model { get; init; }

    public decimal? CostUsd { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Pictures that went along, in the order in which they were sent.</summary>
    public IReadOnlyList<ReferenceDetails> References { get; init; } = [];

    /// <summary>Whether characters were described in words because the provider takes no reference pictures, or too few.</summary>
    public bool Described { get; init; }

    /// <summary>What the author asked to be different; null where nothing.</summary>
    public string? Instruction { get; init; }

    /// <summary>The version that was changed by the instruction; null where the words alone were sent.</summary>
    public int? BasedOn { get; init; }
}

/// <summary>A picture that went along with a request.</summary>
/// <param name="Role">What it was for.</param>
/// <param name="Name">Whom it shows, where it shows a character.</param>
/// <param name="Url">Its address; null where it is not served, as the sample of a style, or is gone.</param>
/// <param name="Sha256">Of its bytes, as hexadecimal digits; empty for one that is not there yet.</param>
/// <param name="IsToCome">Whether it has yet to be drawn before the request it goes along with.</param>
public sealed record ReferenceDetails(ReferenceRole Role, string? Name, string? Url, string Sha256, bool IsToCome = false);

/// <summary>What a run is asked to make. Null means all.</summary>
public sealed record RunRequest
{
    public IReadOnlyList<string>? Styles { get; init; }

    /// <summary>Segments by number or id; null means all, an empty list none.</summary>
    public IReadOnlyList<string>? Segments { get; init; }

    public bool UseCharacterConsistency { get; init; } = true;

    /// <summary>Skip what is completed; false makes a new version of it.</summary>
    public bool OnlyMissing { get; init; } = true;

    /// <summary>Only what is from before a change, and characters' sheets with it where no segments are named; <see cref="OnlyMissing"/> does not count then.</summary>
    public bool OnlyStale { get; init; }

    public RunPriority Priority { get; init; } = RunPriority.Normal;

    /// <summary>US dollars that the run may cost, after which it pauses; null for what the settings say.</summary>
    public decimal? BudgetUsd { get; init; }

    /// <summary>Whether the run has no budget, whatever the settings say; <see cref="BudgetUsd"/> does not count then.</summary>
    [JsonIgnore]
    public bool WithoutBudget { get; init; }
}

/// <summary>A run with the state of every image in it.</summary>
public sealed record RunDetails(RunState Run, IReadOnlyList<ImageState> Images);
