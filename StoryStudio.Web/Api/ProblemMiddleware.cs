using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Storage;

namespace StoryStudio.Web.Api;

/// <summary>
/// Everything that goes wrong below <c>/api</c>, <c>/media</c> and <c>/health</c> becomes one kind of answer: what Core throws, what
/// the framework refuses with an empty body, and what nobody foresaw.
/// </summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    private static readonly string[] Roots = ["/api", "/media", "/health"];

    public async Task InvokeAsync(HttpContext context)
    {
        if (!Roots.Any(r => context.Request.Path.StartsWithSegments(r, StringComparison.OrdinalIgnoreCase)))
        {
            await next(context);
            return;
        }

        // What may be kept says so itself.
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400 } response && IsBare(response))
            {
                response.ContentLength = null;
                await OfStatus(response.StatusCode, context.Request).WriteAsync(context);
            }
        }
        catch (Exception exception)
        {
            if (context.RequestAborted.IsCancellationRequested)
            {
                // Nobody is left to answer.
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                return;
            }

            var problem = Of(exception);
            if (problem.Status >= 500)
            {
                LogFailure(exception, context.Request.Method, context.Request.Path);
            }

            if (context.Response.HasStarted)
            {
                // Half an answer must not look like a whole one.
                context.Abort();
                return;
            }

            var allow = context.Response.Headers.Allow;
            context.Response.Clear();
            context.Response.Headers.Allow = allow;
            await problem.WriteAsync(context);
        }
    }

    /// <summary>A refusal without words; a file's own ones (412, 416) already bear the file's type.</summary>
    private static bool IsBare(HttpResponse response) => response.ContentLength is null or 0
        && (response.ContentType is null || response.StatusCode is StatusCodes.Status412PreconditionFailed or StatusCodes.Status416RangeNotSatisfiable);

    private static Problem Of(Exception exception) => exception switch
    {
        ApiException api => api.ToProblem(),
        NotFoundException missing => Problem.Of(StatusCodes.Status404NotFound, missing.Code, missing.Message),
        ConflictException conflict => Problem.Of(StatusCodes.Status409Conflict, conflict.Code, conflict.Message) with { RunId = conflict.RunId },
        ForbiddenException forbidden => Problem.Of(StatusCodes.Status403Forbidden, forbidden.Code, forbidden.Message),
        LinkClosedException closed => Problem.Of(StatusCodes.Status410Gone, closed.Code, closed.Message),
        InvalidInputException invalid => Problem.Of(StatusCodes.Status422UnprocessableEntity, invalid.Code, invalid.Message) with { Errors = invalid.Errors },
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => JsonBody.TooLarge(null).ToProblem(),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } =>
            Problem.Of(StatusCodes.Status408RequestTimeout, "request_timeout", "The request did not arrive in time."),
        BadHttpRequestException => Problem.Of(StatusCodes.Status400BadRequest, "bad_request", "The request could not be read."),
        _ when StorageFaults.IsUnavailable(exception) => Problem.Of(
            StatusCodes.Status503ServiceUnavailable,
            "storage_unavailable",
            "Stories cannot be read or written just now: the disk is full or the database is busy. Please try again in a moment."),
        _ => Problem.Of(StatusCodes.Status500InternalServerError, "internal_error", "Something went wrong here. It has been written to the log."),
    };

    private static Problem OfStatus(int status, HttpRequest request) => status switch
    {
        StatusCodes.Status404NotFound => Problem.Of(status, "not_found", $"There is nothing at {Shown(request.Path)}."),
        StatusCodes.Status405MethodNotAllowed => Problem.Of(status, "method_not_allowed", $"{Shown(request.Path)} does not take {request.Method}."),
        StatusCodes.Status413PayloadTooLarge => JsonBody.TooLarge(null).ToProblem(),
        StatusCodes.Status415UnsupportedMediaType => JsonBody.NotJson().ToProblem(),
        StatusCodes.Status416RangeNotSatisfiable => Problem.Of(status, "range_not_satisfiable", "The file has no such range."),
        StatusCodes.Status412PreconditionFailed => Problem.Of(status, "precondition_failed", "The file is not the one that was expected."),
        < 500 => Problem.Of(status, "bad_request", "The request could not be understood."),
        _ => Problem.Of(status, "internal_error", "Something went wrong here. It has been written to the log."),
    };

    private static string Shown(PathString path) => path.Value is { Length: <= 200 } value ? value : "this address";

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private partial void LogFailure(Exception exception, string method, string path);
}
