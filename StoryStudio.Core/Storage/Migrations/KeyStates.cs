using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace StoryStudio.Core.Storage.Migrations;

/// <summary>How every key does, so that a rest outlives the process.</summary>
[DbContext(typeof(StoryDbContext))]
[Migration("20261120000200_KeyStates")]
internal sealed class KeyStates : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            CREATE TABLE "key_states" (
                "Id" TEXT NOT NULL CONSTRAINT "PK_key_states" PRIMARY KEY,
                "Provider" TEXT NOT NULL,
                "Salt" TEXT NOT NULL,
                "Hash" TEXT NOT NULL,
                "Tail" TEXT NULL,
                "Condition" TEXT NOT NULL,
                "Until" INTEGER NULL,
                "Code" TEXT NULL,
                "Message" TEXT NULL
            );
            """);
}
