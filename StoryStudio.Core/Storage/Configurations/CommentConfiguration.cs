using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class CommentConfiguration : IEntityTypeConfiguration<Comment>
{
    public void Configure(EntityTypeBuilder<Comment> builder)
    {
        builder.ToTable("comments");
        builder.HasKey(c => c.Id);

        // No key to the segment or the image: what is taken out of a story may come back, and what was said of it with it.
        builder.HasOne<Story>().WithMany().HasForeignKey(c => c.StoryId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(c => new { c.StoryId, c.Version });
        builder.HasIndex(c => new { c.StoryId, c.WriterId, c.Key }).IsUnique().HasFilter("\"Key\" IS NOT NULL").HasDatabaseName("IX_comments_key");
    }
}
