using System.Net;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Access;
using StoryStudio.Tests.Api;
using StoryStudio.Tests.Fakes;
using StoryStudio.Tests.Processes;
using StoryStudio.Web.Accounts;
using Xunit;

namespace StoryStudio.Tests.Access;

public sealed class AccountTests
{
    private const string Sentence = "a long enough sentence";

    [Fact]
    public async Task FirstStart_ThatOthersCanReach_PrintsALinkThatMakesTheOwnersAccountOnce()
    {
        var folder = Directory.CreateTempSubdirectory("storystudio-").FullName;
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["ASPNETCORE_URLS"] = "http://0.0.0.0:0", ["AllowedHosts"] = "*" };
        string first;
        await using (var studio = await StudioProcess.StartAsync(folder, settings))
        {
            first = await WelcomeAsync(studio);
            await studio.KillAsync();
        }

        await using (var studio = await StudioProcess.StartAsync(folder, settings))
        {
            var second = await WelcomeAsync(studio);
            using var owner = new Visitor(new($"http://localhost:{studio.Http.BaseAddress!.Port}"), fromElsewhere: false);
            Assert.NotEqual(first, second);
            Assert.Equal(HttpStatusCode.NotFound, (await owner.GetAsync(first)).Status);
            Assert.Equal("/", new Uri(owner.Http.BaseAddress!, (await owner.SubmitAsync(second, "welcome", ("Name", "Ada"), ("Password", Sentence))).Header("Location")).AbsolutePath);
            Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync("/api/stories")).Status);
            Assert.Equal(HttpStatusCode.Gone, (await owner.GetAsync(second)).Status);
            await studio.TerminateAsync();
        }

        await using (var studio = await StudioProcess.StartAsync(folder, settings))
        {
            using var owner = new Visitor(new($"http://localhost:{studio.Http.BaseAddress!.Port}"), fromElsewhere: false);
            Assert.Equal(HttpStatusCode.Unauthorized, (await owner.GetAsync("/api/stories")).Status);
            Assert.Equal(HttpStatusCode.Found, (await owner.SubmitAsync("/sign-in?back=%2Fqueue", "sign-in", ("Name", "ada"), ("Password", Sentence))).Status);
            Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync("/api/stories")).Status);
            Assert.DoesNotContain("/welcome/", studio.Output, StringComparison.Ordinal);
        }

        Directory.Delete(folder, recursive: true);

    }

    [Fact]
    public async Task Owner_WhoForgotTheirPassword_SetsANewOneByALinkThatOneStartPrints_Once()
    {
        const string renewed = "another sentence of some length";
        var folder = Directory.CreateTempSubdirectory("storystudio-").FullName;
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["ASPNETCORE_URLS"] = "http://0.0.0.0:0", ["AllowedHosts"] = "*" };
        await using (var studio = await StudioProcess.StartAsync(folder, settings))
        {
            using var owner = new Visitor(new($"http://localhost:{studio.Http.BaseAddress!.Port}"), fromElsewhere: false);
            await owner.SubmitAsync(await WelcomeAsync(studio), "welcome", ("Name", "Ada"), ("Password", Sentence));
            await studio.TerminateAsync();
        }

        string unused;
        settings["StoryStudio__Access__OwnerLink"] = "true";
        await using (var studio = await StudioProcess.StartAsync(folder, settings))
        {
            unused = await WelcomeAsync(studio);
            await studio.TerminateAsync();
        }

        await using (var studio = await StudioProcess.StartAsync(folder, settings))
        {
            var link = await WelcomeAsync(studio);
            var address = new Uri($"http://localhost:{studio.Http.BaseAddress!.Port}");
            using var before = new Visitor(address, fromElsewhere: false);
            using var owner = new Visitor(address, fromElsewhere: false);
            Assert.Equal(HttpStatusCode.Found, (await before.SubmitAsync("/sign-in", "sign-in", ("Name", "Ada"), ("Password", Sentence))).Status);
            Assert.Equal(HttpStatusCode.OK, (await before.GetAsync("/api/stories")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await owner.GetAsync(unused)).Status);
            Assert.Contains("Set a new password for Ada", (await owner.GetAsync(link)).Text, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await owner.SubmitAsync(link, "welcome", ("Password", "short"))).Status);

            Assert.Equal(HttpStatusCode.Found, (await owner.SubmitAsync(link, "welcome", ("Password", renewed))).Status);

            Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync("/api/stories")).Status);
            Assert.Contains("owner, ", (await owner.GetAsync("/people")).Text, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Unauthorized, (await before.GetAsync("/api/stories")).Status);
            Assert.Equal(HttpStatusCode.Gone, (await before.GetAsync(link)).Status);
            Assert.NotEqual(HttpStatusCode.Found, (await before.SubmitAsync("/sign-in", "sign-in", ("Name", "Ada"), ("Password", Sentence))).Status);
            Assert.Equal(HttpStatusCode.Found, (await before.SubmitAsync("/sign-in", "sign-in", ("Name", "Ada"), ("Password", renewed))).Status);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string> WelcomeAsync(StudioProcess studio)
    {
        var match = System.Text.RegularExpressions.Regex.Match("", "x");
        for (var patience = System.Diagnostics.Stopwatch.StartNew(); !match.Success && patience.Elapsed < Studio.Patience; await Task.Delay(10))
        {
            match = System.Text.RegularExpressions.Regex.Match(studio.Output, "/welcome/[A-Za-z0-9_-]{43}");
        }

        return match.Value;
    }

    [Fact]
    public async Task Owner_InvitesAnAuthor_WhoWritesUntilTheyAreTakenOut()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        using var owner = await OwnerAsync(studio);
        var invited = System.Text.RegularExpressions.Regex.Match((await owner.SubmitAsync("/people", "invite")).Text, "/welcome/[A-Za-z0-9_-]{43}").Value;
        using var author = new Visitor(studio.Address);
        Assert.Equal(HttpStatusCode.Found, (await author.SubmitAsync(invited, "welcome", ("Name", "Björn"), ("Password", Sentence))).Status);
        Assert.Equal(HttpStatusCode.OK, (await author.GetAsync("/")).Status);
        var story = await studio.CreateStoryAsync(1);
        using var stream = await EventReader.OpenAsync(author.Http, $"/api/stories/{story.Id}/events");
        Assert.Equal("snapshot", (await stream.NextAsync())!.Name);

        // Neither invites nor removes: the forms are not there, and sent all the same they do nothing.
        Assert.DoesNotContain("Invite somebody", (await author.GetAsync("/people")).Text, StringComparison.Ordinal);
        var people = await PeopleAsync(studio);
        var removed = await owner.SubmitAsync("/people", $"remove-{people.Single(p => p.Name == "Björn").Id}");

        Assert.Equal(HttpStatusCode.OK, removed.Status);
        Assert.Equal("closed", (await stream.NextAsync())!.Name);
        Assert.Equal(HttpStatusCode.Unauthorized, (await author.GetAsync("/api/stories")).Status);
        Assert.Equal(HttpStatusCode.Found, (await author.GetAsync("/")).Status);
        Assert.Equal("Ada", Assert.Single(await PeopleAsync(studio)).Name);
        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync("/")).Status);
    }

    [Fact]
    public async Task Invitation_ServesOnce_AlsoWhereTwoUseItAtATime()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        using var owner = await OwnerAsync(studio);
        var link = System.Text.RegularExpressions.Regex.Match((await owner.SubmitAsync("/people", "invite")).Text, "/welcome/[A-Za-z0-9_-]{43}").Value;
        using var one = new Visitor(studio.Address);
        using var two = new Visitor(studio.Address);

        var answers = await Task.WhenAll(one.SubmitAsync(link, "welcome", ("Name", "One"), ("Password", Sentence)), two.SubmitAsync(link, "welcome", ("Name", "Two"), ("Password", Sentence)));

        Assert.Equal([HttpStatusCode.Found, HttpStatusCode.Gone], answers.Select(a => a.Status).Order());
        Assert.Equal(2, (await PeopleAsync(studio)).Count);
    }

    [Fact]
    public async Task Invitation_ThatWentAstray_IsSeenByTheOwner_AndTakenBack()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        using var owner = await OwnerAsync(studio);
        var links = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            links.Add(System.Text.RegularExpressions.Regex.Match((await owner.SubmitAsync("/people", "invite")).Text, "/welcome/[A-Za-z0-9_-]{43}").Value);
        }

        var newest = System.Text.RegularExpressions.Regex.Match((await owner.GetAsync("/people")).Text, "value=\"(?<handler>withdraw-[0-9a-f]{32})\"").Groups["handler"].Value;
        Assert.Contains("taken back", (await owner.SubmitAsync("/people", newest)).Text, StringComparison.Ordinal);

        using var author = new Visitor(studio.Address);
        var gone = await author.GetAsync(links[1]);
        Assert.Equal(HttpStatusCode.NotFound, gone.Status);
        Assert.Contains("This link leads nowhere", gone.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/queue", gone.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, (await author.SubmitAsync(links[0], "welcome", ("Name", "Björn"), ("Password", Sentence))).Status);
        Assert.DoesNotContain("withdraw-", (await owner.GetAsync("/people")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("withdraw-", (await author.GetAsync("/people")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Account_ThatBreaksARule_IsNotMade_AndTheLinkStays()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        using var owner = await OwnerAsync(studio);
        var link = System.Text.RegularExpressions.Regex.Match((await owner.SubmitAsync("/people", "invite")).Text, "/welcome/[A-Za-z0-9_-]{43}").Value;
        using var author = new Visitor(studio.Address);

        foreach (var (name, password) in new[] { ("", Sentence), (new string('x', 61), Sentence), ("Björn", "short"), ("Björn", new string('x', 257)), ("ADA", Sentence) })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await author.SubmitAsync(link, "welcome", ("Name", name), ("Password", password))).Status);
        }

        Assert.Single(await PeopleAsync(studio));
        Assert.Equal(HttpStatusCode.Found, (await author.SubmitAsync(link, "welcome", ("Name", "Björn"), ("Password", Sentence))).Status);
    }

    [Fact]
    public async Task SignIn_WithAWrongPassword_SaysTheSameWhoeverItIs_AndRestsAfterFive()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        using (await OwnerAsync(studio))
        {
        }

        using var visitor = new Visitor(studio.Address);
        var nobody = await visitor.SubmitAsync("/sign-in", "sign-in", ("Name", "Nobody"), ("Password", "wrong"));
        for (var i = 0; i < 5; i++)
        {
            var wrong = await visitor.SubmitAsync("/sign-in", "sign-in", ("Name", "Ada"), ("Password", "wrong"));
            Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity), (nobody.Status, wrong.Status));
        }

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await visitor.SubmitAsync("/sign-in", "sign-in", ("Name", "Ada"), ("Password", Sentence))).Status);
        Assert.DoesNotContain(visitor.Cookies, c => c.Name == "storystudio");
    }

    [Theory]
    [InlineData("/queue", "/queue")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/a\nb", "/")]
    [InlineData(null, "/")]
    public void Way_AfterSignIn_StaysOnThisServer(string? back, string expected) => Assert.Equal(expected, Ways.Within(back));

    [Fact]
    public async Task Form_WithoutItsToken_IsRefused()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        using var owner = await OwnerAsync(studio);

        var forged = await owner.SendAsync(HttpMethod.Post, "/people", new FormUrlEncodedContent([new("_handler", "invite")]));

        Assert.Equal(HttpStatusCode.BadRequest, forged.Status);
    }

    [Fact]
    public async Task SignOut_EndsIt_AndATokenServesAProgramUntilItIsTakenBack()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        using var owner = await OwnerAsync(studio);
        var made = await owner.SubmitAsync("/people", "token", ("Label", "Scripts"));
        var token = System.Text.RegularExpressions.Regex.Match(made.Text, "value=\"(?<token>[A-Za-z0-9_-]{43})\"").Groups["token"].Value;
        using var program = new Visitor(studio.Address, token: token);
        using var guesser = new Visitor(studio.Address, token: Token.New());

        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/api/stories")).Status);
        (await guesser.GetAsync("/api/stories")).Problem(HttpStatusCode.Unauthorized, "sign_in_required");
        var id = System.Text.RegularExpressions.Regex.Match(made.Text, "value=\"(?<handler>revoke-[0-9a-f]{32})\"").Groups["handler"].Value;
        await owner.SubmitAsync("/people", id);
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.GetAsync("/api/stories")).Status);

        await owner.SubmitAsync("/people", "sign-out");
        Assert.Equal(HttpStatusCode.Unauthorized, (await owner.GetAsync("/api/stories")).Status);
    }

    [Fact]
    public async Task Password_IsChangedByWhoeverKnowsThePresentOne()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        using var owner = await OwnerAsync(studio);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await owner.SubmitAsync("/people", "password", ("Current", "wrong"), ("Password", "another long sentence"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await owner.SubmitAsync("/people", "password", ("Current", Sentence), ("Password", "another long sentence"))).Status);

        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync("/api/stories")).Status);
        using var again = new Visitor(studio.Address);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await again.SubmitAsync("/sign-in", "sign-in", ("Name", "Ada"), ("Password", Sentence))).Status);
        Assert.Equal(HttpStatusCode.Found, (await again.SubmitAsync("/sign-in", "sign-in", ("Name", "Ada"), ("Password", "another long sentence"))).Status);
    }

    private static async Task<Visitor> OwnerAsync(WebStudio studio)
    {
        await using var scope = studio.Services.CreateAsyncScope();
        var owner = new Visitor(studio.Address);
        var link = $"/welcome/{await scope.ServiceProvider.GetRequiredService<AccountBook>().InviteAsync()}";
        Assert.Equal(HttpStatusCode.Found, (await owner.SubmitAsync(link, "welcome", ("Name", "Ada"), ("Password", Sentence))).Status);
        return owner;
    }

    private static async Task<IReadOnlyList<AccountDetails>> PeopleAsync(WebStudio studio)
    {
        await using var scope = studio.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AccountBook>().GetAsync();
    }
}
