using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Providers.Sketch.Reading;

/// <summary>Turns the words of a segment into a description of what to draw; where they say nothing, the dice choose.</summary>
internal static class SceneReader
{
    private const int MostFigures = 4;
    private const int MostAnimals = 3;
    private const int MostLandmarks = 2;
    private const int MostThings = 4;

    public static SceneDescription Read(string text, IReadOnlyList<CharacterLook> characters, Dice dice)
    {
        var words = Tokens.Of(text);
        var tongue = Tongues.Of(words.Select(word => word.Text));
        var tally = Tally.Of(words, tongue);
        var cast = Cast.Of(words, tongue, tally, characters, MostFigures);

        var place = ChoosePlace(tally, dice);
        var time = ChooseTime(tally, place, dice);
        var animals = tally.Ranked(Motifs.IsAnimal)
            .Where(animal => cast.All(figure => figure.Look.Species != animal))
            .Take(MostAnimals);
        return new SceneDescription
        {
            Place = place,
            Time = time,
            Weather = tally.Latest(Motifs.IsWeather, atLeast: 2) is { } weather and not Motif.Sun ? weather : null,
            Season = tally.Best(Motifs.IsSeason, atLeast: 1) ?? dice.Pick(Motif.Summer, Motif.Summer, Motif.Spring, Motif.Autumn),
            Mood = tally.Best(Motifs.IsMood, atLeast: 1) is { } mood and not Motif.Old ? mood : null,
            Figures = cast,
            Animals = [.. animals],
            Landmarks = [.. tally.Ranked(Motifs.IsLandmark).Take(MostLandmarks)],
            Things = [.. tally.Ranked(Motifs.IsThing).Where(thing => tally[thing] >= 1).Take(MostThings)],
            Moon = tally[Motif.Moon] > 0,
            Afloat = tally[Motif.Afloat] > 0,
            Rainbow = tally[Motif.Rainbow] > 0,
        };
    }

    private static Motif ChoosePlace(Tally tally, Dice dice)
    {
        var byHash = dice.Pick(Motif.Hills, Motif.Village, Motif.Garden, Motif.Road, Motif.Forest, Motif.Hills, Motif.Lake, Motif.Mountain);
        var best = tally.Best(Motifs.IsPlace, atLeast: 0.5);
        if (best is Motif.Room && Indoors(tally) is { } room)
        {
            return room;
        }

        return best switch
        {
            // A lone table or chest stands in a room; a lone tree stands in the open.
            null when tally[Motif.Table] + tally[Motif.Bed] + tally[Motif.Stove] + tally[Motif.Piano] > 0 => Motif.Room,
            null when tally[Motif.Tree] > 1 => Motif.Forest,
            null when tally[Motif.Castle] > 0 => Motif.Hills,
            null => byHash,
            { } place => place,
        };
    }

    private static Motif? Indoors(Tally tally) =>
        tally.Best(motif => motif is Motif.Kitchen or Motif.Bedroom or Motif.Library, atLeast: 1);

    private static Motif ChooseTime(Tally tally, Motif place, Dice dice)
    {
        var byHash = dice.Pick(Motif.Day, Motif.Day, Motif.Day, Motif.Dawn, Motif.Dusk);
        var isGrey = tally[Motif.Rain] + tally[Motif.Storm] + tally[Motif.Fog] + tally[Motif.Snow] > 0;
        if (place is Motif.Underwater or Motif.Space)
        {
            return place is Motif.Space ? Motif.Night : Motif.Day;
        }

        return tally.Best(Motifs.IsTime, atLeast: 0.9) ?? (isGrey ? Motif.Day : byHash);
    }
}
