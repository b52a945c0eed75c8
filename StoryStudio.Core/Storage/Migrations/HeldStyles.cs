using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>A budget holds the styles of a run that it is in the way of; the others go on.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261126000100_HeldStyles")]
internal sealed class HeldStyles : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            ALTER TABLE "run_styles" ADD COLUMN "Held" TEXT NULL;
            """);
}
