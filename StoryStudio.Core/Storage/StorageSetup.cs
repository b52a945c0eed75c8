using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Access;
using StoryStudio.Core.Books;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

public static class StorageSetup
{
    /// <summary>The database and the pictures below <paramref name="dataDirectory"/>.</summary>
    public static IServiceCollection AddStoryStorage(this IServiceCollection services, Func<IServiceProvider, string> dataDirectory)
    {
        services.AddSingleton(provider => new DataDirectory(dataDirectory(provider)));
        services.AddPooledDbContextFactory<StoryDbContext>((provider, options) => Configure(options, provider.GetRequiredService<DataDirectory>().Database));
        services.AddSingleton<StaleCheck>();
        services.AddSingleton<StoryStamps>();
        services.AddSingleton<StoryWriter>();
        services.AddSingleton<StorySnapshots>();
        services.AddSingleton<PictureFiles>();
        services.AddSingleton<IPictureFiles>(provider => provider.GetRequiredService<PictureFiles>());
        services.AddSingleton<IPictureStore>(provider => provider.GetRequiredService<PictureFiles>());
        services.AddSingleton<IThumbnails, Thumbnails>();
        services.AddSingleton<StyleSamples>();
        services.AddSingleton<OpenReaders>();
        services.AddSingleton<ReferenceFinder>();
        services.AddSingleton<PicturePrices>();
        services.AddSingleton<Affordability>();
        services.AddSingleton<LaneReader>();
        services.AddSingleton<WorkReader>();
        services.AddSingleton<IGenerationQueue, GenerationQueue>();
        services.AddSingleton<ICast, CastBook>();
        services.AddSingleton<RunCancellations>();
        services.AddSingleton<Retries>();
        services.AddSingleton<IIllustrator, Illustrator>();
        services.AddSingleton<IPromptBook, PromptBook>();
        services.AddSingleton<IPictureDesk, PictureDesk>();
        services.AddSingleton<IQueueBoard, QueueBoard>();
        services.AddSingleton<SegmentReader>();
        services.AddSingleton<ReviewSnapshots>();
        services.AddSingleton<IReviews, ReviewBook>();
        services.AddSingleton<IStoryLibrary, StoryLibrary>();
        services.AddSingleton<IStoryEditor, StoryEditor>();
        services.AddSingleton<ImportFolder>();
        services.AddSingleton<IStoryImport, StoryImport>();
        services.AddSingleton<IDraftShelf, DraftShelf>();
        services.AddSingleton<BookShelf>();
        services.AddSingleton<ArchiveShelf>();
        services.AddSingleton<ExportService>();
        services.AddSingleton<IExports, Exports>();
        services.AddSingleton<KeyKeeper>();
        services.AddSingleton<IApiKeys>(provider => provider.GetRequiredService<KeyKeeper>());
        services.AddSingleton<IActivity, ActivityReader>();
        services.AddSingleton<Doors>();
        services.AddSingleton<ISharing, Sharing>();
        services.AddSingleton<IStoryOwners, StoryOwners>();
        services.AddHostedService<StorageStart>();
        services.AddHostedService(provider => provider.GetRequiredService<RunCancellations>());
        services.AddHostedService(provider => provider.GetRequiredService<KeyKeeper>());
        services.AddHostedService<StorySweep>();
        services.AddHostedService(provider => provider.GetRequiredService<ImportFolder>());
        services.AddHostedService(provider => provider.GetRequiredService<ExportService>());
        services.AddHostedService<StaleStart>();
        return services;
    }

    /// <summary>Begins to put the database's model together, the longest part of a start, beside what a host does before it comes to that.</summary>
    public static Task WarmUp() => Task.Run(() =>
    {
        var options = new DbContextOptionsBuilder<StoryDbContext>();
        Configure(options, ":memory:");
        using var db = new StoryDbContext(options.Options);
        _ = db.Model;
    });

    internal static DbContextOptionsBuilder Configure(DbContextOptionsBuilder options, string database) => options
        .UseSqlite(new SqliteConnectionStringBuilder { DataSource = database, ForeignKeys = true }.ToString())
        .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
        // Migrations are written by hand, without the generator's snapshot that this warning compares with; a test compares the schemas.
        // Attempts, versions and references of a picture that is put away are meant to be found: what was paid goes on counting.
        .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning, CoreEventId.PossibleIncorrectRequiredNavigationWithQueryFilterInteractionWarning));
}
