using System.Net;
using System.Text.Json;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Api;

public sealed class KeysApiTests
{
    private const string Key = "sk-very-secret-4f2a";

    [Fact]
    public async Task Keys_AreListedByTheirLastFourCharactersWithWhatKeepsThem()
    {
        await using var studio = await StartAsync(FailureKind.OutOfCredit);
        using var client = studio.Client();
        var idle = await KeysAsync(client);
        Assert.Equal((2, "ready", JsonValueKind.Null), (idle.GetArrayLength(), idle[0].GetProperty("condition").GetString(), idle[0].GetProperty("readyAt").ValueKind));

        await FailAsync(studio);

        var answer = await Answer.ReadAsync(await client.GetAsync(new Uri("/api/keys", UriKind.Relative)));
        Assert.DoesNotContain("secret", answer.Text, StringComparison.Ordinal);
        var (first, second) = (answer.Json[0], answer.Json[1]);
        Assert.Equal(
            ("…4f2a", "openai", "team", "parked", "This account is out of credit.", 7),
            (first.GetProperty("tail").GetString(), first.GetProperty("provider").GetString(), first.GetProperty("account").GetString(), first.GetProperty("condition").GetString(), first.GetProperty("reason").GetString(), first.GetProperty("requestsPerMinute").GetInt32()));
        Assert.Equal(["illustration"], first.GetProperty("styles").EnumerateArray().Select(s => s.GetString()));
        Assert.Equal(1, first.GetProperty("startsInLastMinute").GetInt32());
        Assert.EndsWith("Z", first.GetProperty("readyAt").GetString(), StringComparison.Ordinal);
        Assert.Equal(("parked", 0), (second.GetProperty("condition").GetString(), second.GetProperty("startsInLastMinute").GetInt32()));
        Assert.Equal(idle[0].GetProperty("id").GetString(), first.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Key_ThatIsMadeReady_ServesAgain()
    {
        await using var studio = await StartAsync(FailureKind.BadKey);
        using var client = studio.Client();
        await FailAsync(studio);
        var keys = await KeysAsync(client);
        var off = keys.EnumerateArray().First(k => k.GetProperty("condition").GetString() == "off");

        var answer = await Answer.ReadAsync(await client.PostAsync(new Uri($"/api/keys/{off.GetProperty("id").GetString()}/ready", UriKind.Relative), null));

        Assert.Equal((HttpStatusCode.OK, "ready", JsonValueKind.Null), (answer.Status, answer.Json.GetProperty("condition").GetString(), answer.Json.GetProperty("reason").ValueKind));
        Assert.Contains((await KeysAsync(client)).EnumerateArray(), k => k.GetProperty("id").GetString() == off.GetProperty("id").GetString() && k.GetProperty("condition").GetString() == "ready");
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    public async Task Key_ThatIsNotThere_IsNotFound(string id)
    {
        await using var studio = await StartAsync(FailureKind.BadKey);
        using var client = studio.Client();

        (await Answer.ReadAsync(await client.PostAsync(new Uri($"/api/keys/{id}/ready", UriKind.Relative), null))).Problem(HttpStatusCode.NotFound, "key_not_found");
    }

    private static Task<WebStudio> StartAsync(FailureKind kind)
    {
        var provider = new ScriptedProvider { Name = "openai", Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(kind) with { Message = kind is FailureKind.OutOfCredit ? "This account is out of credit." : "No." }) };
        return WebStudio.StartAsync(provider: provider, settings: new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["StoryStudio:Provider"] = "openai",
            ["StoryStudio:Styles:0:ApiKeys:0:Key"] = Key,
            ["StoryStudio:Styles:0:ApiKeys:0:Account"] = "team",
            ["StoryStudio:Styles:0:ApiKeys:1:Key"] = "sk-other-secret-9d1e",
            ["StoryStudio:Styles:0:ApiKeys:1:Account"] = "team",
            ["StoryStudio:Styles:0:RequestsPerMinute"] = "7",
        });
    }

    private static async Task FailAsync(WebStudio studio)
    {
        var story = await studio.CreateStoryAsync(1);
        using var changes = studio.Changes.Subscribe(story.Id);
        await studio.Illustrator.StartAsync(story.Id, new());
        await foreach (var batch in changes.ReadAllAsync())
        {
            if (batch.OfType<Core.Live.RunChanged>().Any(c => c.Run.FinishedAt is not null))
            {
                return;
            }
        }
    }

    private static async Task<JsonElement> KeysAsync(HttpClient client) => (await Answer.ReadAsync(await client.GetAsync(new Uri("/api/keys", UriKind.Relative)))).Json;
}
