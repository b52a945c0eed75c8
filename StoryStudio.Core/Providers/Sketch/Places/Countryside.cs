using StoryStudio.Core.Providers.Sketch.Drawing;
using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Places;

/// <summary>Open land: hills, roads, gardens, mountains, desert.</summary>
internal static class Countryside
{
    public static void Hills(Canvas canvas, Stage stage)
    {
        var (dice, horizon) = (stage.Dice, stage.Horizon);
        if (dice.Chance(0.55))
        {
            Land.Mountains(canvas.In(Depth.Far), dice, horizon + 30, 190, Rgb.Of(0x8FA7B5), 5, stage.Scene.IsSnowy || dice.Chance(0.5));
        }

        var far = new Ridge(horizon + 10, 34, dice);
        Land.Hill(canvas.In(Depth.Far), far, stage.Meadow.Mix(Rgb.Of(0x7FA6A0), 0.45));
        Scenery.TreeLine(canvas.In(Depth.Far), stage, far, 9, 0.26, firs: dice.Chance(0.5));
        var middle = new Ridge(horizon + 88, 30, dice);
        Land.Hill(canvas.In(Depth.Middle), middle, stage.Meadow.Mix(Rgb.Of(0x6A9F7A), 0.25));
        if (stage.Scene.Landmarks.Count == 0 && dice.Chance(0.5))
        {
            Buildings.House(canvas.In(Depth.Middle).At(stage.LandmarkX, middle.At(stage.LandmarkX) + 6, 0.62), dice, stage.Scene.IsDark || stage.Scene.Time is Motif.Dusk, stage.Scene.IsSnowy);
        }

        Scenery.Landmarks(canvas.In(Depth.Middle), stage, middle);
        Scenery.TreeLine(canvas.In(Depth.Middle), stage, middle, 4, 0.55, firs: stage.BareTrees);
        Near(canvas, stage);
        if (stage.Scene.Place is Motif.Road)
        {
            var far2 = stage.Across(0.66);
            Land.Path(canvas.In(Depth.Near), stage.Across(0.4), 830, far2, stage.Ground.At(far2) + 2, 110, stage.Scene.IsSnowy ? Rgb.Of(0xD3DCE6) : Rgb.Of(0xE0C796), stage.Mirrored ? -120 : 120);
        }
    }

    /// <summary>The ground that figures stand on, with a tree at its edge.</summary>
    public static void Near(Canvas canvas, Stage stage)
    {
        var near = canvas.In(Depth.Near);
        Land.Hill(near, stage.Ground, stage.Meadow);
        var trees = stage.Scene.Has(Motif.Tree) ? 1 : stage.Dice.Chance(0.6) ? 1 : 0;
        for (var i = 0; i < trees; i++)
        {
            var x = stage.Across(0.94);
            Plants.Tree(near.At(x, stage.Ground.At(x) + 40, stage.Scene.Has(Motif.Tree) ? 1.55 : 1.25), stage.Dice, stage.Leaves, stage.BareTrees, stage.Scene.IsSnowy && !stage.BareTrees);
        }

        var flowers = !stage.Scene.IsSnowy && stage.Scene.Season is not Motif.Autumn;
        Land.Meadow(near, stage.Dice, stage.Ground, stage.Meadow.Darker(0.22), flowers, stage.Scene.Has(Motif.Flower) ? 34 : 20);
    }

    public static void Garden(Canvas canvas, Stage stage)
    {
        var (dice, horizon) = (stage.Dice, stage.Horizon);
        var far = new Ridge(horizon + 20, 24, dice);
        Land.Hill(canvas.In(Depth.Far), far, stage.Meadow.Mix(Rgb.Of(0x7FA6A0), 0.4));
        Scenery.TreeLine(canvas.In(Depth.Far), stage, far, 8, 0.3, firs: false);
        var middle = new Ridge(horizon + 100, 8, dice);
        Land.Hill(canvas.In(Depth.Middle), middle, stage.Meadow.Darker(0.05));
        var c = canvas.In(Depth.Middle);
        if (stage.Scene.Landmarks.Count == 0)
        {
            Buildings.House(c.At(stage.LandmarkX, middle.At(stage.LandmarkX) + 14, 1.2), dice, stage.Scene.IsDark || stage.Scene.Time is Motif.Dusk, stage.Scene.IsSnowy);
        }

        Scenery.Landmarks(c, stage, middle);
        Fence(canvas.In(Depth.Middle), stage, middle);
        for (var i = 0; i < 5; i++)
        {
            var x = stage.Across(0.04 + (i * 0.13));
            Plants.Bush(c.At(x, middle.At(x) + 34, dice.Between(0.7, 1.05)), stage.BareTrees ? Rgb.Of(0x8A8F7A) : stage.Leaves.Mix(Rgb.Of(0x5B8F55), 0.4));
        }

        Near(canvas, stage);
        if (!stage.Scene.IsSnowy)
        {
            for (var i = 0; i < 9; i++)
            {
                var x = stage.Across(0.56 + (i * 0.05));
                Plants.Flower(canvas.In(Depth.Near).At(x, stage.Ground.At(x) + 44 + (i % 2 * 26), dice.Between(0.8, 1.15)), dice.Pick(Rgb.Of(0xE06A5A), Rgb.Of(0xF2C14B), Rgb.Of(0xF6EBDD), Rgb.Of(0xC78BC0), Rgb.Of(0xE99AA8)));
            }
        }
    }

    private static void Fence(Canvas canvas, Stage stage, Ridge ridge)
    {
        var white = Rgb.Of(0xF4EEE2);
        canvas.Group(() =>
        {
            for (var i = 0; i < 17; i++)
            {
                var x = stage.Across(i * 0.036);
                var y = ridge.At(x) + 32;
                canvas.Poly(white, x - 7, y, x - 7, y - 46, x, y - 58, x + 7, y - 46, x + 7, y);
            }

            var (from, to) = (stage.Across(0), stage.Across(0.58));
            canvas.Limb(white, 5, from, ridge.At(from) + 16, (from + to) / 2, ridge.At((from + to) / 2) + 12, to, ridge.At(to) + 12);
        });
    }

    public static void Mountain(Canvas canvas, Stage stage)
    {
        var (dice, horizon) = (stage.Dice, stage.Horizon);
        Land.Mountains(canvas.In(Depth.Far), dice, horizon + 60, 330, Rgb.Of(0x93AABD), 4);
        Land.Mountains(canvas.In(Depth.Middle), dice, horizon + 110, 220, Rgb.Of(0x7890A0), 4, stage.Scene.IsSnowy || dice.Chance(0.5));
        var middle = new Ridge(horizon + 110, 28, dice);
        Land.Hill(canvas.In(Depth.Middle), middle, stage.Meadow.Mix(Rgb.Of(0x5F8F7A), 0.4));
        Scenery.Landmarks(canvas.In(Depth.Middle), stage, middle);
        Scenery.TreeLine(canvas.In(Depth.Middle), stage, middle, 7, 0.48, firs: true);
        var near = canvas.In(Depth.Near);
        Land.Hill(near, stage.Ground, stage.Meadow.Mix(Rgb.Of(0x8F9A86), 0.25));
        Plants.Fir(near.At(stage.Across(0.95), stage.Ground.At(stage.Across(0.95)) + 56, 1.45), dice, Rgb.Of(0x3F735A), stage.Scene.IsSnowy);
        Plants.Fir(near.At(stage.Across(0.86), stage.Ground.At(stage.Across(0.86)) + 34, 1.05), dice, Rgb.Of(0x4A7F66), stage.Scene.IsSnowy);
        Things.Standing(near.At(stage.Across(0.74), stage.Ground.At(stage.Across(0.74)) + 60, 0.9), Motif.Rock);
        Land.Meadow(near, dice, stage.Ground, stage.Meadow.Darker(0.25), !stage.Scene.IsSnowy, 14);
    }

    public static void Desert(Canvas canvas, Stage stage)
    {
        var (dice, horizon) = (stage.Dice, stage.Horizon);
        var sand = Rgb.Of(0xE8C07A);
        Land.Hill(canvas.In(Depth.Far), new Ridge(horizon + 10, 44, dice), sand.Mix(Rgb.Of(0xD98E6A), 0.35));
        var middle = new Ridge(horizon + 90, 40, dice);
        Land.Hill(canvas.In(Depth.Middle), middle, sand.Mix(Rgb.Of(0xD98E5A), 0.2));
        Scenery.Landmarks(canvas.In(Depth.Middle), stage, middle);
        Plants.Cactus(canvas.In(Depth.Middle).At(stage.Across(0.58), middle.At(stage.Across(0.58)) + 30, 0.55));
        stage.Meadow = sand;
        Land.Hill(canvas.In(Depth.Near), stage.Ground, sand);
        Plants.Palm(canvas.In(Depth.Near).At(stage.Across(0.9), stage.Ground.At(stage.Across(0.9)) + 40, 1.5, stage.Mirrored));
        Plants.Cactus(canvas.In(Depth.Near).At(stage.Across(0.08), stage.Ground.At(stage.Across(0.08)) + 50, 0.9));
    }
}
