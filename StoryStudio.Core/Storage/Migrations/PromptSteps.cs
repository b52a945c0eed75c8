using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>The past of a story's prompts is read step by step, however many prompts each of them changed.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261126100400_PromptSteps")]
internal sealed class PromptSteps : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            CREATE INDEX "IX_prompt_changes_StoryId_Together_Id" ON "prompt_changes" ("StoryId", "Together", "Id");
            DROP INDEX "IX_prompt_changes_StoryId";
            """);
}
