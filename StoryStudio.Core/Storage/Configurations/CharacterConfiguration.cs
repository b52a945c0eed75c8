using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class CharacterConfiguration : IEntityTypeConfiguration<Character>
{
    public void Configure(EntityTypeBuilder<Character> builder)
    {
        builder.ToTable("characters");
        builder.HasKey(c => c.Id);
        builder.Property(c => c.Aliases).HasConversion(new AsJson<List<string>>(), AsJson<List<string>>.Comparer);
        builder.Property(c => c.AddedTo).HasConversion(new AsJson<List<string>>(), AsJson<List<string>>.Comparer);
        builder.Property(c => c.RemovedFrom).HasConversion(new AsJson<List<string>>(), AsJson<List<string>>.Comparer);
        builder.Property(c => c.Merger).HasConversion((Microsoft.EntityFrameworkCore.Storage.ValueConversion.ValueConverter)new AsJson<CastMerger>(), AsJson<CastMerger>.Comparer);
        builder.HasQueryFilter(c => c.RemovedAt == null);
        builder.HasIndex(c => c.StoryId);
    }
}
