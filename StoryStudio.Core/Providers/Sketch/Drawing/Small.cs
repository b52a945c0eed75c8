namespace StoryStudio.Core.Providers.Sketch.Drawing;

/// <summary>Small animals with bodies of their own.</summary>
internal static class Small
{
    private static readonly Rgb Dark = Rgb.Of(0x33292B);

    public static void Frog(Canvas canvas, Rgb green)
    {
        canvas.Blob(green.Darker(0.15).Accent, -34, 0, -40, -18, -20, -30, -6, -8);
        canvas.Blob(green.Darker(0.15).Accent, 34, 0, 40, -18, 20, -30, 6, -8);
        canvas.Blob(green.Accent, -26, -2, -28, -30, -16, -50, 16, -50, 28, -30, 26, -2);
        canvas.Blob(green.Lighter(0.4).Bare, -14, -2, -16, -24, 16, -24, 14, -2);
        foreach (var x in stackalloc[] { -14, 14 })
        {
            canvas.Circle(green.Accent, x, -52, 11);
            canvas.Circle(Rgb.White.Bare, x, -53, 7);
            canvas.Circle(Dark.Bare, x + 1, -53, 4);
        }

        canvas.Line(Dark.Bare, 2.5, -14, -38, 0, -33, 14, -38);
    }

    public static void Turtle(Canvas canvas, Rgb green)
    {
        canvas.Limb(green.Lighter(0.15).Accent, 16, -26, -14, -30, -3);
        canvas.Limb(green.Lighter(0.15).Accent, 16, 26, -14, 30, -3);
        canvas.Blob(green.Lighter(0.15).Accent, 34, -16, 50, -40, 72, -44, 76, -28, 58, -18);
        canvas.Circle(Dark.Bare, 65, -36, 3);
        canvas.Blob(green.Darker(0.1).Accent, -52, -12, -42, -46, 0, -64, 42, -46, 52, -12, 0, -6);
        canvas.Line(green.Darker(0.35), 3, -30, -16, -20, -50);
        canvas.Line(green.Darker(0.35), 3, 0, -14, 0, -60);
        canvas.Line(green.Darker(0.35), 3, 30, -16, 20, -50);
    }

    public static void Snail(Canvas canvas, Rgb shell)
    {
        canvas.Blob(Rgb.Of(0xE3CBA4).Accent, -44, 0, -30, -12, 20, -14, 34, -44, 48, -44, 48, -6, 40, 1);
        canvas.Line(Rgb.Of(0xC7A77A), 3, 38, -42, 34, -58);
        canvas.Line(Rgb.Of(0xC7A77A), 3, 44, -42, 50, -58);
        canvas.Circle(Dark.Bare, 43, -34, 2.6);
        canvas.Circle(shell.Accent, -6, -36, 30);
        canvas.Line(shell.Darker(0.3), 3.5, -6, -36, 4, -40, 4, -28, -10, -24, -20, -38, -8, -54, 12, -48, 16, -28);
    }

    public static void Hedgehog(Canvas canvas, Rgb spines)
    {
        var points = new List<double>();
        for (var i = 0; i <= 16; i++)
        {
            var (sin, cos) = Math.SinCos(Math.PI + (i * Math.PI / 16));
            var reach = i % 2 == 0 ? 46 : 36;
            points.AddRange([(cos * reach * 1.05) - 4, (sin * reach) - 6]);
        }

        canvas.Limb(Rgb.Of(0xD9B68F).Accent, 9, -16, -6, -16, -2);
        canvas.Limb(Rgb.Of(0xD9B68F).Accent, 9, 18, -6, 18, -2);
        canvas.Blob(Rgb.Of(0xE3C29A).Accent, 6, -4, 14, -34, 36, -30, 62, -12, 50, -2);
        canvas.Poly(spines.Accent, [.. points]);
        canvas.Circle(Dark.Bare, 62, -13, 5);
        canvas.Circle(Dark.Bare, 42, -21, 3.4);
        canvas.Circle(Rgb.Of(0xE8837A).Bare.Fade(0.5), 38, -11, 4.5);
    }
}
