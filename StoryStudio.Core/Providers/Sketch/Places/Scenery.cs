using StoryStudio.Core.Providers.Sketch.Drawing;
using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Places;

/// <summary>What places share: trees in the distance, landmarks, things in the air.</summary>
internal static class Scenery
{
    /// <summary>Everything behind the figures.</summary>
    public static void Draw(Canvas canvas, Stage stage)
    {
        switch (stage.Scene.Place)
        {
            case Motif.Sea:
                Waterside.Sea(canvas, stage);
                break;
            case Motif.Beach:
                Waterside.Beach(canvas, stage);
                break;
            case Motif.Harbour:
                Waterside.Harbour(canvas, stage);
                break;
            case Motif.Lake or Motif.River:
                Waterside.Lake(canvas, stage);
                break;
            case Motif.Underwater:
                Depths.Underwater(canvas, stage);
                break;
            case Motif.Space:
                Depths.Space(canvas, stage);
                break;
            case Motif.Forest:
                Woods.Forest(canvas, stage);
                break;
            case Motif.Mountain:
                Countryside.Mountain(canvas, stage);
                break;
            case Motif.Desert:
                Countryside.Desert(canvas, stage);
                break;
            case Motif.Village:
                Towns.Village(canvas, stage);
                break;
            case Motif.City:
                Towns.City(canvas, stage);
                break;
            case Motif.Garden:
                Countryside.Garden(canvas, stage);
                break;
            default:
                Countryside.Hills(canvas, stage);
                break;
        }
    }

    /// <summary>Landmarks on the line of the middle distance.</summary>
    public static void Landmarks(Canvas canvas, Stage stage, Ridge ridge, double scale = 1)
    {
        var scene = stage.Scene;
        var dark = scene.IsDark || scene.Time is Motif.Dusk || scene.Weather is Motif.Storm;
        var x = stage.LandmarkX;
        foreach (var landmark in scene.Landmarks)
        {
            var c = canvas.At(x, ridge.At(x) + 12, scale);
            switch (landmark)
            {
                case Motif.Lighthouse:
                    Buildings.Lighthouse(c, dark, scene.Weather is Motif.Fog);
                    break;
                case Motif.Castle:
                    Buildings.Castle(c, dark, scene.IsSnowy);
                    break;
                case Motif.House when scene.Place is not (Motif.Village or Motif.City):
                    Buildings.House(c.At(0, 0, 1.25), stage.Dice, dark, scene.IsSnowy);
                    break;
                case Motif.Church:
                    Buildings.Church(c, dark, scene.IsSnowy);
                    break;
                case Motif.Tower:
                    Buildings.Tower(c, dark);
                    break;
                case Motif.Mill:
                    Buildings.Mill(c.At(0, 0, 1.1), stage.Dice, dark);
                    break;
                case Motif.Tent:
                    Buildings.Tent(c, dark);
                    break;
                case Motif.Well:
                    Buildings.Well(c);
                    break;
                default:
                    continue;
            }

            x = stage.Across(0.5) + (stage.Mirrored ? -40 : 40);
            scale *= 0.7;
        }
    }

    /// <summary>A loose row of trees on a ridge.</summary>
    public static void TreeLine(Canvas canvas, Stage stage, Ridge ridge, int count, double scale, bool firs)
    {
        var dice = stage.Dice;
        for (var i = 0; i < count; i++)
        {
            var x = (1240.0 * (i + dice.Between(0.1, 0.9)) / count) - 20;
            if (Math.Abs(x - stage.LandmarkX) < 130 && stage.Scene.Landmarks.Count > 0)
            {
                continue;
            }

            var c = canvas.At(x, ridge.At(x) + 10, scale * dice.Between(0.75, 1.2));
            if (firs)
            {
                Plants.Fir(c, dice, Rgb.Of(0x4A7F66), stage.Scene.IsSnowy);
            }
            else
            {
                Plants.Tree(c, dice, stage.Leaves.Mix(Rgb.Of(0x6A9A58), dice.Between(0, 0.5)), stage.BareTrees, snowy: false);
            }
        }
    }

    /// <summary>What is in the air: birds, balloons, a kite that nobody holds.</summary>
    public static void Air(Canvas canvas, Stage stage)
    {
        var (scene, dice) = (stage.Scene, stage.Dice);
        foreach (var flier in scene.Animals.Where(Motifs.Flies))
        {
            if (flier is Motif.Butterfly or Motif.Bee)
            {
                for (var i = 0; i < 3; i++)
                {
                    var wings = dice.Pick(Rgb.Of(0xE08A3C), Rgb.Of(0x6AA6CF), Rgb.Of(0xE3B94F), Rgb.Of(0xD98AA6));
                    Birds.Insect(canvas.At(stage.Across(0.5 + (i * 0.14)), 470 + dice.Between(-70, 60), 0.9, dice.Chance(0.5)), flier, wings);
                }

                continue;
            }

            Birds.Flying(canvas.At(stage.Across(0.56 + dice.Between(-0.08, 0.08)), 230 + dice.Between(-40, 60), 1.1, stage.Mirrored), flier, null, near: true);
            for (var i = 0; i < 3; i++)
            {
                Birds.Flying(canvas.At(stage.Across(dice.Between(0.3, 0.9)), dice.Between(110, 300), dice.Between(0.4, 0.7)), flier, null, near: false);
            }
        }

        if (scene.Things.Contains(Motif.AirBalloon))
        {
            Vehicles.AirBalloon(canvas.At(stage.Across(0.6), 380, 0.95), dice);
        }

        if (scene.Figures.Count == 0)
        {
            foreach (var thing in scene.Things.Where(thing => thing is Motif.Kite or Motif.Balloon))
            {
                Things.InHand(canvas.At(stage.Across(0.46), 480), thing);
            }
        }
        else if (dice.Chance(0.4) && scene.Weather is null && !scene.IsDark)
        {
            for (var i = 0; i < 3; i++)
            {
                Birds.Flying(canvas.In(Depth.Far).At(stage.Across(0.62) + (i * 34), 210 + (i % 2 * 22), 0.45), Motif.Bird, null, near: false);
            }
        }
    }
}
