using Microsoft.AspNetCore.Components;

namespace StoryStudio.Web.Components.Pictures;

/// <summary>What js/pictures.js raises beside the events of the browser; Razor looks for a class of this name.</summary>
[EventHandler("onopenpicture", typeof(OpenPictureEventArgs), enableStopPropagation: true, enablePreventDefault: true)]
[EventHandler("oneditwords", typeof(EditWordsEventArgs), enableStopPropagation: true, enablePreventDefault: true)]
[EventHandler("onpicturebroken", typeof(PictureBrokenEventArgs), enableStopPropagation: true, enablePreventDefault: true)]
public static class EventHandlers;

/// <summary>The place of a picture was pressed.</summary>
public sealed class OpenPictureEventArgs : EventArgs
{
    public string? SegmentId { get; set; }

    /// <summary>Key of the style.</summary>
    public string? Style { get; set; }
}

/// <summary>The words of a segment are to be edited.</summary>
public sealed class EditWordsEventArgs : EventArgs
{
    public string? SegmentId { get; set; }
}

/// <summary>The browser could not load a picture whose place is markup.</summary>
public sealed class PictureBrokenEventArgs : EventArgs
{
    public string? SegmentId { get; set; }

    /// <summary>Key of the style.</summary>
    public string? Style { get; set; }

    /// <summary>What it was to load, as the markup has it.</summary>
    public string? Url { get; set; }
}
