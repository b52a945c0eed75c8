namespace StoryStudio.Core.Providers.Sketch.Reading;

/// <summary>The families that motifs belong to.</summary>
internal static class Motifs
{
    public static bool IsTime(this Motif motif) => motif is >= Motif.Dawn and <= Motif.Night;

    public static bool IsWeather(this Motif motif) => motif is >= Motif.Sun and <= Motif.Wind;

    public static bool IsSeason(this Motif motif) => motif is >= Motif.Spring and <= Motif.Winter;

    public static bool IsMood(this Motif motif) => motif is >= Motif.Happy and <= Motif.Asleep;

    public static bool IsPlace(this Motif motif) => motif is >= Motif.Sea and <= Motif.Library;

    public static bool IsIndoors(this Motif motif) => motif is >= Motif.Kitchen and <= Motif.Library;

    public static bool IsWater(this Motif motif) => motif is Motif.Sea or Motif.Harbour or Motif.Beach or Motif.Lake or Motif.River;

    public static bool IsPerson(this Motif motif) => motif is >= Motif.Girl and <= Motif.Robot;

    public static bool IsAnimal(this Motif motif) => motif is >= Motif.Owl and <= Motif.Dolphin;

    public static bool Flies(this Motif motif) => motif is Motif.Bird or Motif.Crow or Motif.Gull or Motif.Butterfly or Motif.Bee;

    public static bool Swims(this Motif motif) => motif is Motif.Fish or Motif.Whale or Motif.Dolphin or Motif.Swan;

    public static bool IsLandmark(this Motif motif) => motif is >= Motif.Lighthouse and <= Motif.Well;

    public static bool IsThing(this Motif motif) => motif >= Motif.Boat;

    /// <summary>What a figure can carry in one hand.</summary>
    public static bool FitsAHand(this Motif motif) =>
        motif is (>= Motif.Lantern and <= Motif.Fiddle) or Motif.Balloon or Motif.Flower or Motif.Apple or Motif.Cake or Motif.Bread or Motif.Kite or Motif.Egg;
}
