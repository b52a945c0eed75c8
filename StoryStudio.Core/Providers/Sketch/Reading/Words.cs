namespace StoryStudio.Core.Providers.Sketch.Reading;

/// <summary>The tables of <see cref="Vocabulary"/>: <c>motif:weight motif:weight | words</c>, a weight of 1 where none is given.</summary>
internal static class Words
{
    /// <summary>Words that look like another's form and are not: nothing is drawn for them.</summary>
    public const string Unpictured = "wooden doing does being going wells mined mapped booked starting started stared carted caked bearing born bore";

    public const string English = """
        Dawn:3 | dawn sunrise daybreak
        Dawn:2 | morning breakfast early
        Day:2 | day noon midday afternoon daylight
        Day:1 Sun:1 | sun sunny sunlight sunshine sunbeam
        Dusk:3 | dusk sunset twilight
        Dusk:2 | evening supper
        Night:3 | night midnight nightfall tonight
        Night:1 | dark darkness bedtime
        Night:2 Moon:2 | moon moonlight moonlit moonbeam
        Night:2 Stars:2 | star starlight starry constellation
        Rain:2 | rain raindrop rainy drizzle shower puddle wet
        Storm:3 | storm thunder lightning thunderstorm tempest
        Snow:3 Winter:1 | snow snowflake snowy blizzard snowfall snowstorm
        Winter:2 | winter frost ice icy frozen christmas
        Snowman:2 Snow:2 Winter:2 | snowman snowmen
        Fog:3 | fog mist foggy misty haze
        Wind:2 | wind windy breeze gust gale
        Clouds:1 | cloud cloudy
        Rainbow:2 Rain:1 | rainbow
        Spring:2 | spring blossom april
        Summer:2 Day:1 | summer july
        Autumn:2 | autumn october leaves acorn harvest
        Happy:1 | happy laugh smile grin joy delighted glad cheer giggle sing sang dance merry
        Sad:1 | sad cry cried tear weep wept sob lonely alone sorrow miss missed
        Afraid:1 | afraid scared frightened fear terrified tremble shiver worried
        Asleep:2 Night:0.5 | sleep asleep slept sleepy dream dreamt snore nap yawn
        Old:1 | old elderly ancient aged wrinkled
        Sea:3 | sea ocean
        Sea:1 | water
        Sea:2 Afloat:1 | sailed sailing deck voyage
        Sea:2 | wave surf tide sail shipwreck anchor mast horizon island
        Beach:3 | beach shore coast seaside sand seashell shell sandcastle cove bay pebble
        Harbour:3 | harbour harbor port pier quay dock jetty wharf
        Harbour:1 Sailor:2 | fisherman fishermen
        Underwater:3 | underwater seabed coral seaweed reef submarine mermaid
        River:3 | river stream brook riverbank creek waterfall
        Lake:3 | lake pond
        Forest:3 | forest wood woods woodland jungle grove
        Tree:2 Forest:0.7 | tree oak pine birch willow trunk branch fir elm
        Mountain:3 | mountain peak summit cliff alp glacier avalanche
        Mountain:2 | cave climb climbed
        Hills:2 | hill meadow field grass valley farm moor
        Road:2 | road path lane trail journey crossroad
        Desert:3 | desert dune oasis camel
        Garden:3 | garden park orchard greenhouse hedge gardener
        Village:3 | village town market cottage townsfolk villager
        City:3 | city street pavement alley skyscraper shop traffic building
        Space:3 Night:1 | space planet galaxy astronaut comet
        Kitchen:3 | kitchen pantry
        Kitchen:2 | cook cooking oven bake baked bakery soup flour dough
        Bedroom:3 | bedroom nursery
        Bedroom:2 Bed:2 | bed pillow blanket mattress quilt
        Room:3 | room indoors parlour attic cellar hall workshop inside
        Room:2 | stairs staircase sofa armchair carpet rug ceiling corridor
        Library:3 | library school classroom bookshop study
        Girl:3 | girl daughter sister niece lass
        Boy:3 | boy son brother nephew lad
        Child:3 | child children kid baby toddler pupil
        Woman:3 | woman women mother mum mom mama aunt lady wife teacher nurse
        Man:3 | man men father dad papa uncle husband gentleman farmer stranger doctor miller
        Sailor:3 | sailor captain seaman skipper keeper
        Baker:3 | baker chef
        OldWoman:3 | grandmother grandma granny gran nana
        OldMan:3 | grandfather grandpa grandad granddad
        King:3 | king emperor
        Queen:3 | queen empress
        Princess:3 | princess fairy
        Prince:3 | prince
        Witch:3 | witch
        Wizard:3 | wizard magician sorcerer
        Knight:3 | knight
        Robot:3 | robot
        Owl:3 Night:0.5 | owl owlet
        Bird:2 | bird robin sparrow wren nightingale feather
        Crow:3 | crow raven blackbird magpie
        Gull:3 Sea:1 | gull seagull
        Duck:3 Lake:1 | duck duckling goose geese
        Swan:3 Lake:2 | swan
        Hen:3 | hen chicken rooster cockerel chick
        Penguin:3 Snow:1 | penguin
        Butterfly:3 Day:1 | butterfly moth
        Bee:3 Day:1 | bee bumblebee
        Cat:3 | cat kitten kitty tabby
        Dog:3 | dog puppy hound terrier
        Fox:3 | fox vixen foxes
        Wolf:3 | wolf wolves
        Bear:3 | bear cub teddy
        Horse:3 | horse pony mare foal unicorn
        Donkey:3 | donkey mule
        Deer:3 Forest:1 | deer stag fawn reindeer
        Cow:3 | cow calf bull ox
        Sheep:3 | sheep lamb flock
        Goat:3 | goat
        Pig:3 | pig piglet
        Lion:3 | lion lioness tiger
        Elephant:3 | elephant
        Rabbit:3 | rabbit bunny hare
        Mouse:3 | mouse mice rat
        Squirrel:3 | squirrel
        Hedgehog:3 | hedgehog
        Frog:3 | frog toad
        Turtle:3 | turtle tortoise
        Snail:3 | snail
        Dragon:3 | dragon
        Fish:2 | fish herring trout salmon
        Whale:3 Sea:2 | whale
        Dolphin:3 Sea:2 | dolphin
        Lighthouse:4 Sea:1 | lighthouse
        Castle:4 | castle palace fortress
        House:2 | house home hut cabin barn roof chimney
        Tower:3 | tower
        Church:3 | church chapel steeple
        Mill:3 | mill windmill
        Bridge:3 River:1 | bridge
        Tent:3 | tent camp
        Well:1 | wellspring
        Boat:3 Sea:0.7 | boat
        Boat:3 Sea:0.7 Afloat:1 | canoe raft oar rowed rowing dinghy aboard
        Sea:1 Boat:1 | fishing fisherwoman
        Ship:3 Sea:2 | ship schooner galleon vessel
        Kite:3 Wind:1 | kite
        Balloon:3 | balloon
        Rocket:3 Space:2 | rocket spaceship
        Train:3 | train railway locomotive
        Car:3 | car truck lorry taxi
        Bicycle:3 | bicycle bike
        Cart:3 | cart wagon carriage
        Flower:2 | flower roses rosebush daisy tulip poppy poppies bouquet petal daffodil
        Mushroom:2 | mushroom toadstool
        Pumpkin:2 Autumn:1 | pumpkin
        Apple:2 | apple pear fruit
        Rock:1 | rock stone boulder
        Fence:1 | fence
        Gate:2 | gate
        Bench:2 | bench
        Campfire:3 Night:0.5 | campfire bonfire
        Sign:2 | signpost
        Ladder:2 | ladder
        Lantern:3 Night:0.7 | lantern
        Lantern:2 Night:0.5 | lamp torch
        Candle:2 Night:0.5 Room:0.5 | candle
        Letter:3 | letter envelope postcard
        Book:3 | book diary notebook
        Map:2 | map chart
        Key:3 | key
        Umbrella:3 Rain:1 | umbrella
        Basket:2 | basket
        Cup:2 | cup mug tea cocoa
        Bell:2 | bell
        Fiddle:2 | fiddle violin guitar
        Table:2 Kitchen:1 | table
        Chair:1 Room:0.5 | chair stool
        Door:2 | door doorway doorstep
        Room:1 | window windowsill
        Stove:2 Kitchen:1 | stove kettle
        Stove:2 Room:1.5 | fireplace hearth
        Clock:2 | clock watchmaker
        Chest:2 | chest treasure trunk box
        Suitcase:2 | suitcase
        Cake:3 | cake birthday pie
        Bread:2 | bread loaf
        Pot:2 | pot cauldron
        Shelf:1 Room:0.5 | shelf shelves
        Piano:3 Room:1 | piano
        Egg:2 | egg nest
        """;

    public const string German = """
        Dawn:3 | morgen sonnenaufgang morgendämmerung frühstück
        Day:2 | tag mittag nachmittag
        Day:1 Sun:1 | sonne sonnig
        Dusk:3 | abend dämmerung sonnenuntergang
        Night:3 | nacht mitternacht nachts
        Night:1 | dunkel dunkelheit
        Night:2 Moon:2 | mond mondlicht mondschein
        Night:2 Stars:2 | stern sterne
        Rain:2 | regen regnete regnet nass
        Storm:3 | sturm gewitter donner blitz
        Snow:3 Winter:1 | schnee schneite schneit schneeflocke
        Winter:2 | winter frost eis weihnachten
        Fog:3 | nebel
        Wind:2 | wind
        Autumn:2 | herbst laub
        Spring:2 | frühling
        Summer:2 Day:1 | sommer
        Happy:1 | lachte lachen lächelte freute glücklich fröhlich
        Sad:1 | traurig weinte weinen allein einsam
        Asleep:2 | schlief schlafen schläft schlaf traum träumte
        Old:1 | alt alte alter
        Sea:3 | meer ozean welle segel insel
        Beach:3 | strand küste ufer
        Harbour:3 | hafen kai
        River:3 | fluss bach
        Lake:3 | teich weiher
        Forest:3 | wald wälder
        Tree:2 | baum bäume eiche
        Mountain:3 | berg berge gebirge gipfel
        Hills:2 | hügel wiese feld
        Road:2 | weg straße pfad
        Desert:3 | wüste
        Garden:3 | garten gärten
        Village:3 | dorf dörfer markt
        City:3 | stadt städte gasse
        Kitchen:3 | küche
        Bedroom:3 Bed:1 | schlafzimmer bett
        Room:3 | zimmer stube dachboden keller
        Library:3 | bibliothek schule
        Girl:3 | mädchen tochter schwester
        Boy:3 | junge jungen sohn bruder
        Child:3 | kind kinder
        Woman:3 | frau mutter tante
        Man:3 | mann vater onkel bauer
        Sailor:3 | kapitän fischer seemann matrose wärter
        OldWoman:3 | großmutter oma
        OldMan:3 | großvater opa
        King:3 | könig
        Queen:3 | königin
        Princess:3 | prinzessin fee
        Prince:3 | prinz
        Witch:3 | hexe
        Wizard:3 | zauberer
        Owl:3 | eule
        Bird:2 | vogel vögel spatz
        Crow:3 | krähe rabe
        Gull:3 Sea:1 | möwe
        Duck:3 | ente
        Hen:3 | huhn hühner henne
        Butterfly:3 | schmetterling
        Bee:3 | biene
        Cat:3 | katze kater kätzchen
        Dog:3 | hund hunde
        Fox:3 | fuchs füchse
        Wolf:3 | wolf wölfe
        Bear:3 | bär
        Horse:3 | pferd
        Donkey:3 | esel
        Deer:3 | hirsch reh
        Cow:3 | kuh kühe
        Sheep:3 | schaf lamm
        Goat:3 | ziege
        Pig:3 | schwein
        Rabbit:3 | hase kaninchen
        Mouse:3 | maus mäuse
        Hedgehog:3 | igel
        Frog:3 | frosch frösche
        Dragon:3 | drache
        Fish:2 | fisch
        Whale:3 Sea:2 | walfisch
        Lighthouse:4 Sea:1 | leuchtturm
        Castle:4 | schloss burg
        House:2 | haus häuser hütte dach
        Church:3 | kirche
        Mill:3 | mühle
        Bridge:3 | brücke
        Tower:3 | turm türme
        Boat:3 Sea:0.5 | boot kahn
        Boat:3 Sea:0.7 Afloat:1 | ruderte rudern ruder segelte
        Ship:3 Sea:2 | schiff
        Train:3 | zug eisenbahn
        Balloon:3 | ballon
        Lantern:3 | laterne lampe
        Candle:2 | kerze
        Letter:3 | brief
        Book:3 | buch bücher
        Key:3 | schlüssel
        Table:2 | tisch
        Door:2 | tür
        Umbrella:3 | regenschirm schirm
        Flower:2 | blume rose
        Cake:3 | kuchen torte
        Bread:2 | brot
        Apple:2 | apfel äpfel
        """;

    public const string French = """
        Dawn:3 | aube matin aurore
        Day:2 | jour midi journée
        Day:1 Sun:1 | soleil
        Dusk:3 | soir crépuscule
        Night:3 | nuit minuit
        Night:2 Moon:2 | lune
        Night:2 Stars:2 | étoile
        Rain:2 | pluie pleuvait
        Storm:3 | orage tempête tonnerre
        Snow:3 Winter:1 | neige neigeait
        Winter:2 | hiver glace
        Fog:3 | brouillard brume
        Wind:2 | vent
        Autumn:2 | automne
        Spring:2 | printemps
        Summer:2 | été
        Happy:1 | rit sourit sourire heureux heureuse
        Sad:1 | triste pleurait seul seule
        Asleep:2 | dormait dort dormir rêve
        Old:1 | vieux vieil vieille
        Sea:3 | mer océan vague île
        Beach:3 | plage rivage côte sable
        Harbour:3 | quai
        River:3 | rivière fleuve ruisseau
        Lake:3 | lac étang
        Forest:3 | forêt bois
        Tree:2 | arbre chêne
        Mountain:3 | montagne sommet
        Hills:2 | colline champ pré prairie
        Road:2 | route chemin sentier
        Desert:3 | désert
        Garden:3 | jardin
        Village:3 | marché
        City:3 | ville rue
        Kitchen:3 | cuisine
        Bedroom:3 Bed:1 | lit
        Room:3 | chambre salon grenier
        Library:3 | bibliothèque école
        Girl:3 | fille fillette sœur
        Boy:3 | garçon fils frère
        Child:3 | enfant
        Woman:3 | femme mère dame
        Man:3 | homme père oncle
        Sailor:3 | capitaine marin pêcheur gardien
        OldWoman:3 | mamie
        OldMan:3 | papi
        King:3 | roi
        Queen:3 | reine
        Princess:3 | princesse fée
        Witch:3 | sorcière
        Owl:3 | hibou chouette
        Bird:2 | oiseau oiseaux
        Crow:3 | corbeau
        Gull:3 Sea:1 | mouette
        Duck:3 | canard
        Cat:3 | chat chaton
        Dog:3 | chien
        Fox:3 | renard
        Wolf:3 | loup
        Bear:3 | ours
        Horse:3 | cheval chevaux
        Donkey:3 | âne
        Rabbit:3 | lapin lièvre
        Mouse:3 | souris
        Dragon:3 | dragon
        Fish:2 | poisson
        Whale:3 Sea:2 | baleine
        Lighthouse:4 Sea:1 | phare
        Castle:4 | château
        House:2 | maison cabane toit
        Church:3 | église
        Bridge:3 | pont
        Boat:3 | barque bateau
        Boat:3 Sea:0.7 Afloat:1 | ramait rames
        Ship:3 Sea:2 | navire voilier
        Lantern:3 | lanterne lampe
        Letter:3 | lettre
        Book:3 | livre
        Key:3 | clé clef
        Table:2 | table
        Door:2 | porte
        Flower:2 | fleur
        Cake:3 | gâteau
        """;

    public const string Spanish = """
        Dawn:3 | amanecer alba madrugada
        Day:2 | día mediodía
        Day:1 Sun:1 | sol
        Dusk:3 | tarde atardecer anochecer
        Night:3 | noche medianoche
        Night:2 Moon:2 | luna
        Night:2 Stars:2 | estrella
        Rain:2 | lluvia llovía llueve
        Storm:3 | tormenta trueno
        Snow:3 Winter:1 | nieve nevaba
        Winter:2 | invierno hielo
        Fog:3 | niebla
        Wind:2 | viento
        Autumn:2 | otoño
        Spring:2 | primavera
        Summer:2 | verano
        Happy:1 | feliz sonrió sonrisa alegre
        Sad:1 | triste lloraba sola solo
        Asleep:2 | dormía duerme dormir sueño
        Old:1 | viejo vieja anciano anciana
        Sea:3 | mar océano ola isla
        Beach:3 | playa costa orilla
        Harbour:3 | puerto muelle
        River:3 | río arroyo
        Lake:3 | lago
        Forest:3 | bosque selva
        Tree:2 | árbol roble
        Mountain:3 | montaña cumbre
        Hills:2 | colina campo prado
        Road:2 | camino sendero carretera
        Desert:3 | desierto
        Garden:3 | jardín
        Village:3 | pueblo aldea mercado
        City:3 | ciudad calle
        Kitchen:3 | cocina
        Bedroom:3 Bed:1 | cama dormitorio
        Room:3 | habitación cuarto
        Library:3 | biblioteca escuela
        Girl:3 | niña hija hermana
        Boy:3 | niño hijo hermano
        Woman:3 | mujer madre
        Man:3 | hombre padre
        Sailor:3 | capitán marinero pescador
        OldWoman:3 | abuela
        OldMan:3 | abuelo
        King:3 | rey
        Queen:3 | reina
        Princess:3 | princesa hada
        Witch:3 | bruja
        Owl:3 | búho lechuza
        Bird:2 | pájaro ave
        Crow:3 | cuervo
        Gull:3 Sea:1 | gaviota
        Cat:3 | gato gata
        Dog:3 | perro
        Fox:3 | zorro
        Wolf:3 | lobo
        Bear:3 | oso
        Horse:3 | caballo
        Donkey:3 | burro
        Rabbit:3 | conejo
        Mouse:3 | ratón
        Dragon:3 | dragón
        Fish:2 | pez peces
        Whale:3 Sea:2 | ballena
        Lighthouse:4 Sea:1 | faro
        Castle:4 | castillo
        House:2 | casa cabaña
        Church:3 | iglesia
        Bridge:3 | puente
        Boat:3 | barca bote
        Boat:3 Sea:0.7 Afloat:1 | remaba remos
        Ship:3 Sea:2 | barco
        Lantern:3 | linterna farol
        Letter:3 | carta
        Book:3 | libro
        Key:3 | llave
        Table:2 | mesa
        Door:2 | puerta
        Flower:2 | flor
        """;

    /// <summary>Signs that are words by themselves: ideographs and emoji.</summary>
    public const string Signs = """
        Dawn:3 | 朝 晨 🌅 🌄
        Day:1 Sun:1 | 日 ☀ 🌞
        Dusk:3 | 夕 🌇
        Night:3 | 夜 晚 🌃 🌌
        Moon:2 Night:2 | 月 🌙 🌕 🌛
        Stars:2 Night:2 | 星 ⭐ ✨ 🌟
        Rain:2 | 雨 🌧 ☔
        Storm:3 | 雷 嵐 ⛈ ⚡
        Snow:3 | 雪 ❄ 🌨
        Snowman:2 Snow:2 | ⛄ ☃
        Fog:3 | 霧 雾 🌫
        Wind:2 | 風 风 💨
        Rainbow:2 | 虹 🌈
        Sea:3 | 海 🌊
        Beach:3 | 浜 🏖 🐚
        Harbour:3 | 港 ⚓
        River:3 | 川 河
        Lake:3 | 湖 池
        Forest:3 | 森 林 🌲
        Tree:2 | 木 树 樹 🌳
        Mountain:3 | 山 ⛰ 🏔
        Hills:2 | 野 丘
        Desert:3 | 🏜
        Garden:3 | 園 园
        Village:3 | 村
        City:3 | 街 城 🏙
        Girl:3 | 女 👧
        Boy:3 | 男 👦
        Child:3 | 子 孩
        Woman:3 | 母 妈 👩
        Man:3 | 父 爸 👨
        OldWoman:3 | 👵
        OldMan:3 | 👴
        King:3 | 王
        Owl:3 | 🦉
        Bird:2 | 鳥 鸟 🐦
        Butterfly:3 | 蝶 🦋
        Cat:3 | 猫 🐱 🐈
        Dog:3 | 犬 狗 🐶 🐕
        Fox:3 | 狐 🦊
        Wolf:3 | 狼 🐺
        Bear:3 | 熊 🐻
        Horse:3 | 馬 马 🐴 🐎 🦄
        Rabbit:3 | 兎 兔 🐰 🐇
        Mouse:3 | 鼠 🐭
        Dragon:3 | 竜 龙 龍 🐉 🐲
        Fish:2 | 魚 鱼 🐟
        Whale:3 Sea:2 | 鯨 鲸 🐳 🐋
        Castle:4 | 🏰
        House:2 | 家 屋 🏠 🏡
        Bridge:3 | 橋 桥
        Boat:3 Sea:1 | 船 舟 ⛵ 🛶
        Rocket:3 Space:2 | 🚀
        Balloon:3 | 🎈
        Kite:3 | 🪁
        Umbrella:3 | 傘 ☂
        Lantern:3 | 灯 🏮
        Letter:3 | ✉ 💌
        Book:3 | 本 书 📖 📚
        Key:3 | 🔑 🗝
        Flower:2 | 花 🌸 🌷 🌻 🌹
        Cake:3 | 🎂 🍰
        """;
}
