using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>What attempts that are gone may have been charged is held on, apart from what they are known to have cost.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261127000300_PastEstimates")]
internal sealed class PastEstimates : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            ALTER TABLE "past_costs" ADD COLUMN "HeldUsd" INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE "past_costs" ADD COLUMN "Unknown" INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE "run_styles" ADD COLUMN "HeldUsd" INTEGER NOT NULL DEFAULT 0;
            """);
}
