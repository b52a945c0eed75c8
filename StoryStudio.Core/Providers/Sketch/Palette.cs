using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch;

/// <summary>The colours of an hour and its weather.</summary>
internal sealed record Palette
{
    public required Rgb SkyTop { get; init; }

    public required Rgb SkyMiddle { get; init; }

    public required Rgb SkyLow { get; init; }

    /// <summary>What distance fades to.</summary>
    public required Rgb Haze { get; init; }

    /// <summary>The light that falls on everything.</summary>
    public required Rgb Light { get; init; }

    /// <summary>The disc of the sun or the moon.</summary>
    public required Rgb Disc { get; init; }

    public required Rgb Cloud { get; init; }

    /// <summary>The colours of paper in the drawer, for cut paper.</summary>
    public required Rgb[] Sheets { get; init; }

    public required bool Dark { get; init; }

    public Rgb? Tint { get; init; }

    public static readonly Rgb Ink = Rgb.Of(0x24303C);

    public static readonly Rgb LampLight = Rgb.Of(0xFFD479);

    public static Palette Of(SceneDescription scene, Manner manner)
    {
        var hour = Weathered(Hour(scene.Time), scene.Weather);
        if (manner.Tint is not { } tint)
        {
            return hour;
        }

        return hour with
        {
            Tint = tint,
            SkyTop = hour.SkyTop.Mix(tint, 0.28),
            SkyMiddle = hour.SkyMiddle.Mix(tint, 0.22),
            SkyLow = hour.SkyLow.Mix(tint, 0.14),
            Haze = hour.Haze.Mix(tint, 0.2),
            Sheets = [.. hour.Sheets.Select(sheet => sheet.Mix(tint, 0.18))],
        };
    }

    /// <summary>A colour in this light.</summary>
    /// <param name="colour">As it is by daylight.</param>
    /// <param name="strength">0 for a thing that keeps its own colour, 1 for one that takes the light wholly.</param>
    public Rgb Lit(Rgb colour, double strength)
    {
        // Snow and other whites throw back what light there is.
        var lit = colour.Mix(colour.Under(Light), colour.Brightness > 0.9 ? strength * 0.62 : strength);
        return Tint is { } tint ? lit.Mix(tint, 0.16 * strength) : lit;
    }

    /// <summary>The same hour in a room: after dark the light is a lamp's.</summary>
    public Palette Indoors(Motif time)
    {
        if (time is not (Motif.Night or Motif.Dusk))
        {
            return this with { Light = Light.Mix(Rgb.White, 0.6), Haze = Rgb.Of(0xF3E3CB), Sheets = Hour(Motif.Day).Sheets };
        }

        return this with
        {
            Light = time is Motif.Night ? Rgb.Of(0xDDB08C) : Rgb.Of(0xE6C3A6),
            Haze = Rgb.Of(0xB98A6A),
            Sheets = Hour(Motif.Dusk).Sheets,
        };
    }

    /// <summary>The sheet of paper that comes nearest to a colour.</summary>
    public Rgb Sheet(Rgb colour)
    {
        var best = Sheets[0];
        foreach (var sheet in Sheets)
        {
            best = sheet.DistanceTo(colour) < best.DistanceTo(colour) ? sheet : best;
        }

        return best;
    }

    private static Palette Hour(Motif time) => time switch
    {
        Motif.Dawn => new Palette
        {
            SkyTop = Rgb.Of(0x86B2CC), SkyMiddle = Rgb.Of(0xF5C6B2), SkyLow = Rgb.Of(0xFFE9BF), Haze = Rgb.Of(0xF6D5C4),
            Light = Rgb.Of(0xFFE6D6), Disc = Rgb.Of(0xFFE59A), Cloud = Rgb.Of(0xFFF0E2), Dark = false,
            Sheets = Papers(0xF7DEC8, 0xEFB9A0, 0xFFF6E6, 0xD98E7C, 0x8FA9A6, 0x5F8580, 0x3E5F63, 0x9DB07E, 0x6E8A5E, 0xE8B85A, 0xC9604C, 0x7B5747, 0x2F3B46, 0xB98A62, 0xFFFDF8, 0xA9A29C, 0xC9B8AC),
        },
        Motif.Dusk => new Palette
        {
            SkyTop = Rgb.Of(0x4B4C86), SkyMiddle = Rgb.Of(0xD9708A), SkyLow = Rgb.Of(0xFFBE73), Haze = Rgb.Of(0xE79A86),
            Light = Rgb.Of(0xE0A89E), Disc = Rgb.Of(0xFFD07A), Cloud = Rgb.Of(0xF3A08E), Dark = false,
            Sheets = Papers(0xF3A965, 0xE07A5F, 0xF6DDB2, 0xB5566A, 0x7A4468, 0x533A64, 0x372B50, 0x7D8268, 0x566650, 0xF2C24E, 0xC4453F, 0x6B3F45, 0x241F38, 0xA5685A, 0x8F86A8, 0x5F6F92),
        },
        Motif.Night => new Palette
        {
            SkyTop = Rgb.Of(0x101B3F), SkyMiddle = Rgb.Of(0x243F77), SkyLow = Rgb.Of(0x4F76A3), Haze = Rgb.Of(0x44669A),
            Light = Rgb.Of(0x5B74B4), Disc = Rgb.Of(0xFDF3CF), Cloud = Rgb.Of(0x4A6699), Dark = true,
            Sheets = Papers(0x1F2D52, 0x2D4470, 0xF3E6C6, 0x46648F, 0x7593B0, 0x16203F, 0x27405A, 0x35586A, 0x4D7A78, 0xE9B44C, 0xB9574E, 0x4A3B52, 0x10172C, 0xA8B9C6, 0x6B5A66, 0xD5DEE8),
        },
        _ => new Palette
        {
            SkyTop = Rgb.Of(0x6FBBDD), SkyMiddle = Rgb.Of(0xB9E1EA), SkyLow = Rgb.Of(0xFDF1D6), Haze = Rgb.Of(0xD7EAE6),
            Light = Rgb.Of(0xFFFFFF), Disc = Rgb.Of(0xFFD45E), Cloud = Rgb.Of(0xFFFFFF), Dark = false,
            Sheets = Papers(0xBFDDDB, 0x8DC0C4, 0xFBF2DF, 0x4E8F96, 0x2F6670, 0xA3BC7C, 0x74995C, 0x4B7350, 0x2F4F45, 0xE8B84F, 0xD8694C, 0x85583F, 0x2F3B46, 0xD9A877, 0xC9CFC8, 0xFFFFFF, 0x9A9A98, 0xBDB3A6),
        },
    };

    private static Palette Weathered(Palette hour, Motif? weather) => weather switch
    {
        Motif.Rain => Veil(hour, 0x7F93A3, 0.5, 0xC3CED8),
        Motif.Storm => Veil(hour, 0x3D4A5E, 0.68, 0x98A6BC) with { Dark = hour.Dark },
        Motif.Fog => Veil(hour, hour.Dark ? 0x55698A : 0xDCE3E2, 0.62, hour.Dark ? 0xC8D2E4 : 0xF2F4F4) with { Haze = hour.Haze.Mix(Rgb.Of(hour.Dark ? 0x5A6E90 : 0xE2E8E6), 0.7) },
        Motif.Snow => Veil(hour, hour.Dark ? 0x3A5078 : 0xC9D9E4, 0.42, 0xF4F7FF),
        _ => hour,
    };

    private static Palette Veil(Palette hour, int grey, double share, int light)
    {
        var veil = Rgb.Of(grey);
        return hour with
        {
            SkyTop = hour.SkyTop.Mix(veil, share),
            SkyMiddle = hour.SkyMiddle.Mix(veil.Lighter(0.15), share),
            SkyLow = hour.SkyLow.Mix(veil.Lighter(0.35), share * 0.8),
            Haze = hour.Haze.Mix(veil.Lighter(0.25), share),
            Cloud = hour.Cloud.Mix(veil.Darker(0.1), share),
            Light = hour.Light.Under(Rgb.Of(light)),
            Sheets = [.. hour.Sheets.Select(sheet => sheet.Mix(veil, share * 0.3))],
        };
    }

    private static Rgb[] Papers(params ReadOnlySpan<int> colours)
    {
        var sheets = new Rgb[colours.Length];
        for (var i = 0; i < colours.Length; i++)
        {
            sheets[i] = Rgb.Of(colours[i]);
        }

        return sheets;
    }
}
