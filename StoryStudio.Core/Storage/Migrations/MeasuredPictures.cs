using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>A run counts the pictures that its pace is measured by; what was cancelled is none of them. Those under way begin anew at the start.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261126100200_MeasuredPictures")]
internal sealed class MeasuredPictures : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            ALTER TABLE "runs" RENAME COLUMN "DoneBefore" TO "Measured";

            UPDATE "runs" SET "Measured" = 0;
            """);
}
