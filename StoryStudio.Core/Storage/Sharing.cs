using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Access;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>Share links in the database, and the guests that come again and again in memory.</summary>
internal sealed class Sharing(IDbContextFactory<StoryDbContext> contexts, StoryWriter writer, Doors doors, TimeProvider time) : ISharing
{
    private const int MaxOpenLinks = 100;
    private const int MaxGuests = 1_000;
    private const int Remembered = 10_000;

    private static readonly TimeSpan SeenAnew = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FurthestExpiry = TimeSpan.FromDays(3650);

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<ShareLinkDetails>> GetAsync(Actor actor, string storyId, CancellationToken cancellationToken = default)
    {
        actor.Require(StoryRole.Author);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireStoryAsync(db, storyId);
        var now = time.GetUtcNow();
        var links = await db.ShareLinks.Include(l => l.Guests).Where(l => l.StoryId == storyId).OrderByDescending(l => l.CreatedAt).ThenByDescending(l => l.Id).ToListAsync(cancellationToken);
        return links.ConvertAll(l => Describe(l, now));
    }

    public async Task<MadeShareLink> CreateAsync(Actor actor, string storyId, ShareLinkDraft draft, CancellationToken cancellationToken = default)
    {
        actor.Require(StoryRole.Author);
        var now = time.GetUtcNow();
        var label = TitleText.Clean(draft.Label ?? "");
        Check(draft, label, now);
        var token = Token.New();
        var link = new ShareLink
        {
            Id = Ids.New(now),
            StoryId = storyId,
            TokenHash = Token.Hash(token),
            Role = draft.Role,
            Label = label,
            CreatedAt = now,
            CreatedBy = actor.Name,
            ExpiresAt = draft.ExpiresAt?.ToUniversalTime(),
        };
        await writer.ExecuteAsync(async scope =>
        {
            await RequireStoryAsync(scope.Db, storyId);
            if (await scope.Db.ShareLinks.CountAsync(l => l.StoryId == storyId && l.RevokedAt == null && (l.ExpiresAt == null || l.ExpiresAt > now)) >= MaxOpenLinks)
            {
                throw new ConflictException("too_many_links", $"A story has at most {MaxOpenLinks} open links. Revoke one that is no longer needed.");
            }

            scope.Db.ShareLinks.Add(link);
        });
        return new(Describe(link, now), token);
    }

    public async Task<ShareLinkDetails> RevokeAsync(Actor actor, string linkId, CancellationToken cancellationToken = default)
    {
        actor.Require(StoryRole.Author);
        var link = await writer.ExecuteAsync(async scope =>
        {
            var found = (Ids.IsId(linkId) ? await scope.Db.ShareLinks.AsTracking().Include(l => l.Guests).SingleOrDefaultAsync(l => l.Id == linkId) : null) ?? throw NoLink();
            found.RevokedAt ??= scope.Now;
            return Describe(found, scope.Now);
        });
        doors.Close(linkId);
        return link;
    }

    public async Task<Invitation> OpenAsync(string token, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (link, title) = await FindOpenAsync(db, token, time.GetUtcNow());
        return new(link.Id, link.StoryId, title, link.Role, link.CreatedBy);
    }

    public async Task<NewGuest> JoinAsync(string token, string? name, CancellationToken cancellationToken = default)
    {
        var clean = TitleText.Clean(name ?? "");
        if (clean.Length is 0 or > Guest.MaxNameLength)
        {
            throw new InvalidInputException("name", clean.Length == 0 ? "Please give a name." : $"At most {Guest.MaxNameLength} characters, please.");
        }

        // Beside that name nothing says who an author is.
        if (string.Concat(clean.Where(char.IsLetter)).Equals(Actor.Local.Name, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidInputException("name", $"“{Actor.Local.Name}” is what whoever made this story is called here. Please give a name of your own.");
        }

        var secret = Token.New();
        var pass = await writer.ExecuteAsync(async scope =>
        {
            var (link, _) = await FindOpenAsync(scope.Db, token, scope.Now);
            if (await scope.Db.Guests.CountAsync(g => g.LinkId == link.Id) >= MaxGuests)
            {
                throw new ConflictException("link_full", "As many people as a link takes have come through this one. Ask whoever sent it for another.");
            }

            var guest = new Guest { Id = Ids.New(scope.Now), LinkId = link.Id, Name = clean, SecretHash = Token.Hash(secret), CreatedAt = scope.Now, LastSeenAt = scope.Now };
            scope.Db.Guests.Add(guest);
            return new GuestPass(guest.Id, clean, link.Id, link.StoryId, link.Role, link.ExpiresAt, LinkState.Open);
        });
        return new(pass, secret);
    }

    public async ValueTask<GuestPass?> FindGuestAsync(string guestId, string secret, CancellationToken cancellationToken = default)
    {
        if (!Ids.IsId(guestId) || !Token.IsToken(secret))
        {
            return null;
        }

        if (!_known.TryGetValue(guestId, out var known))
        {
            known = await ReadAsync(guestId, cancellationToken);
            if (known is null)
            {
                return null;
            }

            if (_known.Count >= Remembered)
            {
                _known.Clear();
            }

            _known[guestId] = known;
        }

        if (!Token.Matches(secret, known.SecretHash))
        {
            return null;
        }

        var now = time.GetUtcNow();
        NoteSeen(known, now);
        var pass = known.Pass;
        return pass with
        {
            State = pass.State is LinkState.Revoked || doors.IsClosed(pass.LinkId) ? LinkState.Revoked : pass.ExpiresAt <= now ? LinkState.Expired : LinkState.Open,
        };
    }

    private async Task<Known?> ReadAsync(string guestId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await db.Guests.Where(g => g.Id == guestId).Join(db.ShareLinks, g => g.LinkId, l => l.Id, (g, l) => new { Guest = g, Link = l }).SingleOrDefaultAsync(cancellationToken);
        return row is null ? null : new(
            new(guestId, row.Guest.Name, row.Link.Id, row.Link.StoryId, row.Link.Role, row.Link.ExpiresAt, row.Link.RevokedAt is null ? LinkState.Open : LinkState.Revoked),
            row.Guest.SecretHash,
            row.Guest.LastSeenAt);
    }

    /// <summary>Not waited for: nobody's page depends on it, and one that is lost is followed by the next.</summary>
    private void NoteSeen(Known known, DateTimeOffset now)
    {
        if (!known.SeenAnew(now, SeenAnew))
        {
            return;
        }

        _ = writer.ExecuteAsync(scope => scope.Db.Guests.Where(g => g.Id == known.Pass.GuestId).ExecuteUpdateAsync(set => set.SetProperty(g => g.LastSeenAt, now)))
            .ContinueWith(static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    private static async Task<(ShareLink Link, string Title)> FindOpenAsync(StoryDbContext db, string token, DateTimeOffset now)
    {
        if (!Token.IsToken(token))
        {
            throw NoLink();
        }

        var hash = Token.Hash(token);
        var link = await db.ShareLinks.SingleOrDefaultAsync(l => l.TokenHash == hash) ?? throw NoLink();
        return StateOf(link, now) is var state and not LinkState.Open
            ? throw new LinkClosedException(state)
            : (link, await db.Stories.Where(s => s.Id == link.StoryId && s.DeletedAt == null).Select(s => s.Title).SingleOrDefaultAsync() ?? throw NoLink());
    }

    private static void Check(ShareLinkDraft draft, string label, DateTimeOffset now)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (draft.Role is not (StoryRole.Look or StoryRole.Comment or StoryRole.Decide))
        {
            errors["role"] = ["role must be one of look, comment, decide."];
        }

        if (label.Length > ShareLink.MaxLabelLength)
        {
            errors["label"] = [$"At most {ShareLink.MaxLabelLength} characters, please."];
        }

        if (draft.ExpiresAt is { } end && (end <= now || end > now + FurthestExpiry))
        {
            errors["expiresAt"] = [end <= now ? "The end must lie in the future." : "The end lies too far ahead: ten years at most."];
        }

        if (errors.Count > 0)
        {
            throw new InvalidInputException(errors);
        }
    }

    private static async Task RequireStoryAsync(StoryDbContext db, string storyId)
    {
        if (!Ids.IsId(storyId) || !await db.Stories.AnyAsync(s => s.Id == storyId && s.DeletedAt == null))
        {
            throw Missing.Story();
        }
    }

    private static LinkState StateOf(ShareLink link, DateTimeOffset now) =>
        link.RevokedAt is not null ? LinkState.Revoked : link.ExpiresAt <= now ? LinkState.Expired : LinkState.Open;

    private static ShareLinkDetails Describe(ShareLink link, DateTimeOffset now)
    {
        List<GuestDetails> guests = [.. link.Guests.OrderByDescending(g => g.LastSeenAt).Select(g => new GuestDetails(g.Id, g.Name, g.CreatedAt, g.LastSeenAt))];
        return new(
            link.Id, link.StoryId, link.Role, link.Label, StateOf(link, now), link.CreatedAt, link.CreatedBy, link.ExpiresAt, link.RevokedAt,
            guests.Count == 0 ? null : guests[0].LastSeenAt, guests);
    }

    private static NotFoundException NoLink() => new("link", "There is no such link. Perhaps a part of the address is missing.");

    private sealed class Known(GuestPass pass, string secretHash, DateTimeOffset seenAt)
    {
        private long _seen = seenAt.ToUnixTimeMilliseconds();

        public GuestPass Pass => pass;

        public string SecretHash => secretHash;

        /// <summary>True once for each stretch of time: of many at once one goes and writes it down.</summary>
        public bool SeenAnew(DateTimeOffset now, TimeSpan stretch)
        {
            var (seen, next) = (Interlocked.Read(ref _seen), now.ToUnixTimeMilliseconds());
            return next - seen >= (long)stretch.TotalMilliseconds && Interlocked.CompareExchange(ref _seen, next, seen) == seen;
        }
    }
}
