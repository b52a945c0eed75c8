using StoryStudio.Core.Providers.Sketch.Drawing;
using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Places;

/// <summary>Places with water in them.</summary>
internal static class Waterside
{
    private static readonly Rgb Sand = Rgb.Of(0xEBD3A0);
    private static readonly Rgb Cliff = Rgb.Of(0xA99B8A);

    /// <summary>Whether the figures sit in a boat rather than stand on a shore.</summary>
    public static bool IsAfloat(SceneDescription scene) =>
        scene.Place is Motif.Sea or Motif.Lake or Motif.River && scene.Afloat && scene.Things.Contains(Motif.Boat) && scene.Figures.Count > 0;

    /// <summary>Whether a ship far out at sea is all the story tells of.</summary>
    private static bool IsVoyage(SceneDescription scene) =>
        scene.Place is Motif.Sea && scene.Figures.Count == 0 && (scene.Things.Contains(Motif.Ship) || scene.Things.Contains(Motif.Boat));

    public static void Sea(Canvas canvas, Stage stage)
    {
        Water.Open(canvas.In(Depth.Middle), stage.Scene, stage.Dice, stage.Horizon, 830, stage.DiscX);
        Islands(canvas, stage);
        Headland(canvas, stage);
        if (IsVoyage(stage.Scene))
        {
            Voyage(canvas.In(Depth.Near), stage);
            Swimmers(canvas, stage);
            return;
        }

        Ships(canvas, stage);
        Swimmers(canvas, stage);
        if (!IsAfloat(stage.Scene))
        {
            Shore(canvas, stage, stage.Scene.IsSnowy ? Land.Snow : Sand.Mix(Cliff, 0.3));
        }
    }

    private static void Voyage(Canvas canvas, Stage stage)
    {
        var (scene, dice) = (stage.Scene, stage.Dice);
        var rough = scene.Weather is Motif.Storm;
        if (scene.Things.Contains(Motif.Ship))
        {
            Vehicles.Ship(canvas.At(stage.Across(0.42), 620, 1.3, stage.Mirrored), scene.IsDark);
        }
        else
        {
            Vehicles.SailBoat(canvas.At(stage.Across(0.42), 630, 1.35, stage.Mirrored), Rgb.Of(0xC9604C));
        }

        var water = Water.Colour(scene);
        Water.Swell(canvas, dice, 648, water.Darker(0.1), rough ? 20 : 9);
        Water.Swell(canvas.In(Depth.Front), dice, 720, water.Darker(0.26), rough ? 24 : 11);
        stage.Ground = new Ridge(900, 0, dice);
    }

    public static void Beach(Canvas canvas, Stage stage)
    {
        Water.Open(canvas.In(Depth.Middle), stage.Scene, stage.Dice, stage.Horizon, 830, stage.DiscX);
        Islands(canvas, stage);
        Headland(canvas, stage);
        Ships(canvas, stage);
        Swimmers(canvas, stage);
        Shore(canvas, stage, stage.Scene.IsSnowy ? Land.Snow : Sand);
        var near = canvas.In(Depth.Near);
        for (var i = 0; i < 9; i++)
        {
            var x = stage.Dice.Between(30, 1170);
            near.Blob(stage.Dice.Pick(Rgb.Of(0xC9B79A), Rgb.Of(0xF3E3CC), Rgb.Of(0xE3A99A)).Accent, x - 9, stage.FeetAt(x) + 30, x, stage.FeetAt(x) + 19, x + 10, stage.FeetAt(x) + 29, x, stage.FeetAt(x) + 33);
        }
    }

    public static void Harbour(Canvas canvas, Stage stage)
    {
        var (scene, dice) = (stage.Scene, stage.Dice);
        var dark = scene.IsDark || scene.Time is Motif.Dusk || scene.Weather is Motif.Storm;
        Water.Open(canvas.In(Depth.Middle), scene, dice, stage.Horizon, 830, stage.DiscX);
        Islands(canvas, stage);
        if (scene.Landmarks.Contains(Motif.Lighthouse))
        {
            Headland(canvas, stage);
        }

        // A row of houses on the side of the group, and boats that lie before it.
        var c = canvas.In(Depth.Middle);
        c.Group(() => c.Poly(Rgb.Of(0x9C9690), stage.Across(-0.05), stage.Horizon + 56, stage.Across(0.5), stage.Horizon + 56, stage.Across(0.53), stage.Horizon + 92, stage.Across(-0.05), stage.Horizon + 92));
        for (var i = 0; i < 5; i++)
        {
            Buildings.TownHouse(c.At(stage.Across(0.045 + (i * 0.094)), stage.Horizon + 58), dice, 104, dice.Between(96, 168), dark, scene.IsSnowy);
        }

        Reflections(c, stage, dark);
        Vehicles.SailBoat(c.At(stage.Across(0.62), stage.Horizon + 124, 0.62, stage.Mirrored), dice.Pick(Rgb.Of(0xC9604C), Rgb.Of(0xE8C67A), Rgb.Of(0x6A9AA6)));
        Ships(canvas, stage, but: Motif.Boat);
        if (scene.Things.Contains(Motif.Boat) || dice.Chance(0.5))
        {
            Vehicles.BoatBack(canvas.In(Depth.Near).At(stage.Across(0.78), 606, 0.95, stage.Mirrored));
            Vehicles.BoatFront(canvas.In(Depth.Near).At(stage.Across(0.78), 606, 0.95, stage.Mirrored), Rgb.Of(0x4F8C96));
        }

        Swimmers(canvas, stage);
        Quay(canvas.In(Depth.Near), stage);
    }

    private static void Reflections(Canvas canvas, Stage stage, bool dark)
    {
        if (!dark || canvas.IsLine)
        {
            return;
        }

        for (var i = 0; i < 6; i++)
        {
            var x = stage.Across(0.05 + (i * 0.08));
            for (var step = 0; step < 3; step++)
            {
                var y = stage.Horizon + 104 + (step * 15);
                canvas.Line(new Paint(Palette.LampLight, Palette.LampLight, Finish.Lamp, 0.5 - (step * 0.12)), 4, x - 12 + (step * 4), y, x + 10 - (step * 3), y);
            }
        }
    }

    private static void Quay(Canvas near, Stage stage)
    {
        var stone = stage.Scene.IsSnowy ? Rgb.Of(0xDDE4EB) : Rgb.Of(0xB9AFA2);
        stage.Ground = new Ridge(632, 2, stage.Dice);
        stage.Meadow = stone;
        Land.Hill(near, stage.Ground, stone);
        near.Line(stone.Darker(0.22), 4, 0, 650, 600, 651, 1200, 650);
        for (var i = 0; i < 18; i++)
        {
            var (x, y) = ((i * 70) + stage.Dice.Between(0, 30), 672 + (i % 3 * 44));
            near.Line(stone.Darker(0.18), 2.5, x, y, x + 46, y);
        }

        foreach (var share in stackalloc[] { 0.62, 0.9 })
        {
            var x = stage.Across(share);
            near.Group(() =>
            {
                near.Poly(Rgb.Of(0x4A4E58), x - 13, 662, x - 10, 624, x + 10, 624, x + 13, 662);
                near.Ellipse(Rgb.Of(0x4A4E58), x, 622, 17, 8);
            });
        }

        near.Line(Rgb.Of(0xD9B77A), 6, stage.Across(0.62), 640, stage.Across(0.69), 672, stage.Across(0.78), 664, stage.Across(0.9), 642);
        Towns.StreetLamp(near.At(stage.Across(0.07), 664, 1.15), stage.Scene.IsDark || stage.Scene.Time is Motif.Dusk || stage.Scene.Weather is Motif.Fog or Motif.Storm);
    }

    public static void Lake(Canvas canvas, Stage stage)
    {
        var (dice, horizon) = (stage.Dice, stage.Horizon);
        Land.Mountains(canvas.In(Depth.Far), dice, horizon + 6, 180, Rgb.Of(0x8FA7B5), 5, stage.Scene.IsSnowy || dice.Chance(0.5));
        var far = new Ridge(horizon - 12, 16, dice);
        Land.Hill(canvas.In(Depth.Far), far, stage.Meadow.Mix(Rgb.Of(0x6F9A90), 0.45), bottom: 840);
        Scenery.TreeLine(canvas.In(Depth.Far), stage, far, 12, 0.34, firs: true);
        var shore = horizon + 26;
        Water.Open(canvas.In(Depth.Middle), stage.Scene, dice, shore, 830, stage.DiscX);
        Scenery.Landmarks(canvas.In(Depth.Far), stage, far, 0.8);
        if (stage.Scene.Landmarks.Contains(Motif.Bridge))
        {
            Buildings.Bridge(canvas.In(Depth.Middle).At(600, shore + 66, 1.5));
        }

        Ships(canvas, stage);
        Swimmers(canvas, stage);
        if (IsAfloat(stage.Scene))
        {
            return;
        }

        Land.Hill(canvas.In(Depth.Near), stage.Ground, stage.Meadow);
        foreach (var share in stackalloc[] { 0.6, 0.72, 0.97 })
        {
            Plants.Reeds(canvas.In(Depth.Near).At(stage.Across(share), stage.Ground.At(stage.Across(share)) + 16, 1.1), dice);
        }

        if (!stage.BareTrees)
        {
            Plants.Tree(canvas.In(Depth.Near).At(stage.Across(0.03), stage.Ground.At(stage.Across(0.03)) + 30, 1.5), dice, stage.Leaves, bare: false, stage.Scene.IsSnowy);
        }

        Land.Meadow(canvas.In(Depth.Near), dice, stage.Ground, stage.Meadow.Darker(0.22), !stage.Scene.IsSnowy, 16);
    }

    private static void Islands(Canvas canvas, Stage stage)
    {
        var (x, y) = (stage.Across(0.2 + stage.Dice.Between(-0.05, 0.1)), stage.Horizon + 4);
        var far = canvas.In(Depth.Far);
        far.Group(() => far.Poly(stage.Meadow.Mix(Rgb.Of(0x7F9AA6), 0.5), x - 150, y, x - 96, y - 26, x - 40, y - 38, x + 10, y - 22, x + 70, y - 30, x + 140, y));
    }

    /// <summary>A cliff on the far side, with the landmark upon it.</summary>
    private static void Headland(Canvas canvas, Stage stage)
    {
        if (stage.Scene.Landmarks.Count == 0)
        {
            return;
        }

        var c = canvas.In(Depth.Middle);
        var y = stage.Horizon;
        var top = y - 50;
        c.Group(() =>
        {
            c.Poly(Cliff.To(Cliff.Darker(0.2)), stage.Across(1.05), top + 6, stage.Across(0.83), top, stage.Across(0.69), top + 4, stage.Across(0.64), top + 24, stage.Across(0.62), y + 26, stage.Across(0.575), y + 64, stage.Across(0.6), y + 92, stage.Across(1.05), y + 112);
            c.Poly((stage.Scene.IsSnowy ? Land.Snow : stage.Meadow).Accent, stage.Across(1.05), top - 8, stage.Across(0.83), top - 12, stage.Across(0.7), top - 6, stage.Across(0.632), top + 22, stage.Across(0.69), top + 18, stage.Across(0.8), top + 28, stage.Across(0.9), top + 18, stage.Across(1.05), top + 30);
            c.Line(Cliff.Darker(0.25), 3, stage.Across(0.7), y, stage.Across(0.69), y + 50);
            c.Line(Cliff.Darker(0.25), 3, stage.Across(0.82), y + 6, stage.Across(0.83), y + 66);
            c.Line(Cliff.Darker(0.25), 3, stage.Across(0.92), y - 2, stage.Across(0.91), y + 40);
        });
        Scenery.Landmarks(c, stage, new Ridge(top - 8, 0, stage.Dice), 0.92);
        var foam = Rgb.White.Bare.Fade(0.75);
        c.Line(foam, 5, stage.Across(0.57), y + 70, stage.Across(0.6), y + 96, stage.Across(0.7), y + 104, stage.Across(0.8), y + 100, stage.Across(1.02), y + 116);
    }

    private static void Ships(Canvas canvas, Stage stage, Motif? but = null)
    {
        var scene = stage.Scene;
        var x = scene.Landmarks.Count > 0 ? stage.Across(0.45) : stage.LandmarkX;
        if (scene.Things.Contains(Motif.Ship))
        {
            Vehicles.Ship(canvas.In(Depth.Middle).At(x, stage.Horizon + 74, 0.72, stage.Mirrored), scene.IsDark);
        }
        else if (scene.Things.Contains(Motif.Boat) && but is not Motif.Boat && !IsAfloat(scene))
        {
            Vehicles.SailBoat(canvas.In(Depth.Middle).At(x, stage.Horizon + 92, 0.85, stage.Mirrored), Rgb.Of(0xC9604C));
        }
        else if (scene.Place is not (Motif.Lake or Motif.River or Motif.Harbour) && stage.Dice.Chance(0.5))
        {
            Vehicles.SailBoat(canvas.In(Depth.Far).At(stage.Across(0.48), stage.Horizon + 22, 0.26), Rgb.Of(0xF3E3CC));
        }
    }

    private static void Swimmers(Canvas canvas, Stage stage)
    {
        var c = canvas.In(Depth.Near);
        foreach (var swimmer in stage.Scene.Animals.Where(animal => animal.Swims() || animal is Motif.Duck))
        {
            var flip = stage.LandmarkX > 600;
            switch (swimmer)
            {
                case Motif.Whale:
                    SeaLife.Whale(c.At(stage.LandmarkX, stage.Horizon + 106, 0.95, flip), Rgb.Of(0x4A7296));
                    break;
                case Motif.Swan or Motif.Duck:
                    Birds.Standing(c.At(stage.Across(0.66), stage.Horizon + 120, 0.9, flip), swimmer, null);
                    Birds.Standing(c.At(stage.Across(0.78), stage.Horizon + 100, 0.6, flip), swimmer, null);
                    break;
                default:
                    SeaLife.Draw(c.At(stage.Across(0.6), stage.Horizon + (stage.Scene.Landmarks.Count > 0 ? 144 : 110), swimmer is Motif.Fish ? 0.8 : 1, flip), swimmer, null);
                    break;
            }
        }
    }

    private static void Shore(Canvas canvas, Stage stage, Rgb sand)
    {
        stage.Meadow = sand;
        stage.Ground = new Ridge(622, 20, stage.Dice);
        var foam = new Ridge(612, 20, stage.Dice);
        var near = canvas.In(Depth.Near);
        if (!canvas.IsLine)
        {
            Land.Hill(canvas.In(Depth.Middle), foam, Rgb.Of(0xF4FAFA));
        }

        Land.Hill(near, stage.Ground, sand);
        for (var i = 0; i < 14; i++)
        {
            var (x, y) = (stage.Dice.Between(20, 1180), stage.Dice.Between(680, 786));
            near.Line(sand.Darker(0.16), 2.5, x - 14, y, x, y - 3, x + 14, y);
        }
    }
}
