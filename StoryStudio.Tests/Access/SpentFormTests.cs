using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Access;
using StoryStudio.Core.Reviews;
using StoryStudio.Tests.Api;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Accounts;
using Xunit;

namespace StoryStudio.Tests.Access;

/// <summary>Forms whose token no longer fits: nothing is done, and whoever sent one sees why, and what they typed.</summary>
public sealed class SpentFormTests
{
    private const string Sentence = "a long enough sentence";

    [Fact]
    public async Task SignIn_SentFromASecondTab_LeadsIn()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        using var author = new Visitor(studio.Address);
        await using (var scope = studio.Services.CreateAsyncScope())
        {
            await author.SubmitAsync($"/welcome/{await scope.ServiceProvider.GetRequiredService<AccountBook>().InviteAsync()}", "welcome", ("Name", "Ada"), ("Password", Sentence));
        }

        await author.SubmitAsync("/people", "sign-out");
        var second = await FieldsAsync((await author.GetAsync("/sign-in")).Text);
        Assert.Equal(HttpStatusCode.Found, (await author.SubmitAsync("/sign-in", "sign-in", ("Name", "Ada"), ("Password", Sentence))).Status);

        var answer = await author.SendAsync(HttpMethod.Post, "/sign-in?back=%2Fqueue", new FormUrlEncodedContent([.. second, new("Name", "Ada"), new("Password", Sentence)]));

        Assert.Equal((HttpStatusCode.Found, "/queue"), (answer.Status, new Uri(studio.Address, answer.Header("Location")).AbsolutePath));
    }

    [Fact]
    public async Task Name_GivenAtALinkWithoutItsCookie_IsThereToBeSentOnceMore_AndNobodyCameIn()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var sharing = studio.Services.GetRequiredService<ISharing>();
        var story = await studio.CreateStoryAsync(1);
        var (_, token) = await sharing.CreateAsync(Actor.Local, story.Id, new(StoryRole.Comment));
        using var before = new Visitor(studio.Address);
        var fields = await FieldsAsync((await before.GetAsync($"/s/{token}")).Text);
        using var guest = new Visitor(studio.Address);

        var answer = await guest.SendAsync(HttpMethod.Post, $"/s/{token}", new FormUrlEncodedContent([.. fields, new("Name", "Gr\"ace")]));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        var page = await new HtmlParser().ParseDocumentAsync(answer.Text);
        Assert.Contains("Nothing was sent", page.QuerySelector("[data-testid=spent]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Gr\"ace", ((IHtmlInputElement)page.GetElementById("name")!).Value);
        Assert.Empty(Assert.Single(await sharing.GetAsync(Actor.Local, story.Id)).Guests);
        Assert.Equal(HttpStatusCode.Found, (await guest.SendAsync(HttpMethod.Post, $"/s/{token}", new FormUrlEncodedContent([.. await FieldsAsync(answer.Text), new("Name", "Grace")]))).Status);
    }

    [Fact]
    public async Task Name_GivenAtALinkThatIsOver_IsToldSo_AndNotToSendItOnceMore()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var sharing = studio.Services.GetRequiredService<ISharing>();
        var story = await studio.CreateStoryAsync(1);
        var (link, token) = await sharing.CreateAsync(Actor.Local, story.Id, new(StoryRole.Comment));
        using var before = new Visitor(studio.Address);
        var fields = await FieldsAsync((await before.GetAsync($"/s/{token}")).Text);
        await sharing.RevokeAsync(Actor.Local, link.Id);
        using var guest = new Visitor(studio.Address);

        var answer = await guest.SendAsync(HttpMethod.Post, $"/s/{token}", new FormUrlEncodedContent([.. fields, new("Name", "Grace")]));

        Assert.Equal(HttpStatusCode.Gone, answer.Status);
        Assert.DoesNotContain("Nothing was sent", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_SentFromAPageThatStoodOpenWhileTheLinkWasTakenBack_IsToldSo()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var sharing = studio.Services.GetRequiredService<ISharing>();
        var story = await studio.CreateStoryAsync(1);
        var (link, token) = await sharing.CreateAsync(Actor.Local, story.Id, new(StoryRole.Comment));
        using var guest = new Visitor(studio.Address);
        var fields = await FieldsAsync((await guest.GetAsync($"/s/{token}")).Text);
        await sharing.RevokeAsync(Actor.Local, link.Id);

        var answer = await guest.SendAsync(HttpMethod.Post, $"/s/{token}", new FormUrlEncodedContent([.. fields, new("Name", "Grace")]));

        Assert.Equal(HttpStatusCode.Gone, answer.Status);
        Assert.Contains("taken back", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Account_MadeFromASecondTabOfItsInvitation_IsToldThatTheLinkIsOver()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        using var author = new Visitor(studio.Address);
        await using var scope = studio.Services.CreateAsyncScope();
        var invitation = $"/welcome/{await scope.ServiceProvider.GetRequiredService<AccountBook>().InviteAsync()}";
        using var second = new Visitor(studio.Address);
        var fields = await FieldsAsync((await second.GetAsync(invitation)).Text);
        Assert.Equal(HttpStatusCode.Found, (await author.SubmitAsync(invitation, "welcome", ("Name", "Ada"), ("Password", Sentence))).Status);

        var answer = await second.SendAsync(HttpMethod.Post, invitation, new FormUrlEncodedContent([.. fields, new("Name", "Eve"), new("Password", Sentence)]));

        Assert.Equal(HttpStatusCode.Gone, answer.Status);
        Assert.Contains("This link is over", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("revoke")]
    [InlineData("withdraw")]
    public async Task Form_AboutWhatIsGone_SentOnceMore_IsToldSo(string what)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        using var author = new Visitor(studio.Address);
        await using (var scope = studio.Services.CreateAsyncScope())
        {
            await author.SubmitAsync($"/welcome/{await scope.ServiceProvider.GetRequiredService<AccountBook>().InviteAsync()}", "welcome", ("Name", "Ada"), ("Password", Sentence));
        }

        await author.SubmitAsync("/people", "token", ("Label", "Scripts"));
        await author.SubmitAsync("/people", "invite");
        var page = await new HtmlParser().ParseDocumentAsync((await author.GetAsync("/people")).Text);
        var form = page.QuerySelectorAll("form").Select(f => f.QuerySelectorAll("input[type=hidden][name]").Cast<IHtmlInputElement>().Select(i => KeyValuePair.Create(i.Name!, i.Value)).ToList())
            .Single(f => f.Exists(i => i.Key == "_handler" && i.Value.StartsWith($"{what}-", StringComparison.Ordinal)));
        var first = await author.SendAsync(HttpMethod.Post, "/people", new FormUrlEncodedContent(form));

        var again = await author.SendAsync(HttpMethod.Post, "/people", new FormUrlEncodedContent(form));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.Status, again.Status));
        Assert.Contains("was taken back", first.Text, StringComparison.Ordinal);
        Assert.Contains("gone already", again.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Purpose_OfAToken_StandsInItsFormAgain_WhereTheFormIsSpentOrRefused()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        using var author = new Visitor(studio.Address);
        await using (var scope = studio.Services.CreateAsyncScope())
        {
            await author.SubmitAsync($"/welcome/{await scope.ServiceProvider.GetRequiredService<AccountBook>().InviteAsync()}", "welcome", ("Name", "Ada"), ("Password", Sentence));
        }

        var spent = await author.SendAsync(HttpMethod.Post, "/people", new FormUrlEncodedContent([new("_handler", "token"), new("Label", "Scripts")]));
        Assert.Equal((HttpStatusCode.BadRequest, "Scripts"), (spent.Status, await LabelAsync(spent)));
        var refused = await author.SubmitAsync("/people", "token", ("Label", new string('a', 500)));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, new string('a', 500)), (refused.Status, await LabelAsync(refused)));
        var made = await author.SubmitAsync("/people", "token", ("Label", "Scripts"));
        Assert.Equal((HttpStatusCode.OK, ""), (made.Status, await LabelAsync(made)));

        static async Task<string> LabelAsync(Answer answer) => ((IHtmlInputElement)(await new HtmlParser().ParseDocumentAsync(answer.Text)).GetElementById("label")!).Value;
    }

    [Fact]
    public async Task Comment_WithATokenThatFitsNoLonger_StandsInItsFormAgain_AndIsNotMade()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        using var author = new Visitor(studio.Address, fromElsewhere: false);

        var answer = await author.SendAsync(HttpMethod.Post, $"/review/{story.Id}?style=illustration&part=1", new FormUrlEncodedContent(
            [new("_handler", "review"), new("do", "say"), new("segmentId", story.Segments[0].Id), new("text", "Her <b>hat</b> is red.")]));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        var form = (await new HtmlParser().ParseDocumentAsync(answer.Text)).QuerySelector(".slot form[data-form=say]")!;
        Assert.Equal("Her <b>hat</b> is red.", form.QuerySelector("textarea")!.TextContent);
        Assert.Contains("Nothing was sent", form.QuerySelector("[data-error]")!.TextContent, StringComparison.Ordinal);
        Assert.Empty((await studio.Services.GetRequiredService<IReviews>().GetAsync(story.Id)).Comments);
    }

    [Theory]
    [InlineData("/no/such/page")]
    [InlineData("/review/00000000000000000000000000000000")]
    public async Task Post_ToNoPage_IsToldThatThereIsNone(string path)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        using var client = studio.Client();

        var answer = await Answer.ReadAsync(await client.PostAsync(path, new FormUrlEncodedContent([new("_handler", "review")])));

        // In Development the address of a file that there may be knows another method.
        Assert.True(answer.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed, answer.Status.ToString());
        Assert.Contains("There is nothing at this address", answer.Text, StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<KeyValuePair<string, string>>> FieldsAsync(string page) =>
        (await new HtmlParser().ParseDocumentAsync(page)).QuerySelectorAll("form[method=post] input[type=hidden][name]").Cast<IHtmlInputElement>().Select(i => KeyValuePair.Create(i.Name!, i.Value));
}
