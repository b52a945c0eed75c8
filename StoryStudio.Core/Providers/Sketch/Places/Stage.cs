using StoryStudio.Core.Providers.Sketch.Drawing;
using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Places;

/// <summary>The plan of a picture: where the horizon lies, where the group stands and where the landmark is.</summary>
internal sealed class Stage
{
    public Stage(SceneDescription scene, Dice dice, Palette outside)
    {
        (Scene, Dice, Outside) = (scene, dice, outside);
        Mirrored = dice.Chance(0.5);
        Horizon = 420 + dice.Between(-30, 25);
        GroupX = Across(0.36 + dice.Between(-0.04, 0.05));
        LandmarkX = Across(0.76 + dice.Between(-0.05, 0.05));
        DiscX = Across(scene.Landmarks.Count > 0 ? dice.Between(0.34, 0.52) : dice.Between(0.55, 0.88));
        Ground = new Ridge(600, 16, dice);
        Meadow = scene.IsSnowy ? Rgb.Of(0xF3F7FB) : scene.Season switch
        {
            Motif.Autumn => Rgb.Of(0xB9A458),
            Motif.Spring => Rgb.Of(0x93C46E),
            _ => Rgb.Of(0x82B366),
        };
        Leaves = scene.Season switch
        {
            Motif.Autumn => dice.Pick(Rgb.Of(0xD9803A), Rgb.Of(0xC9653A), Rgb.Of(0xE0A845)),
            Motif.Spring => dice.Pick(Rgb.Of(0x8CBF6A), Rgb.Of(0xF0B9C4), Rgb.Of(0x9CCB7A)),
            _ => dice.Pick(Rgb.Of(0x5B9A5A), Rgb.Of(0x6BA552), Rgb.Of(0x4F8F66)),
        };
    }

    public SceneDescription Scene { get; }

    public Dice Dice { get; }

    /// <summary>The palette of the open air, also behind a window.</summary>
    public Palette Outside { get; }

    public bool Mirrored { get; }

    public double Horizon { get; set; }

    public double GroupX { get; set; }

    public double LandmarkX { get; }

    public double DiscX { get; }

    /// <summary>The edge of the ground on which figures stand.</summary>
    public Ridge Ground { get; set; }

    public Rgb Meadow { get; set; }

    public Rgb Leaves { get; }

    public bool BareTrees => Scene.Season is Motif.Winter;

    /// <summary>Where a share of the width lies, counted from the side that the group is on.</summary>
    public double Across(double share) => SvgWriter.Width * (Mirrored ? 1 - share : share);

    /// <summary>Where the feet of somebody at <paramref name="x"/> are.</summary>
    public double FeetAt(double x) => Math.Max(Ground.At(x) + 46, 668);
}
