using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>A run knows since when others have its turn, so that its pace is not measured by that.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261129100000_PassedOverRuns")]
internal sealed class PassedOverRuns : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""ALTER TABLE "runs" ADD COLUMN "PassedOverSince" INTEGER NULL;""");
}
