using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class SegmentConfiguration : IEntityTypeConfiguration<Segment>
{
    public void Configure(EntityTypeBuilder<Segment> builder)
    {
        builder.ToTable("segments");
        builder.HasKey(s => s.Id);
        builder.Ignore(s => s.Number);
        builder.Property(s => s.Prompts).HasConversion(new AsJson<Dictionary<string, string>>(), AsJson<Dictionary<string, string>>.Comparer);
        builder.Property(s => s.Characters).HasConversion((Microsoft.EntityFrameworkCore.Storage.ValueConversion.ValueConverter)new AsJson<List<string>>(), AsJson<List<string>>.Comparer);
        builder.HasQueryFilter(s => s.RemovedAt == null);
        builder.HasIndex(s => new { s.StoryId, s.Scene, s.Beat }).IsUnique().HasFilter("\"RemovedAt\" IS NULL");
    }
}
