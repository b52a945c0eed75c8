using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class StoryStyleConfiguration : IEntityTypeConfiguration<StoryStyle>
{
    public void Configure(EntityTypeBuilder<StoryStyle> builder)
    {
        builder.ToTable("story_styles");
        builder.HasKey(s => new { s.StoryId, s.Key });
    }
}
