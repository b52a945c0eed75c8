using StoryStudio.Core;
using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Components.Stories;

/// <summary>One change to a split text, small enough for the browser to keep: the same text and changes give the same pages again.</summary>
/// <param name="Do"><c>join</c>, <c>cut</c> or <c>scene</c>.</param>
/// <param name="Index">The segment.</param>
/// <param name="Position">Where in its text, for a cut.</param>
public sealed record DraftEdit(string Do, int Index, int Position = 0);

/// <summary>A text being split by its author, with the way back.</summary>
public sealed class DraftSession
{
    private readonly Stack<StoryDraft> _before = new();
    private readonly List<DraftEdit> _edits = [];

    /// <summary>Throws <see cref="InvalidInputException"/> where the text can't be split.</summary>
    public DraftSession(string text)
    {
        Text = text;
        Draft = StoryDraft.Of(text);
    }

    public string Text { get; }

    public StoryDraft Draft { get; private set; }

    /// <summary>What was done so far, oldest first, without what was undone.</summary>
    public IReadOnlyList<DraftEdit> Edits => _edits;

    public bool CanUndo => _before.Count > 0;

    public int Scenes => Draft.Segments.IsEmpty ? 0 : Draft.Segments[^1].Number.Scene;

    /// <summary>Throws as <see cref="StoryDraft"/> does; a change that changes nothing is not kept.</summary>
    public void Apply(DraftEdit edit)
    {
        var changed = edit.Do switch
        {
            "join" => Draft.Join(edit.Index),
            "cut" => Draft.Cut(edit.Index, edit.Position),
            "scene" => Draft.ToggleScene(edit.Index),
            _ => Draft,
        };
        if (changed != Draft)
        {
            _before.Push(Draft);
            _edits.Add(edit);
            Draft = changed;
        }
    }

    public void Undo()
    {
        if (_before.TryPop(out var before))
        {
            Draft = before;
            _edits.RemoveAt(_edits.Count - 1);
        }
    }

    /// <summary>Does again what was kept; a change that no longer fits ends it there.</summary>
    public void Replay(IEnumerable<DraftEdit> edits)
    {
        foreach (var edit in edits)
        {
            try
            {
                Apply(edit);
            }
            catch (Exception e) when (e is ArgumentOutOfRangeException or InvalidInputException)
            {
                return;
            }
        }
    }
}
