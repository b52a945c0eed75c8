using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>Books that are made in the background.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261126000300_Exports")]
internal sealed class Exports : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            CREATE TABLE "exports" (
                "Id" TEXT NOT NULL CONSTRAINT "PK_exports" PRIMARY KEY,
                "StoryId" TEXT NOT NULL,
                "Format" TEXT NOT NULL,
                "Style" TEXT NULL,
                "Author" TEXT NULL,
                "Language" TEXT NULL,
                "FileName" TEXT NOT NULL,
                "Status" TEXT NOT NULL,
                "Bytes" INTEGER NULL,
                "ErrorCode" TEXT NULL,
                "ErrorMessage" TEXT NULL,
                "CreatedAt" INTEGER NOT NULL,
                "FinishedAt" INTEGER NULL,
                "ExpiresAt" INTEGER NULL,
                CONSTRAINT "FK_exports_stories_StoryId" FOREIGN KEY ("StoryId") REFERENCES "stories" ("Id") ON DELETE CASCADE
            );

            CREATE INDEX "IX_exports_StoryId_Id" ON "exports" ("StoryId", "Id");
            """);
}
