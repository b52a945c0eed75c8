using System.Net;
using AngleSharp.Html.Parser;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Components.Layout;

public sealed class SkipLinkTests
{
    [Theory]
    [InlineData("/", HttpStatusCode.OK)]
    [InlineData("/queue", HttpStatusCode.OK)]
    [InlineData("/nothing-here", HttpStatusCode.NotFound)]
    [InlineData("/stories/nothing/read", HttpStatusCode.NotFound)]
    public async Task WayPastTheHead_LeadsToThePageThatItStandsOn(string path, HttpStatusCode status)
    {
        await using var studio = await WebStudio.StartAsync();
        using var http = new HttpClient { BaseAddress = studio.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", "text/html" } } };
        using var answer = await http.SendAsync(request);

        Assert.Equal(status, answer.StatusCode);
        var page = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
        Assert.Equal($"{path}#content", page.QuerySelector(".skip")!.GetAttribute("href"));
    }
}
