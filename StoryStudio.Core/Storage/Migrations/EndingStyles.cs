using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>A style of a run that was cancelled says so until its images are put away.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261126000800_EndingStyles")]
internal sealed class EndingStyles : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            ALTER TABLE "run_styles" ADD COLUMN "Ending" INTEGER NOT NULL DEFAULT 0;
            """);
}
