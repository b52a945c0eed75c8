using System.Collections.Frozen;

namespace StoryStudio.Core.Stories;

/// <summary>Words that tell names from other words, in the languages in which capitals alone do not. What is missing here costs a proposal, never a text.</summary>
internal static class CastWordLists
{
    /// <summary>Capitalized wherever they stand, and nobody.</summary>
    public static readonly FrozenSet<string> NeverNames = Set(
        """
        i i'm i'll i've i'd monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
        october november december christmas easter halloween english french german spanish italian latin greek russian chinese japanese american british
        european god lord heaven hell earth chapter scene part book prologue epilogue act end north south east west ok okay mr mrs ms dr st
        montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz mai juni juli oktober dezember weihnachten ostern gott ich sie
        ihr ihnen ihre ihrem ihren kapitel szene teil ende nichts alles etwas
        """);

    /// <summary>Open a sentence and are seldom anybody's name, also where the text has them nowhere in small letters.</summary>
    public static readonly FrozenSet<string> Openers = Set(
        """
        a an the this that these those there here then when while where why who whom whose what which how if and but or nor so yet for as at by in into
        on onto over under up down out off of to from with without within through across after before again also although always another any anyone
        anything away back because behind below beneath beside besides between beyond both can come could did do does each either even ever every
        everybody everyone everything far few finally first had has have he her hers herself him himself his however inside instead it its itself just
        last later let look me meanwhile more most much my near nearly neither never next no nobody none not nothing now oh ah hey hello yes please once
        one only other our outside perhaps quite rather right left said second several she should since some somebody someone something sometimes
        somewhere soon still such suddenly surely tell thank thanks their them themselves therefore they three though thus till today together tomorrow
        tonight afterwards eventually maybe nearby overhead upstairs downstairs indoors outdoors halfway slowly quickly quietly softly gently carefully
        along around against among during despite past upon too toward towards two until us very was wait we well were whatever whenever wherever whether will would yesterday you your good well
        der die das den dem des ein eine einen einem einer und aber oder denn doch da dann dort hier als wenn wann wo wie was wer warum weil er es wir
        ihr mein dein sein unser kein keine noch nun nur schon sehr so auch bald plötzlich heute morgen gestern ja nein ach im am zum zur vom beim
        le la les un une des du de et mais ou où donc quand comme qui que quoi il elle ils elles nous vous je tu ce cette ces son sa ses mon ma mes
        puis alors enfin soudain oui non dans sur sous avec sans pour par au aux à chez vers derrière devant depuis
        el los las una unos unas y pero o cuando donde como quien que él ella ellos ellas nosotros yo tú su sus mi mis entonces luego sí en con sin para por al desde hacia tras
        il lo gli i e ma o quando dove come chi che lui lei loro noi voi io poi allora infine nel nella con senza per
        """);

    /// <summary>Stand before a noun and seldom before a name.</summary>
    public static readonly FrozenSet<string> Determiners = Set(
        """
        the a an this that these those my your his her its our their no every each some any
        der die das den dem des ein eine einen einem einer eines mein meine meinen meinem meiner dein deine sein seine seinen seinem seiner ihr ihre ihren
        ihrem ihrer unser unsere kein keine keinen diese dieser dieses diesen diesem jede jeder jedes jeden jedem welche manche alle viele zwei drei vier
        im am zum zur vom beim ins ans
        """);

    /// <summary>Those that say which one.</summary>
    public static readonly FrozenSet<string> Articles = Set("the der die das den dem des im am zum zur vom beim ins ans");

    /// <summary>Begin a sentence whose subject is still to come, and seldom a clause of their own as “after” and “for” do.</summary>
    public static readonly FrozenSet<string> Prepositions = Set(
        """
        in into inside at on onto upon from to by with without about above across against along amid among around behind below beneath beside besides
        between beyond despite down near of off out outside over past through toward towards under up
        aus bei gegen hinter mit nach neben ohne über um unter von vor zu à avec chez dans derrière de devant en par sans sous sur vers
        con contra desde hacia por sin sobre tras da di nel nella senza su
        """);

    /// <summary>Are the subject where they follow a name, so that the name is none.</summary>
    public static readonly FrozenSet<string> Pronouns = Set(
        """
        i you he she it we they one there nobody everybody everyone somebody someone anybody nothing everything
        er sie es wir ich du man niemand jemand il elle on nous vous ils elles je tu él ella ellos ellas nosotros yo lui lei noi voi loro io
        """);

    /// <summary>Lead to a place more often than to a person.</summary>
    public static readonly FrozenSet<string> Locatives = Set("in into through across inside outside near beyond above nach aus durch dans à en vers nel nella");

    /// <summary>What persons do, and places do not.</summary>
    public static readonly FrozenSet<string> Deeds = Set(
        """
        said says asked asks cried called shouted whispered answered replied laughed smiled nodded sighed thought knew looked saw heard felt wanted took
        ran went came walked climbed sat stood held turned gave told began and was had
        sagte rief fragte flüsterte antwortete lachte lächelte nickte dachte wusste sah hörte nahm lief ging kam stand saß hielt gab
        dit demanda cria répondit rit sourit pensa vit prit alla dijo preguntó gritó respondió pensó miró disse chiese
        """);

    /// <summary>A title, with or without its full stop, belongs to the name behind it.</summary>
    public static readonly FrozenSet<string> Titles = Set("mr mrs ms mx dr st prof capt sir lady lord dame madame monsieur herr frau fräulein señor señora don doña signor signora");

    /// <summary>Say which of several, not what they are like.</summary>
    public static readonly FrozenSet<string> NoQualities = Set(
        "other same first second third last next only two three four five very own whole many few several new more most best poor dear and of to in for with that this");

    /// <summary>Whoever a story may call by nothing else.</summary>
    public static readonly FrozenSet<string> Persons = Set(
        """
        king queen prince princess emperor empress knight duke duchess count countess witch wizard sorcerer sorceress magician fairy giant giantess dwarf elf
        goblin troll ogre mermaid ghost angel devil dragon unicorn monster robot miller farmer shepherd shepherdess fisherman fisherwoman fisher sailor captain pirate
        hunter huntsman woodcutter soldier general guard baker butcher tailor smith blacksmith cobbler merchant peddler innkeeper gardener teacher doctor nurse
        priest monk nun hermit beggar thief robber stranger detective inspector scientist inventor painter musician fiddler clown juggler servant maid cook
        boy girl child baby man woman lady gentleman grandmother grandfather grandma grandpa granny mother father stepmother stepfather sister brother stepsister aunt uncle
        daughter son widow orphan twins bride bridegroom neighbour neighbor keeper ferryman postman conductor
        wolf fox bear lion tiger elephant monkey horse pony donkey cow ox bull goat sheep lamb pig piglet dog puppy cat kitten mouse rat rabbit hare hedgehog
        squirrel badger deer stag fawn otter beaver frog toad snake lizard turtle tortoise crocodile whale dolphin shark fish crab octopus snail spider bee
        butterfly owl raven crow eagle hawk swan goose duck duckling hen rooster cock chick sparrow robin nightingale parrot penguin snowman scarecrow doll puppet
        könig königin prinz prinzessin kaiser ritter hexe zauberer fee riese zwerg drache müller bauer hirte fischer kapitän jäger soldat bäcker schneider
        schmied wirt gärtner lehrer lehrerin arzt großmutter großvater oma opa mutter vater stiefmutter tante onkel junge mädchen kind mann frau wolf fuchs
        bär löwe esel hund katze maus hase igel frosch rabe eule schwan gans ente hahn
        """);

    /// <summary>Where a story may come back to without giving it a name.</summary>
    public static readonly FrozenSet<string> Places = Set(
        """
        castle palace tower lighthouse harbour harbor village town city forest wood woods garden orchard meadow field farm barn stable mill cottage cabin hut
        house mansion inn tavern church chapel temple school library shop bakery market square street bridge river lake pond sea ocean beach shore island cave
        mountain hill valley desert swamp well kitchen attic cellar dungeon workshop laboratory station ship boat pier jetty dock park zoo circus theatre theater
        museum hospital prison graveyard cemetery ruins lagoon bay cliff cliffs waterfall glade clearing treehouse greenhouse observatory
        schloss burg turm leuchtturm hafen dorf stadt wald garten wiese hof scheune mühle hütte haus kirche schule markt brücke fluss see meer strand insel
        höhle berg tal wüste brunnen küche dachboden keller werkstatt bahnhof schiff
        """);

    /// <summary>Begin or end the name of a place, beside <see cref="Places"/>.</summary>
    public static readonly FrozenSet<string> PlaceMarks = Set("mount lake port cape isle isles fort saint street road lane avenue hall manor rock bay point land kingdom empire coast wharf quay gate");

    /// <summary>Begin the name of a place and never end it.</summary>
    public static readonly FrozenSet<string> PlaceBeginnings = Set("mount port cape fort saint isle isles");

    private static FrozenSet<string> Set(string words) =>
        words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
