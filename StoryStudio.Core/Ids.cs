namespace StoryStudio.Core;

/// <summary>Opaque ids: 32 hexadecimal digits that sort by the time they were made.</summary>
public static class Ids
{
    public const int Length = 32;

    public static string New(DateTimeOffset now) => Guid.CreateVersion7(now).ToString("n");

    /// <summary>Whether <paramref name="id"/> could be one of ours; what could not is not looked up.</summary>
    public static bool IsId(string? id) => id is { Length: Length } && id.All(char.IsAsciiHexDigitLower);
}
