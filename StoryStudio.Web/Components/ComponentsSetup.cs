using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Diagnostics;
using Radzen;
using StoryStudio.Web.Components.Pictures;
using StoryStudio.Web.Components.Review;
using StoryStudio.Web.Components.Shared;
using StoryStudio.Web.Components.Wizard;
using StoryStudio.Web.Live;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Components;

/// <summary>The pages: what they need, and where they are reached.</summary>
public static class ComponentsSetup
{
    /// <summary>
    /// How long a file on its way may bring nothing, after which its page is at an end: longer than a page outlives its line, so that a line
    /// that was away is not worse for whoever sends a file.
    /// </summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long the framework keeps what it would begin a page's next circuit with, once it has given the page's own up. For each that went
    /// there is a timer until then: with its two hours, ten thousand pages left three megabytes behind.
    /// </summary>
    private static readonly TimeSpan AfterTheCircuit = TimeSpan.FromMinutes(1);

    private static readonly PathString[] NotPages = ["/api", "/media", "/hubs", "/health", "/openapi", "/_framework", "/_content", "/_blazor"];

    public static IServiceCollection AddStoryStudioPages(this IServiceCollection services)
    {
        services.AddRazorComponents()
            .AddInteractiveServerComponents(options => (options.JSInteropDefaultCallTimeout, options.PersistedCircuitInMemoryRetentionPeriod) = (LongestSilence, AfterTheCircuit))
            // A segment of 20,000 characters, edited in place, is more than the usual 32 KB.
            .AddHubOptions(options => options.MaximumReceiveMessageSize = 256 * 1024);
        CircuitJson.Use(services);
        services.AddRadzenComponents();
        services.AddScoped<ToastService>();
        services.AddScoped<DraftCarrier>();
        services.AddScoped<StylePreviews>();
        services.AddSingleton<DraftEstimate>();
        services.AddSingleton<ExpectedShape>();
        services.AddSingleton<ReviewRooms>();
        services.AddSingleton<ReviewParts>();
        services.AddScoped<CircuitPresence>();
        services.AddScoped<CircuitHandler, CircuitCounter>();
        services.AddScoped<CircuitHandler, CircuitGuard>();
        services.AddScoped<CurrentAuthor>();
        services.AddAntiforgery();
        // Fit for https: what is secret on a page (the token of its forms) is another one each time.
        services.AddResponseCompression(compression => (compression.EnableForHttps, compression.MimeTypes) = (true, ["text/html"]));
        return services;
    }

    /// <summary>Comes after what serves programs: what nobody else answers is a page, or the page that says there is none.</summary>
    public static WebApplication MapStoryStudioPages(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
        {
            app.UseWhen(IsPage, pages => pages.UseExceptionHandler("/error", createScopeForErrors: true));
        }

        app.UseWhen(IsForBadLines, pages => pages.UseResponseCompression());
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.Use((context, next) =>
        {
            if (!IsPage(context) && context.Features.Get<IStatusCodePagesFeature>() is { } statusPages)
            {
                statusPages.Enabled = false;
            }

            return next(context);
        });
        app.UseStoryStudioAccess();
        app.UseAntiforgery();
        app.UseWhen(IsPage, pages => pages.Use(SpentForm.ShowAsync));
        app.MapReviewParts();

        // What pages are made of is no secret.
        app.MapStaticAssets().AdmitsAnyone();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }

    /// <summary>Whole pages of many pictures, which people open on a phone. Not their parts: these are small, and many at a time.</summary>
    private static bool IsForBadLines(HttpContext context) => HttpMethods.IsGet(context.Request.Method)
        && context.Request.Path.Value?.Split('/') is ["", "review", _] or ["", "stories", _, "read", ..];

    private static bool IsPage(HttpContext context) => !Array.Exists(NotPages, context.Request.Path.StartsWithSegments);
}
