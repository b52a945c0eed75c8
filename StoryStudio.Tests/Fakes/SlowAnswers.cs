using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace StoryStudio.Tests.Fakes;

/// <summary>A slow line: of what is asked for at an address with this ending the client has the beginning at once, and the rest when it is let go.</summary>
/// <param name="ending">The end of a path.</param>
internal sealed class SlowAnswers(string ending) : IStartupFilter
{
    private readonly TaskCompletionSource _begun = new(), _rest = new();

    /// <summary>Over once the client has the beginning of an answer.</summary>
    public Task Begun => _begun.Task;

    /// <summary>Lets the rest of every answer go.</summary>
    public void LetGo() => _rest.TrySetResult();

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, further) =>
        {
            if (context.Request.Path.Value?.EndsWith(ending, StringComparison.Ordinal) is not true)
            {
                await further(context);
                return;
            }

            var line = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
            using var whole = new MemoryStream();
            var held = new StreamResponseBodyFeature(whole);
            context.Features.Set<IHttpResponseBodyFeature>(held);
            await further(context);
            await held.CompleteAsync();
            context.Features.Set(line);
            await context.Response.StartAsync();
            await context.Response.Body.FlushAsync();
            _begun.TrySetResult();
            await _rest.Task.WaitAsync(context.RequestAborted);
            await context.Response.Body.WriteAsync(whole.ToArray());
        });
        next(app);
    };
}
