using System.Globalization;
using System.Text;
using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using StoryStudio.Core.Providers.Sketch;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Stories;
using Xunit;

namespace StoryStudio.Tests.Providers.Sketch;

public sealed class SketchPictureTests
{
    private const int LargestPicture = 40 * 1024;

    private static readonly string[] Elements =
        ["svg", "title", "defs", "g", "path", "rect", "ellipse", "linearGradient", "radialGradient", "stop", "filter", "feDropShadow", "feGaussianBlur"];

    private static readonly string[] Times = ["at dawn", "at noon", "at dusk", "at night under the moon and the stars"];

    private static readonly string[] Weathers = ["", "in the rain", "in a storm", "while snow fell", "in the fog", "in the wind"];

    private static readonly string[] Places =
    [
        "by the sea", "at the harbour", "on the beach", "in the forest", "in the mountains", "on a hill", "in the village", "in the city street", "in the kitchen",
        "in the bedroom", "in the library", "in the room", "by the river", "by the lake", "in the desert", "in the garden", "on the road", "under water in the coral", "in space",
    ];

    private static readonly string[] Subjects =
    [
        "a girl with a lantern and her dog", "children flew a kite among the flowers", "the king's castle and a dragon", "an old man in a boat with an owl", "a horse, a cart, a pig and a hen",
        "a witch, a wizard, a knight and a robot", "a rabbit, a mouse and a hedgehog at a table with a cake", "the lighthouse and a ship and a whale", "a bear and a squirrel by the campfire",
        "a woman with an umbrella, a car, a bicycle and a train", "a mill, a church and a bridge", "a balloon, a book, a map, a key and a cup", "nobody at all",
    ];

    [Fact]
    public void Picture_OfTheSameRequest_HasTheSameBytes() => ForAnyText((text, style) =>
        Assert.Equal(Composer.Draw(Sketches.Request(text, style)), Composer.Draw(Sketches.Request(text, style))));

    [Fact]
    public void Picture_InEveryVersionOfDotNet_IsTheSame()
    {
        // Hashes and dice are our own: a change here changes every sketch that anybody has.
        Assert.Equal(0x85CF6A5A7F6B1BEDUL, Dice.Hash("owl", "night"));
        Assert.Equal([2454886589211414944UL, 3778200017661327597UL], Enumerable.Repeat(new Dice(5), 2).Select(dice => dice.Next()));
    }

    [Fact]
    public void Picture_InACommaCulture_IsTheSame()
    {
        var before = CultureInfo.CurrentCulture;
        var here = Sketches.Draw("Night over the harbour.");
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "−" } };
            Assert.Equal(here, Sketches.Draw("Night over the harbour."));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Picture_OfAnyText_IsWellFormedInertAndSmall() => ForAnyText((text, style) =>
    {
        var look = new CharacterLook(text[..Math.Min(text.Length, 60)], text);
        AssertInert(Composer.Draw(Sketches.Request(text, style, 1, look)));
        AssertInert(Composer.DrawRough(Sketches.Request(text, style, 1, look)));
    });

    [Fact]
    public void Picture_OfEveryPlaceTimeAndWeather_IsWellFormedInertAndSmall()
    {
        for (var i = 0; i < Places.Length * Subjects.Length; i++)
        {
            var text = $"{Subjects[i % Subjects.Length]} {Places[i % Places.Length]} {Times[i % 4]} {Weathers[i / 3 % Weathers.Length]}";
            AssertInert(Composer.Draw(Sketches.Request(text, Sketches.Styles[i % 3], 1, Sketches.Mira)));
        }
    }

    [Theory]
    [InlineData("illustration", "clear")]
    [InlineData("clear", "consistent")]
    [InlineData("consistent", "illustration")]
    [InlineData("illustration", "watercolour")]
    public void Picture_InAnotherStyle_LooksOtherwise(string one, string other) =>
        Assert.NotEqual(Shapes(Sketches.Draw("A girl in the garden.", one)), Shapes(Sketches.Draw("A girl in the garden.", other)), StringComparer.Ordinal);

    [Fact]
    public void Manner_OfEachStyle_IsItsOwn()
    {
        var svgs = Sketches.Styles.Select(style => Sketches.Draw("A girl in the garden by day.", style)).ToList();

        Assert.Contains("linearGradient", svgs[0], StringComparison.Ordinal);
        Assert.Contains("stroke=\"#24303c\"", svgs[1], StringComparison.Ordinal);
        Assert.DoesNotContain("stroke=\"#24303c\" stroke-width=\"2.8\"", svgs[0], StringComparison.Ordinal);
        Assert.Contains("feDropShadow", svgs[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Picture_InAnotherVersion_IsComposedOtherwise() =>
        Assert.NotEqual(Sketches.Draw("A girl in the garden."), Sketches.Draw("A girl in the garden.", version: 2), StringComparer.Ordinal);

    [Fact]
    public void Pictures_OfDifferentTextsInAnUnknownTongue_Vary()
    {
        var titles = Enumerable.Range(0, 40).Select(i => Sketches.Title(Sketches.Draw($"Zuwulo {i} mbeki tanoru {i * 7}."))).ToHashSet(StringComparer.Ordinal);

        Assert.InRange(titles.Count, 8, 40);
    }

    [Fact]
    public void Title_WithMarkupInAName_IsText()
    {
        var svg = Sketches.Draw("Night.", characters: new CharacterLook("<script>alert(1)</script>&\u0001\uD800", ""));

        Assert.DoesNotContain("<script", svg, StringComparison.Ordinal);
        Assert.Contains("<script>alert(1)</script>&", Sketches.Title(svg), StringComparison.Ordinal);
    }

    private static string Shapes(string svg) =>
        string.Join('|', Sketches.Parse(svg).Descendants().Where(e => e.Name.LocalName == "path").Select(e => (string)e.Attribute("d")!));

    private static void AssertInert(byte[] bytes)
    {
        Assert.InRange(bytes.Length, 500, LargestPicture);
        var root = Sketches.Parse(Encoding.UTF8.GetString(bytes)).Root!;
        Assert.Equal("0 0 1200 800", root.Attribute("viewBox")!.Value);
        Assert.Equal(("1200", "800"), (root.Attribute("width")!.Value, root.Attribute("height")!.Value));
        foreach (var element in root.DescendantsAndSelf())
        {
            Assert.Contains(element.Name.LocalName, Elements, StringComparer.Ordinal);
            Assert.Equal("http://www.w3.org/2000/svg", element.Name.NamespaceName);
            foreach (var attribute in element.Attributes().Where(a => !a.IsNamespaceDeclaration))
            {
                AssertInert(attribute, root);
            }
        }
    }

    private static void AssertInert(XAttribute attribute, XElement root)
    {
        var name = attribute.Name.LocalName;
        Assert.False(name.StartsWith("on", StringComparison.Ordinal) || name is "style" or "href" or "class", name);
        Assert.DoesNotContain("NaN", attribute.Value, StringComparison.Ordinal);
        if (attribute.Value.Contains("url(", StringComparison.Ordinal))
        {
            Assert.StartsWith("url(#", attribute.Value, StringComparison.Ordinal);
            Assert.Contains(root.Descendants(), e => (string?)e.Attribute("id") == attribute.Value[5..^1]);
        }
    }

    private static void ForAnyText(Action<string, string> check) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(120),
        Prop.ForAll(RandomText.Any, Gen.Elements("illustration", "clear", "consistent", "ink-wash", "felt", "élan").ToArbitrary(), check));
}
