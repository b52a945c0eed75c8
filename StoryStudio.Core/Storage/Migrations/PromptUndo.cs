using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>A change of prompts is a step that can be undone, and what was moved for the sake of one style says which.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261129093000_PromptUndo")]
internal sealed class PromptUndo : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            ALTER TABLE "edit_steps" ADD COLUMN "Prompts" TEXT NULL;
            ALTER TABLE "prompt_changes" ADD COLUMN "For" TEXT NULL;
            CREATE INDEX "IX_prompt_changes_Together_Style_SegmentId_For_Id" ON "prompt_changes" ("Together", "Style", "SegmentId", "For", "Id");
            DROP INDEX "IX_prompt_changes_Together";
            """);
}
