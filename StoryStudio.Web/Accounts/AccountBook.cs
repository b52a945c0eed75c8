using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using StoryStudio.Core;
using StoryStudio.Core.Access;

namespace StoryStudio.Web.Accounts;

/// <summary>What a page shows of an account.</summary>
public sealed record AccountDetails(string Id, string Name, bool IsOwner, DateTimeOffset CreatedAt);

/// <summary>What a page shows of a program's token.</summary>
public sealed record AccessTokenDetails(string Id, string Label, DateTimeOffset CreatedAt);

/// <summary>What a page shows of an invitation that nobody has used yet.</summary>
public sealed record AccountInvitationDetails(string Id, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>How an invitation stands.</summary>
public enum AccountInvitationState
{
    Unknown,
    Open,
    Over,
}

/// <summary>Accounts, how they come about and how they end. One for each request.</summary>
internal sealed class AccountBook(AccountsDb db, UserManager<Account> users, SignInManager<Account> signIn, Doors doors, TimeProvider time)
{
    private const int MaxTokens = 20;
    private const int MaxPasswordLength = 256;

    internal static readonly TimeSpan OwnersTime = TimeSpan.FromDays(1);
    private static readonly TimeSpan InvitedTime = TimeSpan.FromDays(7);
    private static readonly Lazy<string> NobodysPassword = new(() => new PasswordHasher<Account>().HashPassword(null!, Token.New()));

    public Task<bool> HasOwnerAsync() => users.Users.AnyAsync(u => u.IsOwner);

    private Task<Account?> OwnerAsync() => users.Users.SingleOrDefaultAsync(u => u.IsOwner);

    public async Task<IReadOnlyList<AccountDetails>> GetAsync() =>
        (await users.Users.OrderBy(u => u.CreatedAt).ToListAsync()).ConvertAll(Describe);

    /// <summary>Whether somebody may invite others and take them out: the owner, and whoever sits at the machine itself.</summary>
    public async Task<bool> RulesAsync(Actor author) =>
        author.Id == Actor.Local.Id || await users.Users.AnyAsync(u => u.Id == author.Id && u.IsOwner);

    /// <summary>Makes a link for one account: the owner's while there is none, which takes the place of every earlier one of the kind.</summary>
    /// <param name="toOwner">Whether it leads to the owner's account also where there is one: then it sets that account's password anew.</param>
    /// <returns>Its token, which is kept nowhere.</returns>
    public async Task<string> InviteAsync(bool toOwner = false)
    {
        var token = Token.New();
        var now = time.GetUtcNow();
        var forOwner = toOwner || !await HasOwnerAsync();
        await db.Invitations.Where(i => i.ExpiresAt <= now || (forOwner && i.ForOwner)).ExecuteDeleteAsync();
        db.Invitations.Add(new()
        {
            Id = Ids.New(now),
            TokenHash = Token.Hash(token),
            ForOwner = forOwner,
            CreatedAt = now,
            ExpiresAt = now + (forOwner ? OwnersTime : InvitedTime),
        });
        await db.SaveChangesAsync();
        return token;
    }

    /// <summary>Invitations to write here that are open, newest first.</summary>
    public async Task<IReadOnlyList<AccountInvitationDetails>> GetInvitationsAsync()
    {
        var now = time.GetUtcNow();
        return (await db.Invitations.AsNoTracking().Where(i => !i.ForOwner && i.UsedAt == null && i.ExpiresAt > now).OrderByDescending(i => i.CreatedAt).ThenByDescending(i => i.Id).ToListAsync())
            .ConvertAll(i => new AccountInvitationDetails(i.Id, i.CreatedAt, i.ExpiresAt));
    }

    /// <summary>Closes an invitation for good.</summary>
    /// <returns>Whether nobody had used it before.</returns>
    public async Task<bool> WithdrawInvitationAsync(string invitationId) =>
        await db.Invitations.Where(i => i.Id == invitationId && !i.ForOwner && i.UsedAt == null).ExecuteDeleteAsync() == 1;

    /// <summary>Closes links to the owner's account that were made in an earlier run.</summary>
    public async Task CloseWaysBackAsync()
    {
        if (await HasOwnerAsync())
        {
            await db.Invitations.Where(i => i.ForOwner && i.UsedAt == null).ExecuteDeleteAsync();
        }
    }

    /// <returns>With whose password it sets anew, where it makes no account.</returns>
    public async Task<(AccountInvitationState State, bool ForOwner, string? Back)> FindInvitationAsync(string token)
    {
        if (!Token.IsToken(token))
        {
            return default;
        }

        var hash = Token.Hash(token);
        return await db.Invitations.AsNoTracking().SingleOrDefaultAsync(i => i.TokenHash == hash) is { } found
            ? (found.UsedAt is null && found.ExpiresAt > time.GetUtcNow() ? AccountInvitationState.Open : AccountInvitationState.Over, found.ForOwner, found.ForOwner ? (await OwnerAsync())?.UserName : null)
            : default;
    }

    /// <summary>
    /// Makes the account that a link is for, or sets the password of the owner whom it leads back, and signs it in. The link is used up, whoever
    /// else holds it.
    /// </summary>
    /// <returns>What to close once the answer is out: nobody is in any longer by a password that was.</returns>
    /// <exception cref="InvalidInputException">Of <c>name</c> or <c>password</c>; the link stays as it was.</exception>
    /// <exception cref="NotFoundException">The link is no longer open.</exception>
    public async Task<IReadOnlyList<string>> AcceptAsync(string token, string? name, string? password)
    {
        var hash = Token.Hash(token);
        var forOwner = await db.Invitations.AnyAsync(i => i.TokenHash == hash && i.ForOwner);
        var owner = forOwner ? await OwnerAsync() : null;
        var clean = owner?.UserName ?? CleanName(name);
        CheckPassword(password);
        var now = time.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (await db.Invitations.Where(i => i.TokenHash == hash && i.UsedAt == null && i.ExpiresAt > now).ExecuteUpdateAsync(set => set.SetProperty(i => i.UsedAt, now)) != 1)
        {
            throw new NotFoundException("invitation", "This link was used already, or its time is over.");
        }

        if (owner is not null)
        {
            var past = owner.SecurityStamp!;
            Check(await users.RemovePasswordAsync(owner));
            Check(await users.AddPasswordAsync(owner, password!));
            Check(await users.SetLockoutEndDateAsync(owner, null));
            Check(await users.ResetAccessFailedCountAsync(owner));
            await transaction.CommitAsync();
            await BeginAsync(owner);
            return [past];
        }

        if (forOwner && await HasOwnerAsync())
        {
            throw new NotFoundException("invitation", "The owner’s account is there already.");
        }

        var account = new Account { Id = Ids.New(now), UserName = clean, IsOwner = forOwner, CreatedAt = now, LockoutEnabled = true };
        Check(await users.CreateAsync(account, password!));
        if (forOwner)
        {
            // Another link of the kind would lead into this account.
            await db.Invitations.Where(i => i.ForOwner && i.UsedAt == null).ExecuteDeleteAsync();
        }

        await transaction.CommitAsync();
        await BeginAsync(account);
        return [];
    }

    /// <summary>Whether name and password belong together; then they are signed in. Takes its time also where there is no such name.</summary>
    public async Task<bool> SignInAsync(string? name, string? password)
    {
        if (password is not { Length: > 0 and <= MaxPasswordLength } || await users.FindByNameAsync(name?.Trim() ?? "") is not { } account)
        {
            users.PasswordHasher.VerifyHashedPassword(null!, NobodysPassword.Value, password is { Length: <= MaxPasswordLength } ? password : "");
            return false;
        }

        if (!(await signIn.CheckPasswordSignInAsync(account, password, lockoutOnFailure: true)).Succeeded)
        {
            return false;
        }

        await BeginAsync(account);
        return true;
    }

    /// <summary>Takes the browser's cookie away.</summary>
    /// <returns>What to close once the answer is out, so that whatever else came in by this sign-in ends with it.</returns>
    public async Task<IReadOnlyList<string>> SignOutAsync()
    {
        IReadOnlyList<string> over = [.. signIn.Context.User.FindAll(AccountAuthors.SignInClaim).Select(c => c.Value)];
        await signIn.SignOutAsync();
        var now = time.GetUtcNow();
        foreach (var id in over)
        {
            // Twice at once, in two tabs, is once.
            await db.Database.ExecuteSqlAsync($"INSERT OR IGNORE INTO ended_sign_ins (Id, EndedAt) VALUES ({id}, {now.ToUnixTimeMilliseconds()})");
        }

        return over;
    }

    /// <summary>This browser stays signed in; every other one signs in anew.</summary>
    /// <returns>What to close once the answer is out: nobody is in any longer by the password that was.</returns>
    /// <exception cref="InvalidInputException">Of <c>current</c> or <c>password</c>.</exception>
    public async Task<string> ChangePasswordAsync(string accountId, string? current, string? password)
    {
        CheckPassword(password);
        var account = await users.FindByIdAsync(accountId) ?? throw NoAccount();
        if (await users.IsLockedOutAsync(account) || !await users.CheckPasswordAsync(account, current ?? ""))
        {
            // Whoever stands before a browser that somebody left open guesses no more often than at the door.
            await users.AccessFailedAsync(account);
            throw new InvalidInputException("current", "That is not your present password.");
        }

        var past = account.SecurityStamp!;
        Check(await users.ChangePasswordAsync(account, current!, password!));
        await BeginAsync(account);
        return past;
    }

    /// <summary>Takes an author out; whatever they have open is cut.</summary>
    public async Task RemoveAsync(string accountId)
    {
        var account = await users.FindByIdAsync(accountId) ?? throw NoAccount();
        if (account.IsOwner)
        {
            throw new ConflictException("owner_stays", "The owner’s account stays.");
        }

        await users.DeleteAsync(account);
        doors.Close(accountId);
    }

    public async Task<IReadOnlyList<AccessTokenDetails>> GetTokensAsync(string accountId) =>
        (await db.AccessTokens.AsNoTracking().Where(t => t.AccountId == accountId).OrderByDescending(t => t.CreatedAt).ToListAsync()).ConvertAll(t => new AccessTokenDetails(t.Id, t.Label, t.CreatedAt));

    /// <returns>The token, which is kept nowhere.</returns>
    /// <exception cref="InvalidInputException">Of <c>label</c>.</exception>
    public async Task<string> CreateTokenAsync(string accountId, string? label)
    {
        var clean = string.Join(' ', (label ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (clean.Length is 0 or > AccessToken.MaxLabelLength)
        {
            throw new InvalidInputException("label", clean.Length == 0 ? "Say what it is for, so that you know it again." : $"At most {AccessToken.MaxLabelLength} characters, please.");
        }

        if (await db.AccessTokens.CountAsync(t => t.AccountId == accountId) >= MaxTokens)
        {
            throw new InvalidInputException("label", $"There are {MaxTokens} already. Take one back first.");
        }

        var token = Token.New();
        var now = time.GetUtcNow();
        db.AccessTokens.Add(new() { Id = Ids.New(now), AccountId = accountId, Hash = Token.Hash(token), Label = clean, CreatedAt = now });
        await db.SaveChangesAsync();
        return token;
    }

    public async Task RevokeTokenAsync(string accountId, string tokenId)
    {
        await db.AccessTokens.Where(t => t.Id == tokenId && t.AccountId == accountId).ExecuteDeleteAsync();
        doors.Close(tokenId);
    }

    /// <summary>The account that a program's token is of, and the token's id.</summary>
    public async Task<(AccountDetails Account, string TokenId)?> FindByTokenAsync(string token)
    {
        if (!Token.IsToken(token))
        {
            return null;
        }

        var hash = Token.Hash(token);
        var found = await db.AccessTokens.AsNoTracking().SingleOrDefaultAsync(t => t.Hash == hash);
        return found is not null && await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == found.AccountId) is { } account ? (Describe(account), found.Id) : null;
    }

    /// <summary>Whether the account is there and nothing was changed about it that ends what was signed in before.</summary>
    public async Task<bool> IsCurrentAsync(ClaimsPrincipal author, string accountId) =>
        await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == accountId) is { } account && author.FindFirst(AccountAuthors.StampClaim)?.Value == account.SecurityStamp;

    private Task BeginAsync(Account account) =>
        signIn.SignInWithClaimsAsync(account, isPersistent: true, [new Claim(AccountAuthors.SignInClaim, Ids.New(time.GetUtcNow()))]);

    private static AccountDetails Describe(Account account) => new(account.Id, account.UserName!, account.IsOwner, account.CreatedAt);

    private static string CleanName(string? name)
    {
        var clean = string.Join(' ', new string([.. (name ?? "").Where(c => !char.IsControl(c) || char.IsWhiteSpace(c))]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return clean.Length switch
        {
            0 => throw new InvalidInputException("name", "Please give a name."),
            > Account.MaxNameLength => throw new InvalidInputException("name", $"At most {Account.MaxNameLength} characters, please."),
            _ => clean,
        };
    }

    private static void CheckPassword(string? password)
    {
        if (password is not { Length: >= AccountsSetup.MinPasswordLength and <= MaxPasswordLength })
        {
            throw new InvalidInputException("password", password is { Length: > MaxPasswordLength } ? $"At most {MaxPasswordLength} characters, please." : $"At least {AccountsSetup.MinPasswordLength} characters, please. A sentence is good.");
        }
    }

    private static void Check(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw result.Errors.Any(e => e.Code.Contains("UserName", StringComparison.Ordinal))
                ? new InvalidInputException("name", "Somebody has that name already. Take another.")
                : new InvalidInputException("password", string.Join(' ', result.Errors.Select(e => e.Description)));
        }
    }

    private static NotFoundException NoAccount() => new("account", "There is no such account.");
}
