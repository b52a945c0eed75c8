namespace StoryStudio.Core.Providers.Sketch.Drawing;

/// <summary>A line of ground over the width of the picture: where things stand.</summary>
internal sealed class Ridge(double level, double amplitude, Dice dice)
{
    private readonly double _phase = dice.Between(0, Math.Tau);
    private readonly double _second = dice.Between(0, Math.Tau);
    private readonly double _length = dice.Between(0.8, 1.4);

    public double Level => level;

    public double At(double x) =>
        level + (amplitude * ((0.65 * Math.Sin((x / 1200 * Math.Tau * _length) + _phase)) + (0.35 * Math.Sin((x / 1200 * Math.Tau * _length * 2.3) + _second))));

    public double[] Outline(double bottom = 830)
    {
        var points = new List<double>();
        for (var x = -60; x <= 1260; x += 120)
        {
            points.AddRange([x, At(x)]);
        }

        points.AddRange([1290, bottom, -90, bottom]);
        return [.. points];
    }
}

/// <summary>Ground, hills and mountains.</summary>
internal static class Land
{
    public static readonly Rgb Snow = Rgb.Of(0xF2F6FA);

    public static void Hill(Canvas canvas, Ridge ridge, Rgb colour, double bottom = 830)
    {
        var fill = colour.Brightness > 0.85 ? colour.Lighter(0.3).To(colour.Mix(Rgb.Of(0xA9C1DC), 0.4)) : colour.Lighter(0.1).To(colour.Darker(0.1));
        canvas.Group(() => canvas.Poly(canvas.IsLine ? colour : fill, Soft(canvas, ridge.Outline(bottom))));
    }

    /// <summary>A ridge is soft everywhere except in its lower corners, which lie outside of the picture.</summary>
    private static double[] Soft(Canvas canvas, double[] outline)
    {
        if (canvas.IsPaper)
        {
            return outline;
        }

        var points = new List<double>();
        var top = outline.Length - 4;
        for (var i = 0; i + 3 < top; i += 2)
        {
            for (var step = 0; step < 3; step++)
            {
                var t = step / 3.0;
                points.AddRange([outline[i] + ((outline[i + 2] - outline[i]) * t), Cubic(outline, i + 1, top, t)]);
            }
        }

        points.AddRange(outline.AsSpan(top - 2));
        return [.. points];
    }

    private static double Cubic(double[] p, int i, int top, double t)
    {
        var (a, b, c, d) = (p[Math.Max(1, i - 2)], p[i], p[i + 2], p[Math.Min(top - 1, i + 4)]);
        return b + (0.5 * t * (c - a + (t * ((2 * a) - (5 * b) + (4 * c) - d + (t * ((3 * (b - c)) + d - a))))));
    }

    public static void Mountains(Canvas canvas, Dice dice, double foot, double height, Rgb colour, int peaks, bool snowy = true)
    {
        var step = 1300.0 / peaks;
        for (var i = 0; i < peaks; i++)
        {
            var x = -40 + (step * (i + 0.5)) + dice.Between(-50, 50);
            Mountain(canvas, x, foot, step * dice.Between(0.75, 1.0), height * dice.Between(0.62, 1.05), colour, snowy, dice);
        }
    }

    private static void Mountain(Canvas canvas, double x, double foot, double half, double height, Rgb colour, bool snowy, Dice dice)
    {
        var top = foot - height;
        var lean = dice.Between(-0.12, 0.12) * half;
        canvas.Group(() =>
        {
            canvas.Poly(canvas.IsLine ? colour : colour.To(colour.Mix(canvas.Palette.Haze, 0.5)), x - half, foot + 40, x - (half * 0.52), foot - (height * 0.42), x - (half * 0.3), foot - (height * 0.58), x + lean, top, x + (half * 0.26), foot - (height * 0.66), x + (half * 0.5), foot - (height * 0.5), x + half, foot + 40);
            canvas.Poly(Paint.Shadow(0.13), x + lean, top, x + (half * 0.26), foot - (height * 0.66), x + (half * 0.5), foot - (height * 0.5), x + half, foot + 40, x + (half * 0.2), foot + 40, x + (half * 0.08), foot - (height * 0.5));
            if (snowy)
            {
                canvas.Poly(Snow, x + lean, top, x + (half * 0.15), foot - (height * 0.8), x + (half * 0.07), foot - (height * 0.74), x + lean + (half * 0.0), foot - (height * 0.82), x - (half * 0.08), foot - (height * 0.7), x - (half * 0.17), foot - (height * 0.77));
            }
        });
    }

    /// <summary>Tufts, flowers and pebbles that give the ground its scale.</summary>
    public static void Meadow(Canvas canvas, Dice dice, Ridge ridge, Rgb grass, bool flowers, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var x = dice.Between(10, 1190);
            var y = Math.Min(792, ridge.At(x) + 16 + (dice.Unit() * dice.Unit() * 150));
            var size = 0.6 + ((y - ridge.Level) / 260);
            if (flowers && dice.Chance(0.45))
            {
                Plants.Flower(canvas.At(x, y, Math.Clamp(size * 0.5, 0.25, 0.7)), dice.Pick(Rgb.Of(0xE06A5A), Rgb.Of(0xF2C14B), Rgb.Of(0xF6EBDD), Rgb.Of(0xC78BC0)));
            }
            else
            {
                Plants.Tuft(canvas.At(x, y, Math.Clamp(size, 0.5, 1.3)), grass);
            }
        }
    }

    /// <summary>A path from the foreground to a point far off.</summary>
    public static void Path(Canvas canvas, double nearX, double nearY, double farX, double farY, double width, Rgb colour, double bend)
    {
        var mid = ((nearX + farX) / 2) + bend;
        var midY = nearY + ((farY - nearY) * 0.55);
        var third = ((nearX * 0.25) + (farX * 0.75)) - (bend * 0.55);
        var thirdY = nearY + ((farY - nearY) * 0.82);
        canvas.Blob(
            colour.As(canvas), nearX - width, nearY, mid - (width * 0.42), midY, third - (width * 0.16), thirdY, farX - 5, farY,
            farX + 5, farY, third + (width * 0.16), thirdY, mid + (width * 0.42), midY, nearX + width, nearY);
    }

    private static Paint As(this Rgb colour, Canvas canvas) => canvas.IsLine ? colour : colour.Lighter(0.1).To(colour);
}
