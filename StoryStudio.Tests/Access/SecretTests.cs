using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Access;
using StoryStudio.Core.Books;
using StoryStudio.Tests.Api;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Accounts;
using Xunit;

namespace StoryStudio.Tests.Access;

/// <summary>What opens a door stands nowhere but in the hands of whoever was given it.</summary>
public sealed class SecretTests
{
    private const string Sentence = "a long enough sentence";

    [Fact]
    public async Task Secrets_StandInNoLogOfAnyLevel_AndOnNoPageThatRefuses()
    {
        using var log = new LogBook();
        await using var studio = await WebStudio.StartAsync(sketch: true, log: log, settings: new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Logging:LogLevel:Default"] = "Trace",
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "Trace",
            ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Trace",
            ["Logging:LogLevel:Microsoft.AspNetCore.Routing.Matching.DfaMatcher"] = "Trace",
        });
        var story = await studio.CreateStoryAsync(1);
        var sharing = studio.Services.GetRequiredService<ISharing>();
        var (open, openToken) = await sharing.CreateAsync(Actor.Local, story.Id, new(StoryRole.Decide));
        var (closed, closedToken) = await sharing.CreateAsync(Actor.Local, story.Id, new(StoryRole.Look));
        await sharing.RevokeAsync(Actor.Local, closed.Id);
        var strange = Token.New();
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal) { [openToken] = "an open link's", [closedToken] = "a revoked link's", [strange] = "nobody's", [Sentence] = "a password" };
        using var guest = new Visitor(studio.Address);
        using var owner = new Visitor(studio.Address);
        List<Answer> refusals = [];

        // Every door, opened, knocked at in every way, and shut.
        foreach (var path in new[] { openToken, closedToken, strange }.SelectMany(t => new[] { $"/s/{t}", $"/S/{t}", $"/s/{t}/", $"/s/{t}/x", $"/s/{t}?a=b", $"/s/%2e%2e/{t}", $"/welcome/{t}", $"/welcome/{t}/x" }))
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Post, HttpMethod.Delete })
            {
                var answer = await guest.SendAsync(method, path);
                Assert.True((int)answer.Status < 500, $"{method} {path}: {(int)answer.Status}");
                // An open link's page whose form was not sent in full is shown again: it is the page at that address.
                if (!answer.Text.Contains("data-testid=\"join\"", StringComparison.Ordinal) && answer.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed)
                {
                    refusals.Add(answer);
                }
            }
        }

        Assert.Equal(HttpStatusCode.Found, (await guest.SubmitAsync($"/s/{openToken}", "join", ("Name", "Grace"))).Status);
        var cookie = guest.Cookies.Single(c => c.Name.StartsWith("guest-", StringComparison.Ordinal)).Value;
        secrets[cookie[(cookie.IndexOf('.', StringComparison.Ordinal) + 1)..]] = "a guest's";
        await using (var scope = studio.Services.CreateAsyncScope())
        {
            var invitation = await scope.ServiceProvider.GetRequiredService<AccountBook>().InviteAsync();
            secrets[invitation] = "the owner's link";
            Assert.Equal(HttpStatusCode.Found, (await owner.SubmitAsync($"/welcome/{invitation}", "welcome", ("Name", "Ada"), ("Password", Sentence))).Status);
            refusals.Add(await guest.GetAsync($"/welcome/{invitation}"));
        }

        var made = await owner.SubmitAsync("/people", "token", ("Label", "Scripts"));
        var token = Regex.Match(made.Text, "value=\"(?<token>[A-Za-z0-9_-]{43})\"").Groups["token"].Value;
        secrets[token] = "a program's";
        secrets[owner.Cookies.Single(c => c.Name == "storystudio").Value] = "a sign-in's cookie";
        using var program = new Visitor(studio.Address, token: token);
        using var guesser = new Visitor(studio.Address, token: strange);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/api/stories")).Status);
        refusals.Add(await guesser.GetAsync("/api/stories"));
        refusals.Add(await program.SendAsync(HttpMethod.Post, "/api/stories", new StringContent("{", Encoding.UTF8, "application/json")));
        refusals.Add(await guest.SubmitAsync("/sign-in", "sign-in", ("Name", "Ada"), ("Password", strange)));
        using (var stream = await EventReader.OpenAsync(guest.Http, $"/api/stories/{story.Id}/events?watching"))
        {
            await sharing.RevokeAsync(Actor.Local, open.Id);
            foreach (var told in await stream.RestAsync())
            {
                AssertNothing(told.Data.ToString(), $"the event {told.Name}");
            }
        }

        refusals.Add(await guest.GetAsync($"/review/{story.Id}"));
        refusals.Add(await guest.GetAsync($"/s/{openToken}"));
        Assert.NotEmpty(refusals);
        foreach (var refusal in refusals)
        {
            AssertNothing(refusal.Text, $"{(int)refusal.Status} {refusal.Response.RequestMessage!.RequestUri}");
        }

        Assert.Contains(log.Lines, l => l.Category.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal) && l.Level is Microsoft.Extensions.Logging.LogLevel.Debug);
        foreach (var line in log.Lines)
        {
            AssertNothing($"{line.Text} {string.Join(' ', line.Scope.Select(s => $"{s.Key}={s.Value}"))}", $"{line.Category} ({line.Level}): {line.Text}");
        }

        void AssertNothing(string text, string where)
        {
            foreach (var (secret, whose) in secrets)
            {
                Assert.False(text.Contains(secret, StringComparison.Ordinal), $"{whose} stands in {where}");
            }
        }
    }

    [Fact]
    public async Task Addresses_WithASecret_AreToldToNoOtherSite()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        var (_, token) = await studio.Services.GetRequiredService<ISharing>().CreateAsync(Actor.Local, story.Id, new(StoryRole.Look));
        using var visitor = new Visitor(studio.Address);

        foreach (var path in new[] { $"/s/{token}", $"/S/{token}", $"/s/{token}/x", $"/s/{Token.New()}", $"/welcome/{token}", $"/Welcome/{token}" })
        {
            var page = await visitor.GetAsync(path);
            Assert.Equal("strict-origin", page.Header("Referrer-Policy"));
            Assert.Contains("connect-src 'self'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Exports_HoldNothingOfWhoMayComeIn()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var (link, token) = await studio.Services.GetRequiredService<ISharing>().CreateAsync(Actor.Local, story.Id, new(StoryRole.Comment, "Editors"));
        var guest = await studio.Services.GetRequiredService<ISharing>().JoinAsync(token, "Grace");
        var exports = studio.Services.GetRequiredService<IExports>();

        foreach (var format in new[] { ExportFormat.Zip, ExportFormat.Epub, ExportFormat.Html })
        {
            var state = await exports.StartAsync(story.Id, new() { Format = format, Style = format is ExportFormat.Zip ? null : "illustration" });
            while (state.IsActive())
            {
                await Task.Delay(10);
                state = await exports.GetAsync(state.Id);
            }

            Assert.Equal(ExportStatus.Completed, state.Status);
            var text = Words((await exports.FileAsync(state.Id)).FilePath);
            Assert.Contains("owl", text, StringComparison.Ordinal);
            foreach (var secret in new[] { token, Token.Hash(token), guest.Secret, Token.Hash(guest.Secret), link.Id })
            {
                Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
            }
        }
    }

    private static string Words(string file)
    {
        if (file.EndsWith(".html", StringComparison.Ordinal))
        {
            return File.ReadAllText(file);
        }

        using var zip = ZipFile.OpenRead(file);
        var text = new StringBuilder();
        foreach (var entry in zip.Entries)
        {
            using var reader = new StreamReader(entry.Open(), Encoding.Latin1);
            text.Append(entry.FullName).Append('\n').Append(reader.ReadToEnd());
        }

        return text.ToString();
    }
}
