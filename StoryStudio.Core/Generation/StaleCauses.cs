using System.Collections.Frozen;
using System.Globalization;
using StoryStudio.Core.Providers;

namespace StoryStudio.Core.Generation;

/// <summary>Says why a picture is from before a change: every cause, in the order in which an author would look for them. Pure.</summary>
internal static class StaleCauses
{
    /// <summary>Of a picture that was made from another than would go along by now.</summary>
    public const string ReferenceChanged = "reference_changed";

    /// <param name="then">What it was made from; null where that was not kept yet.</param>
    /// <param name="now">What it would be made from today.</param>
    /// <param name="sent">Pictures that went along.</param>
    /// <param name="standing">Pictures of characters and the style as they stand today.</param>
    public static IReadOnlyList<Staleness> Find(PictureBasis? then, PictureBasis now, IReadOnlyList<PictureReference> sent, StandingReferences standing)
    {
        var causes = new List<Staleness>();
        if (then is not null)
        {
            AddWords(then, now, causes);
        }

        if (then is { Uploaded: true })
        {
            return causes;
        }

        if (then is not null)
        {
            AddCharacters(then, now, causes);
            AddStyle(then, now, standing, causes);
        }

        AddReferences(then, sent, standing, causes);
        return causes;
    }

    /// <param name="names">Those whose sheet should have gone along and could not be drawn.</param>
    /// <param name="sent">Pictures that went along, with the earlier sheet of some of them.</param>
    public static IReadOnlyList<Staleness> OfMissing(IReadOnlyList<string> names, IReadOnlyCollection<PictureReference> sent)
    {
        var earlier = names.Where(name => sent.Any(r => IsOfSomebody(r) && r.Name == name)).ToList();
        return [.. Said("Made without the sheet of {0}, which could not be drawn.", names.Except(earlier, StringComparer.Ordinal)), .. Said("Made with an earlier sheet of {0}, for a new one could not be drawn.", earlier)];

        static IEnumerable<Staleness> Said(string sentence, IEnumerable<string> names) =>
            string.Join(" and ", names) is { Length: > 0 } all ? [new("reference_missing", string.Format(CultureInfo.InvariantCulture, sentence, all))] : [];
    }

    private static void AddWords(PictureBasis then, PictureBasis now, List<Staleness> causes)
    {
        var isOtherText = then.Text != now.Text || (then.Setting is not null && then.Setting != now.Setting);
        if (then.Uploaded ? isOtherText : then.Prompt is null && now.Prompt is null && isOtherText)
        {
            causes.Add(new("text_changed", "The text was changed."));
        }
        else if (!then.Uploaded && then.Prompt != now.Prompt)
        {
            causes.Add(new("prompt_changed", (then.Prompt, now.Prompt) switch
            {
                (null, _) => "It has a prompt of its own now.",
                (_, null) => "The prompt that it was drawn from was taken away.",
                _ => "The prompt was changed.",
            }));
        }
    }

    private static void AddCharacters(PictureBasis then, PictureBasis now, List<Staleness> causes)
    {
        var before = then.Characters.ToDictionary(c => c.Id, StringComparer.Ordinal);
        foreach (var character in now.Characters)
        {
            if (!before.Remove(character.Id, out var was))
            {
                causes.Add(then.Undescribed.Contains(character.Name, StringComparer.Ordinal)
                    ? new("description_changed", $"{character.Name} has a description now.")
                    : new("cast_changed", $"{character.Name} is in it now."));
            }
            else if (was.Look != character.Look)
            {
                causes.Add(new("description_changed", $"The description of {character.Name} was changed."));
            }
            else if (was.Name != character.Name)
            {
                causes.Add(new("cast_changed", $"{was.Name} is called {character.Name} now."));
            }
        }

        causes.AddRange(before.Values.Select(gone => now.Undescribed.Contains(gone.Name, StringComparer.Ordinal)
            ? new Staleness("description_changed", $"{gone.Name} has no description any more.")
            : new("cast_changed", $"{gone.Name} is no longer in it.")));
    }

    private static void AddStyle(PictureBasis then, PictureBasis now, StandingReferences standing, List<Staleness> causes)
    {
        if (then.Style != now.Style || then.Note != now.Note)
        {
            causes.Add(new("style_changed", "The words of the style were changed."));
        }

        if (standing.TakesSample && then.Sample != now.Sample)
        {
            causes.Add(new("style_changed", "The style’s own picture is another one now."));
        }
    }

    private static void AddReferences(PictureBasis? then, IReadOnlyList<PictureReference> sent, StandingReferences standing, List<Staleness> causes)
    {
        if (sent.Any(r => r.Role is ReferenceRole.Consistency && !standing.Followers.Contains(r.SourceId) && standing.Chosen.GetValueOrDefault(r.SourceId, PictureReference.NoVersion) != r.SourceVersion))
        {
            causes.Add(new(ReferenceChanged, "The style’s first picture, which it was made from, is another one now."));
        }

        var answered = new HashSet<string>(StringComparer.Ordinal);
        foreach (var reference in sent.Where(IsOfSomebody))
        {
            var present = standing.Characters.FirstOrDefault(c => c.CharacterId == reference.SourceId || c.SheetId == reference.SourceId);
            if (present is not null)
            {
                answered.Add(present.CharacterId);
            }

            if (present?.SourceId != reference.SourceId || present.SourceVersion != reference.SourceVersion)
            {
                causes.Add(new(ReferenceChanged, present?.SourceId is null
                    ? $"The picture of {reference.Name} that it was made from no longer goes along."
                    : $"The picture of {reference.Name} that it was made from is another one now."));
            }
        }

        if (then is null)
        {
            return;
        }

        var room = standing.Room - sent.Count(r => r.Role is not ReferenceRole.Previous);
        foreach (var character in standing.Characters.Where(c => c is { SourceId: not null, IsSendable: true } && !answered.Contains(c.CharacterId) && !then.Unsent.Contains(c.Sha256, StringComparer.Ordinal)).Take(Math.Max(0, room)))
        {
            answered.Add(character.CharacterId);
            causes.Add(new(ReferenceChanged, $"{character.Name} has a picture now, which did not go along."));
        }

        var missing = then.Missing.Where(name => !standing.Characters.Any(c => c.Name == name && answered.Contains(c.CharacterId) && !IsStillEarlier(c))).ToList();
        causes.AddRange(OfMissing(missing, sent));

        bool IsStillEarlier(StandingCharacter character) => character.IsStale && sent.Any(r => r.SourceId == character.SourceId && r.SourceVersion == character.SourceVersion);
    }

    private static bool IsOfSomebody(PictureReference reference) => reference.Role is ReferenceRole.Character or ReferenceRole.Place;
}

/// <summary>The pictures that would go along with an image today.</summary>
internal sealed record StandingReferences
{
    /// <summary>How many one request takes.</summary>
    public required int Room { get; init; }

    /// <summary>Whether the style's own picture, where it has one, goes along with this image.</summary>
    public bool TakesSample { get; init; }

    /// <summary>The chosen version of every image that went along, by its id.</summary>
    public required IReadOnlyDictionary<string, int> Chosen { get; init; }

    /// <summary>
    /// Images whose chosen version was itself made from this one, as a style's first picture from the sheets of those in it: a change of such a one is no
    /// cause, or each would make the other be from before a change in turns.
    /// </summary>
    public IReadOnlySet<string> Followers { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Those in the picture who have, or had, a picture of their own.</summary>
    public required IReadOnlyList<StandingCharacter> Characters { get; init; }
}

/// <param name="CharacterId">Whose.</param>
/// <param name="Name">As the story calls them.</param>
/// <param name="SheetId">The image that is their sheet in this style; null where there is none.</param>
/// <param name="SourceId">What goes along: the character, where they have a picture from outside, or the sheet; null where neither.</param>
/// <param name="SourceVersion">Which version of that.</param>
/// <param name="IsSendable">Whether the provider takes a picture of that kind.</param>
/// <param name="IsStale">Whether that is from before a change itself.</param>
/// <param name="Sha256">Of its file; null where there is none.</param>
internal sealed record StandingCharacter(string CharacterId, string Name, string? SheetId, string? SourceId, int SourceVersion, bool IsSendable, bool IsStale = false, string? Sha256 = null);
