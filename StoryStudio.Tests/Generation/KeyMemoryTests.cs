using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Failures;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Tests.Fakes;
using Xunit;
using static StoryStudio.Tests.Fakes.KeyedStudio;

namespace StoryStudio.Tests.Generation;

/// <summary>What is known of keys when the process comes back, and what is not written down.</summary>
public sealed class KeyMemoryTests
{
    [Theory]
    [InlineData(FailureKind.RateLimited, KeyCondition.Cooling, 400.0)]
    [InlineData(FailureKind.QuotaExhausted, KeyCondition.Parked, 20 * 3600.0)]
    [InlineData(FailureKind.OutOfCredit, KeyCondition.Parked, 60.0)]
    [InlineData(FailureKind.BadKey, KeyCondition.Off, null)]
    public async Task Key_ThatRests_DoesSoAfterAKillAsWell(FailureKind kind, KeyCondition condition, double? seconds)
    {
        var provider = Provider((request, destination, token) => request.ApiKey == First ? Fail(kind, TimeSpan.FromSeconds(400)) : ScriptedProvider.DrawAsync(request, destination, token));
        ApiKeyDefinition[] keys = [new() { Key = First, Account = "a" }, Second];
        await using var studio = await StartAsync(provider, keys);
        await IllustrateAsync(studio, 1);
        await studio.AsleepAsync();
        var id = Keys(studio)[0].Id;

        // What is on the disk at this moment is what a kill would leave.
        await using var next = await StartCopyAsync(studio, keys, TimeSpan.FromSeconds(10));

        var state = Keys(next)[0];
        Assert.Equal((id, condition, kind.Code()), (state.Id, state.Condition, await CodeAsync(next, id)));
        Assert.NotEmpty(state.Reason!);
        Assert.Equal(seconds, (state.ReadyAt - studio.Clock.GetUtcNow())?.TotalSeconds);
        await IllustrateAsync(next, 4);
        await next.AsleepAsync();
        Assert.All(next.Provider.Calls, c => Assert.Equal(Second, c.ApiKey));
    }

    [Fact]
    public async Task ServerWithoutKeys_ThatWasAskedTooFast_RestsAfterAKillAsWell()
    {
        await using var studio = await StartAsync(Provider((_, _, _) => Fail(FailureKind.RateLimited, TimeSpan.FromSeconds(400))), []);
        var story = await IllustrateAsync(studio, 1);
        await studio.AsleepAsync();

        await using var next = await StartCopyAsync(studio, [], TimeSpan.FromSeconds(10));

        await next.AsleepAsync();
        Assert.Empty(next.Provider.Calls);
        Assert.Empty(next.Services.GetRequiredService<IApiKeys>().GetAll());
        next.Advance(TimeSpan.FromSeconds(391));
        await next.UntilFinishedAsync(story);
        Assert.Single(next.Provider.Calls);
    }

    [Fact]
    public async Task Key_WhoseAccountMightNotUseTheModel_IsTriedAnewAfterAStartWhichMayNameAnother()
    {
        ProviderAnswer answer = new() { Status = 403, Error = ProviderError.None };
        var provider = Provider((_, _, _) => Task.FromResult<ImageOutcome>(FailureClassifier.Classify(answer, new() { Provider = "openai", Model = "gpt-image-2" })));
        await using var studio = await StartAsync(provider, [First]);
        await IllustrateAsync(studio, 1);
        await studio.AsleepAsync();
        Assert.Equal(KeyCondition.Off, Keys(studio)[0].Condition);

        await using var next = await StartCopyAsync(studio, [First], TimeSpan.FromSeconds(10));

        Assert.Equal((KeyCondition.Ready, null), (Keys(next)[0].Condition, Keys(next)[0].Reason));
    }

    [Fact]
    public async Task Key_ThatWasNotAcceptedAtAnAddressThatWasMended_IsTriedAnew()
    {
        await using var studio = await StartAsync(Provider((_, _, _) => Fail(FailureKind.BadKey)), [First], o => o.Providers.OpenAI.Endpoint = "https://wrong.example/v1");
        await IllustrateAsync(studio, 1);
        await studio.AsleepAsync();
        Assert.Equal(KeyCondition.Off, Keys(studio)[0].Condition);

        await using var next = await StartCopyAsync(studio, [First], TimeSpan.FromSeconds(10), o => o.Providers.OpenAI.Endpoint = "https://right.example/v1");

        Assert.Equal((KeyCondition.Ready, null), (Keys(next)[0].Condition, Keys(next)[0].Reason));
    }

    [Fact]
    public async Task Key_ThatWasReplacedInTheSettings_BeginsAnewAndTheOldOneIsForgotten()
    {
        var provider = Provider((request, destination, token) => request.ApiKey == First ? Fail(FailureKind.BadKey) : ScriptedProvider.DrawAsync(request, destination, token));
        await using var studio = await StartAsync(provider, [First]);
        await IllustrateAsync(studio, 1);
        await studio.AsleepAsync();
        Assert.Equal(KeyCondition.Off, Keys(studio)[0].Condition);

        await using var next = await StartCopyAsync(studio, [Second], TimeSpan.FromSeconds(10));

        Assert.Equal(("…2222", KeyCondition.Ready), (Keys(next)[0].Tail, Keys(next)[0].Condition));
        await using var db = next.OpenDatabase();
        Assert.Equal(["…2222"], await db.KeyRecords.Where(r => r.Tail != null).Select(r => r.Tail!).ToListAsync());
    }

    [Fact]
    public async Task Pace_OfTheLastMinute_IsKeptAfterAKill()
    {
        await using var studio = await StartAsync(Provider(null), [First], o => o.Styles[0].RequestsPerMinute = 4);
        await IllustrateAsync(studio, 3);
        await studio.AsleepAsync();
        Assert.Equal(3, studio.Provider.Calls.Count);

        await using var next = await StartCopyAsync(studio, [First], TimeSpan.FromSeconds(20), o => o.Styles[0].RequestsPerMinute = 4);
        await IllustrateAsync(next, 4);
        await next.AsleepAsync();
        Assert.Single(next.Provider.Calls);
        Assert.Equal(4, Keys(next)[0].StartsInLastMinute);

        await next.RunAsync(TimeSpan.FromSeconds(39));
        Assert.Single(next.Provider.Calls);
        await next.RunAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(4, next.Provider.Calls.Count);
    }

    [Fact]
    public async Task Pace_OfACallThatWaitedForOneLikeIt_CountsFromTheCallAfterAKill()
    {
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var provider = Provider(null);
        await using var studio = await StartAsync(provider, [First]);
        provider.Script = async (request, destination, _, token) =>
        {
            called.TrySetResult();
            await gate.Task.WaitAsync(token);
            return provider.Calls.Count == 1 ? ScriptedProvider.Failure(FailureKind.Refused) : await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await studio.Library.CreateAsync(new() { Title = "Twins", Segments = [new() { Text = "A door." }, new() { Text = "A door." }], Styles = ["illustration"] });
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await called.Task.WaitAsync(Studio.Patience);
        using (var patience = new CancellationTokenSource(Studio.Patience))
        {
            while (studio.Services.GetRequiredService<IdenticalRequests>().Waiting == 0)
            {
                await Task.Delay(5, patience.Token);
            }
        }

        studio.Advance(TimeSpan.FromSeconds(30));
        gate.SetResult();
        await studio.UntilFinishedAsync(story.Id);
        Assert.Equal(2, provider.Calls.Count);

        await using var next = await StartCopyAsync(studio, [First], TimeSpan.FromSeconds(40));

        Assert.Equal(1, Keys(next)[0].StartsInLastMinute);
    }

    [Fact]
    public async Task Database_HasNoKeyInIt()
    {
        var provider = Provider((_, _, _) => Fail(FailureKind.BadKey));
        await using (var studio = await StartAsync(provider, [First]))
        {
            await IllustrateAsync(studio, 1);
            await studio.AsleepAsync();
            foreach (var file in Directory.GetFiles(studio.Folder, "storystudio.db*"))
            {
                await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
                Assert.DoesNotContain(First, await reader.ReadToEndAsync(), StringComparison.Ordinal);
            }
        }
    }

    private static async Task<string?> CodeAsync(Studio studio, string id)
    {
        await using var db = studio.OpenDatabase();
        return await db.KeyRecords.Where(k => k.Id == id).Select(k => k.Code).SingleAsync();
    }
}
