using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Drawing;

/// <summary>Faces, hair and hats. Sizes are in parts of the head's radius.</summary>
internal static class Heads
{
    /// <summary>Hair and hoods that hang behind the body.</summary>
    public static void Behind(Canvas canvas, Look look, double x, double y, double r)
    {
        var c = canvas.At(x, y, r);
        var hair = look.HairColour.Accent;
        switch (look.Hair)
        {
            case HairStyle.Long:
                c.Blob(hair, -1.02, -0.3, 0, -1.12, 1.02, -0.3, 1.22, 0.9, 1.02, 1.95, 0.4, 2.1, -0.4, 2.1, -1.02, 1.95, -1.22, 0.9);
                break;
            case HairStyle.Bob:
                c.Blob(hair, -1.05, -0.2, -0.6, -1.05, 0.6, -1.05, 1.05, -0.2, 1.22, 0.55, 0.95, 0.98, 0, 0.8, -0.95, 0.98, -1.22, 0.55);
                break;
            case HairStyle.Braids:
                foreach (var side in stackalloc[] { -1.0, 1.0 })
                {
                    c.Limb(hair, 0.4, side * 0.85, 0.4, side * 1.25, 1.0, side * 1.18, 1.7);
                    c.Circle(look.HatColour.Accent, side * 1.18, 1.62, 0.17);
                }

                break;
            case HairStyle.Curly:
                foreach (var (cx, cy) in stackalloc[] { (-0.9, 0.3), (-1.05, -0.25), (-0.75, -0.75), (-0.25, -1.02), (0.3, -1.02), (0.78, -0.75), (1.05, -0.25), (0.9, 0.3) })
                {
                    c.Circle(hair, cx, cy, 0.42);
                }

                break;
            case HairStyle.Bun:
                c.Circle(hair, 0, -1.14, 0.42);
                break;
        }

        if (look.Hat is Headwear.Hood)
        {
            c.Blob(look.HatColour.Accent, -1.3, 0.7, -1.28, -0.4, -0.7, -1.2, 0, -1.5, 0.7, -1.2, 1.28, -0.4, 1.3, 0.7, 0.8, 1.15, -0.8, 1.15);
        }
    }

    public static void Draw(Canvas canvas, Look look, Motif? mood, double x, double y, double r)
    {
        var c = canvas.At(x, y, r);
        c.Circle(look.Skin.Accent, -0.97, 0.12, 0.17);
        c.Circle(look.Skin.Accent, 0.97, 0.12, 0.17);
        c.Blob(look.Skin.Accent, -0.95, -0.1, -0.72, -0.72, 0, -0.98, 0.72, -0.72, 0.95, -0.1, 0.84, 0.52, 0.42, 0.9, 0, 0.98, -0.42, 0.9, -0.84, 0.52);
        if (look.Beard)
        {
            c.Blob(look.HairColour.Accent, -0.93, 0.1, -0.62, 0.4, -0.3, 0.34, 0, 0.4, 0.3, 0.34, 0.62, 0.4, 0.93, 0.1, 0.88, 0.8, 0.45, 1.35, 0, 1.56, -0.45, 1.35, -0.88, 0.8);
        }

        Face(c, look, mood);
        Fringe(c, look);
        Hat(c, look);
    }

    private static void Face(Canvas c, Look look, Motif? mood)
    {
        var ink = Rgb.Of(0x33262B).Bare;
        var cheek = (look.Skin.Brightness > 0.6 ? Rgb.Of(0xE8837A) : Rgb.Of(0xA8503F)).Bare;
        c.Ellipse(cheek.Fade(0.5), -0.52, 0.4, 0.19, 0.14);
        c.Ellipse(cheek.Fade(0.5), 0.6, 0.4, 0.19, 0.14);
        if (look.Freckles)
        {
            foreach (var (fx, fy) in stackalloc[] { (-0.62, 0.28), (-0.48, 0.34), (-0.38, 0.26), (0.5, 0.27), (0.6, 0.35), (0.72, 0.28) })
            {
                c.Circle(look.Skin.Darker(0.32).Bare, fx, fy, 0.035);
            }
        }

        if (mood is Motif.Asleep)
        {
            c.Line(ink, 0.08, -0.46, 0.1, -0.3, 0.18, -0.14, 0.1);
            c.Line(ink, 0.08, 0.22, 0.1, 0.38, 0.18, 0.54, 0.1);
        }
        else
        {
            var open = mood is Motif.Afraid ? 0.13 : 0.1;
            c.Ellipse(ink, -0.3, 0.08, open, open * 1.25);
            c.Ellipse(ink, 0.38, 0.08, open, open * 1.25);
            c.Circle(Rgb.White.Bare, -0.27, 0.04, 0.035);
            c.Circle(Rgb.White.Bare, 0.41, 0.04, 0.035);
        }

        if (mood is Motif.Sad or Motif.Afraid)
        {
            c.Line(ink, 0.06, -0.46, -0.16, -0.18, -0.26);
            c.Line(ink, 0.06, 0.28, -0.26, 0.54, -0.16);
        }

        c.Line(look.Skin.Darker(0.35).Bare, 0.07, 0.06, 0.2, 0.12, 0.32, 0.03, 0.34);
        if (look.Beard)
        {
            c.Blob(look.HairColour.Darker(0.08).Accent, -0.42, 0.58, -0.2, 0.42, 0.04, 0.46, 0.28, 0.42, 0.5, 0.58, 0.24, 0.6, 0.04, 0.56, -0.18, 0.6);
        }
        else
        {
            switch (mood)
            {
                case Motif.Sad:
                    c.Line(ink, 0.07, -0.14, 0.66, 0.05, 0.58, 0.22, 0.66);
                    break;
                case Motif.Afraid:
                    c.Ellipse(Rgb.Of(0x8A3B3B).Bare, 0.05, 0.62, 0.1, 0.13);
                    break;
                case Motif.Happy:
                    c.Blob(Rgb.Of(0x9A3B3B).Bare, -0.2, 0.52, 0.05, 0.55, 0.3, 0.52, 0.2, 0.7, 0.05, 0.76, -0.1, 0.7);
                    break;
                default:
                    c.Line(ink, 0.07, -0.16, 0.55, 0.04, 0.65, 0.25, 0.55);
                    break;
            }
        }

        if (look.Glasses)
        {
            foreach (var eye in stackalloc[] { -0.31, 0.39 })
            {
                c.Line(Rgb.Of(0x4A3A34).Bare, 0.06, eye - 0.25, 0.08, eye, -0.17, eye + 0.25, 0.08, eye, 0.33, eye - 0.25, 0.08);
            }

            c.Line(Rgb.Of(0x4A3A34).Bare, 0.06, -0.06, 0.06, 0.14, 0.06);
        }
    }

    private static void Fringe(Canvas c, Look look)
    {
        if (look.Hat is Headwear.Helmet)
        {
            return;
        }

        var hair = look.HairColour.Accent;
        switch (look.Hair)
        {
            case HairStyle.Bald:
                c.Blob(hair, -1.03, 0.2, -1.06, -0.25, -0.86, -0.4, -0.88, 0.1);
                c.Blob(hair, 1.03, 0.2, 1.06, -0.25, 0.86, -0.4, 0.88, 0.1);
                break;
            case HairStyle.Short:
                c.Blob(hair, -1.0, 0.0, -0.98, -0.55, -0.55, -1.02, 0.1, -1.12, 0.7, -0.9, 1.0, -0.4, 1.0, 0.0, 0.82, -0.3, 0.5, -0.52, 0.0, -0.46, -0.5, -0.56, -0.84, -0.3);
                break;
            case HairStyle.Tousled:
                c.Poly(hair, -1.02, 0.05, -1.06, -0.5, -0.86, -0.72, -0.8, -1.1, -0.42, -1.0, -0.2, -1.32, 0.08, -1.06, 0.46, -1.2, 0.6, -0.94, 0.96, -0.86, 0.96, -0.46, 1.04, 0.05, 0.8, -0.36, 0.5, -0.3, 0.3, -0.54, 0.02, -0.32, -0.26, -0.56, -0.5, -0.32, -0.8, -0.38);
                break;
            case HairStyle.Bob or HairStyle.Braids:
                c.Blob(hair, -1.04, 0.2, -1.02, -0.45, -0.6, -1.0, 0, -1.12, 0.6, -1.0, 1.02, -0.45, 1.04, 0.2, 0.86, -0.16, 0.5, -0.28, 0, -0.3, -0.5, -0.28, -0.86, -0.16);
                break;
            case HairStyle.Curly:
                foreach (var (x, y) in stackalloc[] { (-0.68, -0.5), (-0.25, -0.66), (0.22, -0.66), (0.66, -0.5) })
                {
                    c.Circle(hair, x, y, 0.3);
                }

                break;
            default:
                c.Blob(hair, -1.05, 0.25, -1.02, -0.45, -0.6, -1.0, 0, -1.12, 0.6, -1.0, 1.02, -0.45, 1.05, 0.25, 0.86, -0.2, 0.5, -0.5, 0.12, -0.72, -0.2, -0.5, -0.7, -0.24);
                break;
        }
    }

    private static void Hat(Canvas c, Look look)
    {
        var hat = look.HatColour.Accent;
        var band = look.HatColour.Darker(0.3).Accent;
        switch (look.Hat)
        {
            case Headwear.Beanie:
                c.Blob(hat, -1.0, -0.42, -0.84, -1.0, -0.3, -1.34, 0.3, -1.34, 0.84, -1.0, 1.0, -0.42, 0, -0.5);
                c.Blob(look.HatColour.Lighter(0.3).Accent, -1.08, -0.62, 0, -0.72, 1.08, -0.62, 1.06, -0.3, 0, -0.4, -1.06, -0.3);
                c.Circle(look.HatColour.Lighter(0.3).Accent, 0, -1.44, 0.26);
                break;
            case Headwear.Brim:
                c.Blob(hat, -0.72, -0.6, -0.66, -1.2, -0.3, -1.42, 0.3, -1.42, 0.66, -1.2, 0.72, -0.6);
                c.Rect(band, -0.72, -0.84, 1.44, 0.24);
                c.Blob(hat, -1.5, -0.5, -0.7, -0.66, 0.7, -0.66, 1.5, -0.5, 0.7, -0.4, -0.7, -0.4);
                break;
            case Headwear.Cap:
                c.Blob(hat, -1.02, -0.6, -1.14, -0.95, -0.6, -1.22, 0.3, -1.26, 1.06, -1.02, 1.0, -0.6, 0, -0.66);
                c.Rect(band, -0.98, -0.72, 1.96, 0.24);
                c.Blob(Rgb.Of(0x2A2A33).Accent, -0.5, -0.5, 0.3, -0.56, 1.1, -0.46, 1.14, -0.32, 0.3, -0.38);
                c.Circle(Rgb.Of(0xE8C25A).Bare, 0.14, -0.86, 0.13);
                break;
            case Headwear.Crown:
                c.Poly(hat, -0.7, -0.66, -0.86, -1.4, -0.42, -1.06, 0, -1.55, 0.42, -1.06, 0.86, -1.4, 0.7, -0.66);
                c.Circle(Rgb.Of(0xC94A4A).Bare, 0, -0.92, 0.12);
                break;
            case Headwear.Pointed:
                c.Poly(hat, -0.82, -0.55, -0.3, -1.7, 0.36, -2.4, 0.26, -1.6, 0.82, -0.55);
                c.Poly(Rgb.Of(0xE3B04B).Accent, -0.82, -0.58, -0.7, -0.86, 0.7, -0.86, 0.82, -0.58);
                c.Blob(hat, -1.5, -0.44, 0, -0.68, 1.5, -0.44, 0, -0.34);
                break;
            case Headwear.Hood:
                c.Blob(hat, -1.08, 0.5, -1.06, -0.5, 0, -1.3, 1.06, -0.5, 1.08, 0.5, 0.9, -0.2, 0.5, -0.76, 0, -0.9, -0.5, -0.76, -0.9, -0.2);
                break;
            case Headwear.Bow:
                c.Blob(hat, 0.5, -0.9, 0.1, -1.3, 0.1, -0.7);
                c.Blob(hat, 0.5, -0.9, 0.95, -1.25, 0.95, -0.65);
                c.Circle(band, 0.52, -0.92, 0.13);
                break;
            case Headwear.Helmet:
                c.Blob(hat, -1.06, 0.1, -1.02, -0.6, -0.5, -1.16, 0.5, -1.16, 1.02, -0.6, 1.06, 0.1, 0.7, -0.26, -0.7, -0.26);
                c.Blob(Rgb.Of(0xC94A3D).Accent, -0.1, -1.1, 0.2, -1.7, 0.8, -1.75, 0.5, -1.4, 0.16, -1.1);
                break;
            case Headwear.Toque:
                c.Blob(hat, -0.74, -0.9, -1.1, -1.3, -0.7, -1.75, 0, -1.9, 0.7, -1.75, 1.1, -1.3, 0.74, -0.9);
                c.Rect(hat, -0.78, -0.98, 1.56, 0.46);
                break;
        }
    }
}
