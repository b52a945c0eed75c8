using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class RunStyleConfiguration : IEntityTypeConfiguration<RunStyle>
{
    public void Configure(EntityTypeBuilder<RunStyle> builder)
    {
        builder.ToTable("run_styles");
        builder.HasKey(s => new { s.RunId, s.Style });
        builder.Ignore(s => s.Active);
    }
}
