using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>
/// The schema that StoryStudio began with. Migrations are written by hand, in the words of SQLite: a change of the model is a new
/// class with a later id beside this one, and a test compares what all of them make with what the model asks for.
/// </summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261120000000_Initial")]
internal sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            CREATE TABLE "stories" (
                "Id" TEXT NOT NULL CONSTRAINT "PK_stories" PRIMARY KEY,
                "Title" TEXT NOT NULL,
                "CreatedAt" INTEGER NOT NULL,
                "UpdatedAt" INTEGER NOT NULL,
                "DeletedAt" INTEGER NULL,
                "Version" INTEGER NOT NULL
            );

            CREATE TABLE "characters" (
                "Id" TEXT NOT NULL CONSTRAINT "PK_characters" PRIMARY KEY,
                "StoryId" TEXT NOT NULL,
                "Ordinal" INTEGER NOT NULL,
                "Name" TEXT NOT NULL,
                "Description" TEXT NOT NULL,
                CONSTRAINT "FK_characters_stories_StoryId" FOREIGN KEY ("StoryId") REFERENCES "stories" ("Id") ON DELETE CASCADE
            );

            CREATE TABLE "runs" (
                "Id" TEXT NOT NULL CONSTRAINT "PK_runs" PRIMARY KEY,
                "StoryId" TEXT NOT NULL,
                "Status" TEXT NOT NULL,
                "UseCharacterConsistency" INTEGER NOT NULL,
                "StartedAt" INTEGER NOT NULL,
                "FinishedAt" INTEGER NULL,
                "Current" TEXT NULL,
                "CurrentStyle" TEXT NULL,
                "MeasuredSince" INTEGER NOT NULL,
                "DoneBefore" INTEGER NOT NULL,
                "Version" INTEGER NOT NULL,
                CONSTRAINT "FK_runs_stories_StoryId" FOREIGN KEY ("StoryId") REFERENCES "stories" ("Id") ON DELETE CASCADE
            );

            CREATE TABLE "segments" (
                "Id" TEXT NOT NULL CONSTRAINT "PK_segments" PRIMARY KEY,
                "StoryId" TEXT NOT NULL,
                "Ordinal" INTEGER NOT NULL,
                "Scene" INTEGER NOT NULL,
                "Beat" INTEGER NOT NULL,
                "Text" TEXT NOT NULL,
                "Prompt" TEXT NULL,
                "Prompts" TEXT NOT NULL,
                "HardCut" INTEGER NOT NULL,
                "Characters" TEXT NULL,
                CONSTRAINT "FK_segments_stories_StoryId" FOREIGN KEY ("StoryId") REFERENCES "stories" ("Id") ON DELETE CASCADE
            );

            CREATE TABLE "story_styles" (
                "StoryId" TEXT NOT NULL,
                "Key" TEXT NOT NULL,
                "Ordinal" INTEGER NOT NULL,
                "ReferenceImageId" TEXT NULL,
                CONSTRAINT "PK_story_styles" PRIMARY KEY ("StoryId", "Key"),
                CONSTRAINT "FK_story_styles_stories_StoryId" FOREIGN KEY ("StoryId") REFERENCES "stories" ("Id") ON DELETE CASCADE
            );

            CREATE TABLE "run_styles" (
                "RunId" TEXT NOT NULL,
                "Style" TEXT NOT NULL,
                "Ordinal" INTEGER NOT NULL,
                "Total" INTEGER NOT NULL,
                "Pending" INTEGER NOT NULL,
                "InProgress" INTEGER NOT NULL,
                "Completed" INTEGER NOT NULL,
                "Failed" INTEGER NOT NULL,
                "Cancelled" INTEGER NOT NULL,
                "SecondChance" INTEGER NOT NULL,
                "CostUsd" INTEGER NULL,
                CONSTRAINT "PK_run_styles" PRIMARY KEY ("RunId", "Style"),
                CONSTRAINT "FK_run_styles_runs_RunId" FOREIGN KEY ("RunId") REFERENCES "runs" ("Id") ON DELETE CASCADE
            );

            CREATE TABLE "images" (
                "Id" TEXT NOT NULL CONSTRAINT "PK_images" PRIMARY KEY,
                "StoryId" TEXT NOT NULL,
                "SegmentId" TEXT NOT NULL,
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
                "Token" TEXT NULL,
                "IdempotencyKey" TEXT NULL,
                "SecondChanceUsed" INTEGER NOT NULL,
                "KeyWaitSince" INTEGER NULL,
                "RunId" TEXT NULL,
                "Consistent" INTEGER NOT NULL,
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
                "Version" INTEGER NOT NULL,
                "UpdatedAt" INTEGER NOT NULL,
                CONSTRAINT "FK_images_segments_SegmentId" FOREIGN KEY ("SegmentId") REFERENCES "segments" ("Id") ON DELETE CASCADE
            );

            CREATE TABLE "attempts" (
                "Id" TEXT NOT NULL CONSTRAINT "PK_attempts" PRIMARY KEY,
                "ImageId" TEXT NOT NULL,
                "RunId" TEXT NULL,
                "Number" INTEGER NOT NULL,
                "IdempotencyKey" TEXT NOT NULL,
                "StartedAt" INTEGER NOT NULL,
                "FinishedAt" INTEGER NULL,
                "Outcome" TEXT NOT NULL,
                "Detail" TEXT NULL,
                "ErrorMessage" TEXT NULL,
                "ErrorRetryable" INTEGER NOT NULL,
                "Provider" TEXT NOT NULL,
                "Model" TEXT NULL,
                "KeyTail" TEXT NULL,
                "RequestId" TEXT NULL,
                "CostUsd" INTEGER NULL,
                CONSTRAINT "FK_attempts_images_ImageId" FOREIGN KEY ("ImageId") REFERENCES "images" ("Id") ON DELETE CASCADE
            );

            CREATE TABLE "image_versions" (
                "ImageId" TEXT NOT NULL,
                "Number" INTEGER NOT NULL,
                "AttemptId" TEXT NOT NULL,
                "Path" TEXT NOT NULL,
                "MediaType" TEXT NOT NULL,
                "Width" INTEGER NOT NULL,
                "Height" INTEGER NOT NULL,
                "Bytes" INTEGER NOT NULL,
                "Sha256" TEXT NOT NULL,
                "Prompt" TEXT NOT NULL,
                "Provider" TEXT NOT NULL,
                "Model" TEXT NULL,
                "CostUsd" INTEGER NULL,
                "CreatedAt" INTEGER NOT NULL,
                CONSTRAINT "PK_image_versions" PRIMARY KEY ("ImageId", "Number"),
                CONSTRAINT "FK_image_versions_images_ImageId" FOREIGN KEY ("ImageId") REFERENCES "images" ("Id") ON DELETE CASCADE
            );

            CREATE TABLE "run_images" (
                "RunId" TEXT NOT NULL,
                "ImageId" TEXT NOT NULL,
                CONSTRAINT "PK_run_images" PRIMARY KEY ("RunId", "ImageId"),
                CONSTRAINT "FK_run_images_images_ImageId" FOREIGN KEY ("ImageId") REFERENCES "images" ("Id") ON DELETE CASCADE,
                CONSTRAINT "FK_run_images_runs_RunId" FOREIGN KEY ("RunId") REFERENCES "runs" ("Id") ON DELETE CASCADE
            );

            CREATE UNIQUE INDEX "IX_attempts_ImageId_Number" ON "attempts" ("ImageId", "Number");

            CREATE INDEX "IX_characters_StoryId" ON "characters" ("StoryId");

            CREATE UNIQUE INDEX "IX_image_versions_Path" ON "image_versions" ("Path");

            CREATE INDEX "IX_images_held" ON "images" ("StoryId", "Style", "Ordinal") WHERE "Token" IS NOT NULL;

            CREATE INDEX "IX_images_pictures" ON "images" ("StoryId", "Ordinal") WHERE "ChosenVersion" IS NOT NULL;

            CREATE INDEX "IX_images_queue" ON "images" ("StoryId", "Style", "Ordinal", "DueAt") WHERE "DueAt" IS NOT NULL;

            CREATE INDEX "IX_images_RunId" ON "images" ("RunId");

            CREATE UNIQUE INDEX "IX_images_SegmentId_Style" ON "images" ("SegmentId", "Style");

            CREATE INDEX "IX_images_StoryId_Version" ON "images" ("StoryId", "Version");

            CREATE INDEX "IX_run_images_ImageId" ON "run_images" ("ImageId");

            CREATE UNIQUE INDEX "IX_runs_active" ON "runs" ("StoryId") WHERE "FinishedAt" IS NULL;

            CREATE INDEX "IX_runs_StoryId_Id" ON "runs" ("StoryId", "Id");

            CREATE UNIQUE INDEX "IX_segments_StoryId_Scene_Beat" ON "segments" ("StoryId", "Scene", "Beat");

            CREATE INDEX "IX_stories_DeletedAt_CreatedAt" ON "stories" ("DeletedAt", "CreatedAt");
            """);
}
