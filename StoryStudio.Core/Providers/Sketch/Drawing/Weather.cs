using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Drawing;

/// <summary>What falls or drifts in front of everything.</summary>
internal static class Weather
{
    public static void Draw(Canvas canvas, SceneDescription scene, Dice dice)
    {
        switch (scene.Weather)
        {
            case Motif.Rain:
                Rain(canvas, dice, 60, slant: 16);
                break;
            case Motif.Storm:
                Rain(canvas, dice, 80, slant: 44);
                break;
            case Motif.Snow:
                Snow(canvas, dice);
                break;
            case Motif.Fog:
                Fog(canvas, dice);
                break;
            case Motif.Wind:
                Wind(canvas, dice, scene);
                break;
            default:
                if (scene.Season is Motif.Autumn && !scene.Place.IsWater() && scene.Place is not Motif.Desert)
                {
                    Leaves(canvas, dice, 9);
                }

                break;
        }
    }

    private static void Rain(Canvas canvas, Dice dice, int drops, double slant)
    {
        var colour = canvas.IsLine ? Rgb.Of(0x7D9DB8) : canvas.Palette.SkyLow.Lighter(0.35);
        for (var i = 0; i < drops; i++)
        {
            var (x, y, length) = (dice.Between(0, 1240), dice.Between(-20, 780), dice.Between(20, 46));
            canvas.Line(new Paint(colour, colour, Finish.Lamp, canvas.IsLine ? 0.8 : 0.55), canvas.IsPaper ? 3 : 2, x, y, x - (slant * length / 46), y + length);
        }
    }

    private static void Snow(Canvas canvas, Dice dice)
    {
        var flake = canvas.IsLine ? Rgb.Of(0xC7D6E4) : Rgb.White;
        for (var i = 0; i < 100; i++)
        {
            canvas.Dot(flake.Lamp.Fade(0.9), dice.Between(0, 1200), dice.Between(0, 790), i < 50 ? 2 : i < 82 ? 3 : 5);
        }
    }

    private static void Fog(Canvas canvas, Dice dice)
    {
        var colour = canvas.IsLine ? Rgb.White : canvas.Palette.Haze.Lighter(0.2);
        for (var i = 0; i < 5; i++)
        {
            var y = 300 + (i * 85) + dice.Between(-20, 20);
            var x = dice.Between(100, 900);
            var fog = new Paint(colour, colour, Finish.Lamp, canvas.IsLine ? 0.8 : 0.34);
            canvas.Blob(fog.As(canvas.IsLine ? Finish.Bare : Finish.Lamp), x - 520, y + 12, x - 300, y - 16, x, y - 4, x + 260, y - 22, x + 560, y + 8, x + 300, y + 30, x, y + 24, x - 300, y + 34);
        }
    }

    private static void Wind(Canvas canvas, Dice dice, SceneDescription scene)
    {
        var colour = canvas.IsLine ? Rgb.Of(0x9AABBA) : Rgb.White;
        for (var i = 0; i < 6; i++)
        {
            var (x, y) = (dice.Between(60, 900), dice.Between(90, 560));
            canvas.Line(new Paint(colour, colour, Finish.Lamp, 0.6), 3, x, y, x + 90, y - 14, x + 180, y + 4, x + 236, y - 10, x + 232, y - 34, x + 208, y - 28);
        }

        if (scene.Season is Motif.Autumn && !scene.Place.IsWater())
        {
            Leaves(canvas, dice, 14);
        }
    }

    private static void Leaves(Canvas canvas, Dice dice, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var colour = dice.Pick(Rgb.Of(0xD9803A), Rgb.Of(0xC9553A), Rgb.Of(0xE3B04B));
            var (x, y, lean) = (dice.Between(20, 1180), dice.Between(200, 760), dice.Between(-8, 8));
            canvas.Blob(colour.Accent, x - 10, y - lean, x, y - 6, x + 10, y + lean, x, y + 6);
        }
    }
}
