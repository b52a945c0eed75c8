using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Live;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>One edit of a story's segments within a write operation: order and segments as they are, what is changed of them, and the step that it makes.</summary>
internal sealed class EditSession
{
    private readonly WriteScope _scope;
    private readonly Story _story;
    private readonly Dictionary<string, Place> _places;
    private readonly Dictionary<string, (Segment Segment, SegmentState? Was)> _touched = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Into, List<string>? Talks)> _parts = new(StringComparer.Ordinal);
    private readonly List<string> _interrupted = [];
    private List<SegmentNumber>? _chosen;
    private List<Character>? _cast;
    private bool _isRenumbered;

    private EditSession(WriteScope scope, Story story, IReadOnlyList<Place> places)
    {
        (_scope, _story) = (scope, story);
        _places = places.ToDictionary(p => p.Id, StringComparer.Ordinal);
        Order = new(places.Select(p => (p.Id, p.HardCut)));
    }

    public BeatOrder Order { get; }

    private bool IsRearranged => Order.Count != _places.Count
        || Order.Beats.Select((beat, i) => _places.TryGetValue(beat.Id, out var place) && place.Index == i && place.HardCut == beat.HardCut).Any(same => !same);

    /// <summary>The first segment that has another number after it was saved; null where none has.</summary>
    public string? FirstRenumbered { get; private set; }

    /// <summary>Attempts to be cut off once this is committed.</summary>
    public IReadOnlyList<string> Interrupted => _interrupted;

    public static async Task<EditSession> OpenAsync(WriteScope scope, string storyId)
    {
        var story = await scope.Db.Stories.SingleOrDefaultAsync(s => s.Id == storyId && s.DeletedAt == null) ?? throw Missing.Story();
        var places = await scope.Db.Segments
            .Where(s => s.StoryId == storyId)
            .OrderBy(s => s.Ordinal)
            .Select(s => new Place(s.Id, s.Ordinal, s.Scene, s.Beat, s.HardCut))
            .ToListAsync();
        for (var i = 0; i < places.Count; i++)
        {
            places[i] = places[i] with { Index = i, After = i == 0 ? null : places[i - 1].Id };
        }

        return new(scope, story, places);
    }

    /// <summary>The id of a segment that is named by its number or its id.</summary>
    public string Find(string segment)
    {
        if (_places.ContainsKey(segment))
        {
            return segment;
        }

        return SegmentNumber.TryParse(segment, out var number) && _places.Values.FirstOrDefault(p => p.Scene == number.Scene && p.Beat == number.Beat) is { } found
            ? found.Id
            : throw Missing.Segment();
    }

    /// <summary>The number that it had when the edit began.</summary>
    public string NumberOf(string id) => _places[id].Number.ToString();

    /// <summary>All get the numbers that follow from the order, rearranged or not.</summary>
    public void Renumber() => _isRenumbered = true;

    /// <summary>All get these numbers, of <see cref="EditRecord.Numbers"/>, where they are as many.</summary>
    public void Renumber(string chosen) => (_isRenumbered, _chosen) = (true, NumberRuns.Read(chosen));

    /// <summary>A segment of the story to be changed.</summary>
    public async Task<Segment> TouchAsync(string id)
    {
        if (_touched.TryGetValue(id, out var known))
        {
            return known.Segment;
        }

        var segment = await _scope.Db.Segments.IgnoreQueryFilters().SingleOrDefaultAsync(s => s.Id == id && s.StoryId == _story.Id) ?? throw Missing.Segment();
        _touched[id] = (segment, _places.TryGetValue(id, out var place) ? SegmentState.Of(segment, place.After, segment.HardCut, await CastAsync()) : null);
        return segment;
    }

    /// <summary>The story's cast, tracked, in its order.</summary>
    public async Task<List<Character>> CastAsync() => _cast ??= await _scope.Db.Characters.Where(c => c.StoryId == _story.Id).OrderBy(c => c.Ordinal).ToListAsync();

    public void Add(Segment segment)
    {
        _scope.Db.Segments.Add(segment);
        _touched[segment.Id] = (segment, null);
    }

    /// <summary>The words of one segment are part of another one's while it is not in the story: what is said of them goes with them.</summary>
    public void SetPart(string id, string into) => _parts[id] = (into, null);

    public async Task<bool> HasPicturesAsync(string id) => await _scope.Db.Images.AnyAsync(i => i.SegmentId == id && i.ChosenVersion != null);

    /// <summary>
    /// Goes from what the changes lead from to what they lead to. False, with nothing changed, where the story is not what they lead from.
    /// </summary>
    public async Task<bool> TryApplyAsync(IReadOnlyList<SegmentChange> changes)
    {
        foreach (var (id, was, to) in changes)
        {
            if (!await _scope.Db.Segments.IgnoreQueryFilters().AnyAsync(s => s.Id == id && s.StoryId == _story.Id))
            {
                return false;
            }

            var segment = await TouchAsync(id);
            var now = _touched[id].Was;
            if ((now is null) != (was is null) || (now is not null && was is not null && !now.Fits(was, to ?? was with { Text = "" })))
            {
                return false;
            }

            // One that comes back is as it left: what was changed of it while it was away, such as a name, is on it already.
            if (now is not null && was is not null && to is not null)
            {
                Fill(segment, now, was, to);
                await CorrectAsync(segment, now, was, to);
            }
        }

        foreach (var part in changes.Where(c => c.Into is not null))
        {
            _parts[part.Id] = (part.Into!, part.Talks);
        }

        var moved = changes.Where(c => c.Was is null || c.Is is null || c.Was.After != c.Is.After).ToList();
        moved.FindAll(c => c.Was is not null).ForEach(c => Order.Absorb(c.Id));
        var coming = moved.FindAll(c => c.Is is not null);
        while (coming.Count > 0)
        {
            // One may go after another that comes as well.
            if (coming.Find(c => c.Is!.After is null || Order.Contains(c.Is.After)) is not { } next)
            {
                return false;
            }

            Order.Restore(next.Id, next.Is!.After, next.Is.HardCut);
            coming.Remove(next);
        }

        foreach (var (id, _, to) in changes.Where(c => c.Is is not null))
        {
            Order.Cut(id, to!.HardCut);
        }

        return true;
    }

    /// <summary>What is different from before; empty where nothing is.</summary>
    public async Task<EditChanges> SaveAsync()
    {
        // Where nothing was rearranged, numbers that somebody chose stay what they are.
        var numbers = IsRearranged || _isRenumbered ? Numbers() : null;
        FirstRenumbered = numbers is null ? null : Order.Beats.Where((beat, i) => !_places.TryGetValue(beat.Id, out var place) || place.Number != numbers[i]).Select(beat => beat.Id).FirstOrDefault();
        foreach (var beat in Order.Beats.Where(b => _places.TryGetValue(b.Id, out var place) && place.HardCut != b.HardCut))
        {
            await TouchAsync(beat.Id);
        }

        var changes = new List<SegmentChange>();
        var cast = await CastAsync();
        foreach (var (segment, was) in _touched.Values)
        {
            var beat = Order.Beats.FirstOrDefault(b => b.Id == segment.Id);
            var now = beat is null ? null : SegmentState.Of(segment, Order.Before(segment.Id), beat.HardCut, cast);
            if (was is null ? now is not null : now is null || !was.Same(now))
            {
                changes.Add(await WithTalksAsync(new(segment.Id, was, now)));
            }
        }

        if (changes.Count == 0 && FirstRenumbered is null)
        {
            return new(changes, null);
        }

        _story.UpdatedAt = _scope.Now;
        _scope.NoteEdit(_story.Id);
        await SaveSegmentsAsync(changes);
        if (numbers is null)
        {
            return new(changes, null);
        }

        await RenumberSegmentsAsync(numbers);
        await PutImagesAwayAsync([.. changes.Where(c => c.Was is not null && c.Is is null).Select(c => c.Id)]);
        await BringImagesBackAsync([.. changes.Where(c => c.Was is null && c.Is is not null).Select(c => c.Id)]);
        await RenumberImagesAsync(numbers);
        return new(changes, ChosenBefore());
    }

    /// <summary>Where the words come into another segment, or out of it, what is said of them does as well. What is said of the other one's stays.</summary>
    private async Task<SegmentChange> WithTalksAsync(SegmentChange change)
    {
        if (!_parts.TryGetValue(change.Id, out var part) || (change.Was is not null && change.Is is not null))
        {
            return change;
        }

        var (goes, talks) = (change.Is is null, part.Talks ?? []);
        var comments = _scope.Db.Comments.Where(c => c.StoryId == _story.Id && c.ImageId == null);
        var said = goes ? await comments.Where(c => c.SegmentId == change.Id).ToListAsync()
            : talks.Count == 0 ? []
            : await comments.Where(c => talks.Contains(c.ParentId ?? c.Id)).ToListAsync();
        foreach (var comment in said.OrderBy(c => c.ToState(), CommentState.Order))
        {
            comment.Move(goes ? part.Into : change.Id, await _scope.NextVersionAsync(_story.Id));
            _scope.Publish(new CommentChanged(comment.ToState()));
        }

        return change with { Into = part.Into, Talks = goes && said.Count > 0 ? [.. said.Where(c => c.ParentId is null).Select(c => c.Id)] : null };
    }

    private IReadOnlyList<SegmentNumber> Numbers()
    {
        var following = Order.Number();
        return _chosen?.Count == following.Count ? _chosen : following;
    }

    private string? ChosenBefore()
    {
        var places = _places.Values.OrderBy(p => p.Index).ToList();
        var numbers = places.ConvertAll(p => p.Number);
        return new BeatOrder(places.Select(p => (p.Id, p.HardCut))).IsNumbered(numbers) ? null : NumberRuns.Write(numbers);
    }

    /// <summary>
    /// Takes over what the two differ in. Who is listed becomes another by other ways as well, which make no step here, and so did prompts once: what
    /// is no longer as the step left it stays as it is by now.
    /// </summary>
    private static void Fill(Segment segment, SegmentState now, SegmentState was, SegmentState to)
    {
        segment.Text = was.Text == to.Text ? segment.Text : to.Text;
        segment.Prompt = was.Prompt != to.Prompt && now.Prompt == was.Prompt ? to.Prompt : segment.Prompt;
        var changed = was.Prompts.Keys.Union(to.Prompts.Keys, StringComparer.Ordinal)
            .Where(key => was.Prompts.GetValueOrDefault(key) is var before && before != to.Prompts.GetValueOrDefault(key) && before == now.Prompts.GetValueOrDefault(key))
            .ToList();
        segment.Prompts = changed.Count == 0 ? segment.Prompts : new(now.Prompts.Where(p => !changed.Contains(p.Key)).Concat(to.Prompts.Where(p => changed.Contains(p.Key))), StringComparer.Ordinal);
        segment.Characters = was.SameCharacters(to) ? segment.Characters
            : now.SameCharacters(was) ? to.Characters?.ToList()
            : (segment.Characters, was.Characters, to.Characters) is ({ } present, { } left, { } before) ? CastExits.Back(present, before, left, StringComparer.OrdinalIgnoreCase)
            : segment.Characters;
    }

    /// <summary>The same of who was put into it or taken out by hand.</summary>
    private async Task CorrectAsync(Segment segment, SegmentState now, SegmentState was, SegmentState to)
    {
        foreach (var character in was.SameCorrections(to) ? [] : await CastAsync())
        {
            if (was.CorrectionOf(character.Id) is var before && before != to.CorrectionOf(character.Id) && before == now.CorrectionOf(character.Id))
            {
                CastExits.SetCorrection(character, segment.Id, to.CorrectionOf(character.Id));
            }
        }
    }

    private async Task SaveSegmentsAsync(List<SegmentChange> changes)
    {
        var arrivals = 0;
        foreach (var change in changes)
        {
            var segment = _touched[change.Id].Segment;
            segment.HardCut = change.Is?.HardCut ?? segment.HardCut;
            segment.RemovedAt = change.Is is null ? _scope.Now : null;
            if (change.Was is null)
            {
                // A number that nobody has, until all of them are given.
                (segment.Scene, segment.Beat) = (0, arrivals++);
            }
        }

        _scope.Db.ChangeTracker.DetectChanges();
        await _scope.Db.SaveChangesAsync();
    }

    private async Task RenumberSegmentsAsync(IReadOnlyList<SegmentNumber> numbers)
    {
        var moved = Order.Beats
            .Select((beat, i) => (beat.Id, Ordinal: i, numbers[i].Scene, numbers[i].Beat))
            .Where(b => !_places.TryGetValue(b.Id, out var place) || (place.Ordinal, place.Scene, place.Beat) != (b.Ordinal, b.Scene, b.Beat))
            .Select(b => new object[] { b.Id, b.Ordinal, b.Scene, b.Beat })
            .ToList();
        if (moved.Count == 0)
        {
            return;
        }

        // No two may have the same number at any moment: first all that change step aside, then each takes its place.
        var places = JsonSerializer.Serialize(moved);
        await _scope.Db.Database.ExecuteSqlAsync(
            $"UPDATE segments SET Scene = -1 - Scene WHERE Id IN (SELECT json_extract(value, '$[0]') FROM json_each({places}))");
        await _scope.Db.Database.ExecuteSqlAsync(
            $"""
            UPDATE segments SET Ordinal = json_extract(p.value, '$[1]'), Scene = json_extract(p.value, '$[2]'), Beat = json_extract(p.value, '$[3]')
            FROM json_each({places}) AS p WHERE segments.Id = json_extract(p.value, '$[0]')
            """);

        // What is in mind of them is of before.
        foreach (var entry in _scope.Db.ChangeTracker.Entries<Segment>().ToList())
        {
            entry.State = EntityState.Detached;
        }
    }

    private async Task PutImagesAwayAsync(List<string> segments)
    {
        if (segments.Count == 0)
        {
            return;
        }

        _interrupted.AddRange(await ImageCancellation.CancelAsync(_scope, i => i.SegmentId != null && segments.Contains(i.SegmentId)));
        foreach (var image in await _scope.Db.Images.Where(i => i.SegmentId != null && segments.Contains(i.SegmentId)).ToListAsync())
        {
            image.PutAway(_scope.Now);
        }
    }

    private async Task BringImagesBackAsync(List<string> segments)
    {
        foreach (var image in segments.Count == 0 ? [] : await _scope.Db.Images.IgnoreQueryFilters().Where(i => i.SegmentId != null && segments.Contains(i.SegmentId)).ToListAsync())
        {
            image.BringBack();
            _scope.Doubts.AddSegment(_story.Id, image.SegmentId!);
        }
    }

    /// <summary>
    /// An image's number is part of its state and makes a new version of it. Its place in the order is nobody's business but the queue's: in
    /// a long story thousands change theirs at once, in one statement.
    /// </summary>
    private async Task RenumberImagesAsync(IReadOnlyList<SegmentNumber> numbers)
    {
        var now = Order.Beats.Select((beat, i) => (beat.Id, Ordinal: i, Number: numbers[i])).ToDictionary(b => b.Id, StringComparer.Ordinal);
        await _scope.Db.Database.ExecuteSqlAsync(
            $"""
            UPDATE images SET Ordinal = s.Ordinal FROM segments AS s
            WHERE images.StoryId = {_story.Id} AND s.Id = images.SegmentId AND s.RemovedAt IS NULL AND images.Ordinal <> s.Ordinal
            """);
        foreach (var entry in _scope.Db.ChangeTracker.Entries<Generation.StoryImage>().Where(e => e.Entity.StoryId == _story.Id && e.Entity.SegmentId is not null).ToList())
        {
            if (now.TryGetValue(entry.Entity.SegmentId!, out var place))
            {
                entry.Property(i => i.Ordinal).CurrentValue = entry.Property(i => i.Ordinal).OriginalValue = place.Ordinal;
            }
        }

        var renumbered = now.Values.Where(b => !_places.TryGetValue(b.Id, out var place) || place.Number != b.Number).Select(b => b.Id).ToList();
        foreach (var image in renumbered.Count == 0 ? [] : await _scope.Db.Images.IgnoreQueryFilters().Where(i => i.SegmentId != null && renumbered.Contains(i.SegmentId)).ToListAsync())
        {
            (image.Scene, image.Beat) = (now[image.SegmentId!].Number.Scene, now[image.SegmentId!].Number.Beat);
        }
    }

    /// <summary>Where a segment was when the edit began.</summary>
    private sealed record Place(string Id, int Ordinal, int Scene, int Beat, bool HardCut)
    {
        public int Index { get; init; }

        /// <summary>The segment before it.</summary>
        public string? After { get; init; }

        public SegmentNumber Number => new(Scene, Beat);
    }
}
