using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class RunConfiguration : IEntityTypeConfiguration<Run>
{
    public void Configure(EntityTypeBuilder<Run> builder)
    {
        builder.ToTable("runs");
        builder.HasKey(r => r.Id);
        builder.Ignore(r => r.Total);
        builder.Ignore(r => r.IsHeld);
        builder.Ignore(r => r.IsEnding);
        builder.HasOne<Story>().WithMany().HasForeignKey(r => r.StoryId).OnDelete(DeleteBehavior.Cascade);
        builder.HasMany(r => r.Styles).WithOne().HasForeignKey(s => s.RunId);

        // At most one active run a story, whoever starts it.
        builder.HasIndex(r => r.StoryId).IsUnique().HasFilter("\"FinishedAt\" IS NULL").HasDatabaseName("IX_runs_active");
        builder.HasIndex(r => new { r.StoryId, r.Id });
    }
}
