using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>Share links and who came through them. They go with their story.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261126000400_ShareLinks")]
internal sealed class ShareLinks : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            CREATE TABLE "share_links" (
                "Id" TEXT NOT NULL CONSTRAINT "PK_share_links" PRIMARY KEY,
                "StoryId" TEXT NOT NULL,
                "TokenHash" TEXT NOT NULL,
                "Role" TEXT NOT NULL,
                "Label" TEXT NOT NULL,
                "CreatedAt" INTEGER NOT NULL,
                "CreatedBy" TEXT NOT NULL,
                "ExpiresAt" INTEGER NULL,
                "RevokedAt" INTEGER NULL,
                CONSTRAINT "FK_share_links_stories_StoryId" FOREIGN KEY ("StoryId") REFERENCES "stories" ("Id") ON DELETE CASCADE
            );
            CREATE INDEX "IX_share_links_StoryId" ON "share_links" ("StoryId");
            CREATE UNIQUE INDEX "IX_share_links_TokenHash" ON "share_links" ("TokenHash");

            CREATE TABLE "guests" (
                "Id" TEXT NOT NULL CONSTRAINT "PK_guests" PRIMARY KEY,
                "LinkId" TEXT NOT NULL,
                "Name" TEXT NOT NULL,
                "SecretHash" TEXT NOT NULL,
                "CreatedAt" INTEGER NOT NULL,
                "LastSeenAt" INTEGER NOT NULL,
                CONSTRAINT "FK_guests_share_links_LinkId" FOREIGN KEY ("LinkId") REFERENCES "share_links" ("Id") ON DELETE CASCADE
            );
            CREATE INDEX "IX_guests_LinkId" ON "guests" ("LinkId");
            """);
}
