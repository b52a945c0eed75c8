using Microsoft.AspNetCore.Mvc;
using StoryStudio.Core.Providers.Keys;

namespace StoryStudio.Web.Api;

/// <summary><c>/api/keys</c>: how the providers' keys do, by their last four characters.</summary>
internal static class KeysApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var keys = api.MapGroup("/keys").WithTags("Keys");

        keys.MapRead("", ([FromServices] IApiKeys all) => TypedResults.Ok(all.GetAll()))
            .WithName("GetKeys").WithSummary("Every key that serves a style: whether it serves or rests, until when and why. A plain list; of a key its last four characters only.");
        keys.MapPost("/{keyId}/ready", async (string keyId, [FromServices] IApiKeys all) => TypedResults.Ok(await all.MakeReadyAsync(keyId)))
            .WithName("MakeKeyReady").WithSummary("Puts a key that rests or is off back to work at once, with its account: credit was topped up, the key was let in.").ProducesProblems(404);
    }
}
