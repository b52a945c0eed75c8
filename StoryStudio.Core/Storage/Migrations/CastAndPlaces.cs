using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>Places beside characters, other names of both, where they appear against what the text says, and names that nobody wants proposed again.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261126000700_CastAndPlaces")]
internal sealed class CastAndPlaces : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            ALTER TABLE "characters" ADD COLUMN "Kind" TEXT NOT NULL DEFAULT 'character';
            ALTER TABLE "characters" ADD COLUMN "Aliases" TEXT NOT NULL DEFAULT '[]';
            ALTER TABLE "characters" ADD COLUMN "AddedTo" TEXT NOT NULL DEFAULT '[]';
            ALTER TABLE "characters" ADD COLUMN "RemovedFrom" TEXT NOT NULL DEFAULT '[]';

            CREATE TABLE "dismissed_names" (
                "StoryId" TEXT NOT NULL,
                "Name" TEXT NOT NULL,
                CONSTRAINT "PK_dismissed_names" PRIMARY KEY ("StoryId", "Name"),
                CONSTRAINT "FK_dismissed_names_stories_StoryId" FOREIGN KEY ("StoryId") REFERENCES "stories" ("Id") ON DELETE CASCADE
            );
            """);
}
