using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>A run knows whether it waits for nothing but the pace of its keys.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261128203000_PacedRuns")]
internal sealed class PacedRuns : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            ALTER TABLE "runs" ADD COLUMN "IsAtPace" INTEGER NOT NULL DEFAULT 0;
            """);
}
