using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class StoryConfiguration : IEntityTypeConfiguration<Story>
{
    public void Configure(EntityTypeBuilder<Story> builder)
    {
        builder.ToTable("stories");
        builder.HasKey(s => s.Id);
        builder.HasIndex(s => new { s.DeletedAt, s.CreatedAt });
        builder.HasMany(s => s.Segments).WithOne().HasForeignKey(s => s.StoryId);
        builder.HasMany(s => s.Characters).WithOne().HasForeignKey(c => c.StoryId);
        builder.HasMany(s => s.Styles).WithOne().HasForeignKey(s => s.StoryId);
    }
}
