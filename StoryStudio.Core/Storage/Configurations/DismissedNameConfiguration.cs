using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class DismissedNameConfiguration : IEntityTypeConfiguration<DismissedName>
{
    public void Configure(EntityTypeBuilder<DismissedName> builder)
    {
        builder.ToTable("dismissed_names");
        builder.HasKey(n => new { n.StoryId, n.Name });
        builder.HasOne<Story>().WithMany().HasForeignKey(n => n.StoryId).OnDelete(DeleteBehavior.Cascade);
    }
}
