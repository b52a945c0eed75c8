namespace StoryStudio.Core.Providers;

/// <summary>Says in the prompt what the pictures are for that go along with it. A model sees them by their place and knows nothing else of them.</summary>
public static class ReferenceWords
{
    /// <summary>A line for each, counted from 1; empty where there are none.</summary>
    /// <param name="references">Just those that are sent, in the order in which they are: <see cref="ProviderCapabilities.Sendable"/>.</param>
    public static string Of(IReadOnlyList<ReferencePicture> references)
    {
        ArgumentNullException.ThrowIfNull(references);
        return references.Count == 0 ? "" : string.Join('\n', ["Pictures that come along, in this order:", .. references.Select((reference, i) => $"Picture {i + 1} {Say(reference)}")]);
    }

    private static string Say(ReferencePicture reference) => reference.Role switch
    {
        ReferenceRole.Consistency => "is the first picture of this series; keep its manner of drawing, its colours and the looks of everybody in it, but draw a new scene.",
        ReferenceRole.Character when reference.Name is { Length: > 0 } name => $"shows {name}; keep {name}'s face, hair and clothes.",
        ReferenceRole.Character => "shows one of the characters; keep the face, the hair and the clothes.",
        ReferenceRole.Place when reference.Name is { Length: > 0 } name => $"shows the place {name}; keep its shapes, its things and its colours, but take the view that the scene asks for.",
        ReferenceRole.Place => "shows one of the places; keep its shapes, its things and its colours.",
        ReferenceRole.Previous => "is the picture as it is now; keep all of it as it is, but for the change that is asked for below.",
        ReferenceRole.StyleSample => "is a sample of the style; take its manner of drawing and its colours, not what it shows.",
        _ => throw new ArgumentOutOfRangeException(nameof(reference), reference.Role, message: null),
    };
}
