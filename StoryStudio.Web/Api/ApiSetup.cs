using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Api;

/// <summary>The HTTP interface: what it needs, and where it is.</summary>
public static class ApiSetup
{
    private static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];

    public static IServiceCollection AddStoryStudioApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => StoryStudioJson.Configure(json.SerializerOptions));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Audience>();
        services.TryAddSingleton<Presence>();
        services.TryAddSingleton<StoryLogs>();
        services.AddSingleton<GraceMiddleware>();
        services.AddHealthChecks();
        services.AddStoryStudioOpenApi();
        return services;
    }

    /// <summary>
    /// Answers every failure below <c>/api</c>, <c>/media</c> and <c>/health</c> as RFC 9457 has it, and cuts off what a stop waits for no longer.
    /// Comes before whatever may fail.
    /// </summary>
    public static IApplicationBuilder UseStoryStudioProblems(this IApplicationBuilder app) => app.UseMiddleware<GraceMiddleware>().UseMiddleware<ProblemMiddleware>();

    public static IEndpointRouteBuilder MapStoryStudioApi(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api");
        // The server takes more off the line than it reads as JSON; see JsonBody.
        api.WithMetadata(new RequestSizeLimitAttribute(JsonBody.HardLimit));
        StoriesApi.Map(api);
        SegmentsApi.Map(api);
        ImportApi.Map(api);
        ExportApi.Map(api);
        RunsApi.Map(api);
        ImagesApi.Map(api);
        PicturesApi.Map(api);
        PromptsApi.Map(api);
        EventsApi.Map(api);
        CharactersApi.Map(api);
        DraftsApi.Map(api);
        CommentsApi.Map(api);
        ReviewsApi.Map(api);
        KeysApi.Map(api);
        QueueApi.Map(api);
        ProvidersApi.Map(api);
        MetricsApi.Map(api);
        SharingApi.Map(api);
        MediaApi.Map(endpoints);
        PrintApi.Map(endpoints);
        HealthApi.Map(endpoints);
        endpoints.MapStoryStudioOpenApi();
        return endpoints;
    }

    /// <summary>GET, and HEAD with it.</summary>
    internal static RouteHandlerBuilder MapRead(this IEndpointRouteBuilder endpoints, string pattern, Delegate handler) =>
        endpoints.MapMethods(pattern, ReadMethods, handler);
}
