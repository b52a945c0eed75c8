using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace StoryStudio.Tests.Fakes;

/// <summary>A proxy that holds back what a stream says: while it does, a story's event stream is taken and never says anything.</summary>
/// <param name="opens">Whether the client gets the headers at least.</param>
internal sealed class SilentStreams(bool opens) : IStartupFilter
{
    /// <summary>Whether it holds them back.</summary>
    public bool Silent { get; set; } = true;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, further) =>
        {
            if (!Silent || context.Request.Path.Value?.EndsWith("/events", StringComparison.Ordinal) is not true)
            {
                await further(context);
                return;
            }

            if (opens)
            {
                context.Response.ContentType = "text/event-stream";
                await context.Response.StartAsync();
                await context.Response.Body.FlushAsync();
            }

            var gone = new TaskCompletionSource();
            await using var end = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
        });
        next(app);
    };
}
