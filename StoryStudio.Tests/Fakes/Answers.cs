using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace StoryStudio.Tests.Fakes;

/// <summary>What the <see cref="ScriptedImageServer"/> can do to a caller.</summary>
internal static class Answers
{
    public const string JsonType = "application/json";

    public const string EventType = "text/event-stream";

    /// <summary>What comes before the picture in an answer of OpenAI's that never ends.</summary>
    public const string Opening = """{"data":[{"b64_json":""" + "\"";

    public const string RequestId = "req_0123456789abcdef";

    /// <summary>What gpt-image-2 says that a picture of 1024 × 1024 pixels took.</summary>
    public const string Usage = """{"input_tokens":50,"output_tokens":1000,"total_tokens":1050,"input_tokens_details":{"text_tokens":40,"image_tokens":10}}""";

    /// <summary>As OpenAI hands a picture over. The answer is made once and sent many times.</summary>
    public static ScriptedAnswer Picture(byte[]? picture = null, string? usage = Usage) =>
        Json(200, PictureJson(Convert.ToBase64String(picture ?? TestPictures.Png()), usage));

    public static string PictureJson(string base64, string? usage = Usage) =>
        $$"""{"created":1763600000,"data":[{"b64_json":"{{base64}}"}]{{(usage is null ? "" : $",\"usage\":{usage}")}}}""";

    /// <summary>As some servers hand a picture over: where it is.</summary>
    public static ScriptedAnswer Url(string address) => Json(200, $$"""{"created":1763600000,"data":[{"url":{{JsonSerializer.Serialize(address)}}}]}""");

    /// <summary>A stream of events, each sent by itself.</summary>
    public static ScriptedAnswer Events(params string[] events) => async (context, _, stopping) =>
    {
        Begin(context, 200, EventType, null, []);
        foreach (var one in events)
        {
            await context.Response.WriteAsync(one, stopping);
            await context.Response.Body.FlushAsync(stopping);
        }
    };

    /// <summary>A stream of events, and then the connection is closed although more was said to come.</summary>
    public static ScriptedAnswer EventsThenCut(params string[] events) => async (context, _, stopping) =>
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(events));
        Begin(context, 200, EventType, bytes.Length + 1000, []);
        await context.Response.Body.WriteAsync(bytes, stopping);
        await context.Response.Body.FlushAsync(stopping);
    };

    public static string Event(string name, string json) => $"event: {name}\ndata: {json}\n\n";

    public static string PartialEvent(byte[] picture, int index = 0, string of = "image_generation") =>
        Event($"{of}.partial_image", $$"""{"type":"{{of}}.partial_image","partial_image_index":{{index}},"b64_json":"{{Convert.ToBase64String(picture)}}"}""");

    public static string CompletedEvent(byte[] picture, string of = "image_generation") =>
        Event($"{of}.completed", $$$"""{"type":"{{{of}}}.completed","b64_json":"{{{Convert.ToBase64String(picture)}}}","usage":{{{Usage}}}}""");

    /// <summary>As Gemini hands a picture over.</summary>
    public static ScriptedAnswer GeminiPicture(byte[]? picture = null, string? usage = null) => Json(200, GeminiJson(picture ?? TestPictures.Png(), usage));

    public static string GeminiJson(byte[] picture, string? usage = null) =>
        $$"""
        { "candidates": [ { "content": { "role": "model", "parts": [ { "text": "Here it is." }, { "inlineData": { "mimeType": "image/png", "data": "{{Convert.ToBase64String(picture)}}" }, "thoughtSignature": "c2lnbmVk" } ] }, "finishReason": "STOP", "index": 0 } ],
          {{(usage is null ? "" : $"\"usageMetadata\": {usage},")}} "modelVersion": "gemini-3.1-flash-image", "responseId": "resp-1" }
        """;

    /// <summary>An answer of Gemini's without a picture.</summary>
    public static ScriptedAnswer GeminiFinish(string reason, string? usage = null) =>
        Json(200, $$"""{"candidates":[{"finishReason":"{{reason}}","finishMessage":"Not this one.","index":0}],{{(usage is null ? "" : $"\"usageMetadata\":{usage},")}}"responseId":"resp-1"}""");

    /// <summary>An error as Google words it.</summary>
    public static ScriptedAnswer GeminiError(int code, string status, string message = "Something is wrong.", string details = "", params (string Name, string Value)[] headers) =>
        Json(code, $$$"""{"error":{"code":{{{code}}},"message":{{{JsonSerializer.Serialize(message)}}},"status":"{{{status}}}","details":[{{{details}}}]}}""", headers);

    /// <summary>An error as OpenAI words it.</summary>
    public static ScriptedAnswer Error(int status, string? code, string? type = "invalid_request_error", string message = "Something is wrong.", params (string Name, string Value)[] headers) =>
        Json(status, JsonSerializer.Serialize(new { error = new { message, type, param = (string?)null, code } }), headers);

    public static ScriptedAnswer Json(int status, string body, params (string Name, string Value)[] headers) => Bytes(status, JsonType, Encoding.UTF8.GetBytes(body), headers);

    public static ScriptedAnswer Html(int status) => Bytes(status, "text/html", "<!DOCTYPE html><html><head><title>Bad gateway</title></head><body>nginx</body></html>"u8.ToArray());

    /// <summary>A status and no body.</summary>
    public static ScriptedAnswer Empty(int status = 200) => Bytes(status, JsonType, []);

    public static ScriptedAnswer Bytes(int status, string mediaType, byte[] body, params (string Name, string Value)[] headers) => async (context, _, stopping) =>
    {
        Begin(context, status, mediaType, body.Length, headers);
        await context.Response.Body.WriteAsync(body, stopping);
    };

    public static ScriptedAnswer Redirect(string address) => Bytes(302, "text/plain", [], ("Location", address));

    /// <summary>Never answers.</summary>
    public static ScriptedAnswer Hang() => (_, _, stopping) => Task.Delay(Timeout.Infinite, stopping);

    /// <summary>The connection is cut before a word was said.</summary>
    public static ScriptedAnswer Reset() => (context, _, _) =>
    {
        context.Abort();
        return Task.CompletedTask;
    };

    /// <summary>Half the answer, and then nothing more.</summary>
    public static ScriptedAnswer Stall(string body, string mediaType = JsonType) => async (context, _, stopping) =>
    {
        await SendHalfAsync(context, body, mediaType, stopping);
        await Task.Delay(Timeout.Infinite, stopping);
    };

    /// <summary>Half the answer, and then the connection is closed: that is what Kestrel does about a body that is shorter than was said.</summary>
    public static ScriptedAnswer Truncate(string body, string mediaType = JsonType) => async (context, _, stopping) => await SendHalfAsync(context, body, mediaType, stopping);

    /// <summary>A few bytes at a time, for as long as the caller listens.</summary>
    public static ScriptedAnswer Drip(TimeSpan pause, string opening = Opening, string mediaType = JsonType) => async (context, _, stopping) =>
    {
        Begin(context, 200, mediaType, null, []);
        await context.Response.WriteAsync(opening, stopping);
        while (true)
        {
            await context.Response.WriteAsync("AAAA", stopping);
            await context.Response.Body.FlushAsync(stopping);
            await Task.Delay(pause, TimeProvider.System, stopping);
        }
    };

    /// <summary>A picture that is larger than any, sent for as long as the caller listens.</summary>
    public static ScriptedAnswer Endless(string opening = Opening, string mediaType = JsonType) => async (context, _, stopping) =>
    {
        Begin(context, 200, mediaType, null, []);
        await context.Response.WriteAsync(opening, stopping);
        var block = Encoding.ASCII.GetBytes(new string('A', 64 * 1024));
        while (true)
        {
            await context.Response.Body.WriteAsync(block, stopping);
        }
    };

    /// <summary>An answer that waits for somebody.</summary>
    public static ScriptedAnswer After(Task gate, ScriptedAnswer answer) => async (context, call, stopping) =>
    {
        await gate.WaitAsync(stopping);
        await answer(context, call, stopping);
    };

    /// <summary>An error of which the beginning comes, and then nothing more.</summary>
    public static ScriptedAnswer StalledError() => async (context, _, stopping) =>
    {
        Begin(context, 500, JsonType, null, []);
        await context.Response.WriteAsync("{", stopping);
        await context.Response.Body.FlushAsync(stopping);
        await Task.Delay(Timeout.Infinite, stopping);
    };

    private static void Begin(HttpContext context, int status, string mediaType, long? length, (string Name, string Value)[] headers)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = length;
        context.Response.Headers["x-request-id"] = RequestId;
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }
    }

    private static async Task SendHalfAsync(HttpContext context, string body, string mediaType, CancellationToken stopping)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Begin(context, 200, mediaType, bytes.Length, []);
        await context.Response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), stopping);
        await context.Response.Body.FlushAsync(stopping);
    }
}
