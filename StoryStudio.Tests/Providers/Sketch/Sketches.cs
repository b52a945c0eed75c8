using System.Text;
using System.Xml.Linq;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Sketch;
using StoryStudio.Core.Stories;

namespace StoryStudio.Tests.Providers.Sketch;

/// <summary>Requests for sketches, and what came of them.</summary>
internal static class Sketches
{
    public static readonly string[] Styles = ["illustration", "clear", "consistent"];

    public static readonly CharacterLook Mira = new("Mira", "A girl of nine with short black hair, in a red raincoat and yellow boots.");

    public static ImageRequest Request(string scene, string style = "illustration", int version = 1, params CharacterLook[] characters) => new()
    {
        IdempotencyKey = "key",
        Prompt = "A picture. " + scene,
        Scene = scene,
        Style = style,
        Version = version,
        Characters = characters,
    };

    public static string Draw(string scene, string style = "illustration", int version = 1, params CharacterLook[] characters) =>
        Encoding.UTF8.GetString(Composer.Draw(Request(scene, style, version, characters)));

    public static XDocument Parse(string svg) => XDocument.Parse(svg);

    public static string Title(string svg) => Parse(svg).Root!.Elements().Single(e => e.Name.LocalName == "title").Value;
}
