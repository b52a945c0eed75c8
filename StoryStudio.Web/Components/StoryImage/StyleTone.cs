namespace StoryStudio.Web.Components.Pictures;

/// <summary>Which of the six washes of colour stands for a style while its pictures are on their way.</summary>
internal static class StyleTone
{
    private const uint Tones = 6;

    public static uint Of(string style) => style switch
    {
        "illustration" => 0,
        "clear" => 1,
        "consistent" => 2,
        _ => style.Aggregate(2166136261u, (hash, c) => unchecked((hash ^ c) * 16777619u)) % Tones,
    };
}
