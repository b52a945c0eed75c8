using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Drawing;

/// <summary>The sea, lakes and rivers.</summary>
internal static class Water
{
    public static Rgb Colour(SceneDescription scene) => scene.Weather is Motif.Storm or Motif.Rain ? Rgb.Of(0x5C8494) : Rgb.Of(0x4FA3BA);

    /// <summary>Water from a horizon down, with the light of the sky on it.</summary>
    public static void Open(Canvas canvas, SceneDescription scene, Dice dice, double horizon, double bottom, double discX)
    {
        var colour = Colour(scene);
        var lit = canvas.Palette.Lit(colour, 0.9);
        var top = canvas.IsLine ? colour : canvas.Palette.SkyLow.Mix(lit, 0.62);
        var near = canvas.Palette.SkyTop.Mix(lit, 0.6).Darker(0.2);
        if (canvas.IsPaper)
        {
            Layers(canvas, dice, horizon, bottom, canvas.Palette.Sheet(canvas.Palette.SkyTop.Mix(canvas.Palette.Lit(colour, 0.9), 0.6)), scene.Weather is Motif.Storm ? 14 : 8);
        }
        else
        {
            canvas.Poly(new Paint(top, near, canvas.IsLine ? Finish.Wash : Finish.Lamp), -20, horizon, 1220, horizon, 1220, bottom, -20, bottom);
            if (canvas.IsLine)
            {
                canvas.In(Depth.Far).Line(Palette.Ink, 2, 0, horizon, 1200, horizon);
            }
        }

        if (scene.Weather is null or Motif.Wind)
        {
            Reflection(canvas, scene, dice, horizon, bottom, discX);
        }

        Ripples(canvas, dice, horizon, bottom, scene.Weather is Motif.Storm);
    }

    /// <summary>A wave across the whole width in front of what floats.</summary>
    public static void Swell(Canvas canvas, Dice dice, double y, Rgb colour, double height)
    {
        var points = new List<double>();
        var phase = dice.Between(0, 100);
        for (var i = -1; i <= 26; i++)
        {
            points.AddRange([(i * 50) - phase, y + (i % 2 == 0 ? -height : height * 0.6)]);
        }

        points.AddRange([1290, 840, -120, 840]);
        canvas.Group(() =>
        {
            if (canvas.IsPaper)
            {
                canvas.Poly(colour, Scallops(y, height, phase));
            }
            else
            {
                canvas.Blob(new Paint(colour, colour.Darker(0.25), Finish.Plain, 1), [.. points]);
            }
        });
    }

    private static void Layers(Canvas canvas, Dice dice, double horizon, double bottom, Rgb colour, double height)
    {
        const int Count = 4;
        for (var i = 0; i < Count; i++)
        {
            var y = horizon + ((bottom - horizon) * i / Count * 0.9);
            var tone = colour.Lighter(0.22).Mix(colour.Darker(0.22), i / 3.0);
            var phase = dice.Between(0, 100);
            canvas.In(i < 2 ? Depth.Far : Depth.Middle).Group(() => canvas.Poly(tone.Lamp, i == 0 ? [-20, y, 1220, y, 1220, 840, -20, 840] : Scallops(y, height, phase)));
        }
    }

    private static double[] Scallops(double y, double height, double phase)
    {
        var points = new List<double>();
        for (var i = -1; i <= 13; i++)
        {
            var x = (i * 100) - phase;
            points.AddRange([x, y + (height * 0.7), x + 28, y - (height * 0.5), x + 50, y - height, x + 72, y - (height * 0.5)]);
        }

        points.AddRange([1290, 840, -120, 840]);
        return [.. points];
    }

    private static void Reflection(Canvas canvas, SceneDescription scene, Dice dice, double horizon, double bottom, double x)
    {
        var light = scene.Time is Motif.Night ? Rgb.Of(0xFDF3CF) : canvas.Palette.Disc.Lighter(0.3);
        var y = horizon + 8;
        for (var i = 0; i < 9 && y < bottom - 20; i++)
        {
            var half = 14 + (i * 8) + dice.Between(0, 22);
            var shift = dice.Between(-12, 12);
            canvas.Line(new Paint(light, light, Finish.Lamp, (scene.Time is Motif.Day ? 0.4 : 0.62) - (i * 0.03)), 3 + (i * 0.6), x - half + shift, y, x + shift, y + 1, x + half + shift, y);
            y += 12 + (i * 5);
        }
    }

    private static void Ripples(Canvas canvas, Dice dice, double horizon, double bottom, bool rough)
    {
        var light = canvas.Palette.SkyLow.Lighter(0.4);
        for (var i = 0; i < 18; i++)
        {
            var depth = dice.Unit();
            var y = horizon + 14 + (depth * (bottom - horizon - 20));
            var x = dice.Between(20, 1180);
            var half = 10 + (depth * 34);
            canvas.Line(canvas.IsLine ? Palette.Ink : new Paint(light, light, Finish.Lamp, 0.4), 2 + (depth * 1.5), x - half, y, x - (half * 0.4), y - (rough ? 9 : 4), x + (half * 0.3), y + 1, x + half, y - 2);
        }
    }
}
