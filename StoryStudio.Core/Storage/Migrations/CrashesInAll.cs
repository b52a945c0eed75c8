using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>An image counts how often the process ended while it was being made, in a row and in all.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261126000900_CrashesInAll")]
internal sealed class CrashesInAll : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            ALTER TABLE "images" ADD COLUMN "CrashesInAll" INTEGER NOT NULL DEFAULT 0;
            UPDATE "images" SET "CrashesInAll" = "Crashes" WHERE "Crashes" > 0;
            """);
}
