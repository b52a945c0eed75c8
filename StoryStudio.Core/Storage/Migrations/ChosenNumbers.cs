using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>A step knows the numbers that somebody had chosen before it.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261126100401_ChosenNumbers")]
internal sealed class ChosenNumbers : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""ALTER TABLE "edit_steps" ADD COLUMN "Numbers" TEXT NULL;""");
}
