namespace StoryStudio.Core.Providers.Sketch.Reading;

/// <summary>What is to be drawn, as far as the words say.</summary>
internal sealed record SceneDescription
{
    public required Motif Time { get; init; }

    /// <summary>The weather, or null for a fair sky.</summary>
    public Motif? Weather { get; init; }

    public required Motif Season { get; init; }

    public required Motif Place { get; init; }

    public Motif? Mood { get; init; }

    /// <summary>At most four, the most important first.</summary>
    public required IReadOnlyList<Figure> Figures { get; init; }

    /// <summary>At most three, characters that are animals not counted.</summary>
    public required IReadOnlyList<Motif> Animals { get; init; }

    public required IReadOnlyList<Motif> Landmarks { get; init; }

    public required IReadOnlyList<Motif> Things { get; init; }

    public bool Moon { get; init; }

    /// <summary>Whether somebody rows or sails, rather than watch a boat.</summary>
    public bool Afloat { get; init; }

    public bool Rainbow { get; init; }

    public bool IsDark => Time is Motif.Night;

    public bool IsSnowy => Weather is Motif.Snow || Season is Motif.Winter;

    public bool IsIndoors => Place.IsIndoors();

    public bool Has(Motif motif) => Things.Contains(motif) || Landmarks.Contains(motif) || Animals.Contains(motif);
}

/// <summary>Somebody in the picture.</summary>
/// <param name="Name">As the title says it, or null for nobody in particular.</param>
/// <param name="Look">The same in every picture of the story.</param>
internal sealed record Figure(string? Name, Look Look);

internal enum Age
{
    Child,
    Adult,
    Elder,
}

internal enum HairStyle
{
    Short,
    Bob,
    Long,
    Braids,
    Curly,
    Bun,
    Tousled,
    Bald,
}

internal enum Headwear
{
    None,
    Beanie,
    Brim,
    Cap,
    Crown,
    Pointed,
    Hood,
    Bow,
    Helmet,
    Toque,
}

internal enum Garment
{
    Coat,
    Dress,
    Jumper,
    Apron,
    Robe,
}

/// <summary>How somebody looks, the same in every picture of a story.</summary>
internal sealed record Look
{
    /// <summary>Set where the character is an animal.</summary>
    public Motif? Species { get; init; }

    /// <summary>An animal's colour where its description says one.</summary>
    public Rgb? Coat { get; init; }

    public bool IsRobot { get; init; }

    public Age Age { get; init; } = Age.Child;

    public required Rgb Skin { get; init; }

    public required HairStyle Hair { get; init; }

    public required Rgb HairColour { get; init; }

    public required Garment Garment { get; init; }

    public required Rgb Top { get; init; }

    public required Rgb Legs { get; init; }

    public required Rgb Boots { get; init; }

    public Headwear Hat { get; init; }

    public Rgb HatColour { get; init; }

    public Rgb? Scarf { get; init; }

    public bool Beard { get; init; }

    public bool Glasses { get; init; }

    public bool Freckles { get; init; }
}
