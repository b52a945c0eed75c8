using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Drawing;

/// <summary>What swims, looking to the right; the origin is the middle of the body.</summary>
internal static class SeaLife
{
    private static readonly Rgb Dark = Rgb.Of(0x25232E);

    public static void Draw(Canvas canvas, Motif species, Rgb? coat)
    {
        switch (species)
        {
            case Motif.Whale:
                Whale(canvas, coat ?? Rgb.Of(0x4A7296));
                break;
            case Motif.Dolphin:
                Dolphin(canvas, coat ?? Rgb.Of(0x7D9DB5));
                break;
            default:
                Fish(canvas, coat ?? Rgb.Of(0xE88B4A));
                break;
        }
    }

    public static void Fish(Canvas canvas, Rgb colour) => canvas.Group(() =>
    {
        canvas.Blob(colour.Darker(0.15).Accent, -30, 0, -58, -24, -52, 0, -58, 24);
        canvas.Blob(colour.Darker(0.15).Accent, -8, -20, 0, -34, 16, -22);
        canvas.Blob(colour.Accent, -36, 0, -14, -22, 16, -22, 42, -2, 16, 20, -14, 22);
        canvas.Line(colour.Lighter(0.5).Bare, 5, -6, -19, -11, 0, -6, 19);
        canvas.Circle(Rgb.White.Bare, 24, -6, 6);
        canvas.Circle(Dark.Bare, 25, -6, 3.4);
        canvas.Line(Dark.Bare, 2, 40, 4, 33, 7);
    });

    /// <summary>A whale, some 320 long.</summary>
    public static void Whale(Canvas canvas, Rgb colour) => canvas.Group(() =>
    {
        canvas.Blob(colour.Darker(0.1).Accent, -128, -14, -186, -64, -176, -28, -200, 4, -146, 2);
        canvas.Blob(new Paint(colour.Lighter(0.06), colour.Darker(0.1), Finish.Accent), -140, -8, -90, -24, -20, -74, 80, -80, 150, -30, 152, 26, 80, 66, -20, 58, -100, 18);
        canvas.Blob(Rgb.Of(0xE9EEF0).Bare, 148, 30, 80, 65, -20, 57, -70, 32, 20, 42, 100, 28);
        canvas.Line(colour.Darker(0.35).Bare, 3, 150, 14, 116, 20, 88, 10);
        canvas.Circle(Rgb.White.Bare, 92, -18, 7);
        canvas.Circle(Dark.Bare, 93, -18, 4.4);
        canvas.Blob(colour.Darker(0.16).Accent, 26, 34, 6, 84, -18, 92, -10, 44);
        canvas.Limb(Rgb.Of(0xE6F4F8).Lamp, 7, 50, -86, 46, -118, 26, -136, 12, -122);
        canvas.Limb(Rgb.Of(0xE6F4F8).Lamp, 7, 54, -86, 62, -118, 84, -134, 96, -120);
    });

    private static void Dolphin(Canvas canvas, Rgb colour) => canvas.Group(() =>
    {
        canvas.Blob(colour.Darker(0.12).Accent, -76, 22, -118, 16, -104, 36, -118, 62, -78, 38);
        canvas.Blob(colour.Darker(0.12).Accent, -14, -40, -34, -74, 14, -46);
        canvas.Blob(colour.Accent, -88, 30, -56, -14, 0, -44, 56, -36, 80, -12, 108, -4, 104, 6, 76, 8, 40, 10, -20, 10);
        canvas.Blob(Rgb.Of(0xEEF2F2).Bare, 76, 7, 40, 9, -20, 9, -50, 12, -10, -8, 50, -6);
        canvas.Circle(Dark.Bare, 62, -16, 3.6);
    });
}
