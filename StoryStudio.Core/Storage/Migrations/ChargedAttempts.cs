using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>An attempt says by itself whether it may have been charged; of those from before, its outcome does.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261126100201_ChargedAttempts")]
internal sealed class ChargedAttempts : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            ALTER TABLE "attempts" ADD COLUMN "MayBeCharged" INTEGER NOT NULL DEFAULT 0;

            UPDATE "attempts" SET "MayBeCharged" = 1
            WHERE "CostUsd" IS NULL AND "Outcome" IN ('succeeded', 'interrupted', 'cancelled', 'timeout', 'no_picture', 'damaged');
            """);
}
