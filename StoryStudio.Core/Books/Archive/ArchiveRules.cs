using System.Text.RegularExpressions;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Books.Archive;

/// <summary>What a list of contents has to keep before anything that it names is unpacked.</summary>
internal static partial class ArchiveRules
{
    public const int MaxVersion = 100_000;

    private const int MostErrors = 20;
    private const int MaxWord = 200;

    /// <summary>A page's words, and two hundred characters described beside it.</summary>
    private const int MaxComposedPrompt = 1_000_000;

    /// <summary>The story without its pictures, as it is stored.</summary>
    /// <exception cref="InvalidInputException">With the places that are wrong, by their path in the list of contents.</exception>
    public static AcceptedStory Check(ArchiveManifest manifest)
    {
        if (manifest.Format != ArchiveManifest.FormatName || manifest.Version != ArchiveManifest.CurrentVersion)
        {
            throw new InvalidInputException("manifest.format", manifest.Format == ArchiveManifest.FormatName
                ? $"This archive was made by a later StoryStudio (format {manifest.Version}); here, {ArchiveManifest.CurrentVersion} is known."
                : "The list of contents is not of a story that was exported here.");
        }

        var errors = new Places();
        CheckStyles(manifest, errors);
        errors.ThrowIfAny();
        var styles = (manifest.Styles ?? []).Select(s => s.Key!).ToList();
        for (var i = 0; i < manifest.Characters?.Count; i++)
        {
            CheckCharacter($"characters[{i}]", manifest.Characters[i], errors);
        }

        for (var i = 0; i < manifest.Segments?.Count; i++)
        {
            if ((ArchivedSegment?)manifest.Segments[i] is { } segment)
            {
                CheckImages($"segments[{i}].images", segment.Images, errors);
            }
        }

        CheckReviews(manifest, errors);
        RequireFilesOnce(manifest, errors);
        errors.ThrowIfAny();
        return CheckStory(manifest, styles);
    }

    /// <summary>What looks like an id is none: it could be that of another story's picture.</summary>
    public static bool IsStyleKey(string? key) => key is not null && StyleKey().IsMatch(key) && !Ids.IsId(key);

    private static AcceptedStory CheckStory(ArchiveManifest manifest, List<string> styles)
    {
        try
        {
            // Prompts may be of styles that the story is no longer drawn in.
            var known = styles.Concat((manifest.Segments ?? []).OfType<ArchivedSegment>().SelectMany(s => s.Prompts?.Keys ?? []).Where(IsStyleKey)).Distinct(StringComparer.Ordinal).ToList();
            return NewStoryRules.Check(
                new NewStory
                {
                    Title = manifest.Story?.Title,
                    Segments = manifest.Segments is null ? [] : [.. manifest.Segments.Select(s => (ArchivedSegment?)s is { } segment
                        ? new NewSegment { Number = string.IsNullOrWhiteSpace(segment.Number) ? "?" : segment.Number, Text = segment.Text, HardCut = segment.HardCut, Prompt = segment.Prompt, Prompts = segment.Prompts, Characters = segment.Characters }
                        : null!)],
                    Characters = manifest.Characters is null ? null : [.. manifest.Characters.Select(c => new NewCharacter(c.Name, c.Description) { Kind = c.IsPlace ? CastKind.Place : CastKind.Character, Aliases = c.Aliases })],
                    Styles = styles,
                },
                known);
        }
        catch (InvalidInputException failure)
        {
            throw new InvalidInputException(failure.Errors.Take(MostErrors).ToDictionary(e => $"manifest.{e.Key}", e => e.Value, StringComparer.Ordinal));
        }
    }

    private static void CheckStyles(ArchiveManifest manifest, Places errors)
    {
        if (manifest.Styles is not { Count: > 0 and <= 100 })
        {
            errors.Add("styles", "A story has 1 to 100 styles.");
            return;
        }

        for (var i = 0; i < manifest.Styles.Count; i++)
        {
            if (!IsStyleKey(((ArchivedStyle?)manifest.Styles[i])?.Key))
            {
                errors.Add($"styles[{i}].key", "The key of a style is made of lower-case letters, digits and dashes.");
            }
            else if (manifest.Styles[i].Note is { } note && !IsText(note, StoryStyle.MaxNoteLength))
            {
                errors.Add($"styles[{i}].note", "The note is too long.");
            }
        }
    }

    private static void CheckCharacter(string place, ArchivedCharacter? character, Places errors)
    {
        if (character is null)
        {
            errors.Add(place, "The character is missing.");
            return;
        }

        CheckFiles($"{place}.pictures", character.Pictures, errors);
        CheckImages($"{place}.sheets", character.Sheets, errors);
    }

    private static void CheckImages(string place, IReadOnlyList<ArchivedImage>? images, Places errors)
    {
        var styles = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < images?.Count; i++)
        {
            var image = (ArchivedImage?)images[i];
            if (!IsStyleKey(image?.Style) || !styles.Add(image!.Style!))
            {
                errors.Add($"{place}[{i}].style", "There is no style, or there is one twice.");
                continue;
            }

            CheckFiles($"{place}[{i}].versions", image.Versions, errors);
            if (image.Versions is not { Count: > 0 } versions || versions.All(v => v?.Number != image.Chosen))
            {
                errors.Add($"{place}[{i}].chosen", "The chosen version is not among the versions.");
            }

            if (image.Stale is { } stale && !(IsText(stale.Code, 1_000) && IsText(stale.Message, 20_000)))
            {
                errors.Add($"{place}[{i}].stale", "The mark is not one.");
            }

            if (image.Lock is { } locked && !(IsWord(locked.By) && Enum.IsDefined(locked.Reason)))
            {
                errors.Add($"{place}[{i}].lock", "The lock is not one.");
            }

            for (var v = 0; v < image.Versions?.Count; v++)
            {
                CheckVersion($"{place}[{i}].versions[{v}]", image.Versions[v], errors);
            }
        }
    }

    private static void CheckVersion(string place, ArchivedVersion? version, Places errors)
    {
        if (version is null)
        {
            return;
        }

        if (!IsText(version.Prompt, MaxComposedPrompt, orEmpty: true) || !IsWord(version.Provider) || (version.Model is not null && !IsWord(version.Model)))
        {
            errors.Add(place, "Prompt, provider or model are missing or too long.");
        }

        if (version.CostUsd is < 0 or > 1_000_000)
        {
            errors.Add($"{place}.costUsd", "The cost is not an amount of US dollars.");
        }

        if ((version.Instruction is not null && !IsText(version.Instruction, 8_000)) || !IsBasis(version.MadeFrom))
        {
            errors.Add(place, "What it was made from is not said in a way that can be read.");
        }

        if (version.RequestHash is not null && !IsHash(version.RequestHash))
        {
            errors.Add($"{place}.requestHash", "This is no SHA-256.");
        }

        for (var i = 0; i < version.References?.Count; i++)
        {
            if ((ArchivedReference?)version.References[i] is not { } reference || !IsHash(reference.Sha256) || i >= 100
                || (reference.Name is not null && !IsWord(reference.Name)) || !Enum.IsDefined(reference.Role) || reference.SourceVersion is < 0 or > MaxVersion)
            {
                errors.Add($"{place}.references[{i}]", "The reference is not one.");
            }
        }
    }

    private static bool IsBasis(ArchivedBasis? basis) => basis is null
        || (((string?[])[basis.Text, basis.Setting, basis.Prompt, basis.Style, basis.Note, basis.Sample]).All(m => m is null || IsWord(m))
            && ((IReadOnlyList<string>?[])[basis.Undescribed, basis.Missing, basis.Unsent]).All(names => names is not { Count: > NewStoryRules.MaxCharacters } && (names ?? []).All(n => IsWord(n)))
            && basis.Characters is not { Count: > NewStoryRules.MaxCharacters } && (basis.Characters ?? []).All(c => (ArchivedBasisCharacter?)c is not null && IsWord(c.Name) && IsWord(c.Look))
            && (basis.Characters ?? []).Where(c => c.Character is not null).GroupBy(c => c.Character).All(c => c.Count() == 1));

    private static void CheckReviews(ArchiveManifest manifest, Places errors)
    {
        CheckCounts(manifest, errors);
        for (var i = 0; i < manifest.People?.Count; i++)
        {
            if (!IsWord(((ArchivedPerson?)manifest.People[i])?.Name))
            {
                errors.Add($"people[{i}].name", "The name is missing.");
            }
        }

        for (var i = 0; i < manifest.Comments?.Count; i++)
        {
            var said = (ArchivedComment?)manifest.Comments[i];
            if (said is null || !IsPerson(said.Writer) || said.Answers is { } answered && !(answered >= 0 && answered < i) || !IsTime(said.CreatedAt)
                || !IsText(said.Text, Comment.MaxTextLength, orEmpty: said.DeletedAt is not null) || (said.ResolvedBy is not null && !IsWord(said.ResolvedBy))
                || said.X is < 0 or > 1 || said.Y is < 0 or > 1 || said.X is null != said.Y is null || said.PictureVersion is < 1 or > MaxVersion)
            {
                errors.Add($"comments[{i}]", "The comment is not one.");
            }
        }

        for (var i = 0; i < manifest.Decisions?.Count; i++)
        {
            var decided = (ArchivedDecision?)manifest.Decisions[i];
            if (decided is null || !IsPerson(decided.Person) || decided.Image is null || decided.PictureVersion is < 1 or > MaxVersion || !Enum.IsDefined(decided.Kind)
                || !IsTime(decided.DecidedAt) || (decided.Reason is not null && !IsText(decided.Reason, Decision.MaxReasonLength)))
            {
                errors.Add($"decisions[{i}]", "The decision is not one.");
            }
        }

        bool IsPerson(int place) => place >= 0 && place < manifest.People?.Count;
    }

    /// <summary>As many as a story itself can hold, and people for as much as they said: a list of contents has room for millions.</summary>
    private static void CheckCounts(ArchiveManifest manifest, Places errors)
    {
        if (manifest.Comments?.Count > ReviewRules.MaxCommentsEver || manifest.Comments?.Count(c => (ArchivedComment?)c is { DeletedAt: null }) > ReviewRules.MaxComments)
        {
            errors.Add("comments", $"A story has at most {ReviewRules.MaxComments} comments, and {ReviewRules.MaxCommentsEver} with those that were deleted.");
        }

        if ((manifest.Decisions ?? []).OfType<ArchivedDecision>().GroupBy(d => (d.Image, d.PictureVersion)).Any(d => d.Count() > ReviewRules.MaxDeciders))
        {
            errors.Add("decisions", $"At most {ReviewRules.MaxDeciders} people decide about a version of a picture.");
        }

        if (manifest.People?.Count > (manifest.Comments?.Count ?? 0) + (manifest.Decisions?.Count ?? 0))
        {
            errors.Add("people", "There are more people than comments and decisions.");
        }
    }

    private static bool IsTime(DateTimeOffset time) => time.Year is >= 1990 and <= 2500;

    private static void CheckFiles(string place, IReadOnlyList<ArchivedFile>? files, Places errors)
    {
        var numbers = new HashSet<int>();
        for (var i = 0; i < files?.Count; i++)
        {
            if ((ArchivedFile?)files[i] is not { } file)
            {
                errors.Add($"{place}[{i}]", "The version is missing.");
                continue;
            }

            if (file.Number is < 1 or > MaxVersion || !numbers.Add(file.Number))
            {
                errors.Add($"{place}[{i}].number", "Versions are numbered from 1, each once.");
            }

            if (!IsText(file.File, 400) || !IsHash(file.Sha256))
            {
                errors.Add($"{place}[{i}].file", "A file with its SHA-256 has to be named.");
            }

            if (!IsTime(file.CreatedAt))
            {
                errors.Add($"{place}[{i}].createdAt", "The time is missing.");
            }
        }
    }

    /// <summary>A file that is named a thousand times would be unpacked a thousand times.</summary>
    private static void RequireFilesOnce(ArchiveManifest manifest, Places errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in manifest.Files())
        {
            if (file.File is { } name && !seen.Add(name))
            {
                errors.Add("files", $"{FieldErrors.Quote(name)} is named twice.");
            }
        }
    }

    private static bool IsHash(string? text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower);

    private static bool IsWord(string? text) => IsText(text, MaxWord) && !text!.Any(char.IsControl);

    private static bool IsText(string? text, int most, bool orEmpty = false) => text is not null && (orEmpty || text.Length > 0) && text.Length <= most && StoryText.Fault(text) is null;

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,63}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex StyleKey();

    /// <summary>Says what is wrong where, and does not go on for ever.</summary>
    private sealed class Places
    {
        private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

        public void Add(string place, string sentence)
        {
            if (_errors.Count < MostErrors)
            {
                _errors.TryAdd($"manifest.{place}", [sentence]);
            }
        }

        public void ThrowIfAny()
        {
            if (_errors.Count > 0)
            {
                throw new InvalidInputException(_errors);
            }
        }
    }
}
