using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>
/// What steering the engine needs: priorities and pauses, crashes counted, costs estimated before they arise; and pictures of characters,
/// which belong to no segment, with the references that each picture was made from.
/// </summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261120000100_Engine")]
internal sealed class Engine : Migration
{
    // A column that becomes optional takes a new table. While it is exchanged, rows that point to the old one must stay: whoever migrates
    // a database with rows has foreign keys switched off, which cannot be done in here, within the transaction.
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            ALTER TABLE "runs" ADD COLUMN "Priority" TEXT NOT NULL DEFAULT 'normal';
            ALTER TABLE "runs" ADD COLUMN "PauseReason" TEXT NULL;
            ALTER TABLE "runs" ADD COLUMN "Waiting" TEXT NULL;
            ALTER TABLE "runs" ADD COLUMN "BudgetUsd" INTEGER NULL;
            ALTER TABLE "attempts" ADD COLUMN "EstimatedUsd" INTEGER NULL;
            ALTER TABLE "image_versions" ADD COLUMN "RequestHash" TEXT NULL;
            ALTER TABLE "image_versions" ADD COLUMN "Described" INTEGER NOT NULL DEFAULT 0;

            CREATE TABLE "images_new" (
                "Id" TEXT NOT NULL CONSTRAINT "PK_images" PRIMARY KEY,
                "StoryId" TEXT NOT NULL,
                "SegmentId" TEXT NULL,
                "CharacterId" TEXT NULL,
                "Style" TEXT NOT NULL,
                "Ordinal" INTEGER NOT NULL,
                "Scene" INTEGER NOT NULL,
                "Beat" INTEGER NOT NULL,
                "Status" TEXT NOT NULL,
                "Progress" INTEGER NOT NULL,
                "Attempt" INTEGER NOT NULL,
                "MaxAttempts" INTEGER NOT NULL,
                "Attempts" INTEGER NOT NULL,
                "NextAttemptAt" INTEGER NULL,
                "DueAt" INTEGER NULL,
                "QueuedAt" INTEGER NULL,
                "Urgency" TEXT NOT NULL,
                "Crashes" INTEGER NOT NULL,
                "Token" TEXT NULL,
                "IdempotencyKey" TEXT NULL,
                "SecondChanceUsed" INTEGER NOT NULL,
                "KeyWaitSince" INTEGER NULL,
                "RunId" TEXT NULL,
                "Consistent" INTEGER NOT NULL,
                "Fresh" INTEGER NOT NULL,
                "PromptOverride" TEXT NULL,
                "Instruction" TEXT NULL,
                "ErrorCode" TEXT NULL,
                "ErrorMessage" TEXT NULL,
                "ErrorRetryable" INTEGER NOT NULL,
                "Provider" TEXT NULL,
                "Model" TEXT NULL,
                "CostUsd" INTEGER NULL,
                "LatestVersion" INTEGER NOT NULL,
                "ChosenVersion" INTEGER NULL,
                "MediaType" TEXT NULL,
                "Width" INTEGER NULL,
                "Height" INTEGER NULL,
                "PreviewId" TEXT NULL,
                "StaleCode" TEXT NULL,
                "StaleMessage" TEXT NULL,
                "Version" INTEGER NOT NULL,
                "UpdatedAt" INTEGER NOT NULL,
                CONSTRAINT "FK_images_characters_CharacterId" FOREIGN KEY ("CharacterId") REFERENCES "characters" ("Id") ON DELETE CASCADE,
                CONSTRAINT "FK_images_segments_SegmentId" FOREIGN KEY ("SegmentId") REFERENCES "segments" ("Id") ON DELETE CASCADE
            );

            INSERT INTO "images_new" (
                "Id", "StoryId", "SegmentId", "Style", "Ordinal", "Scene", "Beat", "Status", "Progress", "Attempt", "MaxAttempts", "Attempts",
                "NextAttemptAt", "DueAt", "QueuedAt", "Urgency", "Crashes", "Token", "IdempotencyKey", "SecondChanceUsed", "KeyWaitSince", "RunId",
                "Consistent", "Fresh", "PromptOverride", "Instruction", "ErrorCode", "ErrorMessage", "ErrorRetryable", "Provider", "Model", "CostUsd",
                "LatestVersion", "ChosenVersion", "MediaType", "Width", "Height", "PreviewId", "Version", "UpdatedAt")
            SELECT
                "Id", "StoryId", "SegmentId", "Style", "Ordinal", "Scene", "Beat", "Status", "Progress", "Attempt", "MaxAttempts", "Attempts",
                "NextAttemptAt", "DueAt", CASE WHEN "DueAt" IS NOT NULL THEN "UpdatedAt" END, 'none', 0, "Token", "IdempotencyKey", "SecondChanceUsed", "KeyWaitSince", "RunId",
                "Consistent", 0, "PromptOverride", "Instruction", "ErrorCode", "ErrorMessage", "ErrorRetryable", "Provider", "Model", "CostUsd",
                "LatestVersion", "ChosenVersion", "MediaType", "Width", "Height", "PreviewId", "Version", "UpdatedAt"
            FROM "images";

            DROP TABLE "images";
            ALTER TABLE "images_new" RENAME TO "images";

            CREATE INDEX "IX_images_held" ON "images" ("StoryId", "Style", "Ordinal") WHERE "Token" IS NOT NULL;
            CREATE INDEX "IX_images_pictures" ON "images" ("StoryId", "Ordinal") WHERE "ChosenVersion" IS NOT NULL AND "SegmentId" IS NOT NULL;
            CREATE INDEX "IX_images_queue" ON "images" ("StoryId", "Style", "Ordinal", "DueAt") WHERE "DueAt" IS NOT NULL;
            CREATE INDEX "IX_images_urgent" ON "images" ("StoryId", "Style", "Ordinal", "Urgency", "DueAt") WHERE "DueAt" IS NOT NULL AND "Urgency" <> 'none';
            CREATE INDEX "IX_images_suspects" ON "images" ("Crashes") WHERE "DueAt" IS NOT NULL AND "Crashes" >= 2;
            CREATE INDEX "IX_images_RunId" ON "images" ("RunId");
            CREATE UNIQUE INDEX "IX_images_SegmentId_Style" ON "images" ("SegmentId", "Style");
            CREATE UNIQUE INDEX "IX_images_CharacterId_Style" ON "images" ("CharacterId", "Style");
            CREATE INDEX "IX_images_StoryId_Version" ON "images" ("StoryId", "Version");
            CREATE INDEX "IX_attempts_RunId" ON "attempts" ("RunId");
            CREATE INDEX "IX_image_versions_RequestHash" ON "image_versions" ("RequestHash");

            CREATE TABLE "picture_references" (
                "ImageId" TEXT NOT NULL,
                "Version" INTEGER NOT NULL,
                "Ordinal" INTEGER NOT NULL,
                "Role" TEXT NOT NULL,
                "Name" TEXT NULL,
                "SourceId" TEXT NOT NULL,
                "SourceVersion" INTEGER NOT NULL,
                "Sha256" TEXT NOT NULL,
                CONSTRAINT "PK_picture_references" PRIMARY KEY ("ImageId", "Version", "Ordinal"),
                CONSTRAINT "FK_picture_references_image_versions_ImageId_Version" FOREIGN KEY ("ImageId", "Version") REFERENCES "image_versions" ("ImageId", "Number") ON DELETE CASCADE
            );

            CREATE INDEX "IX_picture_references_SourceId" ON "picture_references" ("SourceId");

            CREATE TABLE "character_pictures" (
                "CharacterId" TEXT NOT NULL,
                "Number" INTEGER NOT NULL,
                "Path" TEXT NOT NULL,
                "MediaType" TEXT NOT NULL,
                "Width" INTEGER NOT NULL,
                "Height" INTEGER NOT NULL,
                "Bytes" INTEGER NOT NULL,
                "Sha256" TEXT NOT NULL,
                "CreatedAt" INTEGER NOT NULL,
                "RemovedAt" INTEGER NULL,
                CONSTRAINT "PK_character_pictures" PRIMARY KEY ("CharacterId", "Number"),
                CONSTRAINT "FK_character_pictures_characters_CharacterId" FOREIGN KEY ("CharacterId") REFERENCES "characters" ("Id") ON DELETE CASCADE
            );

            CREATE UNIQUE INDEX "IX_character_pictures_Path" ON "character_pictures" ("Path");
            """);
}
