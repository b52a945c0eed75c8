using Microsoft.AspNetCore.Diagnostics;

namespace StoryStudio.Web.Components.Layout;

/// <summary>The way past a page's head. With a <c>&lt;base&gt;</c> a bare fragment would lead home, so it names the page.</summary>
internal static class SkipLink
{
    /// <param name="page">Path of the page, with its query where that counts.</param>
    /// <param name="http">The request, while it is answered: where nothing was found, the page stands under the address that was asked for, not under its own.</param>
    public static string To(string page, HttpContext? http) => $"{http?.Features.Get<IStatusCodeReExecuteFeature>()?.OriginalPath ?? page}#content";
}
