namespace StoryStudio.Web.Components.Pictures;

/// <summary>How wide places of pictures are, as <c>sizes</c> has it, so that the browser takes the smallest copy that looks sharp there.</summary>
public static class PlaceSizes
{
    /// <summary>Where one looks at one picture: no copy of it will do.</summary>
    public const string? Full = null;

    /// <summary>One picture beside a text; on a phone as wide as that.</summary>
    public const string Half = "(max-width: 47.99rem) 100vw, 45vw";

    /// <summary>One of two beside a text, side by side on a phone as well.</summary>
    public const string Pair = "(max-width: 47.99rem) 50vw, 45vw";

    /// <summary>One of two below a text; on a phone they take turns.</summary>
    public const string Below = "(max-width: 47.99rem) 100vw, (min-width: 104rem) 39rem, 37vw";

    /// <summary>One of several beside a text; on a phone they take turns.</summary>
    public const string Third = "(max-width: 47.99rem) 100vw, 25vw";

    /// <summary>One of many; on a phone two stand side by side.</summary>
    public const string Tile = "(max-width: 47.99rem) 50vw, 25vw";
}
