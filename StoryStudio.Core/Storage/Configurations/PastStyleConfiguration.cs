using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class PastStyleConfiguration : IEntityTypeConfiguration<PastStyle>
{
    public void Configure(EntityTypeBuilder<PastStyle> builder)
    {
        builder.ToTable("past_styles");
        builder.HasKey(s => new { s.StoryId, s.Key });
        builder.HasOne<Story>().WithMany().HasForeignKey(s => s.StoryId).OnDelete(DeleteBehavior.Cascade);
    }
}
