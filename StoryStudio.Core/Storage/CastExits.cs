using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>Members who leave a story's cast, on their own or by becoming one with another, and who come back as they were.</summary>
internal static class CastExits
{
    /// <summary>Puts one away, with sheets and pictures. Returns the attempts to be cut off once that is committed.</summary>
    public static async Task<List<string>> RemoveAsync(WriteScope scope, Character character)
    {
        var id = character.Id;
        var interrupted = await ImageCancellation.CancelAsync(scope, i => i.CharacterId == id);
        foreach (var sheet in await scope.Db.Images.Where(i => i.CharacterId == id).ToListAsync())
        {
            sheet.PutAway(scope.Now);
        }

        character.RemovedAt = scope.Now;
        return interrupted;
    }

    /// <summary>Takes another in, which is put away. Returns the attempts to be cut off once that is committed.</summary>
    public static async Task<List<string>> MergeAsync(WriteScope scope, Character character, Character other)
    {
        List<string> aliases = [.. character.Aliases.Append(other.Name).Concat(other.Aliases).Distinct(StringComparer.OrdinalIgnoreCase)];
        if (aliases.Count > Character.MaxAliases)
        {
            throw new InvalidInputException("other", $"Together they would have more than {Character.MaxAliases} other names.");
        }

        var was = MergedLook.Of(character);
        var cast = await scope.Db.Characters.Where(c => c.StoryId == character.StoryId).ToListAsync();
        var segments = await scope.Db.Segments.Where(s => s.StoryId == character.StoryId).ToListAsync();
        var before = segments.ToDictionary(s => s.Id, s => CharactersOf.Appearing(s, cast), StringComparer.Ordinal);
        var picture = await AdoptAsync(scope, character, other);
        var named = await RenameAsync(scope, character.StoryId, other.Name, character.Name);
        var interrupted = await RemoveAsync(scope, other);

        // Wherever one of them appeared, this one does, and nowhere else.
        (character.Aliases, character.AddedTo, character.RemovedFrom) = (aliases, [], []);
        cast.Remove(other);
        foreach (var segment in segments)
        {
            var appears = before[segment.Id].Contains(character) || before[segment.Id].Contains(other);
            Correct(character, segment, cast, appears);
        }

        other.Merger = new() { Into = character.Id, Was = was, Became = MergedLook.Of(character), Picture = picture, Named = named };
        return interrupted;
    }

    /// <summary>
    /// Brings one back, as it went. What it had become of another goes out of that one again, except what was changed there since. Does
    /// nothing where it is back already; throws <see cref="ConflictException"/> where somebody else has its names by now.
    /// </summary>
    public static async Task RestoreAsync(WriteScope scope, Character character)
    {
        if (character.RemovedAt is null)
        {
            return;
        }

        var id = character.Id;
        var merger = character.Merger;
        if (merger is not null && await scope.Db.Characters.IgnoreQueryFilters().SingleOrDefaultAsync(c => c.Id == merger.Into) is { } keeper)
        {
            Part(keeper, merger);
        }

        RequireFree(character, await scope.Db.Characters.Where(c => c.StoryId == character.StoryId && c.Id != id).ToListAsync());
        (character.RemovedAt, character.Merger) = (null, null);
        foreach (var sheet in await scope.Db.Images.IgnoreQueryFilters().Where(i => i.CharacterId == id).ToListAsync())
        {
            sheet.BringBack();
        }

        if (merger is not null)
        {
            await UnnameAsync(scope, character.StoryId, merger.Named);
            await ReturnAsync(scope, character, merger.Picture);
        }
    }

    /// <summary>
    /// The name that a character had before is another name of theirs from now on, where the text names them by it on pages on which it does
    /// not by those that they have, and nobody else goes by it, nor would where they were brought back.
    /// </summary>
    public static async Task KeepNameAsync(WriteScope scope, Character character, string former)
    {
        if (former.Equals(character.Name, StringComparison.OrdinalIgnoreCase) || character.Aliases.Contains(former, StringComparer.OrdinalIgnoreCase) || character.Aliases.Count >= Character.MaxAliases)
        {
            return;
        }

        var everybody = await scope.Db.Characters.IgnoreQueryFilters().Where(c => c.StoryId == character.StoryId).ToListAsync();
        if (everybody.Exists(c => c != character && c.Merger?.Into != character.Id && c.Aliases.Prepend(c.Name).Contains(former, StringComparer.OrdinalIgnoreCase)))
        {
            return;
        }

        var cast = everybody.FindAll(c => c.RemovedAt is null);
        var missing = (await scope.Db.Segments.Where(s => s.StoryId == character.StoryId).ToListAsync()).FindAll(s => !CharactersOf.Told(s, cast).Contains(character));
        var aliases = character.Aliases;
        character.Aliases = [.. aliases, former];
        if (!missing.Exists(s => CharactersOf.Told(s, cast).Contains(character)))
        {
            character.Aliases = aliases;
        }
    }

    /// <summary>Segments in which the author named the character go by the new name. Returns what was changed.</summary>
    public static async Task<List<MergedNames>> RenameAsync(WriteScope scope, string storyId, string from, string to)
    {
        var changed = new List<MergedNames>();
        foreach (var segment in await scope.Db.Segments.IgnoreQueryFilters().Where(s => s.StoryId == storyId && s.Characters != null).ToListAsync())
        {
            if (segment.Characters!.Contains(from, StringComparer.OrdinalIgnoreCase))
            {
                var was = segment.Characters!;
                segment.Characters = [.. was.Select(c => c.Equals(from, StringComparison.OrdinalIgnoreCase) ? to : c).Distinct(StringComparer.OrdinalIgnoreCase)];
                changed.Add(new(segment.Id, [.. was], [.. segment.Characters]));
            }
        }

        return changed;
    }

    /// <summary>Only what the segment does not say by itself is kept.</summary>
    public static void Correct(Character character, Segment segment, List<Character> cast, bool? appears)
    {
        var told = CharactersOf.Told(segment, cast).Contains(character);
        SetCorrection(character, segment.Id, appears == told ? null : appears);
    }

    /// <summary>Whether somebody was put into a segment (true) or taken out (false) against what it says; null where it is as it says.</summary>
    public static void SetCorrection(Character character, string segmentId, bool? added)
    {
        character.AddedTo = [.. character.AddedTo.Where(id => id != segmentId)];
        character.RemovedFrom = [.. character.RemovedFrom.Where(id => id != segmentId)];
        switch (added)
        {
            case true:
                character.AddedTo.Add(segmentId);
                break;
            case false:
                character.RemovedFrom.Add(segmentId);
                break;
            default:
                break;
        }
    }

    /// <summary>What was corrected of one segment holds for another that was a part of it as well.</summary>
    public static void CopyCorrection(Character character, string from, string to) =>
        SetCorrection(character, to, character.AddedTo.Contains(from, StringComparer.Ordinal) ? true : character.RemovedFrom.Contains(from, StringComparer.Ordinal) ? false : null);

    /// <summary>What the one lacks and the other has. Returns the picture that went over.</summary>
    private static async Task<MergedPicture?> AdoptAsync(WriteScope scope, Character character, Character other)
    {
        character.Description = character.Description.Length == 0 ? other.Description : character.Description;
        var pictures = await scope.Db.CharacterPictures.Where(p => p.CharacterId == character.Id || p.CharacterId == other.Id).ToListAsync();
        if (pictures.Exists(p => p.CharacterId == character.Id && p.RemovedAt == null)
            || pictures.Where(p => p.CharacterId == other.Id && p.RemovedAt == null).MaxBy(p => p.Number) is not { } picture)
        {
            return null;
        }

        var number = 1 + pictures.Where(p => p.CharacterId == character.Id).Select(p => p.Number).DefaultIfEmpty(0).Max();
        await MoveAsync(scope, picture, character.Id, number);
        return new(picture.Path, picture.Number);
    }

    private static async Task ReturnAsync(WriteScope scope, Character character, MergedPicture? lent)
    {
        // Whoever had it may be gone for good meanwhile, and the picture with them.
        if (lent is not null && await scope.Db.CharacterPictures.SingleOrDefaultAsync(p => p.Path == lent.Path) is { } picture && picture.CharacterId != character.Id)
        {
            await MoveAsync(scope, picture, character.Id, lent.Number);
        }
    }

    private static async Task MoveAsync(WriteScope scope, CharacterPicture picture, string characterId, int number)
    {
        // The row goes before the new one comes: no file is two pictures'.
        scope.Db.CharacterPictures.Remove(picture);
        await scope.Db.SaveChangesAsync();
        scope.Db.CharacterPictures.Add(new()
        {
            CharacterId = characterId,
            Number = number,
            Path = picture.Path,
            MediaType = picture.MediaType,
            Width = picture.Width,
            Height = picture.Height,
            Bytes = picture.Bytes,
            Sha256 = picture.Sha256,
            CreatedAt = picture.CreatedAt,
        });
    }

    private static void Part(Character keeper, CastMerger merger)
    {
        var (was, became) = (merger.Was, merger.Became);
        keeper.Description = keeper.Description == became.Description ? was.Description : keeper.Description;
        keeper.Aliases = Back(keeper.Aliases, was.Aliases, became.Aliases, StringComparer.OrdinalIgnoreCase);
        keeper.AddedTo = Back(keeper.AddedTo, was.AddedTo, became.AddedTo, StringComparer.Ordinal);
        keeper.RemovedFrom = Back(keeper.RemovedFrom, was.RemovedFrom, became.RemovedFrom, StringComparer.Ordinal);
    }

    private static async Task UnnameAsync(WriteScope scope, string storyId, IReadOnlyList<MergedNames> named)
    {
        var ids = named.Select(n => n.SegmentId).ToList();
        foreach (var segment in ids.Count == 0 ? [] : await scope.Db.Segments.IgnoreQueryFilters().Where(s => s.StoryId == storyId && ids.Contains(s.Id)).ToListAsync())
        {
            var (_, was, became) = named.First(n => n.SegmentId == segment.Id);

            // Where the author has since left it to the text, it stays so.
            segment.Characters = segment.Characters is null ? null : Back(segment.Characters, was, became, StringComparer.OrdinalIgnoreCase);
        }
    }

    /// <summary>The list before a change where it is still as it was after it; else with what the change took away and without what it added.</summary>
    public static List<string> Back(List<string> now, List<string> was, List<string> became, StringComparer comparer) => now.SequenceEqual(became, StringComparer.Ordinal)
        ? [.. was]
        : [.. now.Except(became.Except(was, comparer), comparer).Union(was.Except(became, comparer), comparer)];

    private static void RequireFree(Character character, List<Character> others)
    {
        try
        {
            CharacterRules.Check((character.Name, character.Description, character.Kind, character.Aliases), others);
        }
        catch (InvalidInputException e)
        {
            throw new ConflictException("name_taken", $"{character.Name} can't come back as things are. {e.Message}");
        }
    }
}
