using StoryStudio.Core.Providers.Sketch;
using StoryStudio.Core.Providers.Sketch.Reading;
using StoryStudio.Core.Stories;
using Xunit;

namespace StoryStudio.Tests.Providers.Sketch;

public sealed class SceneReaderTests
{
    [Theory]
    [InlineData("At dusk they walked along the harbour.", "Dusk", "Harbour")]
    [InlineData("The moon shone on the sea.", "Night", "Sea")]
    [InlineData("Grandmother was baking in the kitchen that morning.", "Dawn", "Kitchen")]
    [InlineData("He was asleep in his bed at midnight.", "Night", "Bedroom")]
    [InlineData("Der Fuchs lief am Abend durch den Wald.", "Dusk", "Forest")]
    [InlineData("La nuit, le renard traversait la forêt.", "Night", "Forest")]
    [InlineData("De noche el zorro cruzó el bosque.", "Night", "Forest")]
    [InlineData("夜の海", "Night", "Sea")]
    public void Scene_OfWordsThatSaySo_HasTheirHourAndPlace(string text, string time, string place)
    {
        var scene = Read(text);

        Assert.Equal((time, place), (scene.Time.ToString(), scene.Place.ToString()));
    }

    [Theory]
    [InlineData("It rained all day.", "Rain")]
    [InlineData("Thunder rolled and lightning struck.", "Storm")]
    [InlineData("It was snowing on the hill.", "Snow")]
    [InlineData("Mist lay over the field, thick fog.", "Fog")]
    public void Scene_OfWeather_HasIt(string text, string weather) => Assert.Equal(weather, Read(text).Weather?.ToString());

    [Fact]
    public void Scene_OfPluralsAndCompounds_FindsTheirStems()
    {
        Assert.Contains(Motif.Rabbit, Read("Two rabbits and three puppies.").Animals);
        Assert.Contains(Motif.Dog, Read("Two rabbits and three puppies.").Animals);
        Assert.Contains(Motif.Boat, Read("Das alte Fischerboot lag im Hafen.").Things);
    }

    [Fact]
    public void Scene_OfABeard_ShowsNoBear() => Assert.Empty(Read("An old man with a long beard sat in the kitchen.").Animals);

    [Theory]
    [InlineData("beard card mend grand grind", false)]
    [InlineData("waved iced biked danced rowed rained", true)]
    public void Word_ThatEndsAsIfItWereDone_IsSoOnlyWhereItsStemCouldBe(string words, bool isPictured) =>
        Assert.All(words.Split(' '), word => Assert.Equal(isPictured, !Vocabulary.Find(word, Tongue.English).IsEmpty));

    [Fact]
    public void Scene_OfALikeness_DoesNotShowIt()
    {
        var scene = Read("The boat hopped on its rope like a dog, wooden and small.");

        Assert.Empty(scene.Animals);
        Assert.NotEqual(Motif.Forest, scene.Place);
    }

    [Fact]
    public void Scene_OfAStormThatLeftSnow_IsSnowy() =>
        Assert.Equal(Motif.Snow, Read("By morning the storm had gone, and had left snow behind.").Weather);

    [Fact]
    public void Scene_WithCharactersGiven_ShowsThemAndNotTheGirlAgain()
    {
        var scene = Read("The girl saw the owl.", Sketches.Mira, new CharacterLook("Pim", "A small owl."));

        Assert.Equal("Mira, Pim", string.Join(", ", scene.Figures.Select(figure => figure.Name)));
        Assert.Equal(Motif.Owl, scene.Figures[1].Look.Species);
        Assert.Empty(scene.Animals);
    }

    [Fact]
    public void Scene_WithNamesThatNobodyIntroduced_ShowsThem()
    {
        var scene = Read("Suddenly Jonas laughed. “Look,” said Elena, and Jonas ran.");

        Assert.Equal("Jonas, Elena", string.Join(", ", scene.Figures.Select(figure => figure.Name)));
    }

    [Fact]
    public void Character_ThroughAllSegments_KeepsItsLook()
    {
        var looks = new[] { "Mira ran in the rain.", "At night in bed.", "夜", "The king and a red dragon in a green coat.", "" }
            .Select(text => Read(text, Sketches.Mira).Figures[0].Look)
            .Distinct();

        Assert.Single(looks);
    }

    [Fact]
    public void Character_WithADescription_WearsIt()
    {
        var look = Read("Here.", Sketches.Mira).Figures[0].Look;

        Assert.Equal(ColourWords.Colour("red"), look.Top);
        Assert.Equal(ColourWords.Colour("yellow"), look.Boots);
        Assert.Equal(ColourWords.Colour("black"), look.HairColour);
        Assert.Equal((Garment.Coat, HairStyle.Bob, Age.Child), (look.Garment, look.Hair, look.Age));
        Assert.True(look.Freckles);
    }

    [Fact]
    public void Characters_OfDifferentNames_DifferInLook()
    {
        string[] names = ["Ana", "Ben", "Carl", "Dora", "Emil", "Fritz", "Gesa", "Hans"];

        Assert.Equal(names.Length, names.Select(name => Read("Here.", new CharacterLook(name, "")).Figures[0].Look).Distinct().Count());
    }

    [Fact]
    public void Character_WithAGreyBeardAndBlueJacket_IsAnOldManWithThem()
    {
        var look = Read("Here.", new CharacterLook("Tomas", "the old lighthouse keeper, grey beard, blue jacket")).Figures[0].Look;

        Assert.True(look.Beard);
        Assert.Equal(Age.Elder, look.Age);
        Assert.Equal(ColourWords.Colour("blue"), look.Top);
    }

    private static SceneDescription Read(string text, params CharacterLook[] characters) =>
        SceneReader.Read(text, characters, Dice.Of("scene", text));
}
