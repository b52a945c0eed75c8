using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>A comment that goes with its words into another segment knows since when it was said.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261128200000_MovedComments")]
internal sealed class MovedComments : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""ALTER TABLE "comments" ADD COLUMN "SaidVersion" INTEGER NULL;""");
}
