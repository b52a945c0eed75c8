using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Drawing;

/// <summary>Animals on four legs, seen from the side and looking to the right. One body plan with other measures for each.</summary>
internal static class Beasts
{
    /// <summary>Measures of a beast in its own units.</summary>
    /// <param name="Length">From rump to chest.</param>
    /// <param name="Height">Of the back above the ground.</param>
    /// <param name="Girth">Half the thickness of the body.</param>
    /// <param name="Leg">Thickness of a leg.</param>
    /// <param name="Head">Radius of the head.</param>
    /// <param name="Rise">Of the head above the back.</param>
    /// <param name="Snout">How far the muzzle stands out, in parts of the head.</param>
    /// <param name="Fur">The colour where the words say none.</param>
    private sealed record Plan(double Length, double Height, double Girth, double Leg, double Head, double Rise, double Snout, Rgb Fur)
    {
        public Rgb? Belly { get; init; }
    }

    private static readonly Rgb Cream = Rgb.Of(0xF6E9D6);
    private static readonly Rgb Dark = Rgb.Of(0x33292B);

    public static void Draw(Canvas canvas, Motif species, Rgb? coat)
    {
        var plan = PlanOf(species);
        plan = coat is { } fur ? plan with { Fur = fur } : plan;
        canvas.Ellipse(Paint.Shadow(0.15), 0, 2, plan.Length * 0.62, 8);
        Tail(canvas, species, plan);
        if (species is Motif.Dragon)
        {
            Wing(canvas, plan, -8, plan.Fur.Darker(0.25));
        }

        var (back, front, belly) = (-plan.Length / 2, plan.Length / 2, -plan.Height + (plan.Girth * 1.2));
        Legs(canvas, plan, back, front, belly, plan.Fur.Darker(0.16), 7);
        Body(canvas, species, plan, back, front);
        Legs(canvas, plan, back, front, belly, plan.Fur, 0);
        if (species is Motif.Dragon)
        {
            Wing(canvas, plan, 4, plan.Fur.Mix(Rgb.Of(0xE3B04B), 0.4));
        }

        var (headX, headY) = (front + (plan.Head * 0.35), -plan.Height - plan.Rise);
        Neck(canvas, species, plan, front, headX, headY);
        Head(canvas.At(headX, headY, plan.Head), species, plan);
    }

    private static Plan PlanOf(Motif species) => species switch
    {
        Motif.Cat => new Plan(66, 52, 17, 10, 21, 18, 0.3, Rgb.Of(0xD98E4A)) { Belly = Cream },
        Motif.Dog => new Plan(88, 74, 21, 13, 24, 26, 0.75, Rgb.Of(0xB9804F)) { Belly = Cream },
        Motif.Fox => new Plan(88, 66, 19, 11, 23, 20, 0.8, Rgb.Of(0xD8692F)) { Belly = Cream },
        Motif.Wolf => new Plan(104, 84, 24, 13, 26, 24, 0.85, Rgb.Of(0x7C8592)) { Belly = Rgb.Of(0xD5D8DC) },
        Motif.Bear => new Plan(136, 112, 46, 28, 38, 18, 0.5, Rgb.Of(0x7A5138)) { Belly = Rgb.Of(0xC49A72) },
        Motif.Horse => new Plan(128, 142, 34, 16, 27, 62, 1.15, Rgb.Of(0xA0653C)) { Belly = Rgb.Of(0x5B3A28) },
        Motif.Donkey => new Plan(110, 112, 30, 14, 26, 42, 1.0, Rgb.Of(0x948C88)) { Belly = Cream },
        Motif.Deer => new Plan(104, 124, 27, 10, 22, 58, 0.85, Rgb.Of(0xB4784A)) { Belly = Cream },
        Motif.Cow => new Plan(144, 112, 42, 18, 31, 18, 0.7, Rgb.Of(0xF3EEE4)) { Belly = Rgb.Of(0xE9B3A8) },
        Motif.Sheep => new Plan(92, 78, 34, 11, 21, 14, 0.55, Rgb.Of(0xF4EFE4)) { Belly = Rgb.Of(0x5A4B47) },
        Motif.Goat => new Plan(86, 82, 24, 10, 21, 30, 0.7, Rgb.Of(0xE4DDD0)) { Belly = Rgb.Of(0x8D8178) },
        Motif.Pig => new Plan(100, 70, 34, 16, 28, 4, 0.4, Rgb.Of(0xE8A9A2)) { Belly = Rgb.Of(0xD98880) },
        Motif.Lion => new Plan(122, 96, 31, 20, 32, 22, 0.5, Rgb.Of(0xDDA24E)) { Belly = Rgb.Of(0x9A5A2C) },
        Motif.Elephant => new Plan(160, 146, 62, 34, 46, 10, 0.3, Rgb.Of(0x97A0AB)) { Belly = Rgb.Of(0xC4A5A5) },
        Motif.Rabbit => new Plan(50, 42, 21, 13, 19, 16, 0.3, Rgb.Of(0xB89B80)) { Belly = Cream },
        Motif.Mouse => new Plan(40, 30, 15, 7, 15, 6, 0.65, Rgb.Of(0x9A949C)) { Belly = Rgb.Of(0xE9B7B2) },
        Motif.Squirrel => new Plan(44, 42, 16, 9, 17, 16, 0.45, Rgb.Of(0xB4602F)) { Belly = Cream },
        _ => new Plan(140, 96, 34, 22, 30, 66, 0.95, Rgb.Of(0x5C9A6B)) { Belly = Rgb.Of(0xE6D48F) },
    };

    private static void Legs(Canvas canvas, Plan plan, double back, double front, double belly, Rgb colour, double shift)
    {
        foreach (var x in stackalloc[] { back + (plan.Leg * 0.9) + shift, front - (plan.Leg * 0.8) + shift })
        {
            canvas.Limb(colour.Accent, plan.Leg, x, belly - (plan.Girth * 0.4), x, -plan.Leg * 0.4);
        }
    }

    private static void Body(Canvas canvas, Motif species, Plan plan, double back, double front)
    {
        var (top, low) = (-plan.Height, -plan.Height + (plan.Girth * 2));
        if (species is Motif.Sheep)
        {
            for (var i = 0; i < 9; i++)
            {
                var (sin, cos) = Math.SinCos(i * Math.Tau / 9);
                canvas.Circle(plan.Fur.Accent, cos * plan.Length * 0.42, top + plan.Girth + (sin * plan.Girth * 0.62), plan.Girth * 0.52);
            }

            canvas.Ellipse(plan.Fur.Bare, 0, top + plan.Girth, plan.Length * 0.46, plan.Girth * 0.72);
            return;
        }

        var round = species is Motif.Rabbit or Motif.Mouse or Motif.Squirrel or Motif.Cat ? plan.Girth * 0.35 : 0;
        canvas.Blob(Fur(plan.Fur), back, top + 4, 0, top - round, front, top, front + (plan.Girth * 0.5), top + (plan.Girth * 0.8), front - 2, low - 2, 0, low - (plan.Girth * 0.16), back, low, back - (plan.Girth * 0.5), top + plan.Girth);
        canvas.Blob(Paint.Shadow(0.1), back - (plan.Girth * 0.3), top + (plan.Girth * 1.3), 0, low - (plan.Girth * 0.55), front, low - (plan.Girth * 0.5), front - 4, low, 0, low - (plan.Girth * 0.14), back, low);
        if (species is Motif.Cow)
        {
            canvas.Blob(Dark.Bare, back + 10, top + 14, back + 46, top + 8, back + 52, top + 40, back + 18, top + 46);
            canvas.Blob(Dark.Bare, front - 44, top + 30, front - 18, top + 22, front - 14, top + 52, front - 36, top + 58);
        }
        else if (species is Motif.Deer)
        {
            foreach (var (x, y) in stackalloc[] { (-30, 14), (-14, 9), (4, 13), (-22, 26), (-2, 26) })
            {
                canvas.Circle(Cream.Bare, x, top + y, 3);
            }
        }
        else if (species is Motif.Cat)
        {
            for (var i = 0; i < 3; i++)
            {
                canvas.Line(plan.Fur.Darker(0.25).Bare, 4, -20 + (i * 15), top - 1, -18 + (i * 15), top + 14);
            }
        }
    }

    private static void Neck(Canvas canvas, Motif species, Plan plan, double front, double headX, double headY)
    {
        var width = species is Motif.Bear or Motif.Elephant or Motif.Pig ? plan.Head * 1.2 : plan.Head * 0.8;
        var root = -plan.Height + (plan.Girth * 0.7);
        canvas.Blob(plan.Fur.Accent, front - (width * 1.1), -plan.Height + 6, headX - (width * 0.72), headY, headX + (width * 0.4), headY + (plan.Head * 0.4), front + (plan.Girth * 0.42), root, front - (width * 0.3), root + 6);
        if (species is Motif.Horse or Motif.Donkey)
        {
            canvas.Blob((plan.Belly ?? Dark).Accent, headX - (plan.Head * 0.1), headY - (plan.Head * 1.2), headX - (plan.Head * 0.8), headY - (plan.Head * 0.4), front - (width * 1.5), -plan.Height + 4, front - (width * 0.9), -plan.Height + 18, headX - (plan.Head * 0.2), headY);
        }
        else if (species is Motif.Lion)
        {
            for (var i = 0; i < 10; i++)
            {
                var (sin, cos) = Math.SinCos(i * Math.Tau / 10);
                canvas.Circle((plan.Belly ?? Dark).Accent, headX + (cos * plan.Head * 0.95), headY + (sin * plan.Head * 0.95), plan.Head * 0.46);
            }
        }
    }

    private static void Head(Canvas c, Motif species, Plan plan)
    {
        var fur = plan.Fur.Accent;
        BeastEars.Behind(c, species, plan.Fur, plan.Belly ?? Cream);
        var snout = plan.Snout;
        c.Blob(fur, -0.92, 0, -0.62, -0.8, 0.05, -0.98, 0.66, -0.66, 0.86 + (snout * 0.45), 0.02, 0.9 + snout, 0.36, 0.72 + (snout * 0.7), 0.74, 0.1, 0.9, -0.66, 0.72);
        var muzzle = species is Motif.Sheep ? plan.Belly!.Value : plan.Belly ?? Cream;
        if (species is Motif.Sheep)
        {
            c.Blob(muzzle.Accent, -0.4, -0.2, 0.1, -0.62, 0.66, -0.5, 0.9 + snout, 0.36, 0.72 + (snout * 0.7), 0.78, 0.1, 0.86, -0.3, 0.5);
        }
        else if (species is not (Motif.Elephant or Motif.Mouse))
        {
            c.Blob(muzzle.Bare, 0.5 + (snout * 0.3), 0.16, 0.88 + snout, 0.34, 0.72 + (snout * 0.66), 0.7, 0.2, 0.84, 0.06, 0.5);
        }

        c.Circle((species is Motif.Pig ? Rgb.Of(0xC9736B) : Dark).Bare, 0.84 + snout, 0.26, species is Motif.Pig ? 0.26 : 0.15);
        c.Ellipse((species is Motif.Sheep ? Rgb.White : Dark).Bare, 0.3, -0.14, 0.115, 0.145);
        c.Circle((species is Motif.Sheep ? Dark : Rgb.White).Bare, 0.34, -0.19, species is Motif.Sheep ? 0.07 : 0.045);
        c.Ellipse(Rgb.Of(0xE8837A).Bare.Fade(0.4), 0.05, 0.28, 0.16, 0.11);
        c.Line(Dark.Bare, 0.06, 0.78 + (snout * 0.75), 0.56, 0.56 + (snout * 0.4), 0.64, 0.4, 0.54);
        BeastEars.Front(c, species, plan.Fur, plan.Belly ?? Cream);
    }

    private static void Tail(Canvas canvas, Motif species, Plan plan)
    {
        var (x, y) = (-plan.Length / 2, -plan.Height + (plan.Girth * 0.5));
        switch (species)
        {
            case Motif.Fox or Motif.Squirrel or Motif.Wolf:
                var s = species is Motif.Squirrel ? 0.9 : 1.05;
                var up = species is Motif.Squirrel ? -40 : 10;
                canvas.Blob(plan.Fur.Accent, x + 4, y + 6, x - (26 * s), y + 14 + (up * 0.4), x - (62 * s), y - 6 + up, x - (66 * s), y - 34 + up, x - (34 * s), y - 26 + (up * 0.7), x - 4, y - 10);
                canvas.Blob((plan.Belly ?? Cream).Bare, x - (50 * s), y - 4 + up, x - (63 * s), y - 10 + up, x - (66 * s), y - 33 + up, x - (50 * s), y - 26 + up);
                break;
            case Motif.Rabbit or Motif.Sheep or Motif.Bear or Motif.Deer or Motif.Goat:
                canvas.Circle((species is Motif.Rabbit or Motif.Deer ? Cream : plan.Fur).Accent, x - (plan.Girth * 0.4), y, plan.Girth * 0.34);
                break;
            case Motif.Horse:
                canvas.Blob((plan.Belly ?? Dark).Accent, x + 2, y - 10, x - 26, y - 4, x - 38, y + 36, x - 28, y + 66, x - 14, y + 30, x - 4, y + 10);
                break;
            case Motif.Dragon:
                canvas.Limb(plan.Fur.Accent, 24, x + 12, y + 12, x - 44, y + 34, x - 88, y + 10, x - 112, y - 26);
                canvas.Poly(Rgb.Of(0xD9803A).Accent, x - 126, y - 18, x - 124, y - 56, x - 94, y - 34);
                break;
            case Motif.Pig:
                canvas.Line(plan.Fur.Accent, 5, x - 14, y, x - 30, y - 8, x - 24, y - 20, x - 36, y - 16);
                break;
            default:
                canvas.Limb((species is Motif.Mouse ? plan.Belly ?? plan.Fur : plan.Fur).Accent, species is Motif.Mouse ? 4 : plan.Leg * 0.75, x, y + 4, x - (plan.Length * 0.3), y + 6, x - (plan.Length * 0.42), y - (plan.Girth * 0.9), x - (plan.Length * 0.34), y - (plan.Girth * 1.8));
                break;
        }
    }

    private static void Wing(Canvas canvas, Plan plan, double x, Rgb colour) =>
        canvas.Poly(colour.Accent, x, -plan.Height + 10, x - 36, -plan.Height - 74, x - 4, -plan.Height - 126, x - 112, -plan.Height - 92, x - 92, -plan.Height - 62, x - 98, -plan.Height - 34, x - 62, -plan.Height - 30, x - 44, -plan.Height + 6);

    private static Paint Fur(Rgb colour) => new(colour.Lighter(0.05), colour.Darker(0.1), Finish.Accent);
}
