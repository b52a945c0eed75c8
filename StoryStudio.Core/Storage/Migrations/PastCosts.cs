using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>What attempts had cost that are gone with their story.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261120000400_PastCosts")]
internal sealed class PastCosts : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            CREATE TABLE "past_costs" (
                "Day" INTEGER NOT NULL,
                "Provider" TEXT NOT NULL,
                "CostUsd" INTEGER NOT NULL,
                CONSTRAINT "PK_past_costs" PRIMARY KEY ("Day", "Provider")
            );
            """);
}
