using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace StoryStudio.Web.Components.Shared;

/// <summary>Decoration beside words, or inside a control that carries its own name. Markup, written once: no icon is worth a component on each circuit.</summary>
internal static class Icons
{
    private static readonly ConcurrentDictionary<(IconName Name, int Size), MarkupString> Drawn = new();

    /// <param name="name">Which.</param>
    /// <param name="size">Pixels.</param>
    public static MarkupString Of(IconName name, int size = 20) => Drawn.GetOrAdd((name, size), static icon => new(string.Create(
        CultureInfo.InvariantCulture,
        $"<svg class=\"icon\" viewBox=\"0 0 24 24\" width=\"{icon.Size}\" height=\"{icon.Size}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"{(icon.Name is IconName.More ? "2.75" : "1.75")}\" stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\" focusable=\"false\"><path d=\"{Path(icon.Name)}\" /></svg>")));

    private static string Path(IconName name) => name switch
    {
        IconName.Add => "M12 5v14M5 12h14",
        IconName.ArrowLeft => "M19 12H5m6-6-6 6 6 6",
        IconName.ArrowRight => "M5 12h14m-6-6 6 6-6 6",
        IconName.Book => "M12 6.5C10 5 7 4.5 3.5 4.5v13c3.5 0 6.5.5 8.5 2 2-1.5 5-2 8.5-2v-13C17 4.5 14 5 12 6.5Zm0 0v13",
        IconName.Close => "m6 6 12 12M18 6 6 18",
        IconName.Cut => "M8.3 8.3 20 19M8.3 15.7 20 5M6 3.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5Zm0 12a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5Z",
        IconName.Dark => "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
        IconName.Done => "M4.5 12.8 9.8 18 19.5 6.8",
        IconName.Edit => "m4.5 19.5 1-4.3L16.2 4.5l3.3 3.3L8.8 18.5l-4.3 1Zm9.4-12.7 3.3 3.3",
        IconName.File => "M13.5 3.5H6.5v17h11v-13l-4-4Zm0 0v4h4M9.5 12h5m-5 4h5",
        IconName.FullScreen => "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
        IconName.Image => "M3.5 5.5h17v13h-17Zm0 10.5 5-4.5 4 3.5 3-2.5 5 4M15.5 8.3a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4Z",
        IconName.Join => "M12 3v6m-3-3 3 3 3-3M12 21v-6m-3 3 3-3 3 3M4 12h16",
        IconName.Keyboard => "M3.5 6.5h17v11h-17ZM7 10h.01M10.3 10h.01M13.7 10h.01M17 10h.01M8 14h8",
        IconName.Light => "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8Zm0-5v1.5m0 15V21M3 12h1.5m15 0H21M5.6 5.6l1.1 1.1m10.6 10.6 1.1 1.1m0-12.8-1.1 1.1M6.7 17.3l-1.1 1.1",
        IconName.Lock => "M6 10.5h12v9H6Zm2.5 0V8a3.5 3.5 0 0 1 7 0v2.5M12 14v2.5",
        IconName.More => "M5.5 12h.01M12 12h.01M18.5 12h.01",
        IconName.People => "M9 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6Zm-5.5 14c0-3 2.5-5 5.5-5s5.5 2 5.5 5m0-13.5a2.6 2.6 0 1 1 0 5.2m1.5 3.1c2.5.3 4.5 2.2 4.5 4.7",
        IconName.Redo => "M15 5l4 4-4 4m4-4H9.5a5 5 0 0 0 0 10H12",
        IconName.Search => "M11 4.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13ZM15.8 15.8l4.2 4.2",
        IconName.System => "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17Zm0 0v17M12 8l6.5-1.5M12 12h8.5M12 16l6.5 1.5",
        IconName.Trash => "M4.5 6.5h15m-10.5 0v-2h6v2m2.5 0-.8 13H7.3l-.8-13m3.5 4v5.5m4-5.5v5.5",
        IconName.Undo => "M9 5 5 9l4 4M5 9h9.5a5 5 0 0 1 0 10H12",
        IconName.Unlock => "M6 10.5h12v9H6Zm2.5 0V8a3.5 3.5 0 0 1 6.7-1.4M12 14v2.5",
        _ => "M12 4 2.8 19.8h18.4L12 4Zm0 6v4.5m0 2.6h.01",
    };
}
