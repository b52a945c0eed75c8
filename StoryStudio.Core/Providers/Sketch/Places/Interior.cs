using StoryStudio.Core.Providers.Sketch.Drawing;
using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Places;

/// <summary>Rooms: a wall, a window with the hour in it, a floor, and what belongs there.</summary>
internal static class Interior
{
    private const double Floor = 600;

    public static void Draw(Canvas canvas, Stage stage)
    {
        var (dice, place) = (stage.Dice, stage.Scene.Place);
        var wall = place switch
        {
            Motif.Kitchen => dice.Pick(Rgb.Of(0xF0DDB4), Rgb.Of(0xDCE5D2)),
            Motif.Bedroom => dice.Pick(Rgb.Of(0xC9D6E2), Rgb.Of(0xE8CFC6)),
            Motif.Library => dice.Pick(Rgb.Of(0xD9C2A0), Rgb.Of(0xBFCDBB)),
            _ => dice.Pick(Rgb.Of(0xEBCFAE), Rgb.Of(0xCFDCD4), Rgb.Of(0xE6C4AE)),
        };
        stage.Ground = new Ridge(Floor + 20, 0, dice);
        Wall(canvas, dice, wall);
        Floorboards(canvas);
        var middle = canvas.In(Depth.Near);
        Window(middle, stage, stage.Across(0.56), 130, 250, 250);
        Rug(middle, dice, stage.GroupX);
        Furnish(middle, stage);
        var dark = stage.Scene.IsDark || stage.Scene.Time is Motif.Dusk;
        Lamp(middle, stage.Across(0.3), dark);
    }

    private static void Wall(Canvas canvas, Dice dice, Rgb wall)
    {
        var c = canvas.In(Depth.Middle);
        c.Poly(new Paint(wall.Lighter(0.08), wall.Darker(0.06), canvas.IsLine ? Finish.Wash : Finish.Plain), -10, -10, 1210, -10, 1210, Floor, -10, Floor);
        var stripes = dice.Chance(0.5);
        for (var i = 0; i < (stripes ? 20 : 40); i++)
        {
            if (stripes)
            {
                c.Line(wall.Lighter(0.25).Bare.Fade(0.6), 9, 30 + (i * 60), -10, 30 + (i * 60), Floor - 20);
            }
            else
            {
                var (x, y) = (40 + (i % 10 * 122) + (i / 10 % 2 * 60), 60 + (i / 10 * 140));
                Sky.Sparkle(c, wall.Lighter(0.4).Bare, x, y, 11);
            }
        }

        c.Rect(wall.Darker(0.2).Mix(Rgb.Of(0x8F5F3C), 0.3), -10, Floor - 22, 1220, 22);
    }

    private static void Floorboards(Canvas canvas)
    {
        var wood = Rgb.Of(0xB98A5C);
        var c = canvas.In(Depth.Near);
        c.Poly(new Paint(wood, wood.Darker(0.18), canvas.IsLine ? Finish.Wash : Finish.Plain), -10, Floor, 1210, Floor, 1210, 810, -10, 810);
        for (var i = 0; i < 4; i++)
        {
            c.Line(wood.Darker(0.25).Bare.Fade(0.6), 3, 0, Floor + 24 + (i * i * 13) + (i * 18), 1200, Floor + 24 + (i * i * 13) + (i * 18));
        }
    }

    /// <summary>A window with the sky of the hour, some hills, and the moon or the sun.</summary>
    private static void Window(Canvas canvas, Stage stage, double centre, double top, double width, double height)
    {
        var (left, right, bottom) = (centre - (width / 2), centre + (width / 2), top + height);
        var outside = stage.Outside;
        canvas.Group(() => canvas.Rect(Rgb.Of(0xF7F0E2), left - 16, top - 16, width + 32, height + 32));
        canvas.Poly(new Paint(outside.SkyTop, outside.SkyLow, Finish.Bare) with { Finish = Finish.Lamp }, left, top, right, top, right, bottom, left, bottom);
        var weather = stage.Scene.Weather;
        if (stage.Scene.Time is Motif.Night && weather is null)
        {
            canvas.Circle(Rgb.Of(0xFDF3CF).Lamp, left + (width * 0.7), top + 66, 27);
            for (var i = 0; i < 7; i++)
            {
                Sky.Sparkle(canvas, Rgb.Of(0xFFF4D2).Lamp.As(Finish.Bare), left + 20 + (i * 29), top + 28 + (i * 53 % 90), 4.5);
            }
        }
        else if (weather is null)
        {
            canvas.Circle(outside.Disc.Lamp, left + (width * 0.3), top + (stage.Scene.Time is Motif.Day ? 60 : 120), 30);
        }

        var hill = outside.Lit(stage.Meadow, 1);
        canvas.Poly(hill.Mix(outside.Haze, 0.4).Lamp, left, bottom - 66, left + (width * 0.3), bottom - 92, left + (width * 0.6), bottom - 70, right, bottom - 96, right, bottom, left, bottom);
        canvas.Poly(hill.Lamp, left, bottom - 30, left + (width * 0.4), bottom - 50, right, bottom - 26, right, bottom, left, bottom);
        Falling(canvas, stage, left, top, width, height);
        canvas.Line(Rgb.Of(0xF7F0E2).Bare, 10, centre, top - 2, centre, bottom + 2);
        canvas.Line(Rgb.Of(0xF7F0E2).Bare, 10, left - 2, top + (height * 0.45), right + 2, top + (height * 0.45));
        canvas.Rect(Rgb.Of(0xE3D3B4), left - 28, bottom + 12, width + 56, 16);
        Curtains(canvas, stage.Dice, left, right, top, bottom);
    }

    private static void Falling(Canvas canvas, Stage stage, double left, double top, double width, double height)
    {
        for (var i = 0; i < 22; i++)
        {
            var (x, y) = (left + 8 + (stage.Dice.Unit() * (width - 16)), top + 8 + (stage.Dice.Unit() * (height - 40)));
            if (stage.Scene.Weather is Motif.Snow)
            {
                canvas.Circle(Rgb.White.Lamp.As(canvas.IsLine ? Finish.Lamp : Finish.Bare), x, y, 3);
            }
            else if (stage.Scene.Weather is Motif.Rain or Motif.Storm)
            {
                canvas.Line(Rgb.Of(0xDCE8F0).Lamp.Fade(0.8), 2, x, y, x - 5, y + 20);
            }
        }
    }

    private static void Curtains(Canvas canvas, Dice dice, double left, double right, double top, double bottom)
    {
        var cloth = dice.Pick(Rgb.Of(0xC9604C), Rgb.Of(0x4F8C8A), Rgb.Of(0xD9A04A), Rgb.Of(0x6F7FB0));
        canvas.Group(() =>
        {
            canvas.Blob(cloth.Accent, left - 44, top - 34, left + 34, top - 34, left + 18, top + 90, left - 12, bottom - 20, left - 48, bottom + 4, left - 46, top + 100);
            canvas.Blob(cloth.Accent, right + 44, top - 34, right - 34, top - 34, right - 18, top + 90, right + 12, bottom - 20, right + 48, bottom + 4, right + 46, top + 100);
            canvas.Limb(Rgb.Of(0x8F5F3C), 9, left - 66, top - 34, right + 66, top - 34);
        });
    }

    private static void Rug(Canvas canvas, Dice dice, double x)
    {
        var colour = dice.Pick(Rgb.Of(0xB4513F), Rgb.Of(0x3F7A7C), Rgb.Of(0x6F6FA6), Rgb.Of(0xC98A3F));
        canvas.Ellipse(colour.Accent, x, 712, 330, 58);
        canvas.Ellipse(colour.Lighter(0.35).Bare, x, 712, 292, 47);
        canvas.Ellipse(colour.Bare, x, 712, 268, 41);
    }

    private static void Lamp(Canvas canvas, double x, bool lit)
    {
        canvas.Line(Rgb.Of(0x4A4E58), 3, x, -10, x, 92);
        canvas.Group(() => canvas.Poly(Rgb.Of(0xE3A63A).Accent, x - 16, 90, x + 16, 90, x + 54, 136, x - 54, 136));
        canvas.Ellipse((lit ? Palette.LampLight : Rgb.Of(0xFFF4DC)).Lamp, x, 138, 22, 10);
        if (lit)
        {
            canvas.Glow(Palette.LampLight, x, 150, 330, 0.55);
        }
    }

    private static void Furnish(Canvas canvas, Stage stage)
    {
        var far = stage.Across(0.86);
        switch (stage.Scene.Place)
        {
            case Motif.Kitchen:
                Things.Standing(canvas.At(far, 640, 1.2), Motif.Stove);
                Pans(canvas, stage.Across(0.1));
                break;
            case Motif.Bedroom:
                Bed(canvas, stage);
                Picture(canvas, stage.Across(0.12), stage);
                break;
            case Motif.Library:
                canvas.Group(() => Furniture.Shelf(canvas.At(far, 634, 1.15), 6));
                canvas.Group(() => Furniture.Shelf(canvas.At(stage.Across(0.07), 630, 1.05), 6));
                break;
            default:
                if (stage.Scene.Things.Contains(Motif.Stove) || stage.Dice.Chance(0.4))
                {
                    Furniture.Hearth(canvas.At(far, 626, 1.15));
                }
                else
                {
                    canvas.Group(() => Furniture.Shelf(canvas.At(far, 630, 1.1), 4));
                }

                Picture(canvas, stage.Across(0.12), stage);
                break;
        }
    }

    /// <summary>The bed, with the first of the figures in it where somebody sleeps.</summary>
    private static void Bed(Canvas canvas, Stage stage)
    {
        var c = canvas.At(stage.Across(0.7), 716, 1.5, stage.Mirrored);
        canvas.Group(() =>
        {
            Furniture.BedBack(c);
            if (Sleeper(stage.Scene) is { } sleeper)
            {
                                Heads.Draw(c, sleeper.Look with { Hat = Headwear.None }, Motif.Asleep, -92, -112, 30);
            }

            Furniture.BedFront(c, stage.Dice.Pick(Rgb.Of(0x4473AE), Rgb.Of(0xC9604C), Rgb.Of(0x5F8F72), Rgb.Of(0x8A5A9B)));
        });
    }

    /// <summary>Who lies in bed, or null.</summary>
    public static Figure? Sleeper(SceneDescription scene) =>
        scene.Place is Motif.Bedroom && scene.Mood is Motif.Asleep && scene.Figures is [{ Look.Species: null } figure, ..] ? figure : null;

    private static void Pans(Canvas canvas, double x)
    {
        canvas.Line(Rgb.Of(0x8F5F3C), 7, x - 90, 214, x + 90, 214);
        var copper = Rgb.Of(0xC9824A);
        for (var i = -1; i <= 1; i++)
        {
            canvas.Line(Rgb.Of(0x4A4E58), 5, x + (i * 56), 216, x + (i * 56), 262);
            canvas.Circle(copper.Lighter(i * 0.08).Accent, x + (i * 56), 284, 25);
        }
    }

    private static void Picture(Canvas canvas, double x, Stage stage) => canvas.Group(() =>
    {
        canvas.Rect(Rgb.Of(0x9C6B42), x - 62, 190, 124, 100);
        canvas.Rect(stage.Outside.SkyLow.Lamp, x - 50, 202, 100, 76);
        canvas.Poly(Rgb.Of(0x6F9F7A).Bare, x - 50, 250, x - 10, 232, x + 50, 256, x + 50, 278, x - 50, 278);
        canvas.Circle(Rgb.Of(0xE8A94A).Bare, x + 22, 224, 10);
    });
}
