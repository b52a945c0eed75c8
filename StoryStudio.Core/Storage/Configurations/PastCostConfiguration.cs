using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class PastCostConfiguration : IEntityTypeConfiguration<PastCost>
{
    public void Configure(EntityTypeBuilder<PastCost> builder)
    {
        builder.ToTable("past_costs");
        builder.HasKey(p => new { p.Day, p.Provider });
    }
}
