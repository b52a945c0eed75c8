using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>A version knows what it was made from and what was asked of it; a style has words of the story's own.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261126000610_PictureMaterials")]
internal sealed class PictureMaterials : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            ALTER TABLE "image_versions" ADD COLUMN "MadeFrom" TEXT NULL;
            ALTER TABLE "image_versions" ADD COLUMN "Instruction" TEXT NULL;
            ALTER TABLE "story_styles" ADD COLUMN "Note" TEXT NULL;
            """);
}
