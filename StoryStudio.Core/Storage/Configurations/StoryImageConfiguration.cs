using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class StoryImageConfiguration : IEntityTypeConfiguration<StoryImage>
{
    public void Configure(EntityTypeBuilder<StoryImage> builder)
    {
        builder.ToTable("images");
        builder.HasKey(i => i.Id);
        builder.Ignore(i => i.Number);
        builder.Ignore(i => i.AwaitsSecondChance);
        builder.Ignore(i => i.IsActive);
        builder.Ignore(i => i.IsSheet);
        builder.Ignore(i => i.IsLocked);
        builder.Ignore(i => i.HasCome);

        builder.HasQueryFilter(i => i.RemovedAt == null);

        // Every update carries the state, the attempt and the version that it was decided on: no row touched means that somebody else won.
        builder.Property(i => i.Status).IsConcurrencyToken();
        builder.Property(i => i.Token).IsConcurrencyToken();
        builder.Property(i => i.Version).IsConcurrencyToken();

        builder.HasOne<Segment>().WithMany().HasForeignKey(i => i.SegmentId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Character>().WithMany().HasForeignKey(i => i.CharacterId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(i => new { i.SegmentId, i.Style }).IsUnique();
        builder.HasIndex(i => new { i.CharacterId, i.Style }).IsUnique();
        builder.HasIndex(i => new { i.StoryId, i.Version });
        builder.HasIndex(i => i.RunId);
        builder.HasIndex(i => new { i.StoryId, i.Ordinal }).HasFilter("\"ChosenVersion\" IS NOT NULL AND \"SegmentId\" IS NOT NULL").HasDatabaseName("IX_images_pictures");

        // The queue: what may be claimed, by lane, in the order of the story. Rows leave it as they are claimed.
        builder.HasIndex(i => new { i.StoryId, i.Style, i.Ordinal, i.DueAt }).HasFilter("\"DueAt\" IS NOT NULL").HasDatabaseName("IX_images_queue");
        builder.HasIndex(i => new { i.StoryId, i.Style, i.Ordinal }).HasFilter("\"Token\" IS NOT NULL").HasDatabaseName("IX_images_held");
        builder.HasIndex(i => new { i.StoryId, i.Style, i.Ordinal, i.Urgency, i.DueAt }).HasFilter("\"DueAt\" IS NOT NULL AND \"Urgency\" <> 'none'").HasDatabaseName("IX_images_urgent");
        builder.HasIndex(i => i.FailedAt).HasFilter("\"FailedAt\" IS NOT NULL").HasDatabaseName("IX_images_failed");
        builder.HasIndex(i => i.Crashes).HasFilter("\"DueAt\" IS NOT NULL AND \"Crashes\" >= 2").HasDatabaseName("IX_images_suspects");
    }
}
