using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class ExportJobConfiguration : IEntityTypeConfiguration<ExportJob>
{
    public void Configure(EntityTypeBuilder<ExportJob> builder)
    {
        builder.ToTable("exports");
        builder.HasKey(e => e.Id);
        builder.Ignore(e => e.DiskName);
        builder.HasOne<Story>().WithMany().HasForeignKey(e => e.StoryId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(e => new { e.StoryId, e.Id });
    }
}
