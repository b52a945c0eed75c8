namespace StoryStudio.Web.Components.Shared;

/// <summary>The pictograms of the house, all drawn on one 24-unit grid with one stroke.</summary>
public enum IconName
{
    Add,
    ArrowLeft,
    ArrowRight,
    Book,
    Close,
    Cut,
    Dark,
    Done,
    Edit,
    File,
    FullScreen,
    Image,
    Join,
    Keyboard,
    Light,
    Lock,
    More,
    People,
    Redo,
    Search,
    System,
    Trash,
    Undo,
    Unlock,
    Warning,
}
