using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Drawing;

/// <summary>What has wings.</summary>
internal static class Birds
{
    private static readonly Rgb Beak = Rgb.Of(0xE8A33C);
    private static readonly Rgb Dark = Rgb.Of(0x2A2530);

    /// <summary>An owl, seen from the front, some 96 high.</summary>
    public static void Owl(Canvas canvas, Rgb feathers)
    {
        var pale = feathers.Lighter(0.55);
        canvas.Limb(Beak.Accent, 6, -12, -4, -12, 0);
        canvas.Limb(Beak.Accent, 6, 12, -4, 12, 0);
        canvas.Blob(feathers.Accent, -34, -36, -36, -70, -34, -98, -18, -88, 0, -90, 18, -88, 34, -98, 36, -70, 34, -36, 22, -6, 0, 0, -22, -6);
        canvas.Blob(pale.Accent, -20, -38, 0, -48, 20, -38, 17, -12, 0, -4, -17, -12);
        for (var i = 0; i < 5; i++)
        {
            var (x, y) = (-10 + (i % 3 * 10) + (i / 3 * 5), -34 + (i / 3 * 12));
            canvas.Line(feathers, 2.4, x - 4, y, x, y + 4, x + 4, y);
        }

        canvas.Blob(feathers.Darker(0.18).Accent, -33, -56, -43, -34, -34, -12, -24, -22);
        canvas.Blob(feathers.Darker(0.18).Accent, 33, -56, 43, -34, 34, -12, 24, -22);
        foreach (var x in stackalloc[] { -15, 15 })
        {
            canvas.Circle(pale.Accent, x, -68, 15);
            canvas.Circle(Rgb.Of(0xF5C542).Bare, x, -68, 9.5);
            canvas.Circle(Dark.Bare, x, -68, 5.6);
            canvas.Circle(Rgb.White.Bare, x + 2, -70.5, 1.8);
        }

        canvas.Poly(Beak.Accent, -5, -62, 5, -62, 0, -50);
    }

    public static void Penguin(Canvas canvas)
    {
        var black = Rgb.Of(0x333D4D);
        canvas.Ellipse(Beak.Accent, -12, -2, 12, 5);
        canvas.Ellipse(Beak.Accent, 12, -2, 12, 5);
        canvas.Blob(black.Accent, -30, -30, -28, -74, -14, -98, 14, -98, 28, -74, 30, -30, 18, -4, -18, -4);
        canvas.Blob(Rgb.Of(0xF6F1E6).Accent, -18, -30, -16, -64, -12, -80, 0, -74, 12, -80, 16, -64, 18, -30, 10, -6, -10, -6);
        canvas.Blob(black.Accent, -28, -64, -42, -34, -34, -26, -26, -44);
        canvas.Blob(black.Accent, 28, -64, 42, -34, 34, -26, 26, -44);
        canvas.Circle(Dark.Bare, -7, -80, 3);
        canvas.Circle(Dark.Bare, 7, -80, 3);
        canvas.Poly(Beak.Accent, -6, -74, 6, -74, 0, -65);
    }

    /// <summary>A bird on its feet, or on the water, looking to the right.</summary>
    public static void Standing(Canvas canvas, Motif species, Rgb? coat)
    {
        var (body, wing, size) = species switch
        {
            Motif.Crow => (Rgb.Of(0x363645), Rgb.Of(0x262632), 1.0),
            Motif.Gull => (Rgb.Of(0xF7F5EF), Rgb.Of(0xA9B4BF), 1.0),
            Motif.Duck => (Rgb.Of(0xC9A06B), Rgb.Of(0x8F6B47), 1.1),
            Motif.Swan => (Rgb.Of(0xFBF8F1), Rgb.Of(0xE5E3DE), 1.5),
            Motif.Hen => (Rgb.Of(0xC9773F), Rgb.Of(0x9A5430), 1.2),
            _ => (Rgb.Of(0x7D93A6), Rgb.Of(0x5B7187), 0.75),
        };
        body = coat ?? body;
        wing = coat?.Darker(0.2) ?? wing;
        var c = canvas.At(0, 0, size);
        var swims = species is Motif.Duck or Motif.Swan;
        if (!swims)
        {
            c.Line(Beak.Darker(0.2), 3, -4, -18, -5, 0);
            c.Line(Beak.Darker(0.2), 3, 6, -18, 6, 0);
        }

        var lift = swims ? 10 : 0;
        var c2 = c.At(0, lift);
        c2.Blob(wing.Accent, -24, -34, -52, -44, -44, -24, -18, -18);
        c2.Blob(body.Accent, -34, -34, -14, -46, 14, -46, 30, -34, 20, -14, -10, -12, -28, -20);
        if (species is Motif.Swan)
        {
            c2.Limb(body.Accent, 11, 22, -32, 38, -52, 26, -72, 34, -90);
            c2.Ellipse(body.Accent, 36, -91, 12, 9);
            c2.Poly(Beak.Accent, 45, -94, 60, -87, 45, -85);
            c2.Circle(Dark.Bare, 38, -93, 2.2);
        }
        else
        {
            c2.Circle((species is Motif.Duck ? Rgb.Of(0x4A7A5A) : body).Accent, 26, -52, 15);
            c2.Poly(Beak.Accent, 38, -56, species is Motif.Crow ? 58 : 54, -49, 38, -45);
            c2.Circle((species is Motif.Crow ? Rgb.White : Dark).Bare, 30, -55, 3);
            if (species is Motif.Bird)
            {
                c2.Blob(Rgb.Of(0xD96A45).Bare, 22, -42, 34, -40, 28, -22, 10, -22);
            }
            else if (species is Motif.Hen)
            {
                c2.Blob(Rgb.Of(0xC9403A).Accent, 16, -64, 18, -76, 24, -68, 28, -78, 32, -66);
            }
        }

        c2.Blob(wing.Accent, -30, -34, -6, -42, 12, -34, -2, -20, -22, -22);
    }

    /// <summary>A bird on the wing.</summary>
    public static void Flying(Canvas canvas, Motif species, Rgb? coat, bool near)
    {
        if (!near)
        {
            canvas.Line(Dark.Bare, 3.2, -26, -10, -10, -12, 0, 0, 10, -12, 26, -10);
            return;
        }

        var body = coat ?? species switch { Motif.Crow => Rgb.Of(0x363645), Motif.Gull => Rgb.Of(0xF7F5EF), _ => Rgb.Of(0x6F8CA6) };
        canvas.Group(() =>
        {
            canvas.Blob(body.Darker(0.18).Accent, 4, -4, -8, -52, -34, -78, -18, -34, -22, 0);
            canvas.Blob(body.Accent, -46, 2, -20, -10, 22, -14, 40, -6, 22, 10, -18, 12);
            canvas.Poly(body.Darker(0.18).Accent, -40, 0, -70, -10, -62, 12);
            canvas.Poly(Beak.Accent, 38, -9, 54, -2, 38, 2);
            canvas.Circle(Dark.Bare, 31, -6, 2.6);
            canvas.Blob(body.Lighter(0.1).Accent, 14, -4, 22, -48, 10, -86, -10, -52, -12, -2);
        });
    }

    public static void Insect(Canvas canvas, Motif species, Rgb wings)
    {
        if (species is Motif.Bee)
        {
            canvas.Ellipse(Rgb.Of(0xEAF3F7).Accent, -4, -15, 9, 14);
            canvas.Ellipse(Rgb.Of(0xF2C14B).Accent, 0, 0, 19, 13);
            canvas.Line(Dark.Bare, 5, -6, -10, -6, 10);
            canvas.Line(Dark.Bare, 5, 4, -11, 4, 11);
            canvas.Circle(Dark.Bare, 15, -3, 2);
            return;
        }

        canvas.Blob(wings.Accent, 0, -4, -16, -32, -38, -28, -34, -6);
        canvas.Blob(wings.Accent, 0, -4, 16, -32, 38, -28, 34, -6);
        canvas.Blob(wings.Darker(0.15).Accent, 0, 0, -30, 4, -24, 22, -8, 16);
        canvas.Blob(wings.Darker(0.15).Accent, 0, 0, 30, 4, 24, 22, 8, 16);
        canvas.Limb(Dark.Bare, 5, 0, -14, 0, 14);
    }
}
