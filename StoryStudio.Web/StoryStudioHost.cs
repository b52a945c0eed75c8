using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Storage;
using StoryStudio.Web.Accounts;
using StoryStudio.Web.Api;
using StoryStudio.Web.Components;
using StoryStudio.Web.Live;
using StoryStudio.Web.Security;
using StoryStudio.Web.Telemetry;

namespace StoryStudio.Web;

/// <summary>Settings are wrong; the message names every one.</summary>
public sealed class SettingsException(string message) : Exception(message);

/// <summary>Puts the program together: one Add and one Map for each room.</summary>
public static class StoryStudioHost
{
    private const string ApplicationName = "StoryStudio.Web";

    /// <summary>What a stop takes beside waiting for calls: cutting them off, giving back, closing the database.</summary>
    private static readonly TimeSpan AfterGrace = TimeSpan.FromSeconds(10);

    /// <param name="args">The command line.</param>
    /// <param name="adjust">Last word on configuration and services, for tests that put something of their own in.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        // A fault in it shows where the model is asked for.
        _ = StorageSetup.WarmUp();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = ApplicationName,
            ContentRootPath = IsPublished ? AppContext.BaseDirectory : null,
        });

        // First of all sources, so that every other one wins over it: the file at the repository's top level travels beside the program.
        builder.Configuration.Sources.Insert(0, new JsonConfigurationSource { FileProvider = new Microsoft.Extensions.FileProviders.PhysicalFileProvider(AppContext.BaseDirectory), Path = "appsettings.json", Optional = false });
        builder.WebHost.UseStaticWebAssets();

        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddOptions<StoryStudioOptions>().Configure<IConfiguration>((options, configuration) => StoryStudioSettings.Bind(configuration, options))
            .PostConfigure<IHostEnvironment>((options, environment) => options.Styles.ForEach(s => s.ReferencePicture = Below(environment, s.ReferencePicture)));
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<StoryStudioOptions>>((host, ours) => host.ShutdownTimeout = ours.Value.Generation.StopGrace + AfterGrace);
        builder.Services.AddStoryStorage(DataDirectoryOf);
        builder.Services.AddImageProviders();
        builder.Services.AddGeneration();
        builder.Services.AddStoryLive();
        builder.Services.AddStoryStudioSecurity();
        builder.Services.AddStoryStudioApi();
        builder.Services.AddStoryStudioReadyChecks();
        builder.Services.AddStoryStudioPages();
        builder.Services.AddStoryStudioAccounts();
        adjust?.Invoke(builder);

        if (StoryStudioSettings.Check(builder.Configuration) is { Count: > 0 } faults)
        {
            throw new SettingsException(StoryStudioSettings.Explain(faults));
        }

        builder.AddStoryStudioTelemetry();
        var app = builder.Build();

        // Taken before anything starts: a folder that cannot be used is one sentence, not the failure of whoever asked for it first.
        _ = app.Services.GetRequiredService<DataDirectory>();
        if (StyleSamples.Check(app.Services.GetRequiredService<IOptions<StoryStudioOptions>>().Value) is { Count: > 0 } samples)
        {
            throw new SettingsException(StoryStudioSettings.Explain(samples));
        }

        app.UseStoryStudioSecurity();
        app.UseStoryStudioProblems();
        app.UseStoryStudioAccounts();
        app.MapStoryStudioApi();
        app.MapStoryLive();
        app.MapStoryStudioPages();
        return app;
    }

    /// <summary>A published program carries its files with it and runs from any folder; one that was built serves them from the project.</summary>
    private static bool IsPublished => Directory.Exists(Path.Combine(AppContext.BaseDirectory, "wwwroot"));

    private static string? Below(IHostEnvironment environment, string? path) => path is null ? null : Path.Combine(environment.ContentRootPath, path);

    private static string DataDirectoryOf(IServiceProvider services) => Path.Combine(
        services.GetRequiredService<IHostEnvironment>().ContentRootPath,
        services.GetRequiredService<IOptions<StoryStudioOptions>>().Value.DataDirectory);
}
