using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class AttemptConfiguration : IEntityTypeConfiguration<Attempt>
{
    public void Configure(EntityTypeBuilder<Attempt> builder)
    {
        builder.ToTable("attempts");
        builder.HasKey(a => a.Id);
        builder.HasIndex(a => new { a.ImageId, a.Number }).IsUnique();
        builder.HasIndex(a => a.RunId);
        builder.HasIndex(a => a.StartedAt);
        builder.HasOne<StoryImage>().WithMany().HasForeignKey(a => a.ImageId).OnDelete(DeleteBehavior.Cascade);
    }
}
