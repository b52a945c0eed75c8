using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class ReviewVisitConfiguration : IEntityTypeConfiguration<ReviewVisit>
{
    public void Configure(EntityTypeBuilder<ReviewVisit> builder)
    {
        builder.ToTable("review_visits");
        builder.HasKey(v => new { v.StoryId, v.PersonId });
        builder.HasOne<Story>().WithMany().HasForeignKey(v => v.StoryId).OnDelete(DeleteBehavior.Cascade);
    }
}
