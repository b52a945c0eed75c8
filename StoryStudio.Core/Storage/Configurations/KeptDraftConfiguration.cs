using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class KeptDraftConfiguration : IEntityTypeConfiguration<KeptDraft>
{
    public void Configure(EntityTypeBuilder<KeptDraft> builder)
    {
        builder.ToTable("drafts");
        builder.HasKey(d => d.Id);
        builder.HasIndex(d => d.UpdatedAt);
    }
}
