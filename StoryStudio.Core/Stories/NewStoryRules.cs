namespace StoryStudio.Core.Stories;

/// <summary>
/// What a new story has to keep. A check throws one <see cref="InvalidInputException"/> with every field that breaks a
/// rule, named as the JSON names it: <c>title</c>, <c>segments[3].prompts.clear</c>, <c>characters[0].name</c>.
/// </summary>
public static class NewStoryRules
{
    public const int MaxSegments = StorySplitter.MaxSegments;
    public const int MaxCharacters = 200;

    /// <summary>
    /// The story as it is stored. Without a title one is proposed from its text. A segment without a number is counted on from the
    /// one before, and starts the next scene where it says <c>hardCut</c>; segments are then put in the order of their numbers.
    /// <c>hardCut</c> is true at a scene's first segment where nothing else is said. Where the story lists no characters, those that
    /// its segments name are its characters.
    /// </summary>
    /// <param name="story">As it came in; any of it may be null.</param>
    /// <param name="styleKeys">The styles in the settings, in their order.</param>
    public static AcceptedStory Check(NewStory story, IReadOnlyCollection<string> styleKeys)
    {
        ArgumentNullException.ThrowIfNull(story);
        ArgumentNullException.ThrowIfNull(styleKeys);
        var errors = new FieldErrors();
        var text = CheckText(story, errors);
        var title = CheckTitle(story, text, errors);
        var styles = CheckStyles(story.Styles is { Count: 0 } ? null : story.Styles, styleKeys, errors) ?? [.. styleKeys];
        var cast = new Cast(story.Characters, errors);
        var segments = story.Segments is { Count: > 0 and <= MaxSegments } given ? SegmentRules.Check(given, styleKeys, cast, errors) : [];
        errors.ThrowIfAny();

        return new()
        {
            Title = title!,
            Segments = text is null ? segments : SplitText(text),
            Characters = cast.Looks,
            Styles = styles,
        };
    }

    /// <summary>Changes to a story's own fields, trimmed; null leaves a field as it is.</summary>
    public static StoryPatch Check(StoryPatch patch, IReadOnlyCollection<string> styleKeys)
    {
        ArgumentNullException.ThrowIfNull(patch);
        ArgumentNullException.ThrowIfNull(styleKeys);
        var errors = new FieldErrors();
        var title = patch.Title is null ? null : errors.Required("title", "The title", patch.Title, Story.MaxTitleLength, oneLine: true);
        if (patch.Styles is { Count: 0 })
        {
            errors.Add("styles", "A story is drawn in at least one style.");
        }

        var styles = CheckStyles(patch.Styles, styleKeys, errors);
        errors.ThrowIfAny();
        return new() { Title = title, Styles = styles, TitleBasedOn = patch.TitleBasedOn?.Trim() };
    }

    /// <summary>Changes to a segment, trimmed; null leaves a field as it is, an empty prompt takes it away.</summary>
    public static SegmentPatch Check(SegmentPatch patch, IReadOnlyCollection<string> styleKeys)
    {
        ArgumentNullException.ThrowIfNull(patch);
        ArgumentNullException.ThrowIfNull(styleKeys);
        var errors = new FieldErrors();
        var accepted = new SegmentPatch
        {
            Text = patch.Text is null ? null : errors.Required("text", "The text", patch.Text, Segment.MaxTextLength),
            Prompt = patch.Prompt is null ? null : errors.Optional("prompt", "The prompt", patch.Prompt, Segment.MaxPromptLength) ?? "",
            Prompts = patch.Prompts is null ? null : SegmentRules.CheckPrompts("prompts", patch.Prompts, styleKeys, errors),
            HardCut = patch.HardCut,
            BasedOn = patch.BasedOn?.ReplaceLineEndings("\n").Trim(),
            PromptBasedOn = patch.PromptBasedOn,
            PromptsBasedOn = CheckKeys(patch.PromptsBasedOn, styleKeys, errors),
        };
        errors.ThrowIfAny();
        return accepted;
    }

    private static IReadOnlyDictionary<string, string>? CheckKeys(IReadOnlyDictionary<string, string>? bases, IReadOnlyCollection<string> styleKeys, FieldErrors errors)
    {
        foreach (var key in bases?.Keys.Where(key => !styleKeys.Contains(key, StringComparer.Ordinal)) ?? [])
        {
            errors.Add($"promptsBasedOn.{key}", NoSuchStyle(key, styleKeys));
        }

        return bases;
    }

    internal static string NoSuchStyle(string? key, IReadOnlyCollection<string> styleKeys) =>
        $"There is no style {FieldErrors.Quote(key)}. There are: {string.Join(", ", styleKeys)}.";

    private static string? CheckText(NewStory story, FieldErrors errors)
    {
        switch (story)
        {
            case { Text: not null, Segments: not null }:
                errors.Add("segments", "Give either a text, which is split, or segments, which are taken as they are; not both.");
                return null;
            case { Segments.Count: 0 }:
                errors.Add("segments", "A story has at least one segment.");
                return null;
            case { Segments.Count: > MaxSegments }:
                errors.Add("segments", $"A story has at most {MaxSegments} segments; these are {story.Segments.Count}.");
                return null;
            case { Segments: not null }:
                return null;
            default:
                return errors.Required("text", "The text", story.Text, StoryText.MaxLength);
        }
    }

    private static string? CheckTitle(NewStory story, string? text, FieldErrors errors)
    {
        if (story.Title is not null)
        {
            return errors.Required("title", "The title", story.Title, Story.MaxTitleLength, oneLine: true);
        }

        var beginning = text ?? (story.Segments is [{ } first, ..] ? first.Text : null);
        return errors.Required("title", "The title", beginning is null || StoryText.Fault(beginning) is not null ? null : StorySplitter.ProposeTitle(beginning), Story.MaxTitleLength, oneLine: true);
    }

    private static List<string>? CheckStyles(IReadOnlyList<string>? keys, IReadOnlyCollection<string> styleKeys, FieldErrors errors)
    {
        if (keys is null)
        {
            return null;
        }

        var accepted = new List<string>();
        for (var i = 0; i < keys.Count; i++)
        {
            if (!styleKeys.Contains(keys[i], StringComparer.Ordinal))
            {
                errors.Add($"styles[{i}]", NoSuchStyle(keys[i], styleKeys));
            }
            else if (accepted.Contains(keys[i], StringComparer.Ordinal))
            {
                errors.Add($"styles[{i}]", $"The style {FieldErrors.Quote(keys[i])} is there twice.");
            }
            else
            {
                accepted.Add(keys[i]);
            }
        }

        return accepted;
    }

    private static List<AcceptedSegment> SplitText(string text) =>
        [.. StorySplitter.Split(text).Select(d => new AcceptedSegment { Number = d.Number, Text = d.Text, HardCut = d.HardCut })];
}
