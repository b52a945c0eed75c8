using Microsoft.AspNetCore.Components;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Books;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Pictures;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Components.Pages;

public sealed partial class Reader(IStoryLibrary library, IIllustrator illustrator, IStoryAccess access, ExpectedShape shapes, NavigationManager navigation)
{
    private StoryDetails? _story;
    private StorySnapshot? _snapshot;
    private StyleSummary? _style;
    private HashSet<string> _drawn = [];
    private Dictionary<string, ImageState> _pictures = [];
    private PictureShape _shape = PictureShape.Default;
    private string _language = "und";
    private bool _writes;

    [Parameter]
    public string Id { get; set; } = "";

    /// <summary>The segment to open at; null is the cover.</summary>
    [Parameter]
    public string? Number { get; set; }

    /// <summary>Key of the style to read in; null or unknown is the one that books are made in.</summary>
    [SupplyParameterFromQuery(Name = "style")]
    public string? StyleKey { get; set; }

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    private string BookAddress => $"stories/{Id}/read";

    private string BackAddress => _writes ? $"stories/{Id}" : $"review/{Id}";

    private ImageState? Cover => _story!.Segments.Select(s => Find(s.Id)).FirstOrDefault(i => i?.Url is not null);

    protected override async Task OnInitializedAsync()
    {
        try
        {
            _writes = (await access.RequireAsync(Http, Id)).May(StoryRole.Author);

            // Before the words: what is changed between the two is newer than the page says of itself, and is asked for once more.
            _snapshot = await illustrator.GetSnapshotAsync(Id, Http.RequestAborted);
            var story = await library.GetAsync(Id, Http.RequestAborted);
            if (Number is not null && story.Segments.All(s => s.Number != Number))
            {
                navigation.NotFound();
                return;
            }

            _drawn = BookStyle.Drawn(_snapshot.Images);
            _style = story.Styles.FirstOrDefault(s => s.Key == StyleKey) ?? story.Styles.FirstOrDefault(s => s.Key == BookStyle.Of(story, _snapshot.Images)) ?? new("", "");
            _pictures = _snapshot.Images.Where(i => i.Style == _style.Key).ToDictionary(i => i.SubjectId, StringComparer.Ordinal);
            _shape = shapes.Of(story, _snapshot.Images);
            _language = PageText.LanguageOf(story.Segments.Select(s => s.Text));
            _story = story;
        }
        catch (NotFoundException)
        {
            navigation.NotFound();
        }
    }

    private ImageState? Find(string segmentId) => _pictures.GetValueOrDefault(segmentId);
}
