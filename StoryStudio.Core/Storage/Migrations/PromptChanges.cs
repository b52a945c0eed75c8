using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>The past of every prompt.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261126000620_PromptChanges")]
internal sealed class PromptChanges : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            CREATE TABLE "prompt_changes" (
                "Id" TEXT NOT NULL CONSTRAINT "PK_prompt_changes" PRIMARY KEY,
                "StoryId" TEXT NOT NULL,
                "SegmentId" TEXT NULL,
                "Style" TEXT NULL,
                "Before" TEXT NULL,
                "After" TEXT NULL,
                "By" TEXT NOT NULL,
                "At" INTEGER NOT NULL,
                "Together" TEXT NOT NULL,
                CONSTRAINT "FK_prompt_changes_stories_StoryId" FOREIGN KEY ("StoryId") REFERENCES "stories" ("Id") ON DELETE CASCADE
            );

            CREATE INDEX "IX_prompt_changes_StoryId" ON "prompt_changes" ("StoryId");
            CREATE INDEX "IX_prompt_changes_Together" ON "prompt_changes" ("Together");
            """);
}
