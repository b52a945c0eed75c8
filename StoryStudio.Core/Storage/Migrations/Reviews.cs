using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>What is said and decided about a story, and up to where each has seen it.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261126000500_Reviews")]
internal sealed class Reviews : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            CREATE TABLE "comments" (
                "Id" TEXT NOT NULL CONSTRAINT "PK_comments" PRIMARY KEY,
                "StoryId" TEXT NOT NULL,
                "ParentId" TEXT NULL,
                "SegmentId" TEXT NULL,
                "ImageId" TEXT NULL,
                "PictureVersion" INTEGER NULL,
                "X" REAL NULL,
                "Y" REAL NULL,
                "Text" TEXT NOT NULL,
                "WriterId" TEXT NOT NULL,
                "WriterName" TEXT NOT NULL,
                "ByAuthor" INTEGER NOT NULL,
                "Key" TEXT NULL,
                "CreatedAt" INTEGER NOT NULL,
                "EditedAt" INTEGER NULL,
                "ResolvedAt" INTEGER NULL,
                "ResolvedBy" TEXT NULL,
                "DeletedAt" INTEGER NULL,
                "Version" INTEGER NOT NULL,
                CONSTRAINT "FK_comments_stories_StoryId" FOREIGN KEY ("StoryId") REFERENCES "stories" ("Id") ON DELETE CASCADE
            );

            CREATE TABLE "decisions" (
                "ImageId" TEXT NOT NULL,
                "PictureVersion" INTEGER NOT NULL,
                "PersonId" TEXT NOT NULL,
                "StoryId" TEXT NOT NULL,
                "PersonName" TEXT NOT NULL,
                "ByAuthor" INTEGER NOT NULL,
                "Kind" TEXT NOT NULL,
                "Reason" TEXT NULL,
                "DecidedAt" INTEGER NOT NULL,
                "TakenUpAt" INTEGER NULL,
                "WithdrawnAt" INTEGER NULL,
                "Version" INTEGER NOT NULL,
                CONSTRAINT "PK_decisions" PRIMARY KEY ("ImageId", "PictureVersion", "PersonId"),
                CONSTRAINT "FK_decisions_stories_StoryId" FOREIGN KEY ("StoryId") REFERENCES "stories" ("Id") ON DELETE CASCADE
            );

            CREATE TABLE "review_visits" (
                "StoryId" TEXT NOT NULL,
                "PersonId" TEXT NOT NULL,
                "SeenVersion" INTEGER NOT NULL,
                CONSTRAINT "PK_review_visits" PRIMARY KEY ("StoryId", "PersonId"),
                CONSTRAINT "FK_review_visits_stories_StoryId" FOREIGN KEY ("StoryId") REFERENCES "stories" ("Id") ON DELETE CASCADE
            );

            CREATE INDEX "IX_comments_StoryId_Version" ON "comments" ("StoryId", "Version");

            CREATE UNIQUE INDEX "IX_comments_key" ON "comments" ("StoryId", "WriterId", "Key") WHERE "Key" IS NOT NULL;

            CREATE INDEX "IX_decisions_StoryId_Version" ON "decisions" ("StoryId", "Version");
            """);
}
