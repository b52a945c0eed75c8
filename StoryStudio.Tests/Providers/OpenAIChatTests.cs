using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Chat;
using StoryStudio.Core.Providers.Outbound;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Providers;

public sealed class OpenAIChatTests : IAsyncLifetime
{
    private const string Key = "sk-chat-0123456789abcd";

    private ScriptedImageServer _server = null!;

    public async Task InitializeAsync() => _server = await ScriptedImageServer.StartAsync(ChatAnswers.Words("An owl over the harbour."));

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Question_GoesToTheModelWithItsKeyAndComesBackAsWords()
    {
        using var chat = Chat();

        var answer = Assert.IsType<ChatAnswer>(await chat.AskAsync("Write.", "The page.", default));

        Assert.Equal("An owl over the harbour.", answer.Text);
        var call = Assert.Single(_server.Calls);
        var body = JsonDocument.Parse(call.Body).RootElement;
        Assert.Equal(("/v1/chat/completions", Key, "writer"), (call.Path, call.ApiKey, body.GetProperty("model").GetString()));
        Assert.Equal(["system", "user"], body.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("role").GetString()));
    }

    [Theory]
    [InlineData(429, "rate_limit_exceeded", FailureKind.RateLimited, "Trying again in 7 s")]
    [InlineData(429, "insufficient_quota", FailureKind.OutOfCredit, "out of credit")]
    [InlineData(401, "invalid_api_key", FailureKind.BadKey, "…abcd")]
    [InlineData(404, "model_not_found", FailureKind.ModelUnavailable, "StoryStudio:Chat:Model")]
    [InlineData(400, "content_filter", FailureKind.Refused, "declined to write")]
    [InlineData(400, "bad", FailureKind.InvalidRequest, "StoryStudio:Chat")]
    [InlineData(500, "server_error", FailureKind.Transient, "Temporary")]
    public async Task Failure_IsToldInWordsAndNeverAskedTwiceByItself(int status, string code, FailureKind kind, string words)
    {
        _server.Always = ChatAnswers.Error(status, code, $"Key {Key} no.", retryAfter: "7");
        using var chat = Chat();

        var failure = Assert.IsType<ChatFailure>(await chat.AskAsync("Write.", "The page.", default));

        Assert.Equal(kind, failure.Kind);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, failure.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(7), failure.RetryAfter);
        Assert.Equal(1, _server.Total);
    }

    [Fact]
    public async Task Answer_ThatIsNone_IsAFailure()
    {
        using var chat = Chat();
        foreach (var (answer, kind) in new[]
        {
            (ChatAnswers.Plain("<html>"), FailureKind.Damaged),
            (ChatAnswers.Plain(""), FailureKind.Damaged),
            (ChatAnswers.Words("   "), FailureKind.NoPicture),
            (ChatAnswers.Words("No.", finish: "content_filter"), FailureKind.Refused),
        })
        {
            _server.Always = answer;
            Assert.Equal(kind, Assert.IsType<ChatFailure>(await chat.AskAsync("Write.", "The page.", default)).Kind);
        }
    }

    [Fact]
    public async Task Server_ThatIsNotThere_IsAPassingTrouble()
    {
        var server = await ScriptedImageServer.StartAsync();
        var gone = server.Endpoint;
        await server.DisposeAsync();
        using var chat = Chat(o => o.Chat.Endpoint = gone);

        Assert.Equal(FailureKind.Transient, Assert.IsType<ChatFailure>(await chat.AskAsync("Write.", "The page.", default)).Kind);
    }

    [Fact]
    public async Task Call_ThatIsCutOff_Throws()
    {
        _server.Always = (_, _, stopping) => Task.Delay(Timeout.Infinite, stopping);
        using var chat = Chat();
        using var cut = new CancellationTokenSource();
        var asked = chat.AskAsync("Write.", "The page.", cut.Token);
        await _server.NextCallAsync();
        await cut.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task Call_ThatTakesTooLong_IsGivenUp()
    {
        _server.Always = (_, _, stopping) => Task.Delay(Timeout.Infinite, stopping);
        var clock = new ManualTimeProvider();
        using var chat = Chat(clock: clock);
        var asked = chat.AskAsync("Write.", "The page.", default);
        await _server.NextCallAsync();
        clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(FailureKind.Timeout, Assert.IsType<ChatFailure>(await asked).Kind);
    }

    [Theory]
    [InlineData(null, "org-1")]
    [InlineData("sk-of-another-account-9999", null)]
    public async Task Organization_OfThePictures_GoesWithTheirKeyAlone(string? own, string? organization)
    {
        using var chat = Chat(o => (o.Chat.Endpoint, o.Chat.ApiKey, o.Providers.OpenAI.Endpoint, o.Providers.OpenAI.ApiKey, o.Providers.OpenAI.Organization) = (null, own, _server.Endpoint, Key, "org-1"));

        Assert.IsType<ChatAnswer>(await chat.AskAsync("Write.", "The page.", default));

        Assert.Equal(organization, Assert.Single(_server.Calls).Headers.GetValueOrDefault("OpenAI-Organization"));
    }

    [Fact]
    public void Model_IsThereOnlyWhereOneIsNamedAndCanBeReached()
    {
        Assert.False(Made(o => o.Chat.Model = null).IsConfigured);
        Assert.False(Made(o => (o.Chat.Endpoint, o.Chat.ApiKey) = (null, null)).IsConfigured);
        Assert.True(Made(o => (o.Chat.Endpoint, o.Chat.ApiKey, o.Providers.OpenAI.ApiKey) = (null, null, Key)).IsConfigured);
        Assert.True(Made(o => (o.Chat.Endpoint, o.Chat.ApiKey, o.Providers.OpenAI.Endpoint) = (null, null, "http://127.0.0.1:9/v1")).IsConfigured);
    }

    [Fact]
    public async Task KeyOfThePicturesService_GoesToNoOtherAddress()
    {
        using var chat = Chat(o => (o.Chat.ApiKey, o.Providers.OpenAI.ApiKey) = (null, Key));

        await chat.AskAsync("Write.", "The page.", default);

        Assert.NotEqual(Key, Assert.Single(_server.Calls).ApiKey);
    }

    private OpenAIChat Chat(Action<StoryStudioOptions>? configure = null, TimeProvider? clock = null) => Made(o =>
    {
        (o.Chat.Endpoint, o.Chat.ApiKey) = (_server.Endpoint, Key);
        configure?.Invoke(o);
    }, clock);

    private static OpenAIChat Made(Action<StoryStudioOptions> configure, TimeProvider? clock = null)
    {
        var options = new StoryStudioOptions { Chat = new() { Model = "writer" } };
        configure(options);
        return new(Options.Create(options), clock ?? TimeProvider.System, new OutboundLog(Options.Create(options), TimeProvider.System, NullLogger<OutboundLog>.Instance), NullLogger<OpenAIChat>.Instance);
    }
}
