using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>A chosen picture can be locked.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261126000600_PictureLocks")]
internal sealed class PictureLocks : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            ALTER TABLE "images" ADD COLUMN "LockReason" TEXT NULL;
            ALTER TABLE "images" ADD COLUMN "LockedBy" TEXT NULL;
            ALTER TABLE "images" ADD COLUMN "LockedAt" INTEGER NULL;
            """);
}
