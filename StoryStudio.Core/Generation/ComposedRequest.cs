using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Generation;

/// <summary>What a provider is asked, put together from a story: the same for a picture that is drawn as for one that is only priced.</summary>
/// <param name="Request">As it is sent, but for the key to call with and the idempotency key, which are the caller's.</param>
/// <param name="Sent">Those of the wanted references that go along.</param>
/// <param name="Hash">Of all that decides what comes back.</param>
internal sealed record ComposedRequest(ImageRequest Request, IReadOnlyList<WantedReference> Sent, string Hash)
{
    /// <param name="wish">What is wished of the picture.</param>
    /// <param name="work">What the story says.</param>
    /// <param name="definition">The style, as the settings have it.</param>
    /// <param name="provider">Who is asked.</param>
    public static ComposedRequest Of(PictureWish wish, ImageWork work, StyleDefinition definition, IImageProvider provider)
    {
        var style = definition.With(work.StyleNote);
        var references = provider.Capabilities.Sendable(work.References.Select(r => r.ToSend()));
        var words = ReferenceWords.Of(references);
        var request = new ImageRequest
        {
            IdempotencyKey = "",
            Prompt = work.Sheet is { } character
                ? PromptComposer.ComposeSheet(style, character, wish.PromptOverride, wish.Instruction, words)
                : PromptComposer.Compose(style, work.Text, work.OwnPrompt, work.Characters, describeCharacters: true, wish.Instruction, words),
            Scene = PromptComposer.Scene(work.Text, work.OwnPrompt),
            Style = wish.Style,
            Characters = work.Characters,
            References = references,
            Version = wish.Version,
            Seed = provider.Capabilities.TakesSeed ? RequestHash.Seed(wish) : null,
        };
        IReadOnlyList<WantedReference> sent = [.. work.References.Where(r => references.Contains(r.ToSend()))];
        return new(request, sent, RequestHash.Of(request, sent.Select(r => r.Picture.Sha256), provider));
    }
}
