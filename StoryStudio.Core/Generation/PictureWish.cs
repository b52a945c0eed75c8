namespace StoryStudio.Core.Generation;

/// <summary>What is wished of a picture, beside what its story says.</summary>
/// <param name="StoryId">The story.</param>
/// <param name="Style">The style.</param>
/// <param name="Version">Number that the picture will have.</param>
/// <param name="PromptOverride">A prompt for this picture alone; null where the story's own stands.</param>
/// <param name="Instruction">What is to be changed in the picture that is there; null where nothing.</param>
/// <param name="Fresh">Whether a person asked for another picture than those that are there.</param>
internal sealed record PictureWish(string StoryId, string Style, int Version, string? PromptOverride = null, string? Instruction = null, bool Fresh = false)
{
    public static PictureWish Of(Claim claim) => new(claim.StoryId, claim.Style, claim.NextVersion, claim.PromptOverride, claim.Instruction, claim.Fresh);

    public static PictureWish Of(StoryImage image) => new(image.StoryId, image.Style, image.LatestVersion + 1, image.PromptOverride, image.Instruction, image.Fresh);
}
