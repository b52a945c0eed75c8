using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace StoryStudio.Tests.Fakes;

/// <summary>Answers of a chat model in OpenAI's dialect.</summary>
internal static class ChatAnswers
{
    public static ScriptedAnswer Words(string text, string finish = "stop") => (context, _, stopping) => WriteAsync(context, 200, new
    {
        id = "chatcmpl-1",
        @object = "chat.completion",
        created = 1_700_000_000,
        model = "scripted",
        choices = new[] { new { index = 0, finish_reason = finish, message = new { role = "assistant", content = text } } },
        usage = new { prompt_tokens = 5, completion_tokens = 7, total_tokens = 12 },
    }, stopping);

    public static ScriptedAnswer Error(int status, string code, string message = "No.", string? retryAfter = null) => (context, _, stopping) =>
    {
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        return WriteAsync(context, status, new { error = new { message, type = code, code } }, stopping);
    };

    public static ScriptedAnswer Plain(string body) => (context, _, stopping) => context.Response.WriteAsync(body, stopping);

    private static Task WriteAsync(HttpContext context, int status, object body, CancellationToken stopping)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(body), stopping);
    }
}
