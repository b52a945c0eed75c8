using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Keys;
using Xunit;

namespace StoryStudio.Tests.Fakes;

/// <summary>The engine with a provider that has keys, in the first style: what tests of keys and lanes have in common.</summary>
internal static class KeyedStudio
{
    public const string First = "key-first-1111";
    public const string Second = "key-second-2222";

    public static ScriptedProvider Provider(Func<ImageRequest, Stream, CancellationToken, Task<ImageOutcome>>? script) =>
        new() { Name = "openai", Script = script is null ? null : (request, destination, _, token) => script(request, destination, token) };

    public static Task<ImageOutcome> Draw(ImageRequest request, Stream destination, IProgress<ImageProgress> progress, CancellationToken token) =>
        ScriptedProvider.DrawAsync(request, destination, token);

    public static Task<ImageOutcome> Fail(FailureKind kind, TimeSpan? retryAfter = null) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(kind, retryAfter));

    public static Task<Studio> StartAsync(ScriptedProvider provider, IReadOnlyList<ApiKeyDefinition> keys, Action<StoryStudioOptions>? more = null, string? folder = null, TimeProvider? time = null) =>
        Studio.StartAsync(
            o =>
            {
                o.Provider = "openai";
                o.Styles[0].ApiKeys = [.. keys];
                more?.Invoke(o);
            },
            provider,
            time,
            folder);

    /// <summary>Starts anew, some time later, on a copy of the files as they are on the disk now.</summary>
    public static async Task<Studio> StartCopyAsync(Studio studio, IReadOnlyList<ApiKeyDefinition> keys, TimeSpan later, Action<StoryStudioOptions>? more = null)
    {
        var copy = Directory.CreateDirectory(Path.Combine(studio.Folder, "copy"));
        foreach (var file in Directory.GetFiles(studio.Folder, "storystudio.db*"))
        {
            File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)));
        }

        return await StartAsync(Provider(null), keys, more, copy.FullName, new ManualTimeProvider(studio.Clock.GetUtcNow() + later));
    }

    public static async Task<string> IllustrateAsync(Studio studio, int segments, params string[] styles)
    {
        var story = await studio.CreateStoryAsync(segments, styles);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        return story.Id;
    }

    public static async Task<IReadOnlyList<ImageState>> ImagesAsync(Studio studio, string story) => (await studio.Illustrator.GetSnapshotAsync(story)).Images;

    public static IReadOnlyList<KeyState> Keys(Studio studio) => [.. studio.Services.GetRequiredService<IApiKeys>().GetAll().Where(k => k.Styles.Contains("illustration"))];

    /// <summary>A key of the first style was too fast and rests.</summary>
    public static void Cool(Studio studio, string key, TimeSpan time)
    {
        var style = studio.Services.GetRequiredService<IOptions<StoryStudioOptions>>().Value.Style("illustration");
        var pool = studio.Services.GetRequiredService<ApiKeyPools>().For(style, "openai");
        KeyLease? lease;
        do
        {
            Assert.True(pool.TryLease(out lease, out _));
            lease.Return();
        }
        while (lease.Key != key);

        pool.CoolDown(lease, studio.Clock.GetUtcNow() + time);
    }
}
