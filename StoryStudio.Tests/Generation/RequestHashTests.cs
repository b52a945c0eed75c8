using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class RequestHashTests
{
    private static readonly ProviderCapabilities Capabilities = new() { TypicalDuration = TimeSpan.Zero, Model = "model", Size = "1K", AspectRatio = "3:2", Quality = "medium", Formats = ["image/png", "image/webp"] };
    private static readonly ImageRequest Request = new() { IdempotencyKey = "key", Prompt = "prompt", Scene = "scene", Style = "clear", Seed = 7 };
    private static readonly PictureWish Wish = new("story", "clear", Version: 3);

    [Fact]
    public void Hash_IsTheSameForAnotherCallOfTheSame()
    {
        var again = Of(Request with { IdempotencyKey = "other", ApiKey = "secret", Version = 4, Scene = "other" });

        Assert.Equal(Of(Request), again);
        Assert.Matches("^[0-9a-f]{64}$", again);
    }

    [Fact]
    public void Hash_IsAnotherWhereAnythingIsThatDecidesWhatComesBack()
    {
        string[] all =
        [
            Of(Request), Of(Request with { Prompt = "other" }), Of(Request with { Style = "bold" }), Of(Request with { Seed = 8 }), Of(Request with { Seed = null }),
            Of(Request, references: ["a", "b"]), Of(Request, references: ["b", "a"]), Of(Request, references: ["a"]), Of(Request, name: "gemini"),
            Of(Request, Capabilities with { Model = "other" }), Of(Request, Capabilities with { Size = "2K" }), Of(Request, Capabilities with { AspectRatio = "1:1" }),
            Of(Request, Capabilities with { Quality = "high" }), Of(Request, Capabilities with { Formats = ["image/png"] }),
            Of(Request, Capabilities with { Size = null, AspectRatio = "1K" }),
        ];

        Assert.Equal(all.Length, all.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Seed_IsOneForAStyleOfAStoryAndAnotherForAnotherPicture()
    {
        var seed = RequestHash.Seed(Wish);
        Assert.Equal(seed, RequestHash.Seed(Wish with { Version = 9, PromptOverride = "other", Instruction = "other" }));

        int[] all =
        [
            seed, RequestHash.Seed(Wish with { StoryId = "other" }), RequestHash.Seed(Wish with { Style = "bold" }),
            RequestHash.Seed(Wish with { Fresh = true }), RequestHash.Seed(Wish with { Fresh = true, Version = 4 }),
        ];
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.All(Enumerable.Range(0, 200), i => Assert.True(RequestHash.Seed(Wish with { StoryId = $"{i}" }) >= 0));
    }

    private static string Of(ImageRequest request, ProviderCapabilities? capabilities = null, string[]? references = null, string name = "openai") =>
        RequestHash.Of(request, references ?? [], new ScriptedProvider { Name = name, Capabilities = capabilities ?? Capabilities });
}
