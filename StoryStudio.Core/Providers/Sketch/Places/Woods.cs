using StoryStudio.Core.Providers.Sketch.Drawing;
using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Places;

/// <summary>The inside of a forest.</summary>
internal static class Woods
{
    public static void Forest(Canvas canvas, Stage stage)
    {
        var (dice, horizon) = (stage.Dice, stage.Horizon);
        var firs = dice.Chance(0.5) || stage.Scene.IsSnowy;
        var far = new Ridge(horizon + 60, 14, dice);
        Land.Hill(canvas.In(Depth.Far), far, stage.Meadow.Mix(Rgb.Of(0x6F9A90), 0.5));
        Row(canvas.In(Depth.Far), stage, far, 10, 0.95, firs, Rgb.Of(0x6F9F8C));
        var middle = new Ridge(horizon + 110, 16, dice);
        Land.Hill(canvas.In(Depth.Middle), middle, stage.Meadow.Mix(Rgb.Of(0x5F8F6A), 0.35));
        Scenery.Landmarks(canvas.In(Depth.Middle), stage, middle, 0.95);
        Row(canvas.In(Depth.Middle), stage, middle, 6, 1.25, firs, Rgb.Of(0x4F8660));
        var near = canvas.In(Depth.Near);
        Land.Hill(near, stage.Ground, stage.Meadow.Mix(Rgb.Of(0x5A8A55), 0.3));
        Land.Meadow(near, dice, stage.Ground, stage.Meadow.Darker(0.3), !stage.Scene.IsSnowy, 14);
        if (!stage.Scene.IsSnowy)
        {
            Plants.Mushroom(near.At(stage.Across(0.66), stage.FeetAt(stage.Across(0.66)) + 18, 0.9));
            Plants.Mushroom(near.At(stage.Across(0.69), stage.FeetAt(stage.Across(0.69)) + 30, 0.6));
        }

        Plants.Trunk(near.At(stage.Across(0.93), stage.Ground.At(stage.Across(0.93)) + 70), dice, 62, 900);
        Plants.Trunk(near.At(stage.Across(0.035), stage.Ground.At(stage.Across(0.035)) + 110), dice, 54, 900);
        if (!stage.BareTrees)
        {
            Canopy(canvas.In(Depth.Front), stage);
        }
    }

    private static void Row(Canvas canvas, Stage stage, Ridge ridge, int count, double scale, bool firs, Rgb green)
    {
        for (var i = 0; i < count; i++)
        {
            var x = (1300.0 * (i + stage.Dice.Between(0.15, 0.85)) / count) - 50;
            if (stage.Scene.Landmarks.Count > 0 && Math.Abs(x - stage.LandmarkX) < 150)
            {
                continue;
            }

            var c = canvas.At(x, ridge.At(x) + 14, scale * stage.Dice.Between(0.8, 1.2));
            if (firs)
            {
                Plants.Fir(c, stage.Dice, green, stage.Scene.IsSnowy);
            }
            else
            {
                Plants.Tree(c, stage.Dice, stage.Scene.Season is Motif.Autumn ? stage.Leaves : green, stage.BareTrees, snowy: false);
            }
        }
    }

    /// <summary>Leaves that hang into the picture from above.</summary>
    private static void Canopy(Canvas canvas, Stage stage)
    {
        var leaves = stage.Scene.Season is Motif.Autumn ? stage.Leaves.Darker(0.12) : Rgb.Of(0x3F6F4A);
        canvas.Group(() =>
        {
            var (a, b) = (stage.Across(1.04), stage.Across(0.66));
            canvas.Blob(leaves, a, -40, b, -30, stage.Across(0.69), 22, stage.Across(0.74), 14, stage.Across(0.78), 66, stage.Across(0.84), 56, stage.Across(0.88), 120, stage.Across(0.94), 108, stage.Across(0.98), 170, stage.Across(1.05), 170);
        });
        canvas.Group(() =>
            canvas.Blob(leaves.Darker(0.08), stage.Across(-0.04), -40, stage.Across(0.24), -30, stage.Across(0.21), 20, stage.Across(0.16), 18, stage.Across(0.13), 66, stage.Across(0.07), 62, stage.Across(0.04), 118, stage.Across(-0.04), 126));
    }
}
