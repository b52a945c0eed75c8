using StoryStudio.Core.Providers.Sketch.Drawing;
using StoryStudio.Core.Providers.Sketch.Places;
using StoryStudio.Core.Providers.Sketch.Reading;

namespace StoryStudio.Core.Providers.Sketch;

/// <summary>Puts people, animals and things side by side on the ground, so that nobody hides anybody.</summary>
internal static class Ensemble
{
    private const double Gap = 18;
    private const double Margin = 50;
    private const int MostActors = 7;

    private sealed record Actor(double Width, bool IsFigure, Action<Canvas> Draw);

    public static void Draw(Canvas canvas, Stage stage)
    {
        var near = canvas.In(Depth.Near);
        if (Waterside.IsAfloat(stage.Scene))
        {
            InBoat(near, stage);
            return;
        }

        var actors = Cast(stage);
        if (actors.Count == 0)
        {
            return;
        }

        var total = actors.Sum(actor => actor.Width + Gap) - Gap;
        var scale = ScaleOf(stage.Scene, actors.Count, actors.Max(actor => actor.Width));
        var room = stage.Scene.Place is Motif.Bedroom ? 680 : SvgWriter.Width - (2 * Margin);
        scale *= Math.Min(1, room / (total * scale));
        var half = total * scale / 2;
        var centre = Math.Clamp(stage.GroupX, Margin + half, SvgWriter.Width - Margin - half);
        centre = stage.Scene.Place is Motif.Bedroom ? Math.Clamp(stage.Across(0.3), Margin + half, SvgWriter.Width - Margin - half) : centre;
        var x = centre - half;
        for (var i = 0; i < actors.Count; i++)
        {
            var actor = actors[i];
            var at = x + (actor.Width * scale / 2);
            var step = actor.IsFigure ? (i % 2 * 12) : 16 + (i % 2 * 10);
            actor.Draw(near.At(at, stage.FeetAt(at) + step + 14, scale, flip: at > stage.LandmarkX || (!actor.IsFigure && at > centre)));
            x += (actor.Width + Gap) * scale;
        }
    }

    /// <summary>The fewer there are, the nearer they come.</summary>
    private static double ScaleOf(SceneDescription scene, int actors, double widest)
    {
        if (scene.Figures.All(figure => figure.Look.Species is not null) && widest <= 150)
        {
            return widest <= 110 ? 2.1 : 1.7;
        }

        var grown = scene.Figures.Any(figure => figure.Look is { Species: null, Age: not Age.Child });
        return (actors, grown) switch { (1, false) => 1.8, (1, true) => 1.55, (2, false) => 1.65, (2, true) => 1.45, (3, _) => 1.4, _ => 1.3 };
    }

    private static List<Actor> Cast(Stage stage)
    {
        var scene = stage.Scene;
        var carried = new Queue<Motif>(scene.Things.Where(Motifs.FitsAHand));
        var actors = new List<Actor>();
        var sleeper = Interior.Sleeper(scene);
        foreach (var figure in scene.Figures.Where(figure => figure != sleeper))
        {
            actors.Add(ActorOf(figure, scene, carried, first: actors.Count == 0));
        }

        foreach (var animal in scene.Animals.Where(animal => !Elsewhere(animal, scene)))
        {
            actors.Add(new Actor(Animals.WidthOf(animal), IsFigure: false, canvas => Animals.Draw(canvas, animal, null)));
        }

        var things = carried.Where(thing => thing is not (Motif.Kite or Motif.Balloon)).Concat(scene.Things.Where(thing => Stands(thing, scene)));
        foreach (var thing in things.Take(MostActors - actors.Count))
        {
            var size = thing.FitsAHand() ? actors.Count == 0 ? 2.2 : 1.15 : 0.95;
            actors.Add(new Actor(Things.WidthOf(thing) * size, IsFigure: false, canvas => Things.Standing(canvas.At(0, 0, size), thing)));
        }

        return Arrange(actors, stage.Dice);
    }

    /// <summary>Figures in the middle, animals and things beside them in turn.</summary>
    private static List<Actor> Arrange(List<Actor> actors, Dice dice)
    {
        var order = new LinkedList<Actor>(actors.Where(actor => actor.IsFigure));
        var right = dice.Chance(0.6);
        foreach (var actor in actors.Where(actor => !actor.IsFigure))
        {
            if (right)
            {
                order.AddLast(actor);
            }
            else
            {
                order.AddFirst(actor);
            }

            right = !right;
        }

        return [.. order];
    }

    private static Actor ActorOf(Figure figure, SceneDescription scene, Queue<Motif> carried, bool first)
    {
        if (figure.Look.Species is { } species)
        {
            return new Actor(Animals.WidthOf(species) * 1.1, IsFigure: true, canvas => Animals.Draw(canvas.At(0, 0, 1.1), species, figure.Look.Coat));
        }

        Motif? holds = carried.Count > 0 && !figure.Look.IsRobot ? carried.Dequeue() : null;
        var pose = new Pose(holds, Waves: first && scene.Mood is Motif.Happy, Mood: scene.Mood is Motif.Asleep ? null : scene.Mood);
        var width = (figure.Look.Age is Age.Child ? 92 : 108) + (holds is Motif.Umbrella or Motif.Balloon ? 60 : holds is null ? 0 : 34);
        return new Actor(width, IsFigure: true, canvas => Figures.Draw(canvas, figure.Look, pose));
    }

    /// <summary>Whether the scenery has drawn it already: in the air or in the water.</summary>
    private static bool Elsewhere(Motif animal, SceneDescription scene) =>
        (animal.Flies() && !(scene.IsIndoors && animal is not (Motif.Butterfly or Motif.Bee)))
        || animal is Motif.Whale or Motif.Dolphin
        || (animal is Motif.Fish && (scene.Place.IsWater() || scene.Place is Motif.Underwater))
        || (animal is Motif.Swan or Motif.Duck && scene.Place.IsWater());

    private static bool Stands(Motif thing, SceneDescription scene) => thing switch
    {
        Motif.Boat or Motif.Ship or Motif.Tree or Motif.AirBalloon or Motif.Fence or Motif.Bed or Motif.Flower or Motif.Rock => false,
        Motif.Stove or Motif.Shelf => false,
        Motif.Chair or Motif.Clock or Motif.Piano => scene.IsIndoors || scene.Place is Motif.Garden,
        Motif.Door => scene.IsIndoors,
        Motif.Rocket => scene.Place is not Motif.Space,
        Motif.Snowman or Motif.Campfire or Motif.Car or Motif.Train or Motif.Cart or Motif.Bicycle => !scene.IsIndoors,
        Motif.Gate or Motif.Kite or Motif.Balloon => false,
        _ => !thing.FitsAHand(),
    };

    private static void InBoat(Canvas canvas, Stage stage)
    {
        var scene = stage.Scene;
        var (x, y) = (stage.Across(0.4), 664.0);
        var boat = canvas.At(x, y, 1.55, stage.Mirrored);
        Vehicles.BoatBack(boat);
        var carried = new Queue<Motif>(scene.Things.Where(Motifs.FitsAHand));
        var crew = scene.Figures.Take(3).Select((figure, i) => ActorOf(figure, scene, carried, i == 0))
            .Concat(scene.Animals.Where(animal => !Elsewhere(animal, scene)).Take(2).Select(animal => new Actor(90, IsFigure: false, c => Animals.Draw(c, animal, null))))
            .Take(4)
            .ToList();
        var scale = crew.Count > 3 ? 0.92 : 1.12;
        var total = crew.Sum(actor => Math.Min(actor.Width, 110) * scale);
        var at = x - (total / 2);
        foreach (var actor in crew)
        {
            var half = Math.Min(actor.Width, 110) * scale / 2;
            actor.Draw(canvas.At(at + half, y - (actor.IsFigure ? 8 : 50), scale, flip: false));
            at += half * 2;
        }

        Vehicles.BoatFront(boat, Rgb.Of(0xC9604C));
        Water.Swell(canvas, stage.Dice, y + 34, Water.Colour(scene).Darker(0.12), scene.Weather is Motif.Storm ? 20 : 9);
        Water.Swell(canvas.In(Depth.Front), stage.Dice, y + 86, Water.Colour(scene).Darker(0.28), scene.Weather is Motif.Storm ? 22 : 11);
    }
}
