using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>What undoing takes: the steps, segments and pictures that are put away and not gone, and the file that an attempt writes to, which a number no longer tells.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261126000201_EditSteps")]
internal sealed class EditStepsMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            ALTER TABLE "segments" ADD COLUMN "RemovedAt" INTEGER NULL;
            ALTER TABLE "images" ADD COLUMN "RemovedAt" INTEGER NULL;
            ALTER TABLE "attempts" ADD COLUMN "File" TEXT NULL;

            DROP INDEX "IX_segments_StoryId_Scene_Beat";
            CREATE UNIQUE INDEX "IX_segments_StoryId_Scene_Beat" ON "segments" ("StoryId", "Scene", "Beat") WHERE "RemovedAt" IS NULL;

            CREATE TABLE "edit_steps" (
                "StoryId" TEXT NOT NULL,
                "Step" INTEGER NOT NULL,
                "Words" TEXT NOT NULL,
                "Undone" INTEGER NOT NULL,
                "At" INTEGER NOT NULL,
                "Changes" TEXT NOT NULL,
                CONSTRAINT "PK_edit_steps" PRIMARY KEY ("StoryId", "Step"),
                CONSTRAINT "FK_edit_steps_stories_StoryId" FOREIGN KEY ("StoryId") REFERENCES "stories" ("Id") ON DELETE CASCADE
            );
            """);
}
