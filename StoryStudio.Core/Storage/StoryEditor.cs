using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <inheritdoc/>
internal sealed class StoryEditor(StoryWriter writer, IDbContextFactory<StoryDbContext> contexts, SegmentReader segments, GenerationSignals signals) : IStoryEditor
{
    public Task<StoryEdit> InsertAsync(string storyId, NewPassage passage, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(passage);
        var errors = new FieldErrors();
        var text = errors.Required("text", "The text", passage.Text, Segment.MaxTextLength);
        if (passage is { Before: not null, After: not null })
        {
            errors.Add("before", "Say either before or after which segment it goes, not both.");
        }

        errors.ThrowIfAny();
        return EditAsync(storyId, async (scope, edit) =>
        {
            RefuseWhereFull(edit);
            var (before, after) = (passage.Before is null ? null : edit.Find(passage.Before), passage.After is null ? null : edit.Find(passage.After));
            var made = New(scope, storyId, text!);
            edit.Add(made);
            if (before is not null)
            {
                edit.Order.PutBefore(made.Id, before);
            }
            else
            {
                edit.Order.PutAfter(made.Id, after ?? (edit.Order.Count == 0 ? null : edit.Order.Beats[^1].Id));
            }

            if (passage.HardCut)
            {
                StartScene(edit, made.Id);
            }

            return new(made.Id, $"{NumberNow(edit, made.Id)} added");
        }, cancellationToken);
    }

    public Task<StoryEdit> SplitAsync(string storyId, string segment, SegmentSplit split, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(split);
        var patch = NewStoryRules.Check(new SegmentPatch { BasedOn = split.BasedOn }, []);
        return EditAsync(storyId, async (scope, edit) =>
        {
            RefuseWhereFull(edit);
            var id = edit.Find(segment);
            var number = edit.NumberOf(id);
            var whole = await edit.TouchAsync(id);
            RefuseWhereChanged(whole, patch.BasedOn);
            var (first, second) = Halves(split.Text ?? whole.Text, split.Offset);
            whole.Text = first;
            var made = New(scope, storyId, second);
            made.Prompts = [];
            made.Characters = whole.Characters?.ToList();
            (await edit.CastAsync()).ForEach(c => CastExits.CopyCorrection(c, id, made.Id));
            edit.Add(made);
            edit.SetPart(made.Id, id);
            edit.Order.PutAfter(made.Id, id);
            return new(made.Id, $"{number} split in two");
        }, cancellationToken);
    }

    public Task<StoryEdit> JoinAsync(string storyId, string segment, CancellationToken cancellationToken = default) => EditAsync(storyId, async (_, edit) =>
    {
        var id = edit.Find(segment);
        var next = edit.Order.After(id) ?? throw new ConflictException("nothing_to_join", "There is no segment after this one.");
        var words = $"{edit.NumberOf(id)} and {edit.NumberOf(next)} joined";
        var (first, second) = (await edit.TouchAsync(id), await edit.TouchAsync(next));
        var text = SegmentJoint.Of(first.Text, second.Text);
        if (text.Length > Segment.MaxTextLength)
        {
            throw new InvalidInputException("text", $"Together these two would be longer than {Segment.MaxTextLength} characters.");
        }

        var cast = await edit.CastAsync();
        HashSet<Character> appearing = [.. CharactersOf.Appearing(first, cast), .. CharactersOf.Appearing(second, cast)];
        first.Text = text;
        // A prompt for one style goes before one for all: where the first has one for all, its own are what stands.
        first.Prompts = first.Prompt is not null ? first.Prompts : new(second.Prompts.Concat(first.Prompts).GroupBy(p => p.Key, StringComparer.Ordinal).Select(g => g.Last()), StringComparer.Ordinal);
        first.Prompt ??= second.Prompt;
        first.Characters = first.Characters is null || second.Characters is null ? first.Characters : [.. first.Characters.Union(second.Characters, StringComparer.Ordinal)];
        cast.ForEach(c => CastExits.Correct(c, first, cast, appearing.Contains(c)));
        var note = await edit.HasPicturesAsync(next) ? $"The pictures of {edit.NumberOf(next)} are put away. Undo brings them back." : null;
        edit.SetPart(next, id);
        edit.Order.Absorb(next);
        return new(id, words, note);
    }, cancellationToken);

    public Task<StoryEdit> MoveAsync(string storyId, string segment, SegmentPlace place, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(place);
        if (new object?[] { place.Before, place.After, place.To }.Count(p => p is not null) != 1)
        {
            throw new InvalidInputException("to", "Say where it goes: before a segment, after one, or to which place in the story, counted from 1.");
        }

        return EditAsync(storyId, async (_, edit) =>
        {
            var id = edit.Find(segment);
            var number = edit.NumberOf(id);
            var (next, previous) = Target(edit, id, place);
            await edit.TouchAsync(id);
            if (next != id && previous != id)
            {
                edit.Order.TakeOut(id);
                if (next is not null)
                {
                    edit.Order.PutBefore(id, next);
                }
                else
                {
                    edit.Order.PutAfter(id, previous);
                }
            }

            return new(id, $"{number} moved to {NumberNow(edit, id)}");
        }, cancellationToken);
    }

    public Task<StoryEdit> RemoveAsync(string storyId, string segment, CancellationToken cancellationToken = default) => EditAsync(storyId, async (_, edit) =>
    {
        var id = edit.Find(segment);
        if (edit.Order.Count == 1)
        {
            throw new ConflictException("last_segment", "A story has at least one segment. Change the words of this one instead.");
        }

        await edit.TouchAsync(id);
        var neighbour = edit.Order.After(id) ?? edit.Order.Before(id)!;
        var note = await edit.HasPicturesAsync(id) ? "Its pictures are put away. Undo brings them back." : null;
        edit.Order.TakeOut(id);
        return new(neighbour, $"{edit.NumberOf(id)} deleted", note);
    }, cancellationToken);

    public Task<StoryEdit> RenumberAsync(string storyId, CancellationToken cancellationToken = default) => EditAsync(storyId, (_, edit) =>
    {
        edit.Renumber();
        return Task.FromResult(new Outcome(edit.Order.Beats[0].Id, "Pages numbered anew"));
    }, cancellationToken);

    public Task<StoryEdit> UndoAsync(string storyId, long? step = null, CancellationToken cancellationToken = default) => StepAsync(storyId, step, back: true, cancellationToken);

    public Task<StoryEdit> RedoAsync(string storyId, long? step = null, CancellationToken cancellationToken = default) => StepAsync(storyId, step, back: false, cancellationToken);

    public async Task<EditHistory> GetHistoryAsync(string storyId, CancellationToken cancellationToken = default)
    {
        RequireId(storyId);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await db.Stories.AnyAsync(s => s.Id == storyId && s.DeletedAt == null, cancellationToken))
        {
            throw Missing.Story();
        }

        return await EditSteps.HistoryAsync(db, storyId, cancellationToken);
    }

    private async Task<StoryEdit> EditAsync(string storyId, Func<WriteScope, EditSession, Task<Outcome>> edit, CancellationToken cancellationToken)
    {
        RequireId(storyId);
        var (outcome, step, interrupted) = await writer.ExecuteAsync(async scope =>
        {
            var session = await EditSession.OpenAsync(scope, storyId);
            var come = await edit(scope, session);
            var made = await EditSteps.AddAsync(scope, storyId, come.Words, await session.SaveAsync());
            return (come, made, session.Interrupted);
        });
        return await AnswerAsync(storyId, outcome, step, interrupted, cancellationToken);
    }

    private async Task<StoryEdit> StepAsync(string storyId, long? step, bool back, CancellationToken cancellationToken)
    {
        RequireId(storyId);
        EditRecord? idle = null;
        try
        {
            var (outcome, undone, interrupted) = await writer.ExecuteAsync(async scope =>
            {
                idle = null;
                var session = await EditSession.OpenAsync(scope, storyId);
                await RequireToDoAsync(scope.Db, storyId, step, back);
                var record = await EditSteps.FindAsync(scope.Db, storyId, step, back);
                if (record.Prompts is { } together)
                {
                    var put = await PromptReturns.GoAsync(scope.Db, storyId, together, back);
                    if (put.Changed == 0)
                    {
                        idle = record;
                        throw Outdated(record);
                    }

                    scope.Deed = new(Ids.New(scope.Now), put.For);
                    record.Undone = back;
                    return (new Outcome(put.Segments.Count == 0 ? null : put.Segments[0].Id, record.Words), record.Step, session.Interrupted);
                }

                var changes = back ? record.Changes.ConvertAll(c => c.Reverse()) : record.Changes;
                if (!await session.TryApplyAsync(changes))
                {
                    throw Outdated(record);
                }

                if (record.Numbers is { } chosen)
                {
                    // What was numbered as it follows from the order gets the numbers again that somebody had chosen, and the other way round.
                    if (back)
                    {
                        session.Renumber(chosen);
                    }
                    else
                    {
                        session.Renumber();
                    }
                }

                var note = await PutAwayAsync(session, changes, back);
                var done = (await session.SaveAsync()).Segments;
                if (done.Count == 0 && changes.Count > 0)
                {
                    idle = record;
                    throw Outdated(record);
                }

                record.Undone = back;
                if (done.Exists(c => c.Into is not null))
                {
                    // What was said since goes the next time as well.
                    record.Changes = record.Changes.ConvertAll(c => done.Find(d => d.Id == c.Id) is { Into: not null } part ? c with { Talks = part.Talks } : c);
                }

                var shown = changes.Find(c => c.Is is not null)?.Id ?? session.FirstRenumbered ?? session.Order.Beats[0].Id;
                return (new Outcome(shown, record.Words, note), record.Step, session.Interrupted);
            });
            return await AnswerAsync(storyId, outcome, undone, interrupted, cancellationToken);
        }
        catch (ConflictException) when (idle is not null)
        {
            // All that it changed is another thing by now, and its past is kept with the prompts: it is not to stand in the way of what was done before it.
            await writer.ExecuteAsync(scope => scope.Db.EditRecords.Where(e => e.StoryId == storyId && e.Step == idle.Step && e.Undone == idle.Undone).ExecuteDeleteAsync());
            throw;
        }
    }

    /// <summary>What is said of pictures that go with the segments that a step takes away; null where none do.</summary>
    private static async Task<string?> PutAwayAsync(EditSession edit, IReadOnlyList<SegmentChange> changes, bool back)
    {
        var numbers = new List<string>();
        foreach (var change in changes.Where(c => c.Was is not null && c.Is is null))
        {
            if (await edit.HasPicturesAsync(change.Id))
            {
                numbers.Add(edit.NumberOf(change.Id));
            }
        }

        return numbers.Count == 0 ? null : $"The pictures of {string.Join(", ", numbers)} are put away. {(back ? "Do it again and they are back." : "Undo brings them back.")}";
    }

    /// <summary>Whoever means one step that somebody else was quicker with hears that, and is not sent to undo what was done before it.</summary>
    private static async Task RequireToDoAsync(StoryDbContext db, string storyId, long? step, bool back)
    {
        if (step is not { } asked)
        {
            return;
        }

        if (await db.EditRecords.Where(e => e.StoryId == storyId && e.Step == asked).Select(e => new { e.Words, e.Undone }).FirstOrDefaultAsync() is not { } record)
        {
            throw new ConflictException("undo_outdated", back ? "That can no longer be undone." : "That can no longer be done again.");
        }

        if (record.Undone == back)
        {
            throw new ConflictException("undo_outdated", $"It is {(back ? "undone" : "done again")} already: {record.Words}.");
        }
    }

    private static ConflictException Outdated(EditRecord record) => new("undo_outdated", $"The story was changed again since “{record.Words}”. It stays as it is.");

    private async Task<StoryEdit> AnswerAsync(string storyId, Outcome outcome, long step, IReadOnlyList<string> interrupted, CancellationToken cancellationToken)
    {
        foreach (var token in interrupted)
        {
            signals.Interrupt(token);
        }

        signals.Wake();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var history = await EditSteps.HistoryAsync(db, storyId, cancellationToken);
        return new()
        {
            StoryId = storyId,
            Step = step,
            Words = outcome.Words,
            Note = outcome.Note,
            Segment = outcome.SegmentId is { } id ? await segments.FindAsync(db, storyId, id, cancellationToken) : null,
            Undo = history.Undo,
            Redo = history.Redo,
        };
    }

    /// <summary>Before which segment, or after which one; a place of its own leaves it where it is.</summary>
    private static (string? Next, string? Previous) Target(EditSession edit, string id, SegmentPlace place)
    {
        if (place.Before is not null)
        {
            return (edit.Find(place.Before), null);
        }

        if (place.After is not null)
        {
            return (null, edit.Find(place.After));
        }

        var (to, count) = (place.To!.Value, edit.Order.Count);
        if (to < 1 || to > count)
        {
            throw new InvalidInputException("to", $"Places in this story are counted from 1 to {count}.");
        }

        var target = edit.Order.Beats[to - 1].Id;
        var isBehind = edit.Order.Beats.Take(to).Any(b => b.Id == id);
        return isBehind ? (null, target) : (target, null);
    }

    private static (string First, string Second) Halves(string text, int offset)
    {
        var errors = new FieldErrors();
        var whole = errors.Required("text", "The text", text, 2 * Segment.MaxTextLength);
        errors.ThrowIfAny();

        // What the trimming took from the beginning counts as well.
        var lead = text.ReplaceLineEndings("\n").Length - text.ReplaceLineEndings("\n").TrimStart().Length;
        var at = Graphemes.Floor(whole!, Math.Clamp(offset - lead, 0, whole!.Length));
        var (first, second) = (whole[..at].Trim(), whole[at..].Trim());
        if (first.Length == 0 || second.Length == 0)
        {
            throw new InvalidInputException("offset", "There are no words on one side of this place.");
        }

        if (first.Length > Segment.MaxTextLength || second.Length > Segment.MaxTextLength)
        {
            throw new InvalidInputException("text", StoryText.TooLong(Math.Max(first.Length, second.Length), Segment.MaxTextLength));
        }

        return (first, second);
    }

    internal static void RefuseWhereChanged(Segment segment, string? basedOn)
    {
        if (basedOn is not null && basedOn != segment.Text)
        {
            throw new ConflictException("segment_changed", "These words were changed meanwhile. Nothing was saved.");
        }
    }

    private static void StartScene(EditSession edit, string id)
    {
        if (edit.Order.Beats.First(b => b.Id == id).HardCut && edit.Order.After(id) is { } next)
        {
            // It took the scene start of the one that it stands before, which starts its own as it did.
            edit.Order.Cut(next, hardCut: true);
        }

        edit.Order.Cut(id, hardCut: true);
    }

    private static void RefuseWhereFull(EditSession edit)
    {
        if (edit.Order.Count >= NewStoryRules.MaxSegments)
        {
            throw new ConflictException("story_full", $"A story has at most {NewStoryRules.MaxSegments} segments.");
        }
    }

    private static string NumberNow(EditSession edit, string id) => edit.Order.Number()[edit.Order.Beats.ToList().FindIndex(b => b.Id == id)].ToString();

    private static Segment New(WriteScope scope, string storyId, string text) => new()
    {
        Id = Ids.New(scope.Now),
        StoryId = storyId,
        Ordinal = 0,
        Scene = 0,
        Beat = 0,
        Text = text,
    };

    private static void RequireId(string storyId)
    {
        if (!Ids.IsId(storyId))
        {
            throw Missing.Story();
        }
    }

    /// <summary>What an edit came to, and the segment to go on with; null where it is none's.</summary>
    private sealed record Outcome(string? SegmentId, string Words, string? Note = null);
}
