using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace StoryStudio.Web.Security;

/// <summary>How often one address may try tokens and passwords. No token of 256 bits is found so; a password might be.</summary>
internal static class Guesses
{
    /// <summary>For links: many people may come from one address.</summary>
    public const string OfTokens = "tokens";

    /// <summary>For sign-in.</summary>
    public const string OfPasswords = "passwords";

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public static void Limit(RateLimiterOptions limiter)
    {
        limiter.AddPolicy(OfTokens, context => Of(context, "t", 120));
        // Looking at the form is no guess.
        limiter.AddPolicy(OfPasswords, context => HttpMethods.IsPost(context.Request.Method) ? Of(context, "p", 20) : RateLimitPartition.GetNoLimiter(""));
        limiter.OnRejected = async (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = $"{(int)Window.TotalSeconds}";
            await Refusal.TooMany.WriteAsync(rejected.HttpContext);
        };
    }

    private static RateLimitPartition<string> Of(HttpContext context, string kind, int permits) => RateLimitPartition.GetFixedWindowLimiter(
        $"{kind}{Neighbourhood(context.Connection.RemoteIpAddress)}",
        _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = Window });

    /// <summary>An IPv6 subscriber has a whole network of addresses.</summary>
    private static string Neighbourhood(IPAddress? address) => address switch
    {
        null => "",
        { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } => Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.MapToIPv4().ToString(),
    };
}
