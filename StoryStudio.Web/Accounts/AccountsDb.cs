using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace StoryStudio.Web.Accounts;

/// <summary>Who may sign in: a database of its own beside the stories', so that no copy or export of these carries it along.</summary>
internal sealed class AccountsDb(DbContextOptions<AccountsDb> options) : IdentityUserContext<Account>(options)
{
    public DbSet<AccountInvitation> Invitations => Set<AccountInvitation>();

    public DbSet<AccessToken> AccessTokens => Set<AccessToken>();

    public DbSet<EndedSignIn> EndedSignIns => Set<EndedSignIn>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<Account>().HasIndex(a => a.IsOwner).IsUnique().HasFilter("\"IsOwner\" = 1");
        builder.Entity<AccountInvitation>().ToTable("invitations").HasIndex(i => i.TokenHash).IsUnique();
        builder.Entity<EndedSignIn>().ToTable("ended_sign_ins");
        builder.Entity<AccessToken>(tokens =>
        {
            tokens.ToTable("access_tokens");
            tokens.HasIndex(t => t.Hash).IsUnique();
            tokens.HasOne<Account>().WithMany().HasForeignKey(t => t.AccountId);
        });
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<Milliseconds>();

    /// <summary>Since 1970, which SQLite can compare.</summary>
    private sealed class Milliseconds() : ValueConverter<DateTimeOffset, long>(time => time.ToUnixTimeMilliseconds(), number => DateTimeOffset.FromUnixTimeMilliseconds(number));
}
