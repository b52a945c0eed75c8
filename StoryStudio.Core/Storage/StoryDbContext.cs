using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>The database. Read from anywhere; written through <see cref="StoryWriter"/> alone.</summary>
public sealed class StoryDbContext(DbContextOptions<StoryDbContext> options) : DbContext(options)
{
    public DbSet<Story> Stories => Set<Story>();

    public DbSet<Segment> Segments => Set<Segment>();

    public DbSet<Character> Characters => Set<Character>();

    public DbSet<KeptDraft> Drafts => Set<KeptDraft>();

    public DbSet<DismissedName> DismissedNames => Set<DismissedName>();

    public DbSet<StoryStyle> StoryStyles => Set<StoryStyle>();

    public DbSet<StoryImage> Images => Set<StoryImage>();

    public DbSet<ImageVersion> ImageVersions => Set<ImageVersion>();

    public DbSet<Attempt> Attempts => Set<Attempt>();

    public DbSet<Run> Runs => Set<Run>();

    public DbSet<RunStyle> RunStyles => Set<RunStyle>();

    public DbSet<RunImage> RunImages => Set<RunImage>();

    public DbSet<KeyRecord> KeyRecords => Set<KeyRecord>();
    public DbSet<PictureReference> PictureReferences => Set<PictureReference>();

    public DbSet<CharacterPicture> CharacterPictures => Set<CharacterPicture>();

    public DbSet<PromptChange> PromptChanges => Set<PromptChange>();

    public DbSet<ShareLink> ShareLinks => Set<ShareLink>();

    public DbSet<Guest> Guests => Set<Guest>();

    public DbSet<Comment> Comments => Set<Comment>();

    public DbSet<Decision> Decisions => Set<Decision>();

    public DbSet<ReviewVisit> ReviewVisits => Set<ReviewVisit>();

    internal DbSet<EditRecord> EditRecords => Set<EditRecord>();

    internal DbSet<ExportJob> Exports => Set<ExportJob>();

    internal DbSet<PastCost> PastCosts => Set<PastCost>();

    internal DbSet<PastStyle> PastStyles => Set<PastStyle>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.ApplyConfigurationsFromAssembly(typeof(StoryDbContext).Assembly);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
        configurationBuilder.Properties<decimal>().HaveConversion<MicroDollars>();
        configurationBuilder.Properties<ImageStatus>().HaveConversion<EnumWord<ImageStatus>>();
        configurationBuilder.Properties<RunStatus>().HaveConversion<EnumWord<RunStatus>>();
        configurationBuilder.Properties<KeyCondition>().HaveConversion<EnumWord<KeyCondition>>();
        configurationBuilder.Properties<RunPriority>().HaveConversion<EnumWord<RunPriority>>();
        configurationBuilder.Properties<PauseReason>().HaveConversion<EnumWord<PauseReason>>();
        configurationBuilder.Properties<LockReason>().HaveConversion<EnumWord<LockReason>>();
        configurationBuilder.Properties<Books.ExportFormat>().HaveConversion<EnumWord<Books.ExportFormat>>();
        configurationBuilder.Properties<Books.ExportStatus>().HaveConversion<EnumWord<Books.ExportStatus>>();
        configurationBuilder.Properties<Urgency>().HaveConversion<EnumWord<Urgency>>();
        configurationBuilder.Properties<DraftStep>().HaveConversion<EnumWord<DraftStep>>();
        configurationBuilder.Properties<CastKind>().HaveConversion<EnumWord<CastKind>>();
        configurationBuilder.Properties<StoryRole>().HaveConversion<EnumWord<StoryRole>>();
        configurationBuilder.Properties<DecisionKind>().HaveConversion<EnumWord<DecisionKind>>();
        configurationBuilder.Properties<ReferenceRole>().HaveConversion<EnumWord<ReferenceRole>>();
    }
}
