using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch.Drawing;

/// <summary>Where to find an animal, and how large it is.</summary>
internal static class Animals
{
    /// <summary>The width that an animal takes on the ground.</summary>
    public static double WidthOf(Motif species) => species switch
    {
        Motif.Horse or Motif.Cow or Motif.Elephant or Motif.Dragon => 230,
        Motif.Bear or Motif.Lion or Motif.Donkey or Motif.Deer => 190,
        Motif.Wolf or Motif.Sheep or Motif.Goat or Motif.Pig or Motif.Fox or Motif.Dog => 140,
        Motif.Cat => 100,
        Motif.Mouse or Motif.Frog or Motif.Snail or Motif.Hedgehog or Motif.Squirrel or Motif.Rabbit => 84,
        _ => 80,
    };

    public static void Draw(Canvas canvas, Motif species, Rgb? coat)
    {
        canvas.Group(() =>
        {
            switch (species)
            {
                case Motif.Owl:
                    Birds.Owl(canvas, coat ?? Rgb.Of(0x9A6B45));
                    break;
                case Motif.Penguin:
                    Birds.Penguin(canvas);
                    break;
                case Motif.Bird or Motif.Crow or Motif.Gull or Motif.Hen or Motif.Duck or Motif.Swan:
                    Birds.Standing(canvas, species, coat);
                    break;
                case Motif.Butterfly or Motif.Bee:
                    Birds.Insect(canvas.At(0, -120), species, coat ?? Rgb.Of(0xE08A3C));
                    break;
                case Motif.Fish or Motif.Whale or Motif.Dolphin:
                    SeaLife.Draw(canvas.At(0, -40), species, coat);
                    break;
                case Motif.Frog:
                    Small.Frog(canvas, coat ?? Rgb.Of(0x6FA04F));
                    break;
                case Motif.Turtle:
                    Small.Turtle(canvas, coat ?? Rgb.Of(0x7C9A52));
                    break;
                case Motif.Snail:
                    Small.Snail(canvas, coat ?? Rgb.Of(0xC98A52));
                    break;
                case Motif.Hedgehog:
                    Small.Hedgehog(canvas, coat ?? Rgb.Of(0x7B5A44));
                    break;
                default:
                    Beasts.Draw(canvas, species, coat);
                    break;
            }
        });
    }
}
