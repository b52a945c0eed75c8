using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage.Configurations;

internal sealed class CharacterPictureConfiguration : IEntityTypeConfiguration<CharacterPicture>
{
    public void Configure(EntityTypeBuilder<CharacterPicture> builder)
    {
        builder.ToTable("character_pictures");
        builder.HasKey(p => new { p.CharacterId, p.Number });
        builder.HasOne<Character>().WithMany().HasForeignKey(p => p.CharacterId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(p => p.Path).IsUnique();
    }
}
