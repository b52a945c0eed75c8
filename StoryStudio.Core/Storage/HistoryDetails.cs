using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage;

/// <summary>What is kept of an image's past, as it is shown.</summary>
internal static class HistoryDetails
{
    public static AttemptDetails Of(Attempt a) => new()
    {
        Id = a.Id,
        Number = a.Number,
        StartedAt = a.StartedAt,
        FinishedAt = a.FinishedAt,
        Outcome = a.Outcome,
        Provider = a.Provider,
        Model = a.Model,
        KeyTail = a.KeyTail,
        RequestId = a.RequestId,
        Error = a.ErrorMessage is null ? null : new(a.Outcome, a.ErrorMessage, a.ErrorRetryable),
        Detail = a.Detail,
        CostUsd = a.CostUsd,
        MayBeCharged = a.MayBeCharged,
    };

    public static ImageVersionDetails Of(ImageVersion v, StoryImage image) => new()
    {
        Version = v.Number,
        Url = PictureAddress.Of(v.ImageId, v.Number, v.MediaType),
        Chosen = image.ChosenVersion == v.Number,
        MediaType = v.MediaType,
        Width = v.Width,
        Height = v.Height,
        Bytes = v.Bytes,
        Prompt = v.Prompt,
        Provider = v.Provider,
        Model = v.Model,
        CostUsd = v.CostUsd,
        CreatedAt = v.CreatedAt,
        Described = v.Described,
        Instruction = v.Instruction,
    };
}
