using static StoryStudio.Core.Providers.Sketch.Reading.ColourWords;

namespace StoryStudio.Core.Providers.Sketch.Reading;

/// <summary>
/// Dresses a character. What the description does not say is chosen by the hash of the name, and nothing else,
/// so that everybody keeps one look through all segments and styles.
/// </summary>
internal static class LookReader
{
    private static readonly Rgb[] Skins = [Rgb.Of(0xF6D3B8), Rgb.Of(0xEDBF9C), Rgb.Of(0xD9A27B), Rgb.Of(0xB67B54), Rgb.Of(0x8A5A3C)];

    private static readonly Rgb[] HairColours =
        [Rgb.Of(0x3A2A24), Rgb.Of(0x6B432C), Rgb.Of(0x9C5A2E), Rgb.Of(0xC9853F), Rgb.Of(0xDDB566), Rgb.Of(0x2A2A33)];

    private static readonly Rgb[] Cloths =
    [
        Rgb.Of(0xC94A3D), Rgb.Of(0xE3A63A), Rgb.Of(0x4473AE), Rgb.Of(0x3F8C76), Rgb.Of(0x8A5A9B), Rgb.Of(0xD9776B),
        Rgb.Of(0x2F5F7A), Rgb.Of(0x6F8F4A),
    ];

    private static readonly Rgb[] Trousers = [Rgb.Of(0x3A4A63), Rgb.Of(0x5B4A44), Rgb.Of(0x4A4A55), Rgb.Of(0x6E6250), Rgb.Of(0x33475B)];

    private static readonly Rgb[] Shoes = [Rgb.Of(0x4A3328), Rgb.Of(0x2F2F38), Rgb.Of(0x7A4A2C), Rgb.Of(0x8C3B33)];

    private static readonly Rgb Silver = Rgb.Of(0xD9D6D0);

    /// <param name="seed">What the look hangs on: the name.</param>
    /// <param name="kind">Who it is, where known.</param>
    /// <param name="old">Whether the words call the person old.</param>
    /// <param name="description">Words that say more.</param>
    public static Look Read(string seed, Motif? kind, bool old, IReadOnlyList<Token> description)
    {
        var dice = Dice.Of("look", seed.Trim().ToLowerInvariant());
        var feminine = IsFeminine(kind, seed, dice);
        var age = AgeOf(kind, old);
        var look = Dress(kind, feminine, age, dice);
        return Apply(look, description);
    }

    private static bool IsFeminine(Motif? kind, string name, Dice dice)
    {
        var byHash = dice.Chance(0.5);
        return kind switch
        {
            Motif.Girl or Motif.Woman or Motif.OldWoman or Motif.Queen or Motif.Princess or Motif.Witch => true,
            Motif.Boy or Motif.Man or Motif.OldMan or Motif.King or Motif.Prince or Motif.Wizard or Motif.Sailor or Motif.Knight => false,
            _ when name.Length > 2 && (name.EndsWith('a') || name.EndsWith("ie", StringComparison.Ordinal) || name.EndsWith("elle", StringComparison.Ordinal)) => true,
            _ => byHash,
        };
    }

    private static Age AgeOf(Motif? kind, bool old) => kind switch
    {
        Motif.OldMan or Motif.OldWoman or Motif.Wizard => Age.Elder,
        Motif.Girl or Motif.Boy or Motif.Child or null => old ? Age.Elder : Age.Child,
        _ => old ? Age.Elder : Age.Adult,
    };

    private static Look Dress(Motif? kind, bool feminine, Age age, Dice dice)
    {
        var top = dice.Pick<Rgb>(Cloths);
        var second = dice.Pick<Rgb>(Cloths);
        var hair = dice.Pick<Rgb>(HairColours);
        var look = new Look
        {
            Age = age,
            Skin = Skins[Math.Min(dice.Below(7), Skins.Length - 1)],
            HairColour = age is Age.Elder ? Silver : hair,
            Hair = (feminine, age) switch
            {
                (true, Age.Elder) => HairStyle.Bun,
                (true, Age.Child) => dice.Pick(HairStyle.Bob, HairStyle.Braids, HairStyle.Long, HairStyle.Curly),
                (true, _) => dice.Pick(HairStyle.Long, HairStyle.Bun, HairStyle.Bob, HairStyle.Curly),
                (false, Age.Elder) => dice.Pick(HairStyle.Bald, HairStyle.Short),
                _ => dice.Pick(HairStyle.Short, HairStyle.Tousled, HairStyle.Curly),
            },
            Garment = feminine ? dice.Pick(Garment.Dress, Garment.Coat, Garment.Dress) : dice.Pick(Garment.Coat, Garment.Jumper, Garment.Jumper),
            Top = top,
            Legs = dice.Pick<Rgb>(Trousers),
            Boots = dice.Pick<Rgb>(Shoes),
            Hat = age is Age.Child && dice.Chance(0.3) ? Headwear.Beanie : Headwear.None,
            HatColour = second,
            Scarf = dice.Chance(0.3) ? second : null,
            Beard = !feminine && age is Age.Elder,
            Glasses = age is Age.Elder && dice.Chance(0.5),
        };

        return kind switch
        {
            Motif.King => look with { Hat = Headwear.Crown, HatColour = Rgb.Of(0xE8B93E), Garment = Garment.Robe, Beard = true, Top = Rgb.Of(0x9C3644) },
            Motif.Queen => look with { Hat = Headwear.Crown, HatColour = Rgb.Of(0xE8B93E), Garment = Garment.Robe, Hair = HairStyle.Bun },
            Motif.Princess => look with { Hat = Headwear.Crown, HatColour = Rgb.Of(0xF0CB5B), Garment = Garment.Dress, Age = Age.Child, Hair = HairStyle.Long },
            Motif.Prince => look with { Hat = Headwear.Crown, HatColour = Rgb.Of(0xF0CB5B), Garment = Garment.Coat, Age = Age.Child },
            Motif.Witch => look with { Hat = Headwear.Pointed, HatColour = Rgb.Of(0x3B3550), Garment = Garment.Robe, Top = Rgb.Of(0x5B4A80), Hair = HairStyle.Long },
            Motif.Wizard => look with { Hat = Headwear.Pointed, HatColour = Rgb.Of(0x3A5590), Garment = Garment.Robe, Top = Rgb.Of(0x3A5590), Beard = true },
            Motif.Sailor => look with { Hat = Headwear.Cap, HatColour = Rgb.Of(0x2F4068), Garment = Garment.Coat, Top = Rgb.Of(0x2F5F7A), Beard = true, HairColour = age is Age.Elder ? Silver : Rgb.Of(0x8B8177) },
            Motif.Baker => look with { Hat = Headwear.Toque, HatColour = Rgb.Of(0xF6F1E6), Garment = Garment.Apron },
            Motif.Knight => look with { Hat = Headwear.Helmet, HatColour = Rgb.Of(0x9AA3AE), Garment = Garment.Jumper, Top = Rgb.Of(0x8F98A4) },
            Motif.Robot => look with { IsRobot = true, Age = Age.Child },
            { } animal when animal.IsAnimal() => look with { Species = animal, Hat = Headwear.None },
            _ => look,
        };
    }

    private static Look Apply(Look look, IReadOnlyList<Token> words)
    {
        Rgb? before = null;
        var distance = 0;
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i].Text;
            if (Colour(word) is { } colour)
            {
                (before, distance) = (colour, 0);
                look = ColourAnimal(look, words, i, colour);
                continue;
            }

            look = word switch
            {
                "long" when Next(words, i) is Piece.Hair => look with { Hair = HairStyle.Long },
                "short" when Next(words, i) is Piece.Hair => look with { Hair = HairStyle.Short },
                "curly" or "curls" => look with { Hair = HairStyle.Curly },
                "braid" or "braids" or "plaits" or "zöpfe" => look with { Hair = HairStyle.Braids },
                "freckles" or "freckled" or "sommersprossen" or "pecas" => look with { Freckles = true, Skin = look.Skin.Brightness > 0.6 ? look.Skin : Skins[1] },
                "bald" => look with { Hair = HairStyle.Bald },
                "bun" => look with { Hair = HairStyle.Bun },
                "small" or "little" or "young" when look.Age is Age.Adult => look with { Age = Age.Child },
                _ => look,
            };

            var piece = Clothing(word);
            if (piece is not Piece.None)
            {
                // In French and Spanish the colour follows its noun.
                var worn = before ?? (i + 1 < words.Count ? Colour(words[i + 1].Text) : null);
                look = Wear(look, piece, worn);
                before = piece is Piece.Beard or Piece.Hair ? before : null;
            }
            else if (++distance > 3)
            {
                before = null;
            }
        }

        return look;
    }

    /// <summary>What an adjective belongs to: the next word, or the one after a colour.</summary>
    private static Piece Next(IReadOnlyList<Token> words, int i)
    {
        var next = i + 1 < words.Count && Colour(words[i + 1].Text) is not null ? i + 2 : i + 1;
        return next < words.Count ? Clothing(words[next].Text) : Piece.None;
    }

    /// <summary>The first colour is an animal's own; of "golden-brown" it is the second word that counts.</summary>
    private static Look ColourAnimal(Look look, IReadOnlyList<Token> words, int i, Rgb colour)
    {
        var joined = i > 0 && Colour(words[i - 1].Text) is not null;
        return look.Species is null || (look.Coat is not null && !joined) || !ColoursAnAnimal(words, i) ? look : look with { Coat = colour };
    }

    /// <summary>A colour is the animal's own unless something worn follows it.</summary>
    private static bool ColoursAnAnimal(IReadOnlyList<Token> words, int i)
    {
        for (var next = i + 1; next < Math.Min(i + 4, words.Count); next++)
        {
            if (Clothing(words[next].Text) is var piece and not Piece.None)
            {
                return piece is Piece.Fur;
            }
        }

        return true;
    }

    private static Look Wear(Look look, Piece piece, Rgb? colour) => piece switch
    {
        Piece.Hair => look with { HairColour = colour ?? look.HairColour, Hair = look.Hair is HairStyle.Bald ? HairStyle.Short : look.Hair },
        Piece.Beard => look with { Beard = true, HairColour = colour ?? look.HairColour },
        Piece.Coat => look with { Garment = Garment.Coat, Top = colour ?? look.Top },
        Piece.Dress => look with { Garment = Garment.Dress, Top = colour ?? look.Top },
        Piece.Robe => look with { Garment = Garment.Robe, Top = colour ?? look.Top },
        Piece.Jumper => look with { Garment = Garment.Jumper, Top = colour ?? look.Top },
        Piece.Apron => look with { Garment = Garment.Apron },
        Piece.Legs => look with { Legs = colour ?? look.Legs },
        Piece.Boots => look with { Boots = colour ?? look.Boots },
        Piece.Hat => look with { Hat = look.Hat is Headwear.None or Headwear.Beanie ? Headwear.Brim : look.Hat, HatColour = colour ?? look.HatColour },
        Piece.Beanie => look with { Hat = Headwear.Beanie, HatColour = colour ?? look.HatColour },
        Piece.Cap => look with { Hat = Headwear.Cap, HatColour = colour ?? look.HatColour },
        Piece.Hood => look with { Hat = Headwear.Hood, HatColour = colour ?? look.Top },
        Piece.Crown => look with { Hat = Headwear.Crown, HatColour = colour ?? Rgb.Of(0xE8B93E) },
        Piece.Bow => look with { Hat = Headwear.Bow, HatColour = colour ?? look.HatColour },
        Piece.Helmet => look with { Hat = Headwear.Helmet, HatColour = colour ?? Rgb.Of(0x9AA3AE) },
        Piece.Scarf => look with { Scarf = colour ?? look.Scarf ?? look.HatColour },
        Piece.Skin when colour is { } skin => look with { Skin = skin.Brightness > 0.75 ? Skins[0] : skin.Brightness > 0.3 ? Skins[4] : Rgb.Of(0x6F4630) },
        Piece.Glasses => look with { Glasses = true },
        _ => look,
    };
}
