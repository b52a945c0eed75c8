using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace StoryStudio.Core.Access;

/// <summary>256 random bits as text, and the hash that is kept in their stead.</summary>
public static class Token
{
    /// <summary>Characters of a token: 32 bytes as base64url.</summary>
    public const int Length = 43;

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Whether it could be one; what could not is not looked up.</summary>
    public static bool IsToken(string? text) => text is { Length: Length } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>SHA-256, lower-case hexadecimal. Of 256 random bits no salt is needed, and looking a hash up tells nothing by its time.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>Takes the same time whatever the token.</summary>
    public static bool Matches(string token, string hash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(token)), Encoding.ASCII.GetBytes(hash));
}
