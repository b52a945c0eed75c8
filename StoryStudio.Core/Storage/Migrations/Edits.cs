using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>When a story was last edited, as a change number.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261126000200_Edits")]
internal sealed class Edits : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            ALTER TABLE "stories" ADD COLUMN "EditVersion" INTEGER NOT NULL DEFAULT 0;
            """);
}
