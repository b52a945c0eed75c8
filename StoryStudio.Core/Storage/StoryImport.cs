using Microsoft.Extensions.Options;
using StoryStudio.Core.Books;
using StoryStudio.Core.Books.Reading;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <inheritdoc/>
internal sealed class StoryImport(IStoryLibrary library, IOptions<StoryStudioOptions> options) : IStoryImport
{
    private IReadOnlyCollection<string> StyleKeys => [.. options.Value.Styles.Select(s => s.Key)];

    public async Task<ImportedStory> ReadAsync(Stream content, string? fileName, CancellationToken cancellationToken = default)
    {
        try
        {
            var text = await StoryText.ReadAsync(content, fileName, cancellationToken);
            return await Task.Run(() => TextFile.Read(text, fileName, StyleKeys), cancellationToken);
        }
        catch (InvalidInputException failure) when (failure.Errors.TryGetValue("text", out var errors) && failure.Errors.Count == 1)
        {
            // Here it is a file that was chosen, and no field with a text in it.
            throw new InvalidInputException(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["file"] = errors });
        }
    }

    public Task<StoryDetails> MakeAsync(ImportedStory imported, string? title = null, IReadOnlyList<string>? styles = null, CancellationToken cancellationToken = default) =>
        library.CreateAsync(imported.Story with { Title = title ?? imported.Story.Title, Styles = styles ?? imported.Story.Styles }, cancellationToken);
}
