using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;

namespace StoryStudio.Tests.Fakes;

/// <summary>The engine with a provider that takes pictures along, and a story with a cast.</summary>
internal static class CastStudio
{
    public static readonly ProviderCapabilities TakesFour = new()
    {
        TypicalDuration = TimeSpan.FromSeconds(1), MakesSvg = true, MaxReferences = 4, Model = "scripted",
        ReferenceFormats = ["image/png", "image/jpeg", "image/webp", "image/svg+xml"],
    };

    public static Task<Studio> StartAsync() => Studio.StartAsync(provider: new() { Capabilities = TakesFour });

    public static async Task<(StoryDetails Story, CastMember Mira, CastMember Bram)> StoryAsync(Studio studio)
    {
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "Two",
            Segments = [new() { Text = "Mira walks." }, new() { Text = "Bram sleeps." }, new() { Text = "Mira and Bram talk." }],
            Characters = [new("Mira", "A girl in red."), new("Bram", "An old man.")],
            Styles = ["illustration", "clear"],
        });
        var cast = await studio.Cast.GetAsync(story.Id);
        return (story, cast[0], cast[1]);
    }
}
