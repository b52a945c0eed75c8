using System.Collections.Frozen;

namespace StoryStudio.Core.Providers.Sketch.Reading;

/// <summary>Colours and pieces of clothing by their names.</summary>
internal static class ColourWords
{
    private static readonly FrozenDictionary<string, Rgb> Colours = Read([
        (0xC94A3D, "red scarlet crimson rot rote roten roter rotes rouge rouges rojo roja rojas rojos"),
        (0xE08A3C, "orange ginger copper naranja"),
        (0xECBE45, "yellow gold golden gelb gelbe gelben gelber gelbes jaune jaunes amarillo amarilla amarillas amarillos mustard"),
        (0x548F5B, "green grün grüne grünen grüner grünes vert verte verts vertes verde verdes"),
        (0x2F8583, "teal turquoise"),
        (0x4473AE, "blue blau blaue blauen blauer blaues bleu bleue bleus bleues azul azules"),
        (0x2F4068, "navy indigo"),
        (0x7D5A9B, "purple violet lilac lila violett violette morado morada"),
        (0xE3929F, "pink rosa rosy"),
        (0x87593B, "brown chestnut braun braune braunen brauner braunes brun brune marron marrón tan"),
        (0x8E949C, "grey gray silver silvery grau graue grauen grauer graues gris grises"),
        (0xF3EEE2, "white weiß weiße weißen weißer weißes blanc blanche blancs blanches blanco blanca ivory snow-white"),
        (0x34343D, "black schwarz schwarze schwarzen schwarzer schwarzes noir noire noirs noires negro negra"),
        (0xE5CD94, "blond blonde fair cream beige straw rubio rubia"),
    ]);

    private static readonly FrozenDictionary<string, Piece> Pieces = ReadPieces([
        (Piece.Hair, "hair haired braid braids plaits curls ponytail haar haare haaren zöpfe cheveux pelo cabello"),
        (Piece.Beard, "beard bearded moustache bart barbe barba"),
        (Piece.Coat, "coat jacket cloak cape raincoat overcoat uniform mantel jacke manteau veste abrigo chaqueta"),
        (Piece.Dress, "dress skirt gown kleid rock robe vestido falda"),
        (Piece.Jumper, "jumper jersey sweater shirt pullover cardigan vest waistcoat hemd chemise camisa"),
        (Piece.Robe, "robes"),
        (Piece.Apron, "apron schürze tablier delantal"),
        (Piece.Legs, "trousers jeans shorts leggings pants overalls dungarees hose pantalon pantalones"),
        (Piece.Boots, "boots boot shoes shoe wellingtons wellies stiefel schuhe bottes chaussures botas zapatos"),
        (Piece.Hat, "hat hut chapeau sombrero"),
        (Piece.Beanie, "beanie knitted mütze bonnet gorro woolly"),
        (Piece.Cap, "cap kappe casquette gorra"),
        (Piece.Hood, "hood hooded kapuze capuche capucha"),
        (Piece.Crown, "crown tiara krone couronne corona"),
        (Piece.Bow, "bow ribbon schleife ruban lazo"),
        (Piece.Helmet, "helmet helm casque casco"),
        (Piece.Scarf, "scarf shawl neckerchief schal écharpe bufanda"),
        (Piece.Glasses, "glasses spectacles brille lunettes gafas"),
        (Piece.Skin, "skin skinned haut peau piel"),
        (Piece.Fur, "fur furry feathers feathered coat-of-fur fell pelz plumage pelage"),
    ]);

    internal enum Piece
    {
        None,
        Hair,
        Beard,
        Coat,
        Dress,
        Jumper,
        Robe,
        Apron,
        Legs,
        Boots,
        Hat,
        Beanie,
        Cap,
        Hood,
        Crown,
        Bow,
        Helmet,
        Scarf,
        Glasses,
        Fur,
        Skin,
    }

    public static Rgb? Colour(string word) => Colours.TryGetValue(word, out var colour) ? colour : null;

    public static Piece Clothing(string word) => Pieces.GetValueOrDefault(word);

    private static FrozenDictionary<string, Rgb> Read((int Hex, string Words)[] rows) =>
        rows.SelectMany(row => row.Words.Split(' ').Select(word => KeyValuePair.Create(word, Rgb.Of(row.Hex))))
            .ToFrozenDictionary(StringComparer.Ordinal);

    private static FrozenDictionary<string, Piece> ReadPieces((Piece Piece, string Words)[] rows) =>
        rows.SelectMany(row => row.Words.Split(' ').Select(word => KeyValuePair.Create(word, row.Piece)))
            .DistinctBy(pair => pair.Key, StringComparer.Ordinal)
            .ToFrozenDictionary(StringComparer.Ordinal);
}
