namespace StoryStudio.Core.Providers.Sketch.Drawing;

/// <summary>Trees and what grows below them. Each stands on its own origin.</summary>
internal static class Plants
{
    private static readonly Rgb Bark = Rgb.Of(0x6B4A38);
    private static readonly Rgb SnowCap = Rgb.Of(0xF4F8FC);

    /// <summary>A broad tree, some 260 high.</summary>
    public static void Tree(Canvas canvas, Dice dice, Rgb leaves, bool bare, bool snowy)
    {
        var lean = dice.Between(-8, 8);
        var grow = dice.Between(0.9, 1.1);
        canvas.Group(() =>
        {
            canvas.Poly(Bark.Lighter(0.08).To(Bark.Darker(0.15)), -13, 4, -8, -60, lean - 6, -130, lean + 6, -130, 9, -60, 15, 4);
            if (bare)
            {
                canvas.Limb(Bark, 7, 0, -96, -26 + lean, -140, -52, -186 * grow);
                canvas.Limb(Bark, 7, 2, -84, 30 + lean, -136, 54, -178);
                canvas.Limb(Bark, 6, lean, -122, lean + 4, -170, lean - 6, -222 * grow);
                canvas.Limb(Bark, 4, -26 + lean, -140, -20, -176, -30, -206);
                canvas.Limb(Bark, 4, 30 + lean, -136, 26, -170, 36, -204);
                return;
            }

            var c = canvas.At(lean, -150, grow);
            c.Blob(leaves.Lighter(0.06).To(leaves.Darker(0.12)), -92, 22, -104, -20, -72, -52, -56, -92, -10, -110, 34, -98, 64, -66, 98, -34, 94, 16, 56, 44, 4, 40, -48, 50);
            c.Blob(Paint.Shine(0.13), -70, -18, -50, -66, -12, -92, 20, -82, -6, -52, -36, -40, -48, -8);
            c.Blob(Paint.Shadow(0.1), 94, 10, 56, 44, 4, 40, -48, 50, -84, 26, -30, 22, 30, 18, 70, -10);
            if (c.IsLine)
            {
                c.Line(leaves, 2, -40, -34, -24, -52, -4, -50);
                c.Line(leaves, 2, 16, -14, 34, -30, 54, -24);
                c.Line(leaves, 2, -30, 12, -12, 0, 8, 6);
            }

            if (snowy)
            {
                c.Blob(SnowCap, -74, -46, -56, -92, -10, -110, 34, -98, 66, -62, 40, -72, 14, -64, -20, -74, -46, -58);
            }
        });
    }

    /// <summary>A fir, some 270 high.</summary>
    public static void Fir(Canvas canvas, Dice dice, Rgb needles, bool snowy)
    {
        var width = dice.Between(0.85, 1.1);
        canvas.Group(() =>
        {
            canvas.Rect(Bark, -8, -34, 16, 38);
            for (var i = 0; i < 3; i++)
            {
                var (y, w) = (-26 - (i * 66.0), (84 - (i * 19)) * width);
                var tone = needles.Lighter(i * 0.05);
                canvas.Poly(tone.To(tone.Darker(0.14)), -w, y, -w * 0.4, y - 46, 0, y - 108, w * 0.4, y - 46, w, y, w * 0.5, y - 6, w * 0.2, y + 5, -w * 0.16, y - 4, -w * 0.55, y + 5);
                canvas.Poly(Paint.Shadow(0.1), 0, y - 108, w * 0.4, y - 46, w, y, w * 0.5, y - 6, w * 0.2, y + 5);
                if (snowy)
                {
                    canvas.Poly(SnowCap, -w * 0.36, y - 52, 0, y - 108, w * 0.36, y - 52, w * 0.16, y - 60, 0, y - 48, -w * 0.18, y - 60);
                }
            }
        });
    }

    /// <summary>A tall trunk that leaves the picture above: the near trees of a forest.</summary>
    public static void Trunk(Canvas canvas, Dice dice, double width, double height)
    {
        var lean = dice.Between(-14, 14);
        canvas.Group(() =>
        {
            canvas.Poly(Bark.Darker(0.1).To(Bark.Darker(0.3)), -width, 8, -width * 0.68, -24, -width * 0.55, -90, (-width * 0.45) + lean, -height, (width * 0.45) + lean, -height, width * 0.55, -90, width * 0.7, -22, width * 1.05, 10, width * 0.4, 2, 0, 12, -width * 0.4, 1);
            canvas.Poly(Paint.Shadow(0.14), width * 0.1, 0, width * 0.15, -60, (width * 0.2) + lean, -height, (width * 0.45) + lean, -height, width * 0.5, -40, width * 0.8, 6);
            canvas.Line(Bark.Darker(0.35), 3, -width * 0.1, -height * 0.3, -width * 0.16, -height * 0.42);
            canvas.Line(Bark.Darker(0.35), 3, width * 0.12, -height * 0.5, width * 0.06, -height * 0.62);
            canvas.Ellipse(Bark.Darker(0.4), width * 0.02, -height * 0.22, width * 0.13, width * 0.2);
        });
    }

    public static void Bush(Canvas canvas, Rgb leaves)
    {
        canvas.Group(() =>
        {
            canvas.Blob(leaves.Lighter(0.06).To(leaves.Darker(0.12)), -64, 6, -66, -26, -40, -44, -18, -66, 18, -62, 34, -46, 60, -34, 66, 4, 0, 12);
            canvas.Blob(Paint.Shine(0.12), -48, -22, -22, -54, 8, -54, -14, -34, -32, -14);
        });
    }

    public static void Tuft(Canvas canvas, Rgb grass)
    {
        canvas.Line(grass, 3, -9, -13, -3, 0);
        canvas.Line(grass, 3, 1, -19, 0, 0);
        canvas.Line(grass, 3, 11, -12, 3, 0);
    }

    /// <summary>A flower, some 60 high.</summary>
    public static void Flower(Canvas canvas, Rgb petals)
    {
        canvas.Limb(Rgb.Of(0x5C8A4E), 5, 0, 0, 3, -24, 0, -46);
        canvas.Blob(Rgb.Of(0x5C8A4E), 2, -12, 18, -26, 22, -22, 12, -10);
        Span<double> rosette = stackalloc double[20];
        for (var i = 0; i < 10; i++)
        {
            var (sin, cos) = Math.SinCos((i * Math.Tau / 10) - (Math.PI / 2));
            var reach = i % 2 == 0 ? 22 : 12;
            (rosette[i * 2], rosette[(i * 2) + 1]) = (cos * reach, -50 + (sin * reach));
        }

        canvas.Blob(petals.Accent, rosette);
        canvas.Circle(Rgb.Of(0xF0C24C).Accent, 0, -50, 7);
    }

    public static void Mushroom(Canvas canvas)
    {
        canvas.Group(() =>
        {
            canvas.Blob(Rgb.Of(0xF3E6D0), -10, 2, -8, -26, 8, -26, 11, 2);
            canvas.Blob(Rgb.Of(0xC9483C).Accent, -34, -24, -26, -48, 0, -60, 26, -48, 34, -24, 0, -20);
            canvas.Circle(Rgb.White.Bare, -12, -40, 5);
            canvas.Circle(Rgb.White.Bare, 8, -48, 4);
            canvas.Circle(Rgb.White.Bare, 16, -33, 4.5);
        });
    }

    public static void Cactus(Canvas canvas)
    {
        var green = Rgb.Of(0x5C8F62);
        canvas.Group(() =>
        {
            canvas.Limb(green, 26, 0, -78, 40, -84, 44, -130);
            canvas.Limb(green, 24, 0, -54, -40, -60, -44, -104);
            canvas.Limb(green, 36, 0, -4, 0, -90, 0, -160);
        });
    }

    public static void Palm(Canvas canvas)
    {
        canvas.Group(() =>
        {
            canvas.Limb(Rgb.Of(0x9A7048), 16, 0, 0, 10, -90, 34, -170);
            foreach (var (x, y) in new[] { (-90.0, -30.0), (-70.0, -70.0), (90.0, -20.0), (76.0, -66.0), (4.0, -92.0), (-60.0, 10.0), (72.0, 24.0) })
            {
                canvas.Blob(Rgb.Of(0x5E9A5C), 34, -172, 34 + (x * 0.5), -172 + (y * 0.9) - 12, 34 + x, -172 + y + 30, 34 + (x * 0.5), -172 + (y * 0.6) + 8);
            }
        });
    }

    public static void Reeds(Canvas canvas, Dice dice)
    {
        for (var i = 0; i < 5; i++)
        {
            var x = (i * 13) - 26;
            var top = -dice.Between(60, 110);
            canvas.Line(Rgb.Of(0x5E7F4E), 4, x, 0, x + 2, top * 0.6, x + dice.Between(-8, 8), top);
            if (i % 2 == 0)
            {
                canvas.Limb(Rgb.Of(0x7B5236), 8, x + 1, top * 0.78, x + 1, top * 0.98);
            }
        }
    }
}
