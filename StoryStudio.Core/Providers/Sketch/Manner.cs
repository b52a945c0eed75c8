namespace StoryStudio.Core.Providers.Sketch;

internal enum Medium
{
    /// <summary>Rich flat shapes with gradients.</summary>
    Flat,

    /// <summary>Ink outlines on white, sparing colour.</summary>
    Line,

    /// <summary>Cut paper: few colours, soft shadows, edges cut by hand.</summary>
    Paper,
}

/// <summary>How a style draws.</summary>
/// <param name="Medium">What with.</param>
/// <param name="Tint">A colour that everything leans to, or null for the colours as they are.</param>
internal sealed record Manner(Medium Medium, Rgb? Tint)
{
    private static readonly Rgb[] Tints =
        [Rgb.Of(0xD98E4A), Rgb.Of(0x6A86C8), Rgb.Of(0xC96A8E), Rgb.Of(0x5FA08A), Rgb.Of(0xB59A5B), Rgb.Of(0x8A73B8)];

    /// <summary>The three styles in the box have a manner each; another one gets what its key speaks of, and a tint of its own.</summary>
    public static Manner Of(string style)
    {
        var known = style switch
        {
            "illustration" => new Manner(Medium.Flat, null),
            "clear" => new Manner(Medium.Line, null),
            "consistent" => new Manner(Medium.Paper, null),
            _ => null,
        };
        if (known is not null)
        {
            return known;
        }

        var dice = Dice.Of("manner", style);
        var byHash = dice.Pick(Medium.Flat, Medium.Line, Medium.Paper);
        var tint = dice.Pick<Rgb>(Tints);
        return new Manner(Speaks(style) ?? byHash, tint);
    }

    private static Medium? Speaks(string style)
    {
        return Has("line") || Has("ink") || Has("pencil") || Has("comic") || Has("manga") || Has("sketch") ? Medium.Line
            : Has("paper") || Has("cut") || Has("collage") || Has("felt") ? Medium.Paper
            : Has("paint") || Has("water") || Has("oil") || Has("illustrat") ? Medium.Flat
            : null;

        bool Has(string word) => style.Contains(word, StringComparison.OrdinalIgnoreCase);
    }
}
