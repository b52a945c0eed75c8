namespace StoryStudio.Web.Components.Pictures;

/// <summary>Which of the six washes of colour stands for a style while its pictures are on their way.</summary>
internal static class StyleTone
{
    public const int Count = 6;

    public static int Of(string style) => style switch
    {
        "illustration" => 0,
        "clear" => 1,
        "consistent" => 2,
        _ => (int)(style.Aggregate(2166136261u, (hash, c) => unchecked((hash ^ c) * 16777619u)) % Count),
    };
}
