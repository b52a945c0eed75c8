using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>An image says since when it stands failed; of those from before, its last attempt does, where it failed by one.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261127000200_FailedImages")]
internal sealed class FailedImages : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            ALTER TABLE "images" ADD COLUMN "FailedAt" INTEGER NULL;

            UPDATE "images" SET "FailedAt" = COALESCE(
                (SELECT a."FinishedAt" FROM "attempts" a
                WHERE a."ImageId" = "images"."Id" AND a."Number" = "images"."Attempts" AND "images"."ErrorCode" NOT IN ('style_removed', 'budget_exhausted')),
                "UpdatedAt")
            WHERE "Status" = 'failed' AND "NextAttemptAt" IS NULL;

            CREATE INDEX "IX_images_failed" ON "images" ("FailedAt") WHERE "FailedAt" IS NOT NULL;
            """);
}
