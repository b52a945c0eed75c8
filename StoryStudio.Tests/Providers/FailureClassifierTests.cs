using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Failures;
using Xunit;

namespace StoryStudio.Tests.Providers;

public sealed class FailureClassifierTests
{
    private const string Key = "sk-proj-abcdefghijklmnop4f2a";

    private static readonly ProviderCall Call = new()
    {
        Provider = "openai",
        Model = "gpt-image-2",
        ApiKey = Key,
        ModelSetting = "StoryStudio:Providers:OpenAI:Model",
        EndpointSetting = "StoryStudio:Providers:OpenAI:Endpoint",
    };

    [Fact]
    public void Classify_AKeyOfAnotherOrganization_NamesTheSetting() =>
        Assert.Contains("StoryStudio:Providers:OpenAI:Organization", Classify(401, """{"error":{"code":"mismatched_organization"}}""").Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(429, """{"error":{"code":"rate_limit_exceeded","type":"requests"}}""", FailureKind.RateLimited)]
    [InlineData(503, """{"error":{"code":"slow_down"}}""", FailureKind.RateLimited)]
    [InlineData(429, """{"error":{"message":"litellm.RateLimitError","type":"throttling_error","code":"429"}}""", FailureKind.RateLimited)]
    [InlineData(429, "", FailureKind.RateLimited)]
    [InlineData(429, """{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerMinutePerProject"}]},{"retryDelay":"58s"}]}}""", FailureKind.RateLimited)]
    [InlineData(429, """[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProject-FreeTier"}]}]}}]""", FailureKind.QuotaExhausted)]
    [InlineData(429, """{"error":{"code":"insufficient_quota","type":"insufficient_quota"}}""", FailureKind.OutOfCredit)]
    [InlineData(429, """{"error":{"code":null,"type":"insufficient_quota"}}""", FailureKind.OutOfCredit)]
    [InlineData(400, """{"error":{"code":"billing_hard_limit_reached","type":"image_generation_user_error"}}""", FailureKind.OutOfCredit)]
    [InlineData(403, """{"error":{"code":"project_spend_limit_exceeded"}}""", FailureKind.OutOfCredit)]
    [InlineData(402, "Payment required", FailureKind.OutOfCredit)]
    [InlineData(0, "", FailureKind.Transient)]
    [InlineData(408, "", FailureKind.Transient)]
    [InlineData(500, """{"error":{"type":"server_error","code":null}}""", FailureKind.Transient)]
    [InlineData(502, "<html><body>Bad gateway</body></html>", FailureKind.Transient)]
    [InlineData(503, "", FailureKind.Transient)]
    [InlineData(504, "null", FailureKind.Transient)]
    [InlineData(529, """{"error":{"type":"overloaded_error"}}""", FailureKind.Transient)]
    [InlineData(400, """{"error":{"code":"moderation_blocked","type":"image_generation_user_error"}}""", FailureKind.Refused)]
    [InlineData(400, """{"error":{"code":"content_policy_violation","type":"invalid_request_error"}}""", FailureKind.Refused)]
    [InlineData(400, """{"error":{"code":"contentFilter","inner_error":{"code":"ResponsibleAIPolicyViolation"}}}""", FailureKind.Refused)]
    [InlineData(400, """{"error":{"code":"BadRequest","innererror":{"code":"ResponsibleAIPolicyViolation"}}}""", FailureKind.Refused)]
    [InlineData(400, """{"error":{"message":"litellm.BadRequestError: Your request was rejected by our safety system.","code":"400"}}""", FailureKind.Refused)]
    [InlineData(200, """{"data":[]}""", FailureKind.NoPicture)]
    [InlineData(401, """{"error":{"code":"invalid_api_key"}}""", FailureKind.BadKey)]
    [InlineData(401, """{"statusCode":401,"message":"Access denied"}""", FailureKind.BadKey)]
    [InlineData(400, """{"error":{"code":400,"status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}""", FailureKind.BadKey)]
    [InlineData(403, """{"error":{"message":"Your organization must be verified to use the model"}}""", FailureKind.NoAccess)]
    [InlineData(400, """{"error":{"message":"Your organization must be verified to use the model"}}""", FailureKind.NoAccess)]
    [InlineData(403, """{"error":{"message":"Project `proj_1` does not have access to model `x`","type":"invalid_request_error","code":"model_not_found"}}""", FailureKind.NoAccess)]
    [InlineData(403, """{"error":{"message":"litellm.PermissionDenied: model_not_found","code":"403"}}""", FailureKind.NoAccess)]
    [InlineData(401, """{"error":{"code":"mismatched_organization"}}""", FailureKind.NoAccess)]
    [InlineData(404, """{"error":{"code":"model_not_found"}}""", FailureKind.ModelUnavailable)]
    [InlineData(404, """{"error":{"code":"DeploymentNotFound"}}""", FailureKind.ModelUnavailable)]
    [InlineData(404, """{"object":"error","message":"The model `x` does not exist.","type":"NotFoundError","code":404}""", FailureKind.ModelUnavailable)]
    [InlineData(404, """{"detail":"Not Found"}""", FailureKind.InvalidRequest)]
    [InlineData(302, "", FailureKind.InvalidRequest)]
    [InlineData(400, """{"error":{"code":"invalid_value","param":"size"}}""", FailureKind.InvalidRequest)]
    [InlineData(400, """{"error":"unknown sampler"}""", FailureKind.InvalidRequest)]
    [InlineData(413, "", FailureKind.InvalidRequest)]
    [InlineData(422, """{"detail":[{"loc":["body","size"],"msg":"field required","type":"missing"}]}""", FailureKind.InvalidRequest)]
    [InlineData(422, """{"detail":{"message":"no"}}""", FailureKind.InvalidRequest)]
    public void Classify_EachCondition_IsItsKind(int status, string body, FailureKind kind) => Assert.Equal(kind, Classify(status, body).Kind);

    [Theory]
    [InlineData(408, "", true)]
    [InlineData(504, "", true)]
    [InlineData(504, """{"error":{"code":504,"status":"DEADLINE_EXCEEDED"}}""", true)]
    [InlineData(524, "", true)]
    [InlineData(504, """{"error":{"type":"server_error"}}""", false)]
    [InlineData(500, "", false)]
    [InlineData(502, "<html><body>Bad gateway</body></html>", false)]
    [InlineData(503, "", false)]
    [InlineData(429, "", false)]
    public void Classify_TimeOutThatIsAnswered_LeavesOpenWhatBecameOfTheCall(int status, string body, bool isUnresolved) =>
        Assert.Equal(isUnresolved, Classify(status, body).IsUnresolved);

    [Theory]
    [InlineData(429, "", "The service is busy. Trying again soon.")]
    [InlineData(402, "", "This account is out of credit.")]
    [InlineData(429, """{"error":{"details":[{"quotaId":"PerDay"}]}}""", "Today's allowance is used up.")]
    [InlineData(500, "", "Temporary problem with the service.")]
    [InlineData(400, """{"error":{"code":"moderation_blocked"}}""", "The provider declined this picture. Change the description.")]
    [InlineData(200, "", "No picture came back.")]
    [InlineData(401, "", "Key \"…4f2a\" was not accepted.")]
    [InlineData(403, "", "This account may not use model gpt-image-2.")]
    [InlineData(404, """{"error":{"code":"model_not_found"}}""", "Model gpt-image-2 is retired. Name another one in StoryStudio:Providers:OpenAI:Model.")]
    [InlineData(404, "", "The service makes no pictures at its address. Check StoryStudio:Providers:OpenAI:Endpoint.")]
    [InlineData(400, "", "This setting is not supported by model gpt-image-2.")]
    public void Classify_EachKind_HasItsSentenceForTheAuthor(int status, string body, string sentence) => Assert.Equal(sentence, Classify(status, body).Message);

    [Fact]
    public void Classify_RateLimitWithAWait_NamesTheSeconds()
    {
        var answer = new ProviderAnswer { Status = 429, Error = ProviderError.None, RetryAfter = TimeSpan.FromSeconds(6.2) };

        Assert.Equal("The service is busy. Trying again in 7 s.", FailureClassifier.Classify(answer, Call).Message);
    }

    [Fact]
    public void Classify_LogSentence_NamesStatusWordsAndRequestButNoKey()
    {
        var error = ProviderError.Parse($$"""{ "error": { "message":"Incorrect API key provided: sk-proj-****4f2a. You sent {{Key}}.\nSee docs.","type":"invalid_request_error","code":"invalid_api_key" } }""");

        var failure = FailureClassifier.Classify(new ProviderAnswer { Status = 401, Error = error, RequestId = "req_1" }, Call);

        Assert.StartsWith("openai (gpt-image-2): HTTP 401 invalid_request_error/invalid_api_key: Incorrect API key provided: [key]", failure.LogMessage, StringComparison.Ordinal);
        Assert.EndsWith("See docs. [request req_1]", failure.LogMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("4f2a", failure.LogMessage, StringComparison.Ordinal);
        Assert.Equal("req_1", failure.RequestId);
    }

    [Theory]
    [InlineData("x\r\ninjected")]
    [InlineData("")]
    [InlineData("sk-proj-abcdefghijklmnop4f2a")]
    public void Classify_StrangeRequestId_IsLeftOut(string requestId) =>
        Assert.Null(FailureClassifier.Classify(new ProviderAnswer { Status = 500, Error = ProviderError.None, RequestId = requestId }, Call).RequestId);

    [Theory]
    [InlineData("""{"error":""")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("17")]
    [InlineData("""{"error":null}""")]
    [InlineData("""{"error":[]}""")]
    [InlineData("""{"error":{"code":{},"message":[]}}""")]
    [InlineData("""{"detail":null}""")]
    [InlineData("\u0000\u0001")]
    [InlineData("""{"error":{"message":"\ud800"}}""")]
    public void Classify_BodyOfAnyShape_IsJudgedByItsStatus(string body) => Assert.Equal(FailureKind.Transient, Classify(500, body).Kind);

    [Fact]
    public void Classify_BodyNestedWithoutEnd_IsJudgedByItsStatus() =>
        Assert.Equal(FailureKind.InvalidRequest, Classify(400, string.Concat(Enumerable.Repeat("""{"error":""", 10_000))).Kind);

    [Theory]
    [InlineData("1500", "9", null, null, 1.5)]
    [InlineData(null, "7", null, null, 7.0)]
    [InlineData(null, "Thu, 01 Jan 2026 12:01:30 GMT", null, null, 90.0)]
    [InlineData(null, "Wed, 31 Dec 2025 12:00:00 GMT", null, null, 0.0)]
    [InlineData(null, "Thu, 01 Jan 2099 00:00:00 GMT", null, null, 600.0)]
    [InlineData(null, "-5", null, null, 0.0)]
    [InlineData(null, "99999999999999999999999", null, null, 600.0)]
    [InlineData("-1e9", null, null, null, null)]
    [InlineData(null, "soon", null, null, null)]
    [InlineData(null, "NaN", null, null, null)]
    [InlineData(null, "", null, null, null)]
    [InlineData(null, null, "58s", null, 58.0)]
    [InlineData(null, null, "0.5s", null, 0.5)]
    [InlineData(null, null, null, "Rate limit reached. Please try again in 1m2.5s. Visit", 62.5)]
    [InlineData(null, null, null, "Please try again in 350ms.", 0.35)]
    [InlineData(null, null, null, "Please try again in a while.", null)]
    [InlineData(null, null, null, "Please try again in 1h12m3s.", 600.0)]
    [InlineData(null, null, null, "Please try again in 2h.", 600.0)]
    [InlineData(null, null, null, "Please retry in 22.417562781s.", 22.4175627)]
    [InlineData(null, null, null, "Please retry after 26 seconds.", 26.0)]
    [InlineData(null, null, null, "Please try again in -5s.", null)]
    [InlineData(null, null, null, "Please try again in 0s.", null)]
    [InlineData("-1500", "9", null, null, 0.0)]
    [InlineData("99999999999", null, null, null, 600.0)]
    [InlineData("0", "9", null, null, 0.0)]
    [InlineData(null, " 7.5 ", null, null, 7.5)]
    [InlineData(null, "601", null, null, 600.0)]
    [InlineData(null, "Infinity", null, null, 600.0)]
    [InlineData(null, "2026-01-01T12:00:10Z", null, null, 10.0)]
    [InlineData(null, null, "-58s", null, 0.0)]
    [InlineData(null, null, "86400s", null, 600.0)]
    [InlineData(null, null, "s", null, null)]
    [InlineData("garbage", "garbage", "garbage", "Please try again in 20s.", 20.0)]
    [InlineData(null, "30, 30", null, null, 30.0)]
    [InlineData(null, "12, 12", null, null, 12.0)]
    [InlineData(null, "5,40", "58s", null, 40.0)]
    [InlineData("1500, 2500", "9", null, null, 2.5)]
    public void RetryAfter_WhateverTheProviderSays_IsBetweenZeroAndTenMinutes(string? milliseconds, string? header, string? delay, string? message, double? seconds)
    {
        var now = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

        Assert.Equal(seconds is { } s ? TimeSpan.FromSeconds(s) : null, RetryAfter.Read(milliseconds, header, delay, message, now));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("short", "…")]
    [InlineData("1234567", "…")]
    [InlineData("12345678", "…5678")]
    public void Tail_OfAKey_IsFourCharactersAtMost(string? key, string? tail) => Assert.Equal(tail, Secrets.Tail(key));

    [Theory]
    [InlineData("Authorization: Bearer abc.def-123456")]
    [InlineData("bearer abcdef123456 was wrong")]
    [InlineData("api-key: abcdef123456")]
    [InlineData("\"api_key\":\"abcdef123456\"")]
    [InlineData("key AIzaSyabcdef123456 not valid")]
    [InlineData("the key sk-abcdef123456")]
    [InlineData("plain own-abcdef123456 key")]
    public void Scrub_AnythingLikeAKey_IsGone(string text) => Assert.DoesNotContain("123456", Secrets.Scrub(text, "own-abcdef123456"), StringComparison.Ordinal);

    [Fact]
    public void Scrub_LongTextInManyLines_IsOneShortLine()
    {
        var text = Secrets.Scrub(string.Join("\r\n\u2028", Enumerable.Repeat("line", 1000)), key: null);

        Assert.InRange(text.Length, 400, 501);
        Assert.DoesNotContain(text, char.IsControl);
    }

    [Fact]
    public void Kinds_EachOne_HasAWordOfItsOwn()
    {
        var kinds = Enum.GetValues<FailureKind>();

        Assert.Equal(kinds.Length, kinds.Select(kind => kind.Code()).Distinct(StringComparer.Ordinal).Count());
        Assert.All(kinds, kind => Assert.Matches("^[a-z_]+$", kind.Code()));
        Assert.All(kinds.Where(kind => kind.RetriesOnce()), kind => Assert.True(kind.IsRetryable()));
    }

    private static ImageFailure Classify(int status, string body) => FailureClassifier.Classify(new ProviderAnswer { Status = status, Error = ProviderError.Parse(body) }, Call);
}
