using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Drawing;

/// <summary>Things of the hand and of the ground.</summary>
internal static class Things
{
    private static readonly Rgb Wood = Rgb.Of(0x9A6B45);
    private static readonly Rgb Iron = Rgb.Of(0x4A4E58);

    /// <summary>A thing as somebody holds it; the origin is the hand.</summary>
    public static void InHand(Canvas canvas, Motif thing)
    {
        switch (thing)
        {
            case Motif.Lantern:
                Lantern(canvas.At(0, 62), glow: 44);
                break;
            case Motif.Balloon:
                Balloon(canvas);
                break;
            case Motif.Kite:
                Kite(canvas);
                break;
            case Motif.Umbrella:
                Umbrella(canvas);
                break;
            case Motif.Bell or Motif.Basket:
                Standing(canvas.At(0, thing is Motif.Bell ? 46 : 60), thing);
                break;
            case Motif.Flower:
                Plants.Flower(canvas.At(0, 24), Rgb.Of(0xE06A5A));
                break;
            default:
                Standing(canvas.At(4, thing is Motif.Key ? 16 : 14), thing);
                break;
        }
    }

    public static double WidthOf(Motif thing) => thing switch
    {
        Motif.Car or Motif.Cart or Motif.Piano => 200,
        Motif.Train => 330,
        Motif.Bicycle or Motif.Bench or Motif.Table => 150,
        Motif.Campfire or Motif.Snowman or Motif.Chest or Motif.Sign or Motif.Stove or Motif.Door => 100,
        _ => 64,
    };

    /// <summary>A thing as it stands on the ground or lies on a table.</summary>
    public static void Standing(Canvas canvas, Motif thing)
    {
        if (Vehicles.Draw(canvas, thing) || Furniture.Draw(canvas, thing))
        {
            return;
        }

        canvas.Group(() => Draw(canvas, thing));
    }

    private static void Draw(Canvas canvas, Motif thing)
    {
        switch (thing)
        {
            case Motif.Lantern:
                Lantern(canvas, canvas.Palette.Dark ? 150 : 70);
                break;
            case Motif.Candle:
                canvas.Glow(Palette.LampLight, 0, -48, 48, 0.7);
                canvas.Rect(Rgb.Of(0xF6EFE0).Accent, -8, -36, 16, 36);
                canvas.Blob(Rgb.Of(0xFFB84D).Lamp, -6, -42, 0, -62, 6, -42, 0, -36);
                break;
            case Motif.Letter:
                canvas.Poly(Rgb.Of(0xFBF6EA).Accent, -28, -2, -28, -38, 28, -38, 28, -2);
                canvas.Line(Palette.Ink.Bare, 2.4, -27, -37, 0, -17, 27, -37);
                canvas.Circle(Rgb.Of(0xC94A3D).Accent, 0, -17, 6.5);
                break;
            case Motif.Book:
                canvas.Poly(Rgb.Of(0xB4513F).Accent, -34, -2, -34, -40, 0, -34, 34, -40, 34, -2, 0, 4);
                canvas.Poly(Rgb.Of(0xFBF6EA).Accent, -29, -7, -29, -44, 0, -37, 29, -44, 29, -7, 0, -1);
                canvas.Line(Palette.Ink.Bare, 2, 0, -36, 0, -2);
                break;
            case Motif.Map:
                canvas.Poly(Rgb.Of(0xF0DFB8).Accent, -36, -4, -36, -42, -12, -36, 12, -44, 36, -38, 36, 0, 12, -6, -12, 2);
                canvas.Line(Rgb.Of(0xC94A3D).Bare, 2.6, -26, -14, -8, -24, 8, -18, 24, -30);
                break;
            case Motif.Key:
                canvas.Line(Rgb.Of(0xD9A441).Accent, 6, 0, -16, 0, 18);
                canvas.Line(Rgb.Of(0xD9A441).Accent, 5, 0, 14, 11, 14);
                canvas.Line(Rgb.Of(0xD9A441).Accent, 5, 0, 4, 9, 4);
                canvas.Line(Rgb.Of(0xD9A441).Accent, 6, 0, -16, -11, -24, -6, -38, 6, -38, 11, -24, 0, -16);
                break;
            case Motif.Basket:
                canvas.Line(Wood, 5, -24, -34, -18, -64, 18, -64, 24, -34);
                canvas.Circle(Rgb.Of(0xC9483C).Accent, -12, -36, 10);
                canvas.Circle(Rgb.Of(0xE3A63A).Accent, 8, -38, 10);
                canvas.Poly(Rgb.Of(0xC79A5E).Accent, -30, -34, 30, -34, 22, 0, -22, 0);
                canvas.Line(Wood.Darker(0.2), 2.5, -27, -18, 27, -18);
                break;
            case Motif.Cup:
                canvas.Line(Rgb.Of(0x4473AE).Accent, 5, 15, -24, 28, -22, 26, -8, 13, -8);
                canvas.Blob(Rgb.Of(0x4473AE).Accent, -18, -30, 18, -30, 15, -4, 8, 0, -8, 0, -15, -4);
                canvas.Line(Rgb.White.Darker(0.1).Bare.Fade(0.8), 3, -5, -38, -1, -46, -6, -54);
                canvas.Line(Rgb.White.Darker(0.1).Bare.Fade(0.8), 3, 6, -38, 10, -46, 5, -54);
                break;
            case Motif.Bell:
                canvas.Circle(Iron, 0, -2, 6);
                canvas.Blob(Rgb.Of(0xE0AE3F).Accent, -26, -6, -18, -16, -14, -38, 0, -46, 14, -38, 18, -16, 26, -6, 0, -4);
                break;
            case Motif.Fiddle:
                canvas.Limb(Iron, 6, 14, -40, 38, -72);
                canvas.Blob(Rgb.Of(0xA8582F).Accent, -26, 0, -28, -18, -12, -22, -4, -38, 12, -44, 20, -32, 6, -22, 4, -6, -10, 6);
                break;
            case Motif.Cake:
                Cake(canvas);
                break;
            case Motif.Bread:
                canvas.Blob(Rgb.Of(0xC98A48).Accent, -40, -2, -42, -22, -20, -34, 20, -34, 42, -22, 40, -2);
                canvas.Line(Rgb.Of(0xF0D09A).Bare, 4, -18, -28, -12, -18);
                canvas.Line(Rgb.Of(0xF0D09A).Bare, 4, 2, -30, 8, -19);
                canvas.Line(Rgb.Of(0xF0D09A).Bare, 4, 20, -28, 26, -18);
                break;
            case Motif.Apple:
                canvas.Blob(Rgb.Of(0xC9403A).Accent, -17, -16, -12, -31, 0, -28, 12, -31, 17, -16, 8, -1, -8, -1);
                canvas.Line(Wood.Darker(0.3), 3, 0, -28, 3, -38);
                canvas.Blob(Rgb.Of(0x6F9A4A).Accent, 3, -34, 12, -42, 18, -36, 10, -32);
                break;
            case Motif.Egg:
                canvas.Blob(Rgb.Of(0xB08858).Accent, -34, -14, 0, -20, 34, -14, 22, 2, -22, 2);
                canvas.Ellipse(Rgb.Of(0xF4EFE0).Accent, -9, -20, 9, 12);
                canvas.Ellipse(Rgb.Of(0xDDEBEA).Accent, 9, -20, 9, 12);
                canvas.Line(Wood.Darker(0.1), 4, -34, -12, 0, -8, 34, -12);
                break;
            case Motif.Pumpkin:
                canvas.Ellipse(Rgb.Of(0xD9742F).Accent, -15, -24, 20, 24);
                canvas.Ellipse(Rgb.Of(0xD9742F).Accent, 15, -24, 20, 24);
                canvas.Ellipse(Rgb.Of(0xE58A3C).Accent, 0, -25, 16, 26);
                canvas.Limb(Rgb.Of(0x6F8A48), 7, 0, -48, 5, -60);
                break;
            case Motif.Mushroom:
                Plants.Mushroom(canvas);
                break;
            case Motif.Snowman:
                Snowman(canvas);
                break;
            case Motif.Campfire:
                Campfire(canvas);
                break;
            case Motif.Rock:
                canvas.Blob(Rgb.Of(0x9B9A9E), -48, 2, -40, -28, -10, -44, 24, -38, 46, -10, 44, 4);
                canvas.Blob(Paint.Shine(0.18), -34, -22, -10, -40, 10, -36, -14, -20);
                break;
            case Motif.Sign:
                canvas.Limb(Wood.Darker(0.1), 10, 0, 0, 0, -128);
                canvas.Poly(Wood.Lighter(0.2), -50, -124, 30, -124, 50, -106, 30, -88, -50, -88);
                canvas.Line(Wood.Darker(0.3), 3, -34, -106, 14, -106);
                break;
            case Motif.Ladder:
                canvas.Limb(Wood, 7, -22, 0, -10, -190);
                canvas.Limb(Wood, 7, 22, 0, 26, -190);
                for (var i = 1; i < 7; i++)
                {
                    canvas.Limb(Wood, 5, -22 + (i * 1.7), -i * 27, 22 + (i * 0.6), -i * 27);
                }

                break;
            case Motif.Umbrella:
                Umbrella(canvas.At(0, -30));
                break;
            default:
                Box(canvas, thing);
                break;
        }
    }

    private static void Box(Canvas canvas, Motif thing)
    {
        var colour = thing is Motif.Suitcase ? Rgb.Of(0xA8623C) : Rgb.Of(0x8A5A35);
        canvas.Rect(colour.To(colour.Darker(0.15)), -46, -46, 92, 46);
        if (thing is Motif.Suitcase)
        {
            canvas.Line(colour.Darker(0.3), 5, -14, -47, -10, -60, 10, -60, 14, -47);
        }
        else
        {
            canvas.Blob(colour.Lighter(0.08), -48, -44, -44, -64, -20, -76, 20, -76, 44, -64, 48, -44);
        }

        canvas.Rect(Rgb.Of(0xE0AE3F).Accent, -7, -52, 14, 18);
        canvas.Line(Rgb.Of(0xE0AE3F).Bare, 4, -34, -44, -34, -1);
        canvas.Line(Rgb.Of(0xE0AE3F).Bare, 4, 34, -44, 34, -1);
    }

    private static void Lantern(Canvas canvas, double glow)
    {
        canvas.Glow(Palette.LampLight, 0, -26, glow, 0.7);
        canvas.Line(Iron, 3, -12, -46, 0, -62, 12, -46);
        canvas.Poly(Palette.LampLight.Lamp, -14, -6, -12, -42, 12, -42, 14, -6);
        canvas.Blob(Rgb.Of(0xFF9E3D).Bare, -4, -14, 0, -30, 4, -14, 0, -10);
        canvas.Poly(Iron.Accent, -18, -40, 0, -54, 18, -40);
        canvas.Rect(Iron.Accent, -17, -8, 34, 8);
    }

    private static void Balloon(Canvas canvas)
    {
        canvas.Line(Palette.Ink, 2, 0, 0, 8, -40, 2, -78);
        canvas.Blob(Rgb.Of(0xD9503F).Accent, 2, -78, -30, -106, -34, -142, 2, -166, 38, -142, 34, -106);
        canvas.Blob(Rgb.White.Bare.Fade(0.45), -18, -120, -16, -142, -4, -150, -8, -130);
    }

    private static void Kite(Canvas canvas)
    {
        canvas.Line(Palette.Ink, 2, 0, 0, 50, -90, 120, -220);
        canvas.Line(Rgb.Of(0x4473AE).Accent, 4, 120, -220, 104, -180, 122, -150, 106, -116);
        canvas.Poly(Rgb.Of(0xE3A63A).Accent, 134, -330, 176, -276, 120, -220, 88, -284);
        canvas.Poly(Rgb.Of(0xD9503F).Accent, 134, -330, 120, -220, 88, -284);
    }

    private static void Umbrella(Canvas canvas)
    {
        canvas.Limb(Iron, 4.5, 0, 20, 0, -120);
        canvas.Blob(Rgb.Of(0xD9503F).Accent, -92, -96, -74, -140, -36, -166, 0, -172, 36, -166, 74, -140, 92, -96, 62, -106, 32, -94, 0, -106, -32, -94, -62, -106);
        canvas.Line(Rgb.Of(0x8A2F2A).Bare, 2.5, -32, -95, -18, -140, 0, -171);
        canvas.Line(Rgb.Of(0x8A2F2A).Bare, 2.5, 32, -95, 18, -140, 0, -171);
    }

    private static void Cake(Canvas canvas)
    {
        canvas.Ellipse(Rgb.Of(0xDDE3E6).Accent, 0, 0, 52, 8);
        canvas.Rect(Rgb.Of(0xD9A06B).Accent, -40, -38, 80, 38);
        canvas.Blob(Rgb.Of(0xF2B8B5).Accent, -43, -40, 43, -40, 42, -22, 28, -16, 14, -26, 0, -16, -14, -26, -28, -16, -42, -22);
        for (var i = -1; i <= 1; i++)
        {
            canvas.Rect(Rgb.Of(0x6AA6CF).Accent, (i * 22) - 3, -62, 6, 24);
            canvas.Blob(Rgb.Of(0xFFC14D).Lamp, (i * 22) - 4, -64, i * 22, -78, (i * 22) + 4, -64);
        }

        canvas.Glow(Palette.LampLight, 0, -70, 70, 0.5);
    }

    private static void Snowman(Canvas canvas)
    {
        canvas.Circle(Land.Snow.Accent, 0, -38, 44);
        canvas.Circle(Land.Snow.Accent, 0, -98, 32);
        canvas.Circle(Land.Snow.Accent, 0, -142, 24);
        canvas.Limb(Wood.Darker(0.2), 4, 30, -104, 62, -128);
        canvas.Limb(Wood.Darker(0.2), 4, -30, -104, -62, -120);
        canvas.Poly(Rgb.Of(0xE58A3C).Accent, 2, -144, 30, -138, 2, -134);
        canvas.Circle(Palette.Ink.Bare, -8, -150, 3.4);
        canvas.Circle(Palette.Ink.Bare, 10, -150, 3.4);
        canvas.Circle(Palette.Ink.Bare, 2, -104, 3.6);
        canvas.Circle(Palette.Ink.Bare, 2, -90, 3.6);
        canvas.Rect(Rgb.Of(0x3A3A46).Accent, -18, -192, 36, 30);
        canvas.Rect(Rgb.Of(0x3A3A46).Accent, -30, -166, 60, 8);
        canvas.Blob(Rgb.Of(0xC94A3D).Accent, -26, -124, 0, -116, 26, -124, 24, -112, 0, -104, -24, -112);
    }

    private static void Campfire(Canvas canvas)
    {
        canvas.Glow(Rgb.Of(0xFFB04D), 0, -40, 230, 0.8);
        canvas.Limb(Wood.Darker(0.3), 13, -40, -4, 34, -16);
        canvas.Limb(Wood.Darker(0.2), 13, 40, -4, -34, -16);
        canvas.Blob(Rgb.Of(0xE8692F).Lamp, -28, -16, -34, -42, -14, -58, -8, -88, 8, -66, 22, -62, 32, -38, 24, -14);
        canvas.Blob(Rgb.Of(0xFFC94D).Lamp, -14, -14, -14, -34, -2, -58, 12, -36, 14, -14);
    }
}
