using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>An attempt that brought no picture keeps a mark of what it sent.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261126100202_SentRequests")]
internal sealed class SentRequests : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            ALTER TABLE "attempts" ADD COLUMN "RequestHash" TEXT NULL;
            """);
}
