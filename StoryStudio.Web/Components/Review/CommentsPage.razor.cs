using StoryStudio.Core.Books;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Shared;
using StoryStudio.Web.Components.Stories;
using StoryStudio.Web.Live;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Components.Review;

/// <summary>Which pictures the author looks at.</summary>
public enum ReviewFilter
{
    /// <summary>What waits for the author: wishes, and comments that are not settled.</summary>
    Open,
    ChangesWanted,
    Waiting,
    Approved,

    /// <summary>Whatever somebody said or decided something about.</summary>
    All,
}

public sealed partial class CommentsPage(IStoryLibrary library, IStoryFeed feed, IReviews reviews, CurrentAuthor current, NavigationManager navigation, IJSRuntime scripts, TimeProvider time) : IAsyncDisposable
{
    private const int Part = 60;
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(200);

    private readonly PageScript _script = new();
    private DotNetObjectReference<CommentsPage>? _self;
    private StoryDetails? _story;
    private IStoryView? _view;
    private Subscriptions? _listening;
    private ITimer? _gather;
    private List<Item> _items = [];
    private List<Item> _shown = [];
    private List<(int?, string?)> _pictures = [];
    private int _show = Part;
    private ReviewCounts _counts = new(0, 0, 0, 0);
    private ReviewFilter _filter;
    private int _newElsewhere;
    private string? _asked;
    private bool _looking;
    private bool _gone;
    private bool _disposed;
    private int _gathering;
    private int _told;

    [Parameter]
    public string Id { get; set; } = "";

    private string None => _filter switch
    {
        ReviewFilter.Open => "Nobody waits for you here. Send a link under Share, and what its readers say and wish comes up by itself.",
        ReviewFilter.ChangesWanted => "Nobody wants a picture changed. Whoever has a link that lets them decide can ask for it; you send one under Share.",
        ReviewFilter.Waiting => "No picture waits for a word. What is drawn next waits here until somebody decides about it.",
        ReviewFilter.Approved => "No picture is approved yet. Approve one yourself, as reviewers see it, or send a link under Share to somebody who is to decide.",
        _ => "Nobody has said anything yet. Begin with a comment on the whole story, below, or send a link under Share.",
    };

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await _script.DisposeAsync();
        _self?.Dispose();
        await LeaveAsync();
    }

    /// <summary>The script's: whether somebody has the page before them.</summary>
    [JSInvokable]
    public async Task Look(bool isVisible)
    {
        _looking = isVisible;
        await SeenAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            await _script.AttachAsync(scripts, "./Components/Review/CommentsPage.razor.js", _self);
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_asked == Id)
        {
            return;
        }

        _asked = Id;
        try
        {
            await LeaveAsync();
            var story = await library.GetAsync(Id);
            var view = await feed.OpenAsync(Id);
            if (_disposed || _asked != story.Id)
            {
                await view.DisposeAsync();
                return;
            }

            await view.LoadReviewsAsync();
            (_story, _view) = (story, view);
            _gather = time.CreateTimer(static me => _ = ((CommentsPage)me!).InvokeAsync(((CommentsPage)me).RefreshAsync), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _gathering = 0;
            _listening = new Subscriptions([view.Reviews.On(null, Changed), view.OnStory(Changed), view.OnImages(Gather)]);
            Sort();
            await SeenAsync();
        }
        catch (NotFoundException)
        {
            _gone = true;
            navigation.NotFound();
        }
    }

    private async ValueTask LeaveAsync()
    {
        _listening?.Dispose();
        if (_gather is not null)
        {
            await _gather.DisposeAsync();
        }

        if (_view is not null)
        {
            await _view.DisposeAsync();
            _view = null;
        }
    }

    private static string Name(ReviewFilter filter) => filter switch
    {
        ReviewFilter.Open => "To answer",
        ReviewFilter.ChangesWanted => "To be changed",
        ReviewFilter.Waiting => "Waiting",
        ReviewFilter.Approved => "Approved",
        _ => "All",
    };

    private void Changed()
    {
        Interlocked.Exchange(ref _told, 1);
        Gather();
    }

    // While pictures are drawn there is always a next change: the first one begins the wait, and none prolongs it.
    private void Gather()
    {
        if (Interlocked.Exchange(ref _gathering, 1) == 1)
        {
            return;
        }

        try
        {
            _gather?.Change(Gathering, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The page was left in this very moment.
        }
    }

    private async Task RefreshAsync()
    {
        Interlocked.Exchange(ref _gathering, 0);
        if (_disposed || _view is null || (Interlocked.Exchange(ref _told, 0) == 0 && _pictures.SequenceEqual(Pictures())))
        {
            return;
        }

        try
        {
            if (_view.EditVersion > _story!.Version)
            {
                _story = await library.GetAsync(Id);
            }

            Sort();
            StateHasChanged();
            await SeenAsync();
        }
        catch (NotFoundException)
        {
            // Deleted while it was looked at.
        }
    }

    // Whoever has the page before them has seen what stands on it; what does not is said beside it.
    private async Task SeenAsync()
    {
        if (!_looking || _view is not { } view)
        {
            return;
        }

        try
        {
            var author = await current.GetAsync();
            var news = await reviews.GetNewsAsync(author, Id);
            var unseen = news.Comments.Select(ReviewSubject.KeyOf).Concat(news.Wishes.Select(w => w.ImageId)).ToHashSet(StringComparer.Ordinal);
            unseen.IntersectWith(_items.Select(i => i.Key));
            unseen.ExceptWith(_shown.Take(_show).Select(i => i.Key));
            if (_filter is ReviewFilter.Open or ReviewFilter.All)
            {
                // What is said of the whole story stands below.
                unseen.Remove(Id);
            }

            if (!news.IsEmpty && unseen.Count == 0)
            {
                await reviews.MarkSeenAsync(author, Id, news.Version);
                view.Reviews.Touch();
            }

            if (_newElsewhere != unseen.Count)
            {
                _newElsewhere = unseen.Count;
                StateHasChanged();
            }
        }
        catch (StoryStudioException)
        {
            // Gone, or an author no longer: nothing is kept of the look.
        }
    }

    private Task ShowAsync(ReviewFilter filter, int count = Part)
    {
        (_filter, _show) = (filter, count);
        Sort();
        return SeenAsync();
    }

    private void Sort()
    {
        var (story, view) = (_story!, _view!);
        var talks = Talk.Of(view.Reviews.Comments).ToLookup(t => ReviewSubject.KeyOf(t.First), StringComparer.Ordinal);
        var items = new List<Item>();
        if (talks.Contains(story.Id))
        {
            items.Add(new(story.Id, "the whole story", null, null, null, ReviewStatus.Open, $"/stories/{story.Id}"));
        }

        foreach (var segment in story.Segments)
        {
            var href = $"/stories/{story.Id}#{Outline.Anchor(segment.Number)}";
            if (talks.Contains(segment.Id))
            {
                items.Add(new(segment.Id, $"the text of {segment.Number}", segment.Id, null, PageText.Words(segment.Text), ReviewStatus.Open, href));
            }

            foreach (var style in story.Styles)
            {
                if (view.Find(segment.Id, style.Key) is { ChosenVersion: not null } image)
                {
                    var status = view.Reviews.Find(image.Id) is { } review && review.PictureVersion == image.ChosenVersion ? review.Status : ReviewStatus.Open;
                    items.Add(new(image.Id, $"picture {segment.Number} in {style.Name}", segment.Id, image, null, status, href));
                }
            }
        }

        _pictures = Pictures();
        var pictures = items.FindAll(i => i.Image is not null);
        _counts = new(
            pictures.Count,
            pictures.Count(i => i.Status is ReviewStatus.Open),
            pictures.Count(i => i.Status is ReviewStatus.Approved),
            pictures.Count(i => i.Status is ReviewStatus.ChangesWanted));
        _items = items;
        _shown = _filter switch
        {
            ReviewFilter.Open => items.FindAll(i => i.Status is ReviewStatus.ChangesWanted || talks[i.Key].Any(t => t.First.ResolvedAt is null && !t.First.Deleted)),
            ReviewFilter.ChangesWanted => pictures.FindAll(i => i.Status is ReviewStatus.ChangesWanted),
            ReviewFilter.Waiting => pictures.FindAll(i => i.Status is ReviewStatus.Open),
            ReviewFilter.Approved => pictures.FindAll(i => i.Status is ReviewStatus.Approved),
            _ => items.FindAll(i => talks.Contains(i.Key) || view.Reviews.Find(i.Image?.Id) is { Decisions.Count: > 0 }),
        };
    }

    // What of the pictures decides what stands here: not how far the next ones are.
    private List<(int?, string?)> Pictures() => [.. _story!.Segments.SelectMany(s => _story.Styles, (segment, style) => _view!.Find(segment.Id, style.Key)).Select(i => (i?.ChosenVersion, i?.Url))];

    private sealed record Item(string Key, string Name, string? SegmentId, ImageState? Image, string? Words, ReviewStatus Status, string Href);
}
