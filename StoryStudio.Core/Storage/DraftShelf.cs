using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <inheritdoc/>
internal sealed class DraftShelf(StoryWriter writer, IDbContextFactory<StoryDbContext> contexts) : IDraftShelf
{
    /// <summary>As many as anybody looks through; those before them stay until they are swept.</summary>
    private const int MostShown = 50;

    private const int MostKept = 1_000;
    private const int BeginningLength = 300;

    public async Task<IReadOnlyList<DraftSummary>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Drafts.Where(d => d.DeletedAt == null)
            .OrderByDescending(d => d.UpdatedAt).ThenByDescending(d => d.Id)
            .Take(MostShown)
            .Select(d => new { d.Id, d.Title, Beginning = d.Text.Substring(0, BeginningLength), d.Step, d.UpdatedAt })
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(d => new DraftSummary(d.Id, d.Title.Length > 0 ? d.Title : StorySplitter.ProposeTitle(d.Beginning) ?? "Untitled", d.Step, d.UpdatedAt));
    }

    public async Task<KeptDraft> GetAsync(string draftId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Drafts.SingleOrDefaultAsync(d => d.Id == draftId && d.DeletedAt == null, cancellationToken) ?? throw Missing.Draft();
    }

    public async Task KeepTextAsync(string draftId, string? title, string? text, IReadOnlyCollection<string>? basedOn = null, CancellationToken cancellationToken = default)
    {
        if (!Ids.IsId(draftId))
        {
            throw Missing.Draft();
        }

        var errors = new FieldErrors();
        var name = CheckTitle(title, errors);
        if (text?.Length > StoryText.MaxLength)
        {
            errors.Add("text", StoryText.TooLong(text.Length, StoryText.MaxLength));
        }
        else if (text is not null && StoryText.Fault(text) is { } fault)
        {
            errors.Add("text", $"The text {fault}");
        }

        errors.ThrowIfAny();
        await writer.ExecuteAsync(async scope =>
        {
            var draft = await scope.Db.Drafts.SingleOrDefaultAsync(d => d.Id == draftId);
            if (draft is { DeletedAt: not null })
            {
                throw Missing.Draft();
            }

            if (draft is null)
            {
                if (string.IsNullOrWhiteSpace(text) && name.Length == 0)
                {
                    return;
                }

                if (await scope.Db.Drafts.CountAsync() >= MostKept)
                {
                    throw new InvalidInputException("text", $"There are {MostKept} drafts already. Discard some that nobody needs.");
                }

                draft = new() { Id = draftId, Title = name, Text = text ?? "", CreatedAt = scope.Now, UpdatedAt = scope.Now };
                scope.Db.Drafts.Add(draft);
                return;
            }

            if (text is not null && !string.Equals(text, draft.Text, StringComparison.Ordinal))
            {
                if (basedOn is not null && draft.Text.Length > 0 && !basedOn.Contains(TextMark.Of(draft.Text), StringComparer.Ordinal))
                {
                    throw new ConflictException("draft_changed", "This text was changed meanwhile. Nothing was saved.");
                }

                (draft.Text, draft.Step) = (text, DraftStep.Text);
            }

            (draft.Title, draft.UpdatedAt) = (title is null ? draft.Title : name, scope.Now);
        });
    }

    public async Task<DraftStand?> KeepWorkAsync(string draftId, string? title, DraftStep step, string work, DraftStand? since = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        var errors = new FieldErrors();
        var name = CheckTitle(title, errors);
        if (work.Length > KeptDraft.MaxWork)
        {
            errors.Add("work", "There is more in this draft than can be kept. Make the story before you close this window.");
        }

        errors.ThrowIfAny();
        return await writer.ExecuteAsync(async scope =>
        {
            var draft = await scope.Db.Drafts.SingleOrDefaultAsync(d => d.Id == draftId && d.DeletedAt == null) ?? throw Missing.Draft();
            if (since is not null && DraftStand.Of(draft) is var stand && stand != since)
            {
                return stand;
            }

            (draft.Title, draft.Step, draft.Work, draft.UpdatedAt) = (name, step, work, scope.Now);
            return null;
        });
    }

    public Task DiscardAsync(string draftId, CancellationToken cancellationToken = default) => writer.ExecuteAsync(async scope =>
    {
        var draft = await scope.Db.Drafts.SingleOrDefaultAsync(d => d.Id == draftId && d.DeletedAt == null) ?? throw Missing.Draft();
        draft.DeletedAt = scope.Now;
    });

    public Task RestoreAsync(string draftId, CancellationToken cancellationToken = default) => writer.ExecuteAsync(async scope =>
    {
        var draft = await scope.Db.Drafts.SingleOrDefaultAsync(d => d.Id == draftId) ?? throw Missing.Draft();
        (draft.DeletedAt, draft.UpdatedAt) = (null, scope.Now);
    });

    /// <summary>Takes away what was thrown away and what nobody has touched for long.</summary>
    internal static async Task SweepAsync(WriteScope scope, TimeSpan restorableFor)
    {
        var (forgotten, discarded) = (scope.Now - IDraftShelf.KeptFor, scope.Now - restorableFor);
        await scope.Db.Drafts.Where(d => d.UpdatedAt < forgotten || (d.DeletedAt != null && d.DeletedAt < discarded)).ExecuteDeleteAsync();
    }

    private static string CheckTitle(string? title, FieldErrors errors) => errors.Optional("title", "The title", title, Story.MaxTitleLength, oneLine: true) ?? "";
}
