using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Books;
using StoryStudio.Core.Books.Making;
using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage;

/// <summary>Stories as books: at one moment, with the pictures that were chosen then.</summary>
internal sealed class BookShelf(IDbContextFactory<StoryDbContext> contexts, DataDirectory directory, IOptions<StoryStudioOptions> options)
{
    /// <param name="storyId">The story.</param>
    /// <param name="style">Key of one of its styles; null is the first that has pictures.</param>
    /// <param name="author">As it is to stand there.</param>
    /// <param name="language">Null guesses.</param>
    /// <param name="rasterOnly">Whether drawings of lines count as missing.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<Book> OpenAsync(string storyId, string? style, string? author, string? language, bool rasterOnly, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var read = await ReadTransaction.BeginAsync(db, cancellationToken);
        var story = Ids.IsId(storyId) ? await db.Stories.SingleOrDefaultAsync(s => s.Id == storyId && s.DeletedAt == null, cancellationToken) : null;
        if (story is null)
        {
            throw Missing.Story();
        }

        var key = await StyleAsync(db, storyId, style, cancellationToken);
        var segments = await db.Segments.Where(s => s.StoryId == storyId).OrderBy(s => s.Ordinal).ToListAsync(cancellationToken);
        var images = await db.Images.Where(i => i.StoryId == storyId && i.Style == key && i.SegmentId != null).ToDictionaryAsync(i => i.SegmentId!, StringComparer.Ordinal, cancellationToken);
        var pictures = await (from image in db.Images
                              join version in db.ImageVersions on new { image.Id, Number = image.ChosenVersion } equals new { Id = version.ImageId, Number = (int?)version.Number }
                              where image.StoryId == storyId && image.Style == key && image.SegmentId != null
                              select version).ToDictionaryAsync(v => v.ImageId, StringComparer.Ordinal, cancellationToken);
        return new()
        {
            StoryId = storyId,
            Title = story.Title,
            Author = author,
            Language = language ?? BookLanguage.Guess(segments.Select(s => s.Text)),
            Modified = images.Values.Where(i => i.ChosenVersion is not null).Select(i => i.UpdatedAt).Append(story.UpdatedAt).Max(),
            StyleKey = key,
            StyleName = options.Value.Style(key).Name,
            Pages = segments.ConvertAll(s =>
            {
                var image = images.GetValueOrDefault(s.Id);
                var (picture, lack) = Picture(image, image is null ? null : pictures.GetValueOrDefault(image.Id), s.Text, rasterOnly);
                return new BookPage(s.Number.ToString(), s.Text, s.HardCut || s.Ordinal == 0, picture, lack);
            }),
        };
    }

    /// <summary>
    /// A mark of all that such a book is made of, which is another once any of it is. An archive holds everything that the story's version
    /// counts; the others hold words, and the chosen pictures of a style.
    /// </summary>
    public async Task<string> MarkAsync(string storyId, ExportFormat format, string? style, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var read = await ReadTransaction.BeginAsync(db, cancellationToken);
        var story = await db.Stories.Where(s => s.Id == storyId).Select(s => new { s.Version, s.EditVersion }).SingleOrDefaultAsync(cancellationToken) ?? throw Missing.Story();
        if (format is ExportFormat.Zip)
        {
            return $"{story.Version}";
        }

        var chosen = await db.Images
            .Where(i => i.StoryId == storyId && i.Style == style && i.SegmentId != null && i.ChosenVersion != null)
            .OrderBy(i => i.Id)
            .Select(i => new { i.Id, i.ChosenVersion })
            .ToListAsync(cancellationToken);
        return $"{story.EditVersion} {string.Join(' ', chosen.Select(i => $"{i.Id}/{i.ChosenVersion}"))}";
    }

    /// <summary>Why an image has no picture.</summary>
    internal static PictureLack LackOf(StoryImage? image) => image switch
    {
        { IsActive: true } => PictureLack.Drawing,
        { Status: ImageStatus.Failed } => PictureLack.Failed,
        _ => PictureLack.NotDrawn,
    };

    private static async Task<string> StyleAsync(StoryDbContext db, string storyId, string? style, CancellationToken cancellationToken)
    {
        var styles = await db.StoryStyles.Where(s => s.StoryId == storyId).OrderBy(s => s.Ordinal).Select(s => s.Key).ToListAsync(cancellationToken);
        if (style is not null)
        {
            return styles.Contains(style) ? style : throw new InvalidInputException("style", $"This story has no style “{style}”. It has {string.Join(", ", styles)}.");
        }

        var drawn = await db.Images.Where(i => i.StoryId == storyId && i.SegmentId != null && i.ChosenVersion != null).Select(i => i.Style).Distinct().ToListAsync(cancellationToken);
        return BookStyle.Of(styles, drawn);
    }

    private (BookPicture? Picture, PictureLack? Lack) Picture(StoryImage? image, ImageVersion? version, string text, bool rasterOnly)
    {
        if (image is null || version is null)
        {
            return (null, LackOf(image));
        }

        var picture = new BookPicture
        {
            FilePath = Path.Combine(directory.Path, version.Path),
            Url = PictureAddress.Of(image.Id, version.Number, version.MediaType),
            MediaType = version.MediaType,
            Width = version.Width,
            Height = version.Height,
            Alt = BookText.Alt(text),
        };
        return !File.Exists(picture.FilePath) ? (null, PictureLack.Gone)
            : rasterOnly && !picture.IsRaster ? (null, PictureLack.NotRaster)
            : (picture, null);
    }
}
