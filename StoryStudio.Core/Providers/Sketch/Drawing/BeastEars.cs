using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Drawing;

/// <summary>Ears, horns, trunks: what tells one beast's head from another. In parts of the head's radius.</summary>
internal static class BeastEars
{
    private static readonly Rgb Horn = Rgb.Of(0xE9DCC3);

    public static void Behind(Canvas c, Motif species, Rgb fur, Rgb belly)
    {
        var far = fur.Darker(0.14).Accent;
        switch (species)
        {
            case Motif.Cat or Motif.Fox or Motif.Wolf:
                c.Poly(far, -0.1, -0.7, 0.16, -1.55, 0.6, -0.6);
                break;
            case Motif.Rabbit:
                c.Blob(far, -0.1, -0.6, 0.0, -1.6, 0.36, -2.2, 0.5, -1.5, 0.34, -0.7);
                break;
            case Motif.Donkey:
                c.Blob(far, -0.1, -0.7, 0.1, -1.9, 0.4, -0.7);
                break;
            case Motif.Mouse:
                c.Circle(far, 0.34, -0.86, 0.56);
                break;
            case Motif.Bear or Motif.Lion:
                c.Circle(far, 0.36, -0.82, 0.32);
                break;
            case Motif.Deer:
                Antler(c, 0.3);
                break;
            case Motif.Cow or Motif.Goat or Motif.Dragon:
                c.Blob(Horn.Accent, 0.05, -0.8, species is Motif.Cow ? 0.5 : -0.5, -1.5, 0.36, -0.8);
                break;
            case Motif.Squirrel or Motif.Horse:
                c.Poly(far, 0.0, -0.7, 0.28, -1.4, 0.46, -0.6);
                break;
        }
    }

    public static void Front(Canvas c, Motif species, Rgb fur, Rgb belly)
    {
        var near = fur.Accent;
        switch (species)
        {
            case Motif.Cat or Motif.Fox or Motif.Wolf:
                c.Poly(near, -0.82, -0.42, -0.72, -1.5, -0.06, -0.82);
                c.Poly(belly.Bare, -0.64, -0.66, -0.6, -1.2, -0.26, -0.82);
                if (species is Motif.Cat)
                {
                    c.Line(Rgb.White.Darker(0.3).Bare, 0.04, 0.6, 0.36, 0.1, 0.26);
                    c.Line(Rgb.White.Darker(0.3).Bare, 0.04, 0.6, 0.46, 0.06, 0.5);
                }

                break;
            case Motif.Dog:
                c.Blob(fur.Darker(0.3).Accent, -0.5, -0.7, -0.05, -0.64, -0.1, 0.2, -0.42, 0.62, -0.8, 0.3, -0.78, -0.3);
                break;
            case Motif.Rabbit:
                c.Blob(near, -0.6, -0.6, -0.86, -1.6, -0.62, -2.3, -0.26, -1.6, -0.1, -0.8);
                c.Blob(Rgb.Of(0xE8B0A8).Bare, -0.5, -0.9, -0.66, -1.6, -0.56, -2.0, -0.4, -1.5, -0.28, -0.96);
                break;
            case Motif.Donkey:
                c.Blob(near, -0.6, -0.6, -0.64, -1.9, -0.1, -0.8);
                break;
            case Motif.Mouse:
                c.Circle(near, -0.44, -0.86, 0.64);
                c.Circle(belly.Bare, -0.44, -0.86, 0.42);
                break;
            case Motif.Bear or Motif.Lion:
                c.Circle(near, -0.5, -0.8, 0.34);
                c.Circle(belly.Bare, -0.5, -0.78, 0.18);
                break;
            case Motif.Elephant:
                c.Blob(near, 0.7, 0.0, 1.15, 0.5, 1.2, 1.3, 1.5, 1.7, 1.36, 1.95, 0.86, 1.6, 0.72, 0.9, 0.4, 0.7);
                c.Blob(fur.Darker(0.12).Accent, -0.2, -0.7, -0.9, -0.9, -1.3, -0.3, -1.1, 0.6, -0.5, 0.8, -0.1, 0.3);
                c.Blob(Horn.Accent, 0.5, 0.66, 0.8, 0.9, 1.1, 0.86, 0.86, 1.06, 0.5, 0.96);
                break;
            case Motif.Cow or Motif.Goat or Motif.Dragon:
                c.Blob(Horn.Accent, -0.4, -0.76, species is Motif.Cow ? -0.5 : -0.9, -1.5, -0.04, -0.9);
                c.Blob(near, -0.5, -0.5, -1.2, -0.5, -1.06, -0.1, -0.5, -0.16);
                if (species is Motif.Goat)
                {
                    c.Poly(belly.Accent, 0.5, 0.8, 0.6, 1.5, 0.9, 0.76);
                }

                break;
            case Motif.Deer:
                Antler(c, -0.3);
                c.Blob(near, -0.5, -0.5, -1.2, -0.7, -1.1, -0.3, -0.5, -0.1);
                break;
            case Motif.Sheep:
                c.Circle(Rgb.Of(0xF4EFE4).Accent, -0.1, -0.7, 0.44);
                c.Circle(Rgb.Of(0xF4EFE4).Accent, -0.55, -0.5, 0.36);
                c.Blob(belly.Accent, -0.3, -0.2, -0.95, 0.0, -0.9, 0.32, -0.25, 0.14);
                break;
            case Motif.Pig:
                c.Poly(fur.Darker(0.12).Accent, -0.5, -0.6, -0.3, -1.2, 0.12, -0.66);
                break;
            case Motif.Squirrel or Motif.Horse:
                c.Poly(near, -0.5, -0.6, -0.36, -1.5, 0.02, -0.8);
                break;
        }
    }

    private static void Antler(Canvas c, double x)
    {
        var colour = Rgb.Of(0x8A6240).Accent;
        c.Limb(colour, 0.18, x, -0.8, x - 0.3, -1.6, x, -2.4);
        c.Limb(colour, 0.15, x - 0.26, -1.5, x + 0.3, -1.9);
        c.Limb(colour, 0.15, x - 0.2, -1.9, x - 0.62, -2.3);
    }
}
