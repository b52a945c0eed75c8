using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Drawing;

/// <summary>What stands in a room. The origin is the middle of the foot.</summary>
internal static class Furniture
{
    private static readonly Rgb Wood = Rgb.Of(0x9C6B42);

    /// <summary>Whether this is a piece of furniture, and drawn.</summary>
    public static bool Draw(Canvas canvas, Motif thing)
    {
        Action<Canvas>? draw = thing switch
        {
            Motif.Table => Table,
            Motif.Chair => Chair,
            Motif.Bench => Bench,
            Motif.Stove or Motif.Pot => Stove,
            Motif.Clock => Clock,
            Motif.Piano => Piano,
            Motif.Door or Motif.Gate => Door,
            Motif.Shelf => canvas => Shelf(canvas, 4),
            _ => null,
        };
        if (draw is null)
        {
            return false;
        }

        canvas.Group(() => draw(canvas));
        return true;
    }

    public static void Table(Canvas canvas)
    {
        canvas.Limb(Wood.Darker(0.15), 13, -96, -78, -102, -2);
        canvas.Limb(Wood.Darker(0.15), 13, 96, -78, 102, -2);
        canvas.Poly(Rgb.Of(0xF3E9D6), -124, -92, 124, -92, 118, -50, 84, -40, 50, -50, 16, -40, -16, -50, -50, -40, -84, -50, -118, -40);
        canvas.Poly(Wood.Lighter(0.15), -132, -104, 132, -104, 126, -88, -126, -88);
    }

    private static void Chair(Canvas canvas)
    {
        canvas.Limb(Wood, 9, -28, -128, -28, -2);
        canvas.Limb(Wood, 9, 28, -62, 28, -2);
        canvas.Rect(Wood.Lighter(0.1), -34, -72, 68, 14);
        canvas.Line(Wood, 6, -28, -122, -4, -120);
        canvas.Rect(Rgb.Of(0xB4513F).Accent, -30, -80, 60, 10);
    }

    private static void Bench(Canvas canvas)
    {
        canvas.Limb(Wood.Darker(0.2), 9, -62, -50, -66, 0);
        canvas.Limb(Wood.Darker(0.2), 9, 62, -50, 66, 0);
        canvas.Rect(Wood, -80, -104, 160, 14);
        canvas.Rect(Wood, -80, -82, 160, 12);
        canvas.Rect(Wood.Lighter(0.12), -86, -58, 172, 14);
    }

    private static void Stove(Canvas canvas)
    {
        var iron = Rgb.Of(0x4E5560);
        canvas.Rect(iron.Darker(0.1), 24, -420, 26, 290);
        canvas.Rect(iron.To(iron.Darker(0.15)), -66, -132, 132, 128);
        canvas.Rect(iron.Lighter(0.15), -74, -142, 148, 14);
        canvas.Glow(Rgb.Of(0xFFA04D), 0, -62, 130, 0.7);
        canvas.Poly(Rgb.Of(0xFF9E3D).Lamp, -36, -34, -36, -84, 36, -84, 36, -34);
        canvas.Blob(Rgb.Of(0xFFD479).Bare, -18, -36, -14, -58, 0, -76, 14, -58, 18, -36);
        canvas.Blob(Rgb.Of(0xC94A3D).Accent, -50, -142, -54, -170, -40, -186, -12, -186, 0, -170, -4, -142);
        canvas.Line(Rgb.Of(0xC94A3D).Accent, 5, -46, -184, -26, -208, -6, -184);
    }

    /// <summary>An open fire in a wall.</summary>
    public static void Hearth(Canvas canvas) => canvas.Group(() =>
    {
        var brick = Rgb.Of(0xB9705A);
        canvas.Rect(brick.To(brick.Darker(0.1)), -110, -210, 220, 214);
        canvas.Rect(Wood.Darker(0.05), -128, -226, 256, 20);
        canvas.Poly(Rgb.Of(0x33262A), -72, 2, -72, -110, -40, -146, 40, -146, 72, -110, 72, 2);
        canvas.Glow(Rgb.Of(0xFFA04D), 0, -40, 260, 0.75);
        Things.Standing(canvas.At(0, 0, 0.9), Motif.Campfire);
    });

    private static void Clock(Canvas canvas)
    {
        canvas.Rect(Wood.To(Wood.Darker(0.15)), -36, -250, 72, 252);
        canvas.Poly(Wood.Darker(0.15), -46, -248, 0, -284, 46, -248);
        canvas.Circle(Rgb.Of(0xF8F1E0).Accent, 0, -208, 28);
        canvas.Line(Palette.Ink.Bare, 3, 0, -208, 0, -226);
        canvas.Line(Palette.Ink.Bare, 3, 0, -208, 12, -202);
        canvas.Rect(Rgb.Of(0x4A3328), -22, -160, 44, 120);
        canvas.Line(Rgb.Of(0xE0AE3F).Bare, 3, 0, -158, 6, -84);
        canvas.Circle(Rgb.Of(0xE0AE3F).Accent, 7, -76, 11);
    }

    private static void Piano(Canvas canvas)
    {
        var dark = Rgb.Of(0x4A3330);
        canvas.Rect(dark.To(dark.Darker(0.2)), -106, -170, 212, 172);
        canvas.Rect(Rgb.Of(0xF8F1E0).Accent, -112, -96, 224, 18);
        for (var x = -96; x < 100; x += 18)
        {
            canvas.Rect(Rgb.Black.Bare, x, -96, 8, 11);
        }

        canvas.Rect(dark.Lighter(0.08), -114, -78, 228, 12);
    }

    public static void Door(Canvas canvas)
    {
        var colour = Rgb.Of(0x3F7A7C);
        canvas.Rect(Wood.Darker(0.1), -64, -236, 128, 238);
        canvas.Rect(colour.Accent, -52, -226, 104, 228);
        canvas.Rect(colour.Darker(0.15).Accent, -38, -208, 76, 78);
        canvas.Rect(colour.Darker(0.15).Accent, -38, -112, 76, 88);
        canvas.Circle(Rgb.Of(0xE0AE3F).Accent, 36, -118, 6);
    }

    /// <summary>A bed with its head to the left, 330 long; whoever sleeps in it is drawn between the two halves.</summary>
    public static void BedBack(Canvas canvas)
    {
        canvas.Limb(Wood, 16, 160, -96, 160, 0);
        canvas.Blob(Wood.Lighter(0.1), -184, 2, -184, -150, -168, -172, -146, -150, -146, 2);
        canvas.Rect(Wood.Darker(0.1), -160, -54, 320, 34);
        canvas.Blob(Rgb.Of(0xFBF6EC).Accent, -150, -66, -140, -104, -92, -112, -58, -98, -52, -64);
    }

    public static void BedFront(Canvas canvas, Rgb quilt)
    {
        canvas.Blob(new Paint(quilt, quilt.Darker(0.1), Finish.Accent), -70, -60, -52, -106, 0, -114, 80, -108, 150, -96, 162, -54, 158, -18, 40, -12, -60, -18);
        canvas.Blob(quilt.Lighter(0.45).Accent, -76, -58, -62, -108, -34, -116, -26, -104, -40, -56, -44, -18, -66, -18);
        for (var i = 0; i < 3; i++)
        {
            canvas.Line(quilt.Lighter(0.3).Bare, 4, 4 + (i * 52), -110 + (i * 4), 10 + (i * 50), -16);
        }

        canvas.Line(quilt.Lighter(0.3).Bare, 4, -32, -64, 60, -62, 158, -58);
        canvas.Limb(Wood.Lighter(0.1), 18, 166, -104, 166, 0);
        canvas.Circle(Wood.Lighter(0.1), 166, -112, 12);
    }

    /// <summary>Shelves with books and jars on them; the origin is the middle of the foot.</summary>
    public static void Shelf(Canvas canvas, int boards)
    {
        var dice = new Dice(77);
        var height = 30 + (boards * 74);
        canvas.Rect(Wood.Darker(0.22), -92, -height, 184, height + 2);
        for (var i = 0; i < boards; i++)
        {
            var y = -12 - (i * 74);
            canvas.Rect(Wood, -92, y, 184, 10);
            for (var x = -82.0; x < 64;)
            {
                var (wide, tall) = (dice.Between(12, 22), dice.Between(40, 58));
                canvas.Rect(dice.Pick(Rgb.Of(0xB4513F), Rgb.Of(0x4473AE), Rgb.Of(0xE0AE3F), Rgb.Of(0x5F8A5B), Rgb.Of(0xE9DCC3)).Accent, x, y - tall, wide, tall);
                x += wide + (dice.Chance(0.15) ? 22 : 1);
            }
        }
    }
}
