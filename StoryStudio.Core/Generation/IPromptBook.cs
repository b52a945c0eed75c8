using StoryStudio.Core.Access;

namespace StoryStudio.Core.Generation;

/// <summary>
/// What the illustrator is told, as it will really be sent, and the author's words in it, with their past. Each change, of however many, is a step
/// of the story that <see cref="Stories.IStoryEditor"/> undoes in its turn. Unknown ids throw
/// <see cref="NotFoundException"/>, whoever may not <see cref="ForbiddenException"/>, words that break a rule <see cref="InvalidInputException"/>.
/// </summary>
public interface IPromptBook
{
    /// <summary>Steps of a story's past that are told unless more are asked for.</summary>
    const int MostSteps = 100;

    /// <summary>The prompts of a story in one style, in the order of the story, and what the story adds to the style.</summary>
    Task<StyledPrompts> GetAsync(string storyId, string style, CancellationToken cancellationToken = default);

    /// <summary>All that would be sent for one picture today.</summary>
    Task<PromptPreview> PreviewAsync(string storyId, string number, string style, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sets what the story adds to a style's words; blank takes it away. Where <paramref name="basedOn"/>, what it was when the change was made (empty
    /// for nothing), is no longer so, nothing is changed and <see cref="ConflictException"/> <c>note_changed</c> thrown.
    /// </summary>
    Task SetNoteAsync(Actor actor, string storyId, string style, string? note, string? basedOn = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Changes the prompts of several segments at once: all of them, or none. Returns how many became others. Where one is no longer what
    /// <see cref="PromptEdit.BasedOn"/> says, <see cref="ConflictException"/> <c>prompt_changed</c> names it.
    /// </summary>
    Task<int> EditAsync(Actor actor, string storyId, PromptEdit edit, CancellationToken cancellationToken = default);

    /// <summary>Gives each of these segments words of its own for a style; those whose prompt is no longer <see cref="NewPrompt.Before"/> are passed by. Returns how many became others.</summary>
    Task<int> SetAsync(Actor actor, string storyId, string style, IReadOnlyList<NewPrompt> prompts, CancellationToken cancellationToken = default);

    /// <summary>
    /// What was changed, newest first. Of the whole story it is told step by step: of all that was changed in one go, one change stands for the
    /// others and says how many they are.
    /// </summary>
    /// <param name="storyId">Whose.</param>
    /// <param name="number">Of this segment alone, each change of it, a hundred at most; null for the whole story.</param>
    /// <param name="most">So many steps of the whole story.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    Task<IReadOnlyList<PromptChangeDetails>> GetHistoryAsync(string storyId, string? number = null, int most = MostSteps, CancellationToken cancellationToken = default);

    /// <summary>
    /// Puts back what stood before a change, for all that was changed with it in one go; that is a change itself. Of several, those that were changed
    /// since are passed by. Returns how many became others.
    /// Throws <see cref="NotFoundException"/> <c>prompt_change_not_found</c>.
    /// </summary>
    Task<int> RestoreAsync(Actor actor, string changeId, CancellationToken cancellationToken = default);

    /// <summary>Id of the story that a change belongs to.</summary>
    Task<string> StoryOfAsync(string changeId, CancellationToken cancellationToken = default);
}

/// <param name="Style">The style's key.</param>
/// <param name="Words">The style's words in the settings.</param>
/// <param name="Note">What the story adds to them; null where nothing.</param>
/// <param name="Items">In the order of the story.</param>
public sealed record StyledPrompts(string Style, string Words, string? Note, IReadOnlyList<PromptLine> Items);

/// <param name="SegmentId">The segment's.</param>
/// <param name="Number">The segment's.</param>
/// <param name="Scene">What is to be in the picture: the author's words, else the segment's own.</param>
/// <param name="Source">Whose words these are.</param>
public sealed record PromptLine(string SegmentId, string Number, string Scene, PromptSource Source);

/// <summary>Whose words a prompt begins with. Words on the wire: <c>text</c>, <c>all_styles</c>, <c>style</c>.</summary>
public enum PromptSource
{
    /// <summary>The segment's text.</summary>
    Text,

    /// <summary>The author's, for every style.</summary>
    AllStyles,

    /// <summary>The author's, for this style alone.</summary>
    Style,
}

/// <param name="Prompt">The whole prompt.</param>
/// <param name="Scene">What is to be in the picture.</param>
/// <param name="Source">Whose words those are.</param>
/// <param name="Characters">Who is described in it.</param>
/// <param name="References">Pictures that go along, in their order.</param>
/// <param name="Described">Whether somebody is described in words alone, because the provider takes no picture of them along.</param>
public sealed record PromptPreview(string Prompt, string Scene, PromptSource Source, IReadOnlyList<string> Characters, IReadOnlyList<ReferenceDetails> References, bool Described);

/// <summary>How the prompts of several segments are changed. Words on the wire: <c>add</c>, <c>replace</c>, <c>reset</c>.</summary>
public enum PromptEditKind
{
    /// <summary>The words are added to what there is.</summary>
    Add,

    /// <summary>The words stand in place of what there is.</summary>
    Replace,

    /// <summary>Back to the segments' own words. Of one style: what held for all of them is the others' own from then on.</summary>
    Reset,
}

/// <summary>One change of several prompts.</summary>
public sealed record PromptEdit
{
    /// <summary>Segments by number or id; null for all.</summary>
    public IReadOnlyList<string>? Segments { get; init; }

    /// <summary>Key of the style that it holds for; null for all.</summary>
    public string? Style { get; init; }

    public PromptEditKind Kind { get; init; }

    public string? Text { get; init; }

    /// <summary>What the prompts were when the change was made; null where it holds whatever they are by now. Words that are added take nothing away, and are not held to it.</summary>
    public IReadOnlyList<PromptBase>? BasedOn { get; init; }
}

/// <summary>One prompt as somebody saw it who then changed it.</summary>
/// <param name="Segment">Number or id.</param>
/// <param name="Style">Of which style; null for the words that hold for all.</param>
/// <param name="Scene">What was to be in the picture.</param>
public sealed record PromptBase(string Segment, string? Style, string Scene);

/// <param name="SegmentId">The segment's.</param>
/// <param name="Before">What was to be in the picture when the new words were written.</param>
/// <param name="Prompt">The new words.</param>
public sealed record NewPrompt(string SegmentId, string Before, string Prompt);

/// <summary>One prompt that became another.</summary>
/// <param name="Id">The change's.</param>
/// <param name="Number">Of the segment; null where it is what the story adds to a style, or the segment is gone.</param>
/// <param name="Style">The style that it holds for; null for all. Of a step of the whole story, the one that it was done for.</param>
/// <param name="Before">The author's words before; null where there were none.</param>
/// <param name="After">The author's words after; null where there are none.</param>
/// <param name="By">Who changed it.</param>
/// <param name="At">When.</param>
/// <param name="Together">How many were changed in one go with it, itself included.</param>
/// <param name="IsNote">Whether it is what the story adds to a style.</param>
public sealed record PromptChangeDetails(string Id, string? Number, string? Style, string? Before, string? After, string By, DateTimeOffset At, int Together, bool IsNote)
{
    /// <summary>How many segments were changed in one go with it, its own included.</summary>
    public int Pages { get; init; } = 1;

    /// <summary>How many styles it was about, with all that was changed in one go; 0 where it was about all.</summary>
    public int Styles { get; init; }

    /// <summary>Whether prompts of one style went back to the text with it.</summary>
    public bool IsReset { get; init; }
}

/// <summary>A row of the prompts' past. Written with every change, whoever makes it.</summary>
public sealed class PromptChange
{
    public required string Id { get; init; }

    public required string StoryId { get; init; }

    /// <summary>Null where it is what the story adds to a style.</summary>
    public string? SegmentId { get; init; }

    public string? Style { get; init; }

    public string? Before { get; init; }

    public string? After { get; init; }

    public required string By { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The same for all that one operation changed.</summary>
    public required string Together { get; init; }

    /// <summary>Key of the style that was reset, or is what it was before that, where all of it was for its sake: what held for all styles is the others' own then. Else null.</summary>
    public string? For { get; init; }
}
