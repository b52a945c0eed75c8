namespace StoryStudio.Core.Books;

/// <summary>What a file is that a story is read from. Words on the wire: <c>text</c>, <c>markdown</c>, <c>fountain</c>, <c>shot_list</c>, <c>archive</c>.</summary>
public enum StoryFileKind
{
    Text,
    Markdown,

    /// <summary>A screenplay.</summary>
    Fountain,

    /// <summary>JSON with prompts by style.</summary>
    ShotList,

    /// <summary>The ZIP that StoryStudio exports itself.</summary>
    Archive,
}
