using System.Text.Json.Serialization;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Api;

/// <summary>A story to be made, and whether to illustrate it at once.</summary>
internal sealed record NewStoryBody(NewStory Story, bool Illustrate = false)
{
    /// <summary>A whole novel as JSON, with room for escapes.</summary>
    public const int Limit = 8 * JsonBody.UsualLimit;

    public static NewStoryBody Read(JsonFields body) => new(
        new NewStory
        {
            Title = body.Text("title"),
            Text = body.Text("text"),
            Segments = body.Objects("segments", s => new NewSegment
            {
                Number = s.Text("number"),
                Text = s.Text("text"),
                Prompt = s.Text("prompt"),
                Prompts = s.TextsByKey("prompts"),
                HardCut = s.Flag("hardCut"),
                Characters = s.Texts("characters"),
            }),
            Characters = body.Objects("characters", c => new NewCharacter(c.Text("name"), c.Text("description")) { Kind = c.Word<CastKind>("kind") ?? CastKind.Character, Aliases = c.Texts("aliases") }),
            Styles = body.Texts("styles"),
        },
        body.Flag("illustrate") ?? false);
}

/// <summary>The other bodies that the API takes.</summary>
internal static class Bodies
{
    public static StoryPatch StoryPatch(JsonFields body) => new() { Title = body.Text("title"), Styles = body.Texts("styles"), TitleBasedOn = body.Text("titleBasedOn") };

    public static SegmentPatch SegmentPatch(JsonFields body) => new()
    {
        Text = body.Text("text"),
        Prompt = body.Text("prompt"),
        Prompts = body.TextsByKey("prompts"),
        HardCut = body.Flag("hardCut"),
        BasedOn = body.Text("basedOn"),
        PromptBasedOn = body.Text("promptBasedOn"),
        PromptsBasedOn = body.TextsByKey("promptsBasedOn"),
    };

    public static NewPassage Passage(JsonFields body) => new()
    {
        Text = body.Text("text"),
        Before = body.Text("before"),
        After = body.Text("after"),
        HardCut = body.Flag("hardCut") ?? false,
    };

    public static SegmentSplit Split(JsonFields body) => new(body.Number("offset"), body.Text("text"), body.Text("basedOn"));

    public static SegmentPlace Place(JsonFields body) => new() { Before = body.Text("before"), After = body.Text("after"), To = body.Has("to") ? body.Number("to") : null };

    public static StepChoice Step(JsonFields body) => new(body.Has("step") ? body.LongNumber("step") : null);

    public static RunRequest RunRequest(JsonFields body) => new()
    {
        Styles = body.Texts("styles"),
        Segments = body.Texts("segments"),
        UseCharacterConsistency = body.Flag("useCharacterConsistency") ?? true,
        OnlyMissing = body.Flag("onlyMissing") ?? true,
        OnlyStale = body.Flag("onlyStale") ?? false,
        Priority = body.Word<RunPriority>("priority") ?? RunPriority.Normal,
        BudgetUsd = body.Amount("budgetUsd"),
    };

    public static Resumption Resumption(JsonFields body) => new(body.Amount("budgetUsd"), body.IsNull("budgetUsd"));

    public static Precedence Precedence(JsonFields body)
    {
        var priority = body.Word<RunPriority>("priority");
        if (priority is null)
        {
            body.Require("priority", "must be one of low, normal, high");
        }

        return new(priority ?? RunPriority.Normal);
    }

    public static CharacterBody Character(JsonFields body) => new(body.Text("name"), body.Text("description"), body.Word<CastKind>("kind"), body.Texts("aliases"), body.Text("descriptionBasedOn"));

    public static MergeBody Merge(JsonFields body)
    {
        var other = body.Text("other");
        if (other is null)
        {
            body.Require("other", "must be the id of another character");
        }

        return new(other ?? "");
    }

    public static AppearanceBody Appearance(JsonFields body)
    {
        var appears = body.Flag("appears");
        if (appears is null && !body.IsNull("appears"))
        {
            body.Require("appears", "must be true, false or null");
        }

        return new(appears);
    }

    public static NamesBody Names(JsonFields body) => new(body.Texts("names") ?? []);

    public static SheetOrder Sheets(JsonFields body) => new(body.Texts("styles"));

    public static Regeneration Regeneration(JsonFields body) => new(body.Text("prompt"), body.Text("instruction"));

    public static StyleNoteBody StyleNote(JsonFields body) => new(body.Text("note"), body.Text("basedOn"));

    public static ChosenSegments ChosenSegments(JsonFields body) => new(body.Texts("segments"));

    public static PromptEdit PromptEdit(JsonFields body) => new()
    {
        Segments = body.Texts("segments"),
        Style = body.Text("style"),
        Kind = body.Word<PromptEditKind>("kind") ?? PromptEditKind.Add,
        Text = body.Text("text"),
        BasedOn = body.Objects("basedOn", PromptBase),
    };

    private static PromptBase PromptBase(JsonFields body)
    {
        var (segment, scene) = (body.Text("segment"), body.Text("scene"));
        if (segment is null)
        {
            body.Require("segment", "must be the number or the id of a segment");
        }

        if (scene is null)
        {
            body.Require("scene", "must be what was to be in the picture");
        }

        return new(segment ?? "", body.Text("style"), scene ?? "");
    }

    public static PromptOrder PromptOrder(JsonFields body)
    {
        var style = body.Text("style");
        if (style is null)
        {
            body.Require("style", "must be the key of one of the story’s styles");
        }

        return new() { Style = style ?? "", Segments = body.Texts("segments"), Improve = body.Flag("improve") ?? false, Wish = body.Text("wish") };
    }

    public static ShareLinkDraft ShareLink(JsonFields body)
    {
        var role = body.Word<StoryRole>("role");
        if (role is null or StoryRole.Author)
        {
            body.Note("role", "must be one of look, comment, decide");
        }

        return new(role ?? StoryRole.Look, body.Text("label"), body.Time("expiresAt"));
    }

    public static NewComment Comment(JsonFields body) => new()
    {
        Text = body.Text("text"),
        ParentId = body.Text("parentId"),
        SegmentId = body.Text("segmentId"),
        ImageId = body.Text("imageId"),
        PictureVersion = body.Whole("pictureVersion"),
        X = body.Fraction("x"),
        Y = body.Fraction("y"),
        Key = body.Text("key"),
    };

    public static CommentText CommentText(JsonFields body) => new(body.Text("text"), body.Text("basedOn"));

    public static Verdict Verdict(JsonFields body)
    {
        var decision = body.Word<DecisionKind>("decision");
        if (decision is null)
        {
            body.Require("decision", "must be one of approved, changes_wanted");
        }

        return new(body.Number("version"), decision ?? DecisionKind.Approved, body.Text("reason"));
    }

    public static Choice Choice(JsonFields body) => new(body.Number("version"));
}

/// <param name="BudgetUsd">US dollars that the run may cost from now on; left out, it stays as it is; null lifts it.</param>
/// <param name="Lift">Whether the budget is given as null, which says that there shall be none.</param>
internal sealed record Resumption(decimal? BudgetUsd = null, [property: JsonIgnore] bool Lift = false);

/// <param name="Priority">How soon the run gets its turn beside others.</param>
internal sealed record Precedence(RunPriority Priority);

/// <param name="Step">The step that is meant; where another came after it nothing is changed. Left out, it is the newest.</param>
internal sealed record StepChoice(long? Step = null);

/// <param name="Name">As the story calls them.</param>
/// <param name="Description">What they look like.</param>
/// <param name="Kind">A character, or a place.</param>
/// <param name="Aliases">What the story calls them besides.</param>
/// <param name="DescriptionBasedOn">What the description was when the change of it was made; where it is another by now, nothing is changed.</param>
internal sealed record CharacterBody(string? Name = null, string? Description = null, CastKind? Kind = null, IReadOnlyList<string>? Aliases = null, string? DescriptionBasedOn = null);

/// <param name="Other">Id of the character that becomes one with this one.</param>
internal sealed record MergeBody(string Other);

/// <param name="Appears">Whether they appear in the segment, whatever its text says; null goes by the text.</param>
internal sealed record AppearanceBody(bool? Appears = null);

/// <param name="Names">As they were proposed.</param>
internal sealed record NamesBody(IReadOnlyList<string> Names);

/// <param name="Styles">Style keys; all of the story's where they are left out.</param>
internal sealed record SheetOrder(IReadOnlyList<string>? Styles = null);

/// <param name="Prompt">Replaces the prompt for the new version.</param>
/// <param name="Instruction">Is added to the prompt for the new version.</param>
internal sealed record Regeneration(string? Prompt = null, string? Instruction = null);

/// <param name="Text">What the comment says from now on.</param>
/// <param name="BasedOn">What it said when the change was made; where it says something else by now, nothing is changed.</param>
internal sealed record CommentText(string? Text = null, string? BasedOn = null);

/// <param name="Version">Number of the version that was seen; another one that is shown by now refuses the decision.</param>
/// <param name="Decision">Approved, or changes wanted.</param>
/// <param name="Reason">What should be different; not taken with an approval.</param>
internal sealed record Verdict(int Version, DecisionKind Decision, string? Reason = null);

/// <param name="Version">Number of the version to show, from 1.</param>
internal sealed record Choice(int Version);
