using StoryStudio.Core.Providers.Sketch.Drawing;
using StoryStudio.Core.Providers.Sketch.Places;
using StoryStudio.Core.Providers.Sketch.Reading;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Providers.Sketch;

/// <summary>
/// The illustrator: words in, an SVG picture out. Pure: the same request gives the same bytes.
/// </summary>
internal static class Composer
{
    private const int LargestPicture = 38 * 1024;

    /// <summary>The whole picture.</summary>
    public static byte[] Draw(ImageRequest request) =>
        Draw(request, Detail.Full) is { Length: <= LargestPicture } picture ? picture : Draw(request, Detail.Thrifty);

    /// <summary>A first impression of the same picture: its planes and lights, soft, without detail.</summary>
    public static byte[] DrawRough(ImageRequest request) => Draw(request, Detail.Rough);

    private static byte[] Draw(ImageRequest request, Detail detail)
    {
        var text = string.IsNullOrWhiteSpace(request.Scene) ? request.Prompt : request.Scene;
        var seed = Dice.Hash(text, request.Style, request.Version.ToString(System.Globalization.CultureInfo.InvariantCulture));
        // What is in the picture hangs on the words alone, so that the styles and versions of a segment show the same.
        var scene = SceneReader.Read(text, [.. request.Characters.Where(c => c.Kind is CastKind.Character)], Dice.Of("scene", text));
        scene = detail is Detail.Thrifty ? scene.Sparse() : scene;
        var manner = Manner.Of(request.Style);
        var palette = Palette.Of(scene, manner);
        var svg = new SvgWriter($"s{seed & 0xFFFFFF:x}-");
        var canvas = new Canvas(svg, manner.Medium, scene.IsIndoors ? palette.Indoors(scene.Time) : palette, new Dice(seed ^ 0x5EED), detail);
        var stage = new Stage(scene, new Dice(seed), palette);
        if (detail is Detail.Rough)
        {
            canvas.Blurred(() => Paint(canvas, stage));
        }
        else
        {
            Paint(canvas, stage);
        }

        return svg.ToBytes(Title.Of(scene));
    }

    private static void Paint(Canvas canvas, Stage stage)
    {
        if (stage.Scene.IsIndoors)
        {
            Interior.Draw(canvas, stage);
            Ensemble.Draw(canvas, stage);
            return;
        }

        if (stage.Scene.Place is not Motif.Underwater)
        {
            Sky.Draw(canvas.In(Depth.Far), stage.Scene, stage.Dice, stage.Horizon, stage.DiscX);
        }

        Scenery.Draw(canvas, stage);
        if (stage.Scene.Place is not (Motif.Underwater or Motif.Space))
        {
            Scenery.Air(canvas.In(Depth.Middle), stage);
        }

        Ensemble.Draw(canvas, stage);
        if (stage.Scene.Place is not (Motif.Underwater or Motif.Space))
        {
            Weather.Draw(canvas.In(Depth.Front), stage.Scene, stage.Dice);
        }
    }
}
