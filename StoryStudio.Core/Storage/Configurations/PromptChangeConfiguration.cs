using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class PromptChangeConfiguration : IEntityTypeConfiguration<PromptChange>
{
    public void Configure(EntityTypeBuilder<PromptChange> builder)
    {
        builder.ToTable("prompt_changes");
        builder.HasKey(c => c.Id);

        // Not of the segment: one that is taken out and brought back finds its past again.
        builder.HasOne<Story>().WithMany().HasForeignKey(c => c.StoryId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(c => new { c.StoryId, c.Together, c.Id });

        // All that is told of a step without a look at its ten thousand prompts.
        builder.HasIndex(c => new { c.Together, c.Style, c.SegmentId, c.For, c.Id });
    }
}
