using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Access;

public sealed class SharingTests
{
    private static readonly Actor Author = new("a", "Ada", StoryRole.Author);

    [Fact]
    public async Task Link_LetsAGuestInUnderANameAndWithItsRole()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await studio.CreateStoryAsync();
        var sharing = Sharing(studio);
        var (link, token) = await sharing.CreateAsync(Author, story.Id, new(StoryRole.Comment, "  The  editors "));

        var invitation = await sharing.OpenAsync(token);
        var guest = await sharing.JoinAsync(token, "  Grace\tHopper ");

        Assert.Equal((story.Id, "A story", StoryRole.Comment, "Ada"), (invitation.StoryId, invitation.Title, invitation.Role, invitation.InvitedBy));
        Assert.Equal(new Actor(guest.Pass.GuestId, "Grace Hopper", StoryRole.Comment), guest.Pass.ToActor());
        Assert.Equal(guest.Pass, await sharing.FindGuestAsync(guest.Pass.GuestId, guest.Secret));
        var listed = Assert.Single(await sharing.GetAsync(Author, story.Id));
        Assert.Equal((link.Id, "The editors", LinkState.Open, "Grace Hopper"), (listed.Id, listed.Label, listed.State, Assert.Single(listed.Guests).Name));
        Assert.Equal(studio.Time.GetUtcNow().ToUnixTimeMilliseconds(), listed.LastUsedAt!.Value.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task Database_HoldsNeitherTokensNorSecrets()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var (_, token) = await Sharing(studio).CreateAsync(Author, (await studio.CreateStoryAsync()).Id, new(StoryRole.Look));
        var guest = await Sharing(studio).JoinAsync(token, "Grace");
        await studio.StopAsync();

        foreach (var file in Directory.EnumerateFiles(studio.Folder, "storystudio.db*"))
        {
            var bytes = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            Assert.DoesNotContain(token, bytes, StringComparison.Ordinal);
            Assert.DoesNotContain(guest.Secret, bytes, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Tokens_AreNeverTheSame_AndHave256Bits()
    {
        var tokens = Enumerable.Range(0, 1_000).Select(_ => Token.New()).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(1_000, tokens.Count);
        Assert.All(tokens, t => Assert.Equal(32, System.Buffers.Text.Base64Url.DecodeFromChars(t).Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' OR")]
    [InlineData("ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ")]
    public async Task Token_ThatIsNobodys_OpensNothing(string token)
    {
        await using var studio = await Studio.StartAsync(engine: false);
        await Sharing(studio).CreateAsync(Author, (await studio.CreateStoryAsync()).Id, new(StoryRole.Look));

        Assert.Equal("link_not_found", (await Assert.ThrowsAsync<NotFoundException>(() => Sharing(studio).OpenAsync(token))).Code);
        Assert.Equal("link_not_found", (await Assert.ThrowsAsync<NotFoundException>(() => Sharing(studio).JoinAsync(token, "Grace"))).Code);
    }

    [Fact]
    public async Task Revocation_IsForGood_AndHoldsAfterARestart()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var (link, token) = await Sharing(studio).CreateAsync(Author, (await studio.CreateStoryAsync()).Id, new(StoryRole.Decide));
        var guest = await Sharing(studio).JoinAsync(token, "Grace");
        var inside = studio.Services.GetRequiredService<Doors>().Through(link.Id);

        var revoked = await Sharing(studio).RevokeAsync(Author, link.Id);
        var again = await Sharing(studio).RevokeAsync(Author, link.Id);

        Assert.True(inside.IsCancellationRequested);
        Assert.True(studio.Services.GetRequiredService<Doors>().Through(link.Id).IsCancellationRequested);
        Assert.Equal((LinkState.Revoked, revoked.RevokedAt), (again.State, again.RevokedAt));
        await IsOutAsync();
        await studio.RestartAsync(engine: false);
        await IsOutAsync();

        async Task IsOutAsync()
        {
            Assert.Equal(LinkState.Revoked, (await Sharing(studio).FindGuestAsync(guest.Pass.GuestId, guest.Secret))!.State);
            Assert.Equal("link_revoked", (await Assert.ThrowsAsync<LinkClosedException>(() => Sharing(studio).OpenAsync(token))).Code);
            Assert.Equal("link_revoked", (await Assert.ThrowsAsync<LinkClosedException>(() => Sharing(studio).JoinAsync(token, "Again"))).Code);
        }
    }

    [Fact]
    public async Task Link_ThatHasAnEnd_OpensUntilThen()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var (_, token) = await Sharing(studio).CreateAsync(Author, (await studio.CreateStoryAsync()).Id, new(StoryRole.Look, ExpiresAt: studio.Time.GetUtcNow() + TimeSpan.FromHours(1)));
        var guest = await Sharing(studio).JoinAsync(token, "Grace");

        studio.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(LinkState.Open, (await Sharing(studio).FindGuestAsync(guest.Pass.GuestId, guest.Secret))!.State);
        studio.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(LinkState.Expired, (await Sharing(studio).FindGuestAsync(guest.Pass.GuestId, guest.Secret))!.State);
        Assert.Equal("link_expired", (await Assert.ThrowsAsync<LinkClosedException>(() => Sharing(studio).OpenAsync(token))).Code);
    }

    [Fact]
    public async Task Guest_WithAnothersSecret_IsNobody()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var (_, token) = await Sharing(studio).CreateAsync(Author, (await studio.CreateStoryAsync()).Id, new(StoryRole.Look));
        var grace = await Sharing(studio).JoinAsync(token, "Grace");
        var linus = await Sharing(studio).JoinAsync(token, "Linus");

        Assert.Null(await Sharing(studio).FindGuestAsync(grace.Pass.GuestId, linus.Secret));
        Assert.Null(await Sharing(studio).FindGuestAsync(grace.Pass.GuestId, token));
        Assert.Null(await Sharing(studio).FindGuestAsync(grace.Pass.GuestId, ""));
        Assert.NotNull(await Sharing(studio).FindGuestAsync(grace.Pass.GuestId, grace.Secret));
    }

    [Fact]
    public async Task Story_ThatIsDeleted_TakesItsLinksAlong()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await studio.CreateStoryAsync();
        var (_, token) = await Sharing(studio).CreateAsync(Author, story.Id, new(StoryRole.Look));
        await Sharing(studio).JoinAsync(token, "Grace");

        await studio.Library.DeleteAsync(story.Id);

        await Assert.ThrowsAsync<NotFoundException>(() => Sharing(studio).OpenAsync(token));
        await using var db = studio.OpenDatabase();
        await db.Stories.Where(s => s.Id == story.Id).ExecuteDeleteAsync();
        Assert.Equal((0, 0), (await db.ShareLinks.CountAsync(), await db.Guests.CountAsync()));
    }

    [Fact]
    public async Task Draft_ThatBreaksARule_MakesNothing()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await studio.CreateStoryAsync();

        var invalid = await Assert.ThrowsAsync<InvalidInputException>(() =>
            Sharing(studio).CreateAsync(Author, story.Id, new(StoryRole.Author, new string('x', 81), studio.Time.GetUtcNow())));
        await Assert.ThrowsAsync<InvalidInputException>(() => Sharing(studio).CreateAsync(Author, story.Id, new(StoryRole.Look, ExpiresAt: DateTimeOffset.MaxValue)));

        Assert.Equal(["expiresAt", "label", "role"], invalid.Errors.Keys.Order());
        Assert.Empty(await Sharing(studio).GetAsync(Author, story.Id));
    }

    [Theory]
    [InlineData(StoryRole.Look)]
    [InlineData(StoryRole.Comment)]
    [InlineData(StoryRole.Decide)]
    public async Task Guest_NeitherSeesNorMakesNorRevokesLinks(StoryRole role)
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await studio.CreateStoryAsync();
        var (link, _) = await Sharing(studio).CreateAsync(Author, story.Id, new(StoryRole.Look));
        var guest = new Actor("g", "Grace", role);

        await Assert.ThrowsAsync<ForbiddenException>(() => Sharing(studio).GetAsync(guest, story.Id));
        await Assert.ThrowsAsync<ForbiddenException>(() => Sharing(studio).CreateAsync(guest, story.Id, new(StoryRole.Look)));
        await Assert.ThrowsAsync<ForbiddenException>(() => Sharing(studio).RevokeAsync(guest, link.Id));

        Assert.Equal(LinkState.Open, Assert.Single(await Sharing(studio).GetAsync(Author, story.Id)).State);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \t ")]
    [InlineData(null)]
    public async Task Guest_WithoutAName_IsAskedForOne(string? name)
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var (_, token) = await Sharing(studio).CreateAsync(Author, (await studio.CreateStoryAsync()).Id, new(StoryRole.Look));

        Assert.Contains("name", (await Assert.ThrowsAsync<InvalidInputException>(() => Sharing(studio).JoinAsync(token, name))).Errors.Keys);
        await Assert.ThrowsAsync<InvalidInputException>(() => Sharing(studio).JoinAsync(token, new string('x', 61)));
    }

    [Theory]
    [InlineData("Author")]
    [InlineData(" author.")]
    [InlineData("Au\u200bthor")]
    public async Task Guest_IsNotCalledWhatTheAuthorIs(string name)
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var (_, token) = await Sharing(studio).CreateAsync(Author, (await studio.CreateStoryAsync()).Id, new(StoryRole.Comment));

        Assert.Contains("name of your own", (await Assert.ThrowsAsync<InvalidInputException>(() => Sharing(studio).JoinAsync(token, name))).Errors["name"][0], StringComparison.Ordinal);
        Assert.Equal("Arthur", (await Sharing(studio).JoinAsync(token, "Arthur")).Pass.Name);
    }

    private static ISharing Sharing(Studio studio) => studio.Services.GetRequiredService<ISharing>();
}
