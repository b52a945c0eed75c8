using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>A run knows since when it wants its turn apart from since when its pace is measured.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261127113000_WaitingRuns")]
internal sealed class WaitingRuns : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            ALTER TABLE "runs" ADD COLUMN "WaitingSince" INTEGER NOT NULL DEFAULT 0;
            UPDATE "runs" SET "WaitingSince" = "MeasuredSince";
            """);
}
