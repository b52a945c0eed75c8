using Microsoft.Extensions.Logging.Console;
using StoryStudio.Core;

namespace StoryStudio.Web.Telemetry;

/// <summary>Who is told how it goes: a collector where one is named, and the log.</summary>
internal static class TelemetrySetup
{
    /// <summary>Where no endpoint is set, nothing of it is loaded.</summary>
    public static void AddStoryStudioTelemetry(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(StoryStudioOptions.Section).Get<StoryStudioOptions>() ?? new();
        if (OtlpExport.IsWanted(options.Telemetry, builder.Configuration))
        {
            AddExport(builder.Services, options.Telemetry);
        }

        // Unless the settings say: a log for programs has story, run, image and attempt in every entry, one for people where requests are looked into.
        if (builder.Configuration["Logging:Console:FormatterOptions:IncludeScopes"] is null)
        {
            builder.Services.Configure<JsonConsoleFormatterOptions>(json => json.IncludeScopes = true);
            builder.Services.Configure<SimpleConsoleFormatterOptions>(simple => simple.IncludeScopes = options.Debug);
        }
    }

    /// <summary>Before all others, so that it hears of what they do as they start, and is stopped when the last of them is.</summary>
    private static void AddExport(IServiceCollection services, TelemetryOptions options) =>
        services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(provider => new OtlpExport(options, provider.GetRequiredService<IConfiguration>())));
}
