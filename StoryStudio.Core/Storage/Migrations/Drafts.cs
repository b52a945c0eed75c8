using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>Stories that are being made ready.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261126000710_Drafts")]
internal sealed class Drafts : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            CREATE TABLE "drafts" (
                "Id" TEXT NOT NULL CONSTRAINT "PK_drafts" PRIMARY KEY,
                "Title" TEXT NOT NULL,
                "Text" TEXT NOT NULL,
                "Step" TEXT NOT NULL,
                "Work" TEXT NOT NULL,
                "CreatedAt" INTEGER NOT NULL,
                "UpdatedAt" INTEGER NOT NULL,
                "DeletedAt" INTEGER NULL
            );

            CREATE INDEX "IX_drafts_UpdatedAt" ON "drafts" ("UpdatedAt");
            """);
}
