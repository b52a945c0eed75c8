using Microsoft.Extensions.Options;
using StoryStudio.Core;

namespace StoryStudio.Web.Api;

/// <summary>
/// Once the grace of a stop is over, cuts off every request that is still open: the web server would wait longer than anything else for one that
/// comes in slowly, or whose answer is read slowly.
/// </summary>
internal sealed class GraceMiddleware : IMiddleware, IDisposable
{
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenRegistration _stopping;

    public GraceMiddleware(IHostApplicationLifetime lifetime, IOptions<StoryStudioOptions> options, TimeProvider time)
    {
        _over = new(Timeout.InfiniteTimeSpan, time);
        _stopping = lifetime.ApplicationStopping.Register(() => _over.CancelAfter(options.Value.Generation.StopGrace));
    }

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        await using var cut = _over.Token.UnsafeRegister(static request => ((HttpContext)request!).Abort(), context);
        await next(context);
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _over.Dispose();
    }
}
