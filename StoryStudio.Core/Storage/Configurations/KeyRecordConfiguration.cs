using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StoryStudio.Core.Providers.Keys;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class KeyRecordConfiguration : IEntityTypeConfiguration<KeyRecord>
{
    public void Configure(EntityTypeBuilder<KeyRecord> builder)
    {
        builder.ToTable("key_states");
        builder.HasKey(k => k.Id);
    }
}
