using StoryStudio.Core.Books.Making;

namespace StoryStudio.Core.Books;

/// <summary>A story in one style as it is read: its text, and of its pictures the chosen ones.</summary>
public sealed record Book
{
    public required string StoryId { get; init; }

    public required string Title { get; init; }

    public string? Author { get; init; }

    /// <summary>As BCP 47 has it; <c>und</c> where nobody knows.</summary>
    public required string Language { get; init; }

    /// <summary>When the story, or one of the pictures, was last changed.</summary>
    public required DateTimeOffset Modified { get; init; }

    public required string StyleKey { get; init; }

    public required string StyleName { get; init; }

    /// <summary>In order.</summary>
    public required IReadOnlyList<BookPage> Pages { get; init; }

    /// <summary>The first picture that there is.</summary>
    public BookPicture? Cover => Pages.FirstOrDefault(p => p.Picture is not null)?.Picture;

    public bool IsRightToLeft => BookLanguage.IsRightToLeft(Language, Pages.Select(p => p.Text));
}

/// <summary>One segment.</summary>
/// <param name="Number"><c>scene.beat</c>.</param>
/// <param name="Text">As the author wrote it.</param>
/// <param name="StartsScene">Whether a scene starts here.</param>
/// <param name="Picture">The chosen one; null while there is none.</param>
/// <param name="Lack">Why there is none.</param>
public sealed record BookPage(string Number, string Text, bool StartsScene, BookPicture? Picture, PictureLack? Lack);

/// <summary>A picture of a book, on disk.</summary>
public sealed record BookPicture
{
    /// <summary>Absolute.</summary>
    public required string FilePath { get; init; }

    /// <summary>Address below the site's root.</summary>
    public required string Url { get; init; }

    public required string MediaType { get; init; }

    /// <summary>Pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels.</summary>
    public required int Height { get; init; }

    /// <summary>What is said in its place.</summary>
    public required string Alt { get; init; }

    internal bool IsRaster => MediaType != Providers.Pictures.PictureFormats.Svg;

    internal string Extension => Providers.Pictures.PictureFormats.Extension(MediaType);

    internal FileStream Open() => new(FilePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 81_920, FileOptions.Asynchronous | FileOptions.SequentialScan);
}

/// <summary>Why a page has no picture. Words on the wire: <c>not_drawn</c>, <c>drawing</c>, <c>failed</c>, <c>gone</c>, <c>not_raster</c>.</summary>
public enum PictureLack
{
    /// <summary>Nobody has asked for it, or somebody cancelled it.</summary>
    NotDrawn,

    /// <summary>It waits or is being drawn.</summary>
    Drawing,

    Failed,

    /// <summary>Its file is no longer on the disk.</summary>
    Gone,

    /// <summary>It is a drawing of lines, which this kind of book cannot hold.</summary>
    NotRaster,
}
