using Microsoft.AspNetCore.Http.HttpResults;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Api;

/// <summary>The characters and places of a story, their sheets and their pictures from outside.</summary>
internal static class CharactersApi
{
    private static readonly string[] Pictures = ["image/png", "image/jpeg", "image/webp", "application/octet-stream"];

    public static void Map(RouteGroupBuilder api)
    {
        var characters = api.MapGroup("").WithTags("Characters");

        characters.MapRead("/stories/{storyId}/characters", async (string storyId, ICast cast, CancellationToken cancelled) => TypedResults.Ok(new CastList(await cast.GetAsync(storyId, cancelled))))
            .WithName("GetCharacters").WithSummary("Who is in the story, and which places, with sheets, pictures, and the segments in which they appear.").ProducesProblems(404);
        characters.MapPost("/stories/{storyId}/characters", AddAsync)
            .WithName("AddCharacter").WithSummary("Adds a character or a place.").Takes<CharacterBody>().ProducesProblems(400, 404, 413, 415, 422);
        characters.MapPatch("/characters/{characterId}", UpdateAsync)
            .WithName("UpdateCharacter").WithSummary("Changes a character's name, other names, description or kind; the text stays as it is.").Takes<CharacterBody>().ProducesProblems(400, 404, 409, 413, 415, 422);
        characters.MapDelete("/characters/{characterId}", async (string characterId, ICast cast, CancellationToken cancelled) =>
            {
                await cast.RemoveAsync(characterId, cancelled);
                return TypedResults.NoContent();
            })
            .WithName("RemoveCharacter").WithSummary("Takes a character out of the story, sheets and pictures with it; it can be restored for an hour.").ProducesProblems(404);
        characters.MapPost("/characters/{characterId}/restore", async (string characterId, ICast cast, CancellationToken cancelled) => TypedResults.Ok(await cast.RestoreAsync(characterId, cancelled)))
            .WithName("RestoreCharacter").WithSummary("Brings back a character that was taken out of the story, or made one with another, with everything that it had.").ProducesProblems(404, 409);
        characters.MapPost("/characters/{characterId}/merge", async (string characterId, HttpRequest request, ICast cast, CancellationToken cancelled) =>
                TypedResults.Ok(await cast.MergeAsync(characterId, (await JsonBody.ReadAsync(request, Bodies.Merge)).Other, cancelled)))
            .WithName("MergeCharacters").WithSummary("Makes one of two: the other's names become other names of this one, which appears wherever either did.")
            .Takes<MergeBody>().ProducesProblems(400, 404, 413, 415, 422);
        characters.MapPut("/characters/{characterId}/segments/{number}", async (string characterId, string number, HttpRequest request, ICast cast, CancellationToken cancelled) =>
                TypedResults.Ok(await cast.SetAppearanceAsync(characterId, number, (await JsonBody.ReadAsync(request, Bodies.Appearance)).Appears, cancelled)))
            .WithName("SetAppearance").WithSummary("Says whether a character appears in a segment, whatever its text says; null goes by the text again.")
            .Takes<AppearanceBody>().ProducesProblems(400, 404, 413, 415, 422);
        characters.MapRead("/stories/{storyId}/characters/proposals", async (string storyId, ICast cast, CancellationToken cancelled) => TypedResults.Ok(new ProposalList(await cast.GetProposalsAsync(storyId, cancelled))))
            .WithName("GetCastProposals").WithSummary("Whom and what the text comes back to that is not in the cast and was not dismissed.").ProducesProblems(404);
        characters.MapPost("/stories/{storyId}/characters/proposals/dismiss", async (string storyId, HttpRequest request, ICast cast, CancellationToken cancelled) =>
            {
                await cast.DismissAsync(storyId, (await JsonBody.ReadAsync(request, Bodies.Names)).Names, cancelled);
                return TypedResults.NoContent();
            })
            .WithName("DismissCastProposals").WithSummary("These names are not proposed again.").Takes<NamesBody>().ProducesProblems(400, 404, 413, 415, 422);
        characters.MapPost("/stories/{storyId}/characters/proposals/restore", async (string storyId, HttpRequest request, ICast cast, CancellationToken cancelled) =>
            {
                await cast.ProposeAgainAsync(storyId, (await JsonBody.ReadAsync(request, Bodies.Names)).Names, cancelled);
                return TypedResults.NoContent();
            })
            .WithName("RestoreCastProposals").WithSummary("These names may be proposed again.").Takes<NamesBody>().ProducesProblems(400, 404, 413, 415, 422);
        characters.MapPost("/characters/{characterId}/sheets", DrawAsync)
            .WithName("DrawSheets").WithSummary("Has the character's sheet drawn, in some of the story's styles or in all.").Takes<SheetOrder>(optional: true).ProducesProblems(400, 404, 413, 415, 422);
        characters.MapPut("/characters/{characterId}/picture", SetPictureAsync)
            .WithName("SetCharacterPicture").WithSummary("Takes a picture of the character (PNG, JPEG or WebP, as the body) that goes along instead of sheets.")
            .TakesPicture().ProducesProblems(404, 413, 415, 422);
        characters.MapDelete("/characters/{characterId}/picture", async (string characterId, ICast cast, CancellationToken cancelled) => TypedResults.Ok(await cast.RemovePictureAsync(characterId, cancelled)))
            .WithName("RemoveCharacterPicture").WithSummary("Goes back to sheets.").ProducesProblems(404);
    }

    private static async Task<Created<CastMember>> AddAsync(string storyId, HttpRequest request, ICast cast, CancellationToken cancelled)
    {
        var body = await JsonBody.ReadAsync(request, Bodies.Character);
        return TypedResults.Created((string?)null, await cast.AddAsync(storyId, body.Name, body.Description, body.Kind ?? CastKind.Character, body.Aliases, cancelled));
    }

    private static async Task<Ok<CastMember>> UpdateAsync(string characterId, HttpRequest request, ICast cast, CancellationToken cancelled)
    {
        var body = await JsonBody.ReadAsync(request, Bodies.Character);
        return TypedResults.Ok(await cast.UpdateAsync(characterId, body.Name, body.Description, body.Kind, body.Aliases, body.DescriptionBasedOn, cancelled));
    }

    private static async Task<Accepted<CastMember>> DrawAsync(string characterId, HttpRequest request, ICast cast, CancellationToken cancelled)
    {
        var body = await JsonBody.ReadAsync(request, Bodies.Sheets, optional: true);
        return TypedResults.Accepted((string?)null, await cast.DrawSheetsAsync(characterId, body.Styles, cancelled));
    }

    private static async Task<Ok<CastMember>> SetPictureAsync(string characterId, HttpRequest request, ICast cast, CancellationToken cancelled)
    {
        var type = request.ContentType?.Split(';')[0].Trim();
        if (type is null || !Pictures.Contains(type, StringComparer.OrdinalIgnoreCase))
        {
            throw new ApiException(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send the picture itself as the body, as image/png, image/jpeg or image/webp.");
        }

        return request.ContentLength > PictureInspector.MaxBytes
            ? throw new InvalidInputException("picture", $"A picture may have {PictureInspector.MaxBytes} bytes at most.")
            : TypedResults.Ok(await cast.SetPictureAsync(characterId, request.Body, cancelled));
    }
}

/// <summary>The characters of a story.</summary>
internal sealed record CastList(IReadOnlyList<CastMember> Items);

/// <summary>Whom and what a story comes back to.</summary>
internal sealed record ProposalList(IReadOnlyList<CastProposal> Items);
