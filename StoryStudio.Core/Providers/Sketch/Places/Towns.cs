using StoryStudio.Core.Providers.Sketch.Drawing;
using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Places;

/// <summary>Villages and cities.</summary>
internal static class Towns
{
    public static void Village(Canvas canvas, Stage stage)
    {
        var (dice, horizon) = (stage.Dice, stage.Horizon);
        var dark = stage.Scene.IsDark || stage.Scene.Time is Motif.Dusk;
        var far = new Ridge(horizon + 10, 30, dice);
        Land.Hill(canvas.In(Depth.Far), far, stage.Meadow.Mix(Rgb.Of(0x7FA6A0), 0.45));
        for (var i = 0; i < 5; i++)
        {
            var x = stage.Across(0.1 + (i * 0.19)) + dice.Between(-30, 30);
            Buildings.House(canvas.In(Depth.Far).At(x, far.At(x) + 18, dice.Between(0.42, 0.52)), dice, dark, stage.Scene.IsSnowy);
        }

        if (!stage.Scene.Landmarks.Contains(Motif.Church) && dice.Chance(0.6))
        {
            var x = stage.Across(0.55);
            Buildings.Church(canvas.In(Depth.Far).At(x, far.At(x) + 30, 0.72), dark, stage.Scene.IsSnowy);
        }

        var middle = new Ridge(horizon + 112, 18, dice);
        Land.Hill(canvas.In(Depth.Middle), middle, stage.Meadow.Mix(Rgb.Of(0x6A9F7A), 0.2));
        var c = canvas.In(Depth.Middle);
        Scenery.Landmarks(c, stage, middle);
        foreach (var share in stackalloc[] { 0.05, 0.24, 0.62, 0.80, 0.97 })
        {
            var x = stage.Across(share) + dice.Between(-14, 14);
            if (stage.Scene.Landmarks.Any(landmark => landmark is not Motif.House) && Math.Abs(x - stage.LandmarkX) < 150)
            {
                continue;
            }

            Buildings.House(c.At(x, middle.At(x) + 22, dice.Between(0.92, 1.12)), dice, dark, stage.Scene.IsSnowy);
        }

        Countryside.Near(canvas, stage);
        var end = stage.Across(0.5);
        Land.Path(canvas.In(Depth.Near), stage.Across(0.42), 830, end, stage.Ground.At(end) + 2, 105, stage.Scene.IsSnowy ? Rgb.Of(0xD3DCE6) : Rgb.Of(0xE3CDA0), stage.Mirrored ? -70 : 70);
    }

    public static void City(Canvas canvas, Stage stage)
    {
        var dice = stage.Dice;
        var dark = stage.Scene.IsDark || stage.Scene.Time is Motif.Dusk || stage.Scene.Weather is Motif.Storm;
        var skyline = canvas.In(Depth.Far);
        skyline.Group(() =>
        {
            for (var x = -20.0; x < 1220;)
            {
                var width = dice.Between(70, 120);
                Buildings.Block(skyline, x + (width / 2), 560, dice, width, dice.Between(180, 400), dark);
                x += width + dice.Between(-6, 10);
            }
        });
        var c = canvas.In(Depth.Middle);
        for (var x = -10.0; x < 1200;)
        {
            var width = dice.Between(110, 150);
            Buildings.TownHouse(c.At(x + (width / 2), 606), dice, width, dice.Between(170, 300), dark, stage.Scene.IsSnowy);
            x += width + dice.Between(2, 7);
        }

        stage.Ground = new Ridge(598, 0, dice);
        stage.Meadow = stage.Scene.IsSnowy ? Rgb.Of(0xE3EAF1) : Rgb.Of(0xBFB7AC);
        Land.Hill(canvas.In(Depth.Near), stage.Ground, stage.Meadow);
        var near = canvas.In(Depth.Near);
        near.Line(Rgb.Of(0x8F887F), 4, 0, 622, 1200, 622);
        for (var i = 0; i < 16; i++)
        {
            var (x, y) = (dice.Between(20, 1180), dice.Between(640, 785));
            near.Line(Rgb.Of(0x9A9288), 2.5, x - 16, y, x, y - 4, x + 16, y);
        }

        foreach (var share in stackalloc[] { 0.06, 0.66, 0.94 })
        {
            StreetLamp(near.At(stage.Across(share), 646), dark);
        }
    }

    public static void StreetLamp(Canvas canvas, bool lit)
    {
        canvas.Group(() =>
        {
            canvas.Limb(Rgb.Of(0x3A4250), 8, 0, 0, 0, -196);
            canvas.Poly((lit ? Palette.LampLight : Rgb.Of(0xDDE6E8)).Lamp, -13, -196, -18, -236, 18, -236, 13, -196);
            canvas.Poly(Rgb.Of(0x3A4250), -24, -234, 0, -256, 24, -234);
            canvas.Poly(Rgb.Of(0x3A4250), -14, 4, -8, -26, 8, -26, 14, 4);
        });
        if (lit)
        {
            canvas.Glow(Palette.LampLight, 0, -216, 130, 0.75);
        }
    }
}
