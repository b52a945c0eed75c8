using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Drawing;

/// <summary>The sky with its lights, clouds and weather.</summary>
internal static class Sky
{
    public static void Draw(Canvas canvas, SceneDescription scene, Dice dice, double horizon, double discX)
    {
        var palette = canvas.Palette;
        canvas.Backdrop(palette.SkyTop, palette.SkyMiddle, palette.SkyLow, 0, canvas.IsPaper || scene.Place is Motif.Space ? SvgWriter.Height : horizon + 60);
        var overcast = scene.Weather is Motif.Rain or Motif.Storm or Motif.Fog or Motif.Snow;
        var discY = scene.Time switch
        {
            Motif.Day => 130 + dice.Between(-20, 30),
            Motif.Night => 140 + dice.Between(-20, 40),
            _ => horizon - 70 + dice.Between(-30, 10),
        };
        if (canvas.IsPaper)
        {
            PaperBands(canvas, discX, discY, scene);
        }

        if (scene.Time is Motif.Night && (!overcast || scene.Weather is Motif.Snow))
        {
            Stars(canvas, dice, horizon);
        }

        if (scene.Place is Motif.Space)
        {
            return;
        }

        if (!overcast || (scene.Time is Motif.Night && scene.Weather is not Motif.Storm))
        {
            Disc(canvas, scene, discX, discY, dice);
        }

        if (scene.Rainbow)
        {
            Rainbow(canvas, horizon);
        }

        Clouds(canvas, dice, overcast ? 5 : scene.Time is Motif.Night ? 2 : 3, horizon, discX, heavy: scene.Weather is Motif.Storm or Motif.Rain);
        if (scene.Weather is Motif.Storm)
        {
            Lightning(canvas, dice, horizon);
        }
    }

    public static void Moon(Canvas canvas, double x, double y, double radius)
    {
        var moon = Rgb.Of(0xFDF3CF);
        canvas.Glow(moon, x, y, radius * 3.6, 0.5);
        canvas.Group(() =>
        {
            canvas.Circle(moon.Lamp, x, y, radius);
            canvas.Circle(Rgb.Of(0xEBDCA9).Bare.Fade(0.7), x - (radius * 0.3), y - (radius * 0.2), radius * 0.18);
            canvas.Circle(Rgb.Of(0xEBDCA9).Bare.Fade(0.7), x + (radius * 0.35), y + (radius * 0.25), radius * 0.24);
            canvas.Circle(Rgb.Of(0xEBDCA9).Bare.Fade(0.6), x - (radius * 0.12), y + (radius * 0.48), radius * 0.12);
        });
    }

    private static void Disc(Canvas canvas, SceneDescription scene, double x, double y, Dice dice)
    {
        if (scene.Time is Motif.Night)
        {
            if (dice.Chance(0.45))
            {
                Crescent(canvas, x, y, 54);
            }
            else
            {
                Moon(canvas, x, y, 52);
            }

            return;
        }

        var radius = scene.Time is Motif.Day ? 50 : 78;
        canvas.Glow(canvas.Palette.Disc, x, y, radius * 3.4, 0.75);
        canvas.Group(() => canvas.Circle(canvas.Palette.Disc.Lamp, x, y, radius));
        if (canvas.IsLine)
        {
            for (var i = 0; i < 16; i++)
            {
                var (sin, cos) = Math.SinCos(i * Math.Tau / 16);
                var reach = i % 2 == 0 ? 40 : 24;
                canvas.In(Depth.Far).Line(Palette.Ink, 2, x + (cos * (radius + 14)), y + (sin * (radius + 14)), x + (cos * (radius + 14 + reach)), y + (sin * (radius + 14 + reach)));
            }
        }
    }

    private static void Crescent(Canvas canvas, double x, double y, double radius)
    {
        var moon = Rgb.Of(0xFDF3CF);
        canvas.Glow(moon, x, y, radius * 3.4, 0.45);
        var points = new List<double>();
        for (var i = 0; i <= 10; i++)
        {
            var angle = (-0.30 + (i * 0.16)) * Math.PI;
            points.AddRange([x + (radius * Math.Cos(angle + 0.2)), y + (radius * Math.Sin(angle + 0.2))]);
        }

        for (var i = 8; i >= 2; i--)
        {
            var angle = (-0.30 + (i * 0.16)) * Math.PI;
            points.AddRange([x - (radius * 0.36) + (radius * 0.86 * Math.Cos(angle + 0.2)), y - (radius * 0.16) + (radius * 0.86 * Math.Sin(angle + 0.2))]);
        }

        canvas.Group(() => canvas.Poly(moon.Lamp, [.. points]));
    }

    private static void PaperBands(Canvas canvas, double x, double y, SceneDescription scene)
    {
        var middle = canvas.Palette.Sheet(canvas.Palette.SkyMiddle);
        var light = scene.Time is Motif.Night ? canvas.Palette.SkyLow : canvas.Palette.Disc.Mix(Rgb.White, 0.35);
        for (var i = 0; i < 3; i++)
        {
            var colour = middle.Mix(light, 0.13 + (i * 0.12));
            var radius = 430 - (i * 125);
            canvas.In(Depth.Far).Group(() => canvas.Ellipse(new Paint(colour, colour, Finish.Lamp), x, y, radius, radius));
        }
    }

    private static void Stars(Canvas canvas, Dice dice, double horizon)
    {
        var star = Rgb.Of(0xFFF4D2);
        for (var i = 0; i < 54; i++)
        {
            var (x, y) = (dice.Between(10, 1190), dice.Between(10, horizon - 60));
            var size = i < 30 ? 1 : 2;
            if (i > 47)
            {
                Sparkle(canvas, canvas.IsLine ? Rgb.Of(0xE9B949).Bare : star.Bare, x, y, canvas.IsLine ? 10 : 8);
            }
            else if (canvas.IsLine)
            {
                canvas.Dot(Palette.Ink.Lighter(0.35).Bare, x, y, 1);
            }
            else
            {
                canvas.Dot(star.Lamp.Fade(i < 16 ? 0.6 : 1), x, y, size);
            }
        }
    }

    public static void Sparkle(Canvas canvas, Paint paint, double x, double y, double size)
    {
        var inner = size * 0.24;
        canvas.Poly(paint, x, y - size, x + inner, y - inner, x + size, y, x + inner, y + inner, x, y + size, x - inner, y + inner, x - size, y, x - inner, y - inner);
    }

    public static void Cloud(Canvas canvas, double x, double y, double scale, Paint paint)
    {
        var c = canvas.At(x, y, scale);
        c.Group(() => c.Blob(paint, -120, 18, -112, -8, -78, -16, -62, -46, -18, -52, 8, -30, 40, -44, 72, -28, 82, -4, 116, 2, 122, 20, 60, 26, -60, 26));
    }

    private static void Clouds(Canvas canvas, Dice dice, int count, double horizon, double discX, bool heavy)
    {
        var paint = canvas.Palette.Cloud;
        for (var i = 0; i < count; i++)
        {
            var x = (1200.0 / count * (i + 0.5)) + dice.Between(-90, 90);
            var y = dice.Between(60, heavy ? 190 : Math.Max(120, horizon - 180));
            var scale = dice.Between(0.65, heavy ? 1.7 : 1.15);
            if (!heavy && Math.Abs(x - discX) < 150)
            {
                x += x < discX ? -170 : 170;
            }

            var tone = heavy ? paint.Darker(dice.Between(0, 0.18)) : paint;
            Cloud(canvas.In(Depth.Far), x, y, scale, canvas.IsFlat ? new Paint(tone, tone.Mix(canvas.Palette.SkyLow, 0.5), Finish.Lamp, heavy ? 0.95 : 0.85) : tone.Lighter(canvas.IsLine ? 1 : 0).Lamp);
        }
    }

    private static void Lightning(Canvas canvas, Dice dice, double horizon)
    {
        var x = dice.Between(200, 1000);
        var bolt = Rgb.Of(0xFFE88A);
        canvas.Glow(bolt, x, horizon * 0.55, 220, 0.4);
        canvas.Poly(bolt.Lamp, x, 150, x - 42, horizon * 0.58, x - 8, horizon * 0.56, x - 50, horizon - 20, x + 42, horizon * 0.48, x + 8, horizon * 0.5, x + 44, 150);
    }

    private static void Rainbow(Canvas canvas, double horizon)
    {
        int[] colours = [0xD9605A, 0xEBA04F, 0xF0D060, 0x86BC78, 0x6AA6CF, 0x8B7ABA];
        for (var i = 0; i < colours.Length; i++)
        {
            var points = new List<double>();
            for (var step = 0; step <= 12; step++)
            {
                var angle = Math.PI + (step * Math.PI / 12);
                points.AddRange([600 + (Math.Cos(angle) * (480 - (i * 15))), horizon + 30 + (Math.Sin(angle) * (400 - (i * 15)))]);
            }

            canvas.Line(Rgb.Of(colours[i]).Lamp.Fade(0.55), 15, [.. points]);
        }
    }
}
