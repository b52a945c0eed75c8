using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using StoryStudio.Tests.Api;

namespace StoryStudio.Tests.Access;

/// <summary>A browser without scripts, which keeps its cookies; from elsewhere unless told otherwise.</summary>
internal sealed class Visitor : IDisposable
{
    private readonly CookieContainer _cookies = new();

    public Visitor(Uri address, bool fromElsewhere = true, string? token = null)
    {
        Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies }) { BaseAddress = address };
        if (fromElsewhere)
        {
            Http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        }

        if (token is not null)
        {
            Http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        }
    }

    public HttpClient Http { get; }

    public IReadOnlyList<Cookie> Cookies => [.. _cookies.GetCookies(Http.BaseAddress!).Cast<Cookie>()];

    public async Task<Answer> GetAsync(string path) => await Answer.ReadAsync(await Http.GetAsync(path));

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content = null) =>
        await Answer.ReadAsync(await Http.SendAsync(new(method, path) { Content = content }));

    /// <summary>Opens the page, fills in its form and sends it.</summary>
    public async Task<Answer> SubmitAsync(string path, string form, params (string Name, string Value)[] fields)
    {
        var page = await GetAsync(path);
        var document = await new HtmlParser().ParseDocumentAsync(page.Text);
        var found = document.Forms.SingleOrDefault(f => (f.QuerySelector("input[name=_handler]") as IHtmlInputElement)?.Value == form)
            ?? throw new InvalidOperationException($"{path} has no form {form}: {(int)page.Status} {page.Text}");
        var values = found.QuerySelectorAll("input[type=hidden][name]").Cast<IHtmlInputElement>().ToDictionary(i => i.Name!, i => i.Value, StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            values[name] = value;
        }

        return await SendAsync(HttpMethod.Post, path, new FormUrlEncodedContent(values));
    }

    public void Dispose() => Http.Dispose();
}
