using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Drawing;

/// <summary>What somebody does in the picture.</summary>
internal sealed record Pose(Motif? Holds = null, bool Waves = false, Motif? Mood = null, double Stride = 0);

/// <summary>People. The origin is between the feet; an adult is some 235 high.</summary>
internal static class Figures
{
    /// <summary>Lengths of a body from the ground up.</summary>
    private readonly record struct Build(double Leg, double Body, double Shoulder, double Hem, double Head)
    {
        public double Neck => -(Leg + Body);

        public double Face => Neck - (Head * 0.86);
    }

    public static double HeightOf(Look look) => look.Age switch { Age.Child => 176, Age.Adult => 234, _ => 214 };

    public static void Draw(Canvas canvas, Look look, Pose pose)
    {
        if (look.IsRobot)
        {
            canvas.Group(() => Robot.Draw(canvas, look));
            return;
        }

        var build = BuildOf(look);
        canvas.Ellipse(Paint.Shadow(0.16), 0, 2, build.Hem * 0.95, 9);
        canvas.Group(() =>
        {
            Heads.Behind(canvas, look, 0, build.Face, build.Head);
            Legs(canvas, look, build, pose.Stride);
            FarArm(canvas, look, build, pose);
            Body(canvas, look, build);
            Heads.Draw(canvas, look, pose.Mood, 0, build.Face, build.Head);
            Scarf(canvas, look, build);
            NearArm(canvas, look, build, pose);
        });
    }

    private static Build BuildOf(Look look)
    {
        var build = look.Age switch
        {
            Age.Child => new Build(36, 74, 21, 37, 33),
            Age.Adult => new Build(70, 104, 27, 43, 31),
            _ => new Build(50, 104, 26, 45, 31),
        };
        return look.Garment switch
        {
            Garment.Robe => build with { Leg = 10, Body = build.Body + build.Leg - 10, Hem = build.Hem * 1.25 },
            Garment.Dress => build with { Hem = build.Hem * 1.16 },
            Garment.Jumper => build with { Hem = build.Shoulder * 1.12 },
            _ => build,
        };
    }

    private static void Legs(Canvas canvas, Look look, Build build, double stride)
    {
        if (look.Garment is Garment.Robe)
        {
            canvas.Ellipse(look.Boots.Accent, -14, -4, 13, 7);
            canvas.Ellipse(look.Boots.Accent, 14, -4, 13, 7);
            return;
        }

        var bare = look.Garment is Garment.Dress ? look.Skin : look.Legs;
        var width = look.Garment is Garment.Dress ? 11 : 16;
        var hip = -build.Leg - 16;
        foreach (var side in stackalloc[] { -1, 1 })
        {
            var foot = side * (11 + stride);
            canvas.Limb(bare.Accent, width, side * 10, hip, foot, -14);
            canvas.Limb(look.Boots.Accent, width + 3, foot, -Math.Min(build.Leg * 0.5, 26), foot, -10);
            canvas.Blob(look.Boots.Accent, foot - 10, -16, foot + 8, -16, foot + 15, -6, foot + 14, 1, foot - 10, 1);
        }
    }

    private static void Body(Canvas canvas, Look look, Build build)
    {
        var (neck, hem, shoulder, low) = (build.Neck, -build.Leg + 6, build.Shoulder, build.Hem);
        if (look.Garment is Garment.Jumper)
        {
            canvas.Poly(look.Legs.Accent, -low * 0.86, hem - 26, low * 0.86, hem - 26, low * 0.82, hem + 8, -low * 0.82, hem + 8);
            hem -= 16;
        }

        canvas.Blob(Cloth(look.Top), -shoulder * 0.5, neck - 2, shoulder * 0.5, neck - 2, shoulder, neck + 12, (shoulder + low) / 2, (neck + hem) / 2, low, hem - 2, low * 0.5, hem + 5, -low * 0.5, hem + 5, -low, hem - 2, -(shoulder + low) / 2, (neck + hem) / 2, -shoulder, neck + 12);
        canvas.Blob(Paint.Shadow(0.13), shoulder * 0.5, neck + 4, shoulder, neck + 12, (shoulder + low) / 2, (neck + hem) / 2, low, hem - 2, low * 0.5, hem + 5, low * 0.28, hem + 4, low * 0.36, (neck + hem) / 2);
        switch (look.Garment)
        {
            case Garment.Coat:
                canvas.Line(look.Top.Darker(0.3), 2.4, 0, neck + 14, 2, (neck + hem) / 2, 0, hem + 2);
                for (var i = 0; i < 3; i++)
                {
                    canvas.Circle(Rgb.Of(0xF3E2B8).Bare, 8, neck + 26 + (i * (hem - neck - 40) / 3), 3.2);
                }

                canvas.Line(look.Top.Darker(0.3), 2.4, -low * 0.62, hem - 30, -low * 0.3, hem - 28);
                canvas.Line(look.Top.Darker(0.3), 2.4, low * 0.36, hem - 28, low * 0.66, hem - 30);
                break;
            case Garment.Dress or Garment.Robe:
                canvas.Line(look.Top.Lighter(0.35).Bare, 4, -low * 0.9, hem - 12, 0, hem - 5, low * 0.9, hem - 12);
                canvas.Line(look.Top.Darker(0.25), 2.4, -shoulder * 0.98, (neck * 0.6) + (hem * 0.4), 0, (neck * 0.56) + (hem * 0.44), shoulder * 0.98, (neck * 0.6) + (hem * 0.4));
                break;
            case Garment.Jumper:
                canvas.Line(look.Top.Lighter(0.4).Bare, 5, -shoulder * 0.95, neck + 34, 0, neck + 37, shoulder * 0.95, neck + 34);
                canvas.Line(look.Top.Lighter(0.4).Bare, 3, -shoulder * 0.97, neck + 43, 0, neck + 46, shoulder * 0.97, neck + 43);
                break;
            case Garment.Apron:
                canvas.Blob(Rgb.Of(0xF6F0E4).Accent, -shoulder * 0.55, neck + 20, shoulder * 0.55, neck + 20, low * 0.62, hem - 6, -low * 0.62, hem - 6);
                break;
        }
    }

    /// <summary>The arm on the left of the picture hangs, or waves.</summary>
    private static void FarArm(Canvas canvas, Look look, Build build, Pose pose)
    {
        var (x, y) = (-build.Shoulder + 3, build.Neck + 16);
        if (pose.Waves)
        {
            Arm(canvas, look, build, x, y, x - 22, y + 8, x - 36, y - 30);
        }
        else
        {
            Arm(canvas, look, build, x, y, x - 13, y + 24, x - 13, y + (build.Body * 0.54));
        }
    }

    private static void NearArm(Canvas canvas, Look look, Build build, Pose pose)
    {
        var (x, y) = (build.Shoulder - 3, build.Neck + 16);
        if (pose.Holds is not { } held)
        {
            Arm(canvas, look, build, x, y, x + 13, y + 24, x + 12, y + (build.Body * 0.54));
            return;
        }

        var raised = held is Motif.Umbrella or Motif.Balloon or Motif.Kite or Motif.Lantern or Motif.Candle;
        var (handX, handY) = raised ? (x + 34, y + 8) : (x + 20, y + (build.Body * 0.3));
        Arm(canvas, look, build, x, y, x + 19, y + 26, handX, handY);
        Things.InHand(canvas.At(handX, handY, 0.85), held);
        canvas.Circle(look.Skin.Accent, handX, handY, 7.5);
    }

    private static void Arm(Canvas canvas, Look look, Build build, double x, double y, double elbowX, double elbowY, double handX, double handY)
    {
        var width = build.Head > 32 ? 15 : 17;
        var sleeve = look.Top.Darker(canvas.IsLine ? 0 : 0.14);
        canvas.Circle(look.Skin.Accent, handX, handY, 7.5);
        canvas.Limb(sleeve.Accent, width, x, y, elbowX, elbowY, handX + ((elbowX - handX) * 0.22), handY + ((elbowY - handY) * 0.22));
    }

    private static void Scarf(Canvas canvas, Look look, Build build)
    {
        if (look.Scarf is not { } colour)
        {
            return;
        }

        var y = build.Neck + 4;
        canvas.Blob(colour.Accent, -17, y + 1, -21, y + 26, -15, y + 46, -4, y + 44, -7, y + 4);
        canvas.Blob(colour.Accent, -25, y - 6, 0, y - 1, 25, y - 6, 26, y + 6, 0, y + 13, -26, y + 6);
        canvas.Line(colour.Darker(0.25), 2, -18, y + 36, -7, y + 34);
    }

    private static Paint Cloth(Rgb colour) => new(colour.Lighter(0.06), colour.Darker(0.1), Finish.Accent);
}
