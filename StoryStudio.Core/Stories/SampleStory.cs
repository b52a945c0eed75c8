namespace StoryStudio.Core.Stories;

/// <summary>The story that comes in the box: twelve segments in three scenes, from dusk to snow.</summary>
public static class SampleStory
{
    public const string Title = "The Night the Lighthouse Slept";

    private static readonly string[] Everybody = ["Mira", "Bram", "Pim"];

    /// <summary>The story as a request to make it, in every style.</summary>
    public static NewStory Create() => new()
    {
        Title = Title,
        Characters =
        [
            new("Mira", "A girl of nine with short black hair and freckles, in a red raincoat and yellow boots."),
            new("Bram", "Her grandfather, the lighthouse keeper: tall and round, with a white beard, a dark blue jersey and a knitted grey cap."),
            new("Pim", "A small barn owl with a pale heart-shaped face, golden-brown wings, and one feather that stands up from his head like a question mark."),
        ],
        Segments =
        [
            Beat(
                "1.1",
                """
                At the end of the long stone pier, where the land had given up, stood a white lighthouse with a red cap. Mira lived at the bottom of it, and her grandfather Bram at the top, because he liked to be near the lamp. In between there were one hundred and twelve stairs. Mira had counted them in every kind of weather.
                """),
            Beat(
                "1.2",
                """
                That evening the sun went into the sea like a coin into a slot: orange, and then gone. Gulls hurried home through the dusk. “Wind by supper,” said Bram, sniffing, “and rain by pudding.” He was never wrong about pudding. Far out on the water, a single fishing boat with a patched green sail was only just turning for the harbour.
                """),
            Beat(
                "1.3",
                """
                They were at the soup when the rain came, all of it at once, drumming on the kitchen window as if it wanted a bowl too. Mira ran up the hundred and twelve stairs to see the lamp being lit. The lamp was not being lit. It gave one yellow blink, sighed – she heard it quite clearly – and went out.
                """),
            Beat(
                "1.4",
                """
                In the dark behind the glass, two round eyes were looking at Mira. They belonged to an owl, small and soaked, with one feather that stood up like a question. “I only sat on it,” said the owl, whose name was Pim. “It was so very warm. I believe I have put it to sleep.”
                """),
            Beat(
                "2.1",
                """
                Bram turned every screw and tapped every pipe. Nothing. Thunder walked about on the roof, lightning lit the rocks, and out among the waves the green sail leaned first this way, then that, looking for a light to steer by. “She’ll find the rocks before she finds us,” said Bram, and he said it very quietly.
                """),
            Beat(
                "2.2",
                """
                “Then we must take a light to her,” said Mira. She buttoned her red raincoat, stepped into her yellow boots, lifted the old storm lantern from its hook, and was down at the landing before anybody could forbid it. The rowing boat was hopping on its rope like a dog that has heard the word “walk”.
                """),
            Beat(
                "2.3",
                """
                Bram rowed, for he had the arms for it. Mira held up the lantern in the bow. And above them, where no wave could reach him, flew Pim, his wings as wide as he could make them. “Left!” he called. “A little more left – there is a rock here with a grumpy face!” An owl sees at night what other people see at noon.
                """),
            Beat(
                "2.4",
                """
                Twice the wind blew out the lantern. The third time the matches were wet, and for a moment there was no light left in the world at all. Then the clouds tore open, only a crack, and the moon looked through it, round and white and in no hurry. It rolled out a silver road across the water, all the way to the fishing boat.
                """,
                Everybody),
            Beat(
                "2.5",
                """
                “Good evening,” shouted the fisherwoman, who had remained polite. Her crew was one ginger cat. Mira threw her a rope, Bram turned the boat about, and so they came home along the silver road in a procession: first an owl, then a rowing boat, and last a patched green sail with a ginger cat at the tiller, looking as though it had all been her idea.
                """,
                Everybody),
            Beat(
                "3.1",
                """
                By morning the storm had gone, and had left snow behind, the way people leave a present when they have behaved badly. It lay on the pier and on the boats and on the red cap of the lighthouse. It was so still that one could hear the sea thinking. A line of tiny footprints, three toes each, led across the white to the kitchen door.
                """,
                ["Pim"]),
            Beat(
                "3.2",
                """
                Mira climbed the stairs with a mug of cocoa, and Pim rode up on her shoulder. They found the lamp still fast asleep, with a golden-brown feather stuck deep in its brass throat. Mira drew it out, slowly, slowly. The lamp wrinkled its glass. It sneezed a great cloud of dust – and then it opened its one bright eye, and the whole room turned to gold.
                """),
            Beat(
                "3.3",
                """
                Bram built a little wooden house with a round door and hung it beside the lamp: close enough to be warm, too far away to sit on it. That night the sky was full of stars. And ever since, sailors say, the light on the long pier blinks once, as lighthouses do. But look again, a little to the left. There are two more, small and round and wide awake.
                """,
                ["Bram", "Pim"]),
        ],
    };

    private static NewSegment Beat(string number, string text, IReadOnlyList<string>? characters = null) =>
        new() { Number = number, Text = text, Characters = characters };
}
