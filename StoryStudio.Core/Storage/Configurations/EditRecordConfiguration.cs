using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class EditRecordConfiguration : IEntityTypeConfiguration<EditRecord>
{
    public void Configure(EntityTypeBuilder<EditRecord> builder)
    {
        builder.ToTable("edit_steps");
        builder.HasKey(e => new { e.StoryId, e.Step });
        builder.Property(e => e.Changes).HasConversion(new AsJson<List<SegmentChange>>(), AsJson<List<SegmentChange>>.Comparer);
        builder.HasOne<Story>().WithMany().HasForeignKey(e => e.StoryId).OnDelete(DeleteBehavior.Cascade);
    }
}
