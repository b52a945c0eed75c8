using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class ImageVersionConfiguration : IEntityTypeConfiguration<ImageVersion>
{
    public void Configure(EntityTypeBuilder<ImageVersion> builder)
    {
        builder.ToTable("image_versions");
        builder.HasKey(v => new { v.ImageId, v.Number });
        builder.HasIndex(v => v.Path).IsUnique();
        builder.HasIndex(v => v.RequestHash);
        builder.Property(v => v.MadeFrom).HasConversion((Microsoft.EntityFrameworkCore.Storage.ValueConversion.ValueConverter)new AsJson<PictureBasis>(), AsJson<PictureBasis>.Comparer);
        builder.HasOne<StoryImage>().WithMany().HasForeignKey(v => v.ImageId).OnDelete(DeleteBehavior.Cascade);
    }
}
