namespace StoryStudio.Core.Providers.Sketch.Reading;

/// <summary>Everything that words can bring into a picture.</summary>
internal enum Motif
{
    Dawn, Day, Dusk, Night,

    Sun, Rain, Storm, Snow, Fog, Wind, Rainbow, Moon, Stars, Clouds,

    Spring, Summer, Autumn, Winter,

    Happy, Sad, Afraid, Asleep, Old, Afloat,

    Sea, Beach, Harbour, Underwater, River, Lake, Forest, Mountain, Hills, Road, Desert, Garden, Village, City, Space,
    Kitchen, Bedroom, Room, Library,

    Girl, Boy, Child, Woman, Man, OldWoman, OldMan, King, Queen, Princess, Prince, Witch, Wizard, Sailor, Baker, Knight, Robot,

    Owl, Bird, Crow, Gull, Duck, Swan, Hen, Penguin, Butterfly, Bee,
    Cat, Dog, Fox, Wolf, Bear, Horse, Donkey, Deer, Cow, Sheep, Goat, Pig, Lion, Elephant, Rabbit, Mouse, Squirrel, Hedgehog, Frog, Turtle, Snail, Dragon,
    Fish, Whale, Dolphin,

    Lighthouse, Castle, House, Tower, Church, Mill, Bridge, Tent, Well,

    Boat, Ship, Kite, Balloon, AirBalloon, Rocket, Train, Car, Bicycle, Cart,
    Tree, Flower, Mushroom, Pumpkin, Apple, Rock, Fence, Bench, Campfire, Snowman, Sign, Ladder, Gate,
    Lantern, Candle, Letter, Book, Map, Key, Umbrella, Basket, Cup, Bell, Fiddle,
    Table, Chair, Bed, Door, Stove, Clock, Chest, Suitcase, Cake, Bread, Pot, Shelf, Piano, Egg,
}
