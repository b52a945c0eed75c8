using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Drawing;

/// <summary>A friendly robot, as high as a child.</summary>
internal static class Robot
{
    public static void Draw(Canvas canvas, Look look)
    {
        var steel = Rgb.Of(0xB9C2CC);
        canvas.Rect(steel.Darker(0.2), -24, -30, 15, 30);
        canvas.Rect(steel.Darker(0.2), 9, -30, 15, 30);
        canvas.Limb(steel, 11, -32, -80, -48, -62, -46, -44);
        canvas.Limb(steel, 11, 32, -80, 50, -70, 56, -92);
        canvas.Rect(look.Top.Accent, -34, -98, 68, 70);
        canvas.Circle(Rgb.Of(0xF2C14B).Lamp, 0, -64, 12);
        canvas.Rect(steel.To(steel.Darker(0.15)), -38, -158, 76, 56);
        canvas.Circle(Rgb.Of(0xFFF4D2).Lamp, -15, -132, 11);
        canvas.Circle(Rgb.Of(0xFFF4D2).Lamp, 15, -132, 11);
        canvas.Circle(Rgb.Black.Bare, -13, -131, 4.5);
        canvas.Circle(Rgb.Black.Bare, 17, -131, 4.5);
        canvas.Line(Rgb.Black.Bare, 3, -12, -114, 0, -110, 12, -114);
        canvas.Line(steel.Darker(0.3), 4, 0, -158, 0, -176);
        canvas.Circle(Rgb.Of(0xD9605A).Lamp, 0, -180, 7);
    }
}
