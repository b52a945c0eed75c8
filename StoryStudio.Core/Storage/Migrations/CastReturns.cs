using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>Who was taken out of a cast can come back for a while, and what a story had said of a style waits for it to be added again.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261127000100_CastReturns")]
internal sealed class CastReturns : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            ALTER TABLE "characters" ADD COLUMN "RemovedAt" INTEGER NULL;
            ALTER TABLE "characters" ADD COLUMN "Merger" TEXT NULL;

            CREATE TABLE "past_styles" (
                "StoryId" TEXT NOT NULL,
                "Key" TEXT NOT NULL,
                "Note" TEXT NULL,
                "ReferenceImageId" TEXT NULL,
                CONSTRAINT "PK_past_styles" PRIMARY KEY ("StoryId", "Key"),
                CONSTRAINT "FK_past_styles_stories_StoryId" FOREIGN KEY ("StoryId") REFERENCES "stories" ("Id") ON DELETE CASCADE
            );
            """);
}
