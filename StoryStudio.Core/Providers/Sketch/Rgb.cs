namespace StoryStudio.Core.Providers.Sketch;

/// <summary>A colour, eight bits a channel.</summary>
internal readonly record struct Rgb(byte R, byte G, byte B)
{
    public static readonly Rgb White = Of(0xFFFFFF);
    public static readonly Rgb Black = Of(0x16161D);

    public static Rgb Of(int hex) => new((byte)(hex >> 16), (byte)(hex >> 8), (byte)hex);

    public Rgb Mix(Rgb other, double share) => new(
        Channel(R + ((other.R - R) * share)),
        Channel(G + ((other.G - G) * share)),
        Channel(B + ((other.B - B) * share)));

    public Rgb Lighter(double share) => Mix(White, share);

    public Rgb Darker(double share) => Mix(Black, share);

    /// <summary>The colour as it looks in a coloured light.</summary>
    public Rgb Under(Rgb light) => new(Channel(R * light.R / 255.0), Channel(G * light.G / 255.0), Channel(B * light.B / 255.0));

    /// <summary>How far apart two colours look ("redmean").</summary>
    public double DistanceTo(Rgb other)
    {
        var mean = (R + other.R) / 2.0;
        double r = R - other.R, g = G - other.G, b = B - other.B;
        return ((2 + (mean / 256)) * r * r) + (4 * g * g) + ((2 + ((255 - mean) / 256)) * b * b);
    }

    public double Brightness => ((0.299 * R) + (0.587 * G) + (0.114 * B)) / 255;

    public Paint Accent => new(this, this, Finish.Accent);

    public Paint Lamp => new(this, this, Finish.Lamp);

    public Paint Bare => new(this, this, Finish.Bare);

    public Paint Wash => new(this, this, Finish.Wash);

    /// <summary>A gradient from this colour down to another.</summary>
    public Paint To(Rgb bottom) => new(this, bottom, Finish.Plain);

    public override string ToString() => $"#{R:x2}{G:x2}{B:x2}";

    private static byte Channel(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);
}

/// <summary>How a medium treats a shape.</summary>
internal enum Finish
{
    /// <summary>A shape like most: outlined and left white in line art, a sheet of its own in cut paper.</summary>
    Plain,

    /// <summary>Keeps its colour in line art.</summary>
    Accent,

    /// <summary>Shines by itself: daylight and night do not change it.</summary>
    Lamp,

    /// <summary>A large plane such as sky or water: a pale tint without outline in line art.</summary>
    Wash,

    /// <summary>A detail: never outlined, no shadow.</summary>
    Bare,

    /// <summary>Modelling in light and shade, for flat shapes only.</summary>
    Shade,
}

/// <summary>What a shape is filled with.</summary>
internal readonly record struct Paint(Rgb Top, Rgb Bottom, Finish Finish, double Opacity = 1)
{
    public static Paint Shadow(double opacity = 0.12) => new(Rgb.Of(0x1B1B3A), Rgb.Of(0x1B1B3A), Finish.Shade, opacity);

    public static Paint Shine(double opacity = 0.2) => new(Rgb.White, Rgb.White, Finish.Shade, opacity);

    public static implicit operator Paint(Rgb colour) => new(colour, colour, Finish.Plain);

    public Paint As(Finish finish) => this with { Finish = finish };

    public Paint Fade(double opacity) => this with { Opacity = opacity };
}
