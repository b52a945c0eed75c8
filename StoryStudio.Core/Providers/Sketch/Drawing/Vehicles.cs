using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Drawing;

/// <summary>What rolls, floats and flies.</summary>
internal static class Vehicles
{
    private static readonly Rgb Tyre = Rgb.Of(0x33333B);
    private static readonly Rgb Wood = Rgb.Of(0x8F5F3C);

    /// <summary>Whether this is a vehicle of the road, and drawn.</summary>
    public static bool Draw(Canvas canvas, Motif thing)
    {
        Action<Canvas>? draw = thing switch
        {
            Motif.Car => Car,
            Motif.Train => Train,
            Motif.Bicycle => Bicycle,
            Motif.Cart => Cart,
            Motif.Rocket => Rocket,
            _ => null,
        };
        if (draw is null)
        {
            return false;
        }

        canvas.Group(() => draw(canvas));
        return true;
    }

    /// <summary>The part of a rowing boat that lies behind those who sit in it; 300 wide, the origin is the water line.</summary>
    public static void BoatBack(Canvas canvas) => canvas.Blob(Wood.Darker(0.25).Accent, -138, -50, 0, -40, 146, -56, 110, -26, -110, -26);

    public static void BoatFront(Canvas canvas, Rgb colour) => canvas.Group(() =>
    {
        canvas.Blob(new Paint(colour, colour.Darker(0.15), Finish.Accent), -150, -56, -70, -36, 70, -36, 158, -62, 128, -6, 96, 18, -92, 18, -124, -4);
        canvas.Line(Rgb.Of(0xF6EBDD).Bare, 6, -142, -42, -66, -22, 66, -22, 146, -46);
    });

    /// <summary>A sailing boat, some 260 high.</summary>
    public static void SailBoat(Canvas canvas, Rgb sail) => canvas.Group(() =>
    {
        canvas.Limb(Wood, 7, 0, -20, 0, -250);
        canvas.Blob(sail.Accent, 8, -240, 60, -150, 118, -66, 60, -58, 8, -60);
        canvas.Blob(Rgb.Of(0xF8F0E0).Accent, -8, -226, -20, -140, -84, -66, -40, -60, -8, -62);
        canvas.Poly(Rgb.Of(0xC94A3D).Accent, 0, -250, 34, -260, 0, -272);
        canvas.Blob(Wood.Accent, -120, -48, 0, -38, 132, -52, 104, 8, 70, 20, -74, 20, -102, 6);
        canvas.Line(Rgb.Of(0xF6EBDD).Bare, 5, -112, -34, 0, -24, 122, -38);
    });

    public static void Ship(Canvas canvas, bool dark) => canvas.Group(() =>
    {
        foreach (var (x, height) in stackalloc[] { (-92.0, 220.0), (0.0, 270.0), (92.0, 230.0) })
        {
            canvas.Limb(Wood, 7, x, -40, x, -height - 40);
            canvas.Blob(Rgb.Of(0xF6ECD8).Accent, x - 40, -height, x + 40, -height, x + 56, -height * 0.62, x + 42, -height * 0.36, x - 42, -height * 0.36, x - 26, -height * 0.62);
            canvas.Poly(Rgb.Of(0xC94A3D).Accent, x, -height - 40, x + 32, -height - 32, x, -height - 22);
        }

        canvas.Limb(Wood, 7, 150, -66, 230, -104);
        canvas.Blob(Wood.Accent, -186, -98, -150, -66, 0, -54, 130, -60, 190, -78, 160, 0, 120, 24, -130, 24, -164, 0);
        canvas.Line(Rgb.Of(0xE0AE3F).Bare, 6, -176, -66, -150, -44, 0, -34, 130, -40, 176, -54);
        for (var i = 0; i < 5; i++)
        {
            canvas.Circle((dark ? Palette.LampLight : Rgb.Of(0x4B3B33)).Lamp, -110 + (i * 54), -14, 8);
        }
    });

    /// <summary>A hot-air balloon; the origin is the basket.</summary>
    public static void AirBalloon(Canvas canvas, Dice dice) => canvas.Group(() =>
    {
        var colour = dice.Pick(Rgb.Of(0xD9604A), Rgb.Of(0x3F8C86), Rgb.Of(0xE3A63A));
        canvas.Line(Wood, 2.5, -22, -26, -44, -96);
        canvas.Line(Wood, 2.5, 22, -26, 44, -96);
        canvas.Blob(colour.Accent, -40, -90, -104, -170, -92, -254, 0, -304, 92, -254, 104, -170, 40, -90);
        canvas.Blob(Rgb.Of(0xF8EEDC).Bare, -14, -90, -44, -180, -34, -268, 0, -303, 34, -268, 44, -180, 14, -90);
        canvas.Poly(Rgb.Of(0xB98350).Accent, -28, -30, 28, -30, 22, 8, -22, 8);
    });

    private static void Car(Canvas canvas)
    {
        var paint = Rgb.Of(0xC9503F);
        canvas.Blob(paint.Accent, -96, -22, -92, -54, -54, -60, -34, -96, 34, -96, 58, -60, 92, -52, 98, -22);
        canvas.Poly(Rgb.Of(0xCFE3EA).Accent, -40, -60, -26, -86, -2, -86, -2, -60);
        canvas.Poly(Rgb.Of(0xCFE3EA).Accent, 6, -60, 6, -86, 28, -86, 46, -60);
        canvas.Circle(Palette.LampLight.Lamp, 90, -40, 7);
        Wheel(canvas, -56, 24);
        Wheel(canvas, 58, 24);
    }

    private static void Train(Canvas canvas)
    {
        var green = Rgb.Of(0x3F7A63);
        canvas.Rect(Rgb.Of(0xB4513F).Accent, -170, -108, 120, 84);
        for (var i = 0; i < 3; i++)
        {
            canvas.Rect(Palette.LampLight.Lamp, -160 + (i * 37), -92, 26, 30);
        }

        canvas.Rect(green.Accent, -36, -128, 62, 104);
        canvas.Rect(Palette.LampLight.Lamp, -24, -112, 36, 34);
        canvas.Rect(green.Accent, 20, -86, 120, 62);
        canvas.Poly(Tyre.Accent, 96, -84, 88, -124, 128, -124, 120, -84);
        canvas.Rect(Rgb.Of(0x8C3B33).Accent, -46, -142, 82, 16);
        Buildings.Smoke(canvas.At(104, -132, 1.5), 0, 0);
        foreach (var x in stackalloc[] { -142, -84, -14, 46, 100 })
        {
            Wheel(canvas, x, 20);
        }

        canvas.Poly(Rgb.Of(0x8C3B33).Accent, 138, -30, 166, -2, 138, -2);
    }

    private static void Bicycle(Canvas canvas)
    {
        foreach (var x in stackalloc[] { -46, 46 })
        {
            canvas.Line(Tyre.Bare, 5, x, -2, x + 30, -32, x, -62, x - 30, -32, x, -2);
        }

        canvas.Line(Rgb.Of(0x2F8583).Accent, 6, -46, -32, -12, -76, 34, -76, 46, -32);
        canvas.Line(Rgb.Of(0x2F8583).Accent, 6, -12, -76, 0, -32, 34, -76);
        canvas.Line(Tyre.Bare, 6, -24, -86, -2, -86);
        canvas.Line(Tyre.Bare, 5, 34, -76, 30, -98, 48, -100);
    }

    private static void Cart(Canvas canvas)
    {
        canvas.Limb(Wood, 7, 70, -44, 128, -34);
        canvas.Poly(Wood.Lighter(0.1).Accent, -92, -84, 92, -84, 76, -38, -76, -38);
        canvas.Line(Wood.Darker(0.25), 3, -84, -62, 84, -62);
        canvas.Blob(Rgb.Of(0xE3C36B).Accent, -82, -86, -50, -122, 0, -130, 50, -122, 82, -86);
        Wheel(canvas, -40, 36);
        Wheel(canvas, 44, 36);
    }

    public static void Rocket(Canvas canvas)
    {
        canvas.Blob(Rgb.Of(0xFFB84D).Lamp, -20, -8, 0, 44, 20, -8);
        canvas.Poly(Rgb.Of(0xC94A3D).Accent, -34, -70, -70, -4, -30, -16);
        canvas.Poly(Rgb.Of(0xC94A3D).Accent, 34, -70, 70, -4, 30, -16);
        canvas.Blob(Rgb.Of(0xF4EFE4).Accent, -30, -10, -42, -100, -26, -176, 0, -220, 26, -176, 42, -100, 30, -10);
        canvas.Blob(Rgb.Of(0xC94A3D).Accent, -27, -172, 0, -222, 27, -172, 0, -166);
        canvas.Circle(Rgb.Of(0x8FC3D6).Accent, 0, -112, 19);
    }

    private static void Wheel(Canvas canvas, double x, double radius)
    {
        canvas.Circle(Tyre.Accent, x, -radius, radius);
        canvas.Circle(Rgb.Of(0xD9D3C7).Bare, x, -radius, radius * 0.55);
        canvas.Circle(Tyre.Bare, x, -radius, radius * 0.16);
    }
}
