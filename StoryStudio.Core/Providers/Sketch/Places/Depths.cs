using StoryStudio.Core.Providers.Sketch.Drawing;
using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Places;

/// <summary>Places without a horizon of their own: under water, and among the stars.</summary>
internal static class Depths
{
    public static void Underwater(Canvas canvas, Stage stage)
    {
        var dice = stage.Dice;
        var sea = Rgb.Of(0x3F9AB0);
        canvas.Backdrop(sea.Lighter(0.5), sea, sea.Darker(0.45), 0, SvgWriter.Height);
        for (var i = 0; i < 4; i++)
        {
            var x = 160 + (i * 270) + dice.Between(-50, 50);
            canvas.Poly(Paint.Shine(0.13), x - 30, -10, x + 40, -10, x - 60, 620, x - 190, 620);
        }

        var far = new Ridge(520, 40, dice);
        Land.Hill(canvas.In(Depth.Far), far, Rgb.Of(0x2F7C92));
        var colours = new[] { Rgb.Of(0xE88B4A), Rgb.Of(0xE3C04F), Rgb.Of(0xD9607A), Rgb.Of(0x8F7AC0) };
        for (var i = 0; i < 7; i++)
        {
            SeaLife.Fish(canvas.In(i % 2 == 0 ? Depth.Middle : Depth.Near).At(dice.Between(80, 1120), dice.Between(110, 470), dice.Between(0.4, 0.95), dice.Chance(0.5)), colours[i % 4]);
        }

        foreach (var swimmer in stage.Scene.Animals.Where(animal => animal is Motif.Whale or Motif.Dolphin))
        {
            SeaLife.Draw(canvas.In(Depth.Near).At(stage.LandmarkX, 300, 1.15, stage.LandmarkX > 600), swimmer, null);
        }

        stage.Meadow = Rgb.Of(0xD9C592);
        Land.Hill(canvas.In(Depth.Near), stage.Ground, stage.Meadow);
        for (var i = 0; i < 9; i++)
        {
            var x = stage.Across(i < 4 ? i * 0.05 : 0.55 + (i * 0.05));
            Weed(canvas.In(Depth.Near).At(x, stage.Ground.At(x) + 30), dice, i % 3 == 0 ? Rgb.Of(0xD9738A) : Rgb.Of(0x4F9A72));
        }

        for (var i = 0; i < 16; i++)
        {
            canvas.Circle(Rgb.White.Lamp.As(Finish.Bare).Fade(0.35), dice.Between(40, 1160), dice.Between(60, 560), dice.Between(3, 9));
        }
    }

    private static void Weed(Canvas canvas, Dice dice, Rgb colour)
    {
        for (var i = 0; i < 3; i++)
        {
            var height = dice.Between(80, 190);
            var x = (i - 1) * 20;
            canvas.Limb(colour.Accent, 11, x, 0, x - 14, -height * 0.3, x + 12, -height * 0.65, x - 4, -height);
        }
    }

    public static void Space(Canvas canvas, Stage stage)
    {
        var dice = stage.Dice;
        var far = canvas.In(Depth.Near);
        var x = stage.LandmarkX;
        far.Group(() =>
        {
            far.Circle(Rgb.Of(0xD98A5C).Accent, x, 210, 96);
            far.Circle(Rgb.Of(0xC97548).Bare, x - 30, 190, 20);
            far.Circle(Rgb.Of(0xC97548).Bare, x + 36, 240, 28);
            far.Line(Rgb.Of(0xF0D49A).Accent, 11, x - 150, 246, x - 60, 266, x + 70, 226, x + 152, 168);
        });
        far.Group(() => far.Circle(Rgb.Of(0x6FA6BF).Accent, stage.Across(0.16), 150, 44));
        stage.Meadow = Rgb.Of(0xB9B4C4);
        Land.Hill(canvas.In(Depth.Far), new Ridge(540, 26, dice), Rgb.Of(0x8F8AA6));
        Land.Hill(canvas.In(Depth.Near), stage.Ground, stage.Meadow);
        for (var i = 0; i < 8; i++)
        {
            var (cx, cy) = (dice.Between(30, 1170), dice.Between(690, 780));
            canvas.In(Depth.Near).Ellipse(stage.Meadow.Darker(0.16), cx, cy, dice.Between(20, 56), dice.Between(6, 13));
        }

        if (stage.Scene.Things.Contains(Motif.Rocket) || dice.Chance(0.5))
        {
            Vehicles.Rocket(canvas.In(Depth.Near).At(stage.Across(0.8), stage.FeetAt(stage.Across(0.8)) + 6, 1.4));
        }
    }
}
