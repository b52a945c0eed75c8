using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class PictureReferenceConfiguration : IEntityTypeConfiguration<PictureReference>
{
    public void Configure(EntityTypeBuilder<PictureReference> builder)
    {
        builder.ToTable("picture_references");
        builder.HasKey(r => new { r.ImageId, r.Version, r.Ordinal });
        builder.HasOne<ImageVersion>().WithMany().HasForeignKey(r => new { r.ImageId, r.Version }).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(r => r.SourceId);
    }
}
