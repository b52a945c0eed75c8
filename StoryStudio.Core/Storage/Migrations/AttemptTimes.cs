using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>Attempts can be looked through by time, and each knows when the first one for its picture was begun.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261120000300_AttemptTimes")]
internal sealed class AttemptTimes : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            ALTER TABLE "attempts" ADD COLUMN "FirstStartedAt" INTEGER NULL;

            CREATE INDEX "IX_attempts_StartedAt" ON "attempts" ("StartedAt");
            """);
}
