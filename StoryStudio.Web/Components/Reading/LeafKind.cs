namespace StoryStudio.Web.Components.Reading;

/// <summary>What a leaf of the book is.</summary>
public enum LeafKind
{
    /// <summary>The first picture that there is, and the title.</summary>
    Cover,

    /// <summary>A segment.</summary>
    Page,

    /// <summary>What comes after the last one.</summary>
    End,
}
