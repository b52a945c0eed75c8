using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Books;
using StoryStudio.Core.Books.Making;

namespace StoryStudio.Core.Storage;

/// <inheritdoc/>
internal sealed class Exports(StoryWriter writer, IDbContextFactory<StoryDbContext> contexts, BookShelf shelf, ArchiveShelf archives, ExportService service, DataDirectory directory) : IExports
{
    private const int MostNamed = 8;

    public Task<Book> OpenBookAsync(string storyId, string? style, string? author = null, string? language = null, CancellationToken cancellationToken = default)
    {
        var wished = ExportRules.Check(new() { Format = ExportFormat.Html, Style = style, Author = author, Language = language });
        return shelf.OpenAsync(storyId, wished.Style, wished.Author, wished.Language, rasterOnly: false, cancellationToken);
    }

    public async Task<ExportCheck> CheckAsync(string storyId, ExportFormat format, string? style, CancellationToken cancellationToken = default)
    {
        if (format is ExportFormat.Zip)
        {
            return await archives.CheckAsync(storyId, cancellationToken);
        }

        var book = await shelf.OpenAsync(storyId, style, author: null, language: BookLanguage.Unknown, format is ExportFormat.Cbz, cancellationToken);
        return ExportCheck.Of(book);
    }

    public async Task<ExportState> StartAsync(string storyId, ExportRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        request = ExportRules.Check(request);
        var check = await CheckAsync(storyId, request.Format, request.Style, cancellationToken);
        RefuseWithoutPictures(request, check);
        var style = request.Format is ExportFormat.Zip ? null : check.Style;
        var mark = await shelf.MarkAsync(storyId, request.Format, style, cancellationToken);
        var job = await writer.ExecuteAsync(async scope =>
        {
            var title = await scope.Db.Stories.Where(s => s.Id == storyId && s.DeletedAt == null).Select(s => s.Title).SingleOrDefaultAsync() ?? throw Missing.Story();
            var open = await scope.Db.Exports
                .Where(e => e.StoryId == storyId && e.Format == request.Format && e.Style == style && e.Author == request.Author && e.Language == request.Language)
                .Where(e => e.Status == ExportStatus.Queued || e.Status == ExportStatus.Running)
                .OrderBy(e => e.Id)
                .ToListAsync();

            // One that is being made has read the story already, and may be of what it was.
            if (open.Find(e => e.Status is ExportStatus.Queued || service.IsOf(e.Id, mark)) is { } same)
            {
                return same;
            }

            var made = new ExportJob
            {
                Id = Ids.New(scope.Now),
                StoryId = storyId,
                Format = request.Format,
                Style = style,
                Author = request.Author,
                Language = request.Language,
                FileName = ExportRules.FileName(title, BookMakers.Extension(request.Format)),
                CreatedAt = scope.Now,
            };
            scope.Db.Exports.Add(made);
            return made;
        });
        service.Wake();
        return job.ToState(service.ProgressOf(job.Id));
    }

    public async Task<IReadOnlyList<ExportState>> ListAsync(string storyId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!Ids.IsId(storyId) || !await db.Stories.AnyAsync(s => s.Id == storyId && s.DeletedAt == null, cancellationToken))
        {
            throw Missing.Story();
        }

        var jobs = await db.Exports.Where(e => e.StoryId == storyId).OrderByDescending(e => e.Id).ToListAsync(cancellationToken);
        return jobs.ConvertAll(j => j.ToState(service.ProgressOf(j.Id)));
    }

    public async Task<ExportState> GetAsync(string exportId, CancellationToken cancellationToken = default) =>
        (await FindAsync(exportId, cancellationToken)).ToState(service.ProgressOf(exportId));

    public async Task<ExportFile> FileAsync(string exportId, CancellationToken cancellationToken = default)
    {
        var job = await FindAsync(exportId, cancellationToken);
        var path = Path.Combine(directory.Path, ExportService.Folder, job.DiskName);
        return job.Status is ExportStatus.Completed && File.Exists(path)
            ? new(path, job.FileName, BookMakers.MediaType(job.Format))
            : throw new ConflictException("export_not_ready", job.Status is ExportStatus.Failed ? "This book could not be made." : "This book is still being made.");
    }

    public async Task DeleteAsync(string exportId, CancellationToken cancellationToken = default)
    {
        var job = await FindAsync(exportId, cancellationToken);
        await writer.ExecuteAsync(scope => scope.Db.Exports.Where(e => e.Id == exportId).ExecuteDeleteAsync());
        service.Stop(exportId);
        File.Delete(Path.Combine(directory.Path, ExportService.Folder, job.DiskName));
    }

    private static void RefuseWithoutPictures(ExportRequest request, ExportCheck check)
    {
        if (request.Format is ExportFormat.Cbz && check.Missing.Count == check.Total)
        {
            throw new ConflictException("no_pictures", check.Missing.Any(m => m.Reason is PictureLack.NotRaster)
                ? "A CBZ holds pictures of dots (PNG, JPEG, WebP). These are drawings of lines, which comic readers do not show."
                : "There are no pictures in this style yet, and a CBZ holds nothing else.");
        }

        if (check.Missing.Count > 0 && !request.AllowMissing)
        {
            var named = string.Join(", ", check.Missing.Take(MostNamed).Select(NameOf));
            var count = check.Missing.Count;
            var what = request.Format is not ExportFormat.Zip ? $"{count} of {check.Total} pages have no picture" : count == 1 ? "One picture is missing" : $"{count} pictures are missing";
            throw new ConflictException("pictures_missing", $"{what}: {named}{(count > MostNamed ? ", …" : "")}. Say allowMissing to go on without.");
        }
    }

    private static string NameOf(MissingPicture missing) =>
        $"{missing.Character ?? missing.Number}{(missing.Style is { } style ? $" in {style}" : "")}{(missing.Version is { } version ? $", version {version}" : "")}";

    private async Task<ExportJob> FindAsync(string exportId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return (Ids.IsId(exportId) ? await db.Exports.SingleOrDefaultAsync(e => e.Id == exportId && db.Stories.Any(s => s.Id == e.StoryId && s.DeletedAt == null), cancellationToken) : null)
            ?? throw new NotFoundException("export", "There is no such book, or its time is over.");
    }
}
