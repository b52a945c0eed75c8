using Microsoft.AspNetCore.Components;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Web.Components.Pictures;
using StoryStudio.Web.Components.Runs;
using StoryStudio.Web.Components.Shared;
using StoryStudio.Web.Components.Stories;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Pages;

/// <summary>One picture's attempts and versions, kept fresh while the page is open.</summary>
public sealed partial class PictureHistory : ComponentBase
{
    private ImageHistory? _history;
    private string _style = "";
    private string _character = "";
    private IStoryView? _view;
    private IDisposable? _listening;
    private (string, string)? _asked;
    private (ImageStatus Status, int Attempt, int? Chosen, PictureLock? Lock, bool Paused)? _seen;
    private bool _busy;
    private ElementReference _versions;
    private (int Version, int MadeFrom)? _said;
    private string? _error;
    private bool _disposed;

    [Parameter]
    public string StoryId { get; set; } = "";

    [Parameter]
    public string ImageId { get; set; } = "";

    private string Heading => _history switch
    {
        null => "",
        { Image.Type: ImageType.Character } => $"{_character} in {_style}",
        var history => $"Picture {history.Image.Number} in {_style}",
    };

    private string Back => _history!.Image is { Type: ImageType.Segment } image ? $"/stories/{StoryId}#{Outline.Anchor(image.Number)}" : $"/stories/{StoryId}/cast";

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await LeaveAsync();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_asked == (StoryId, ImageId))
        {
            return;
        }

        _asked = (StoryId, ImageId);
        (_said, _error) = (null, null);
        try
        {
            await LeaveAsync();
            await LoadAsync();
            var image = _history!.Image;
            var story = await Stories.GetAsync(StoryId);
            _style = story.Styles.FirstOrDefault(s => s.Key == image.Style)?.Name ?? image.Style;
            _character = story.Characters.FirstOrDefault(c => c.Id == image.CharacterId)?.Name ?? "";
            var view = await Feed.OpenAsync(StoryId);
            if (_disposed)
            {
                await view.DisposeAsync();
                return;
            }

            _view = view;
            _listening = view.OnImage(image.SubjectId, image.Style, () => _ = InvokeAsync(ChangedAsync));

            // It may have gone on between the two.
            await ChangedAsync();
        }
        catch (NotFoundException)
        {
            Navigation.NotFound();
        }
    }

    private async Task LeaveAsync()
    {
        _listening?.Dispose();
        if (_view is { } view)
        {
            _view = null;
            await view.DisposeAsync();
        }
    }

    // How far a picture is brings no attempt and no version.
    private async Task ChangedAsync()
    {
        if (_disposed || _history is not { Image: var shown } || _view?.Find(shown.SubjectId, shown.Style) is not { } image || _seen == (image.Status, image.Attempt, image.ChosenVersion, image.Lock, _view.IsPaused(image)))
        {
            return;
        }

        try
        {
            await LoadAsync();
            StateHasChanged();
        }
        catch (NotFoundException)
        {
            // The story was deleted; what was read of it stays to be looked at.
        }
    }

    private async Task LoadAsync()
    {
        _history = await Activity.GetHistoryAsync(StoryId, ImageId);
        _seen = (_history.Image.Status, _history.Image.Attempt, _history.Image.ChosenVersion, _history.Image.Lock, _view?.IsPaused(_history.Image) == true);
    }

    /// <summary>What one can do about a version; null where it is the one that is shown, and nothing else was wanted.</summary>
    private static string? Way(ImageState image, ImageVersionDetails version) => version.Chosen ? image.CanBeKept() ? PictureWords.Keep : null : "Show this one";

    /// <summary>Whether it cannot be shown just now.</summary>
    private static bool IsBarred(ImageState image, ImageVersionDetails version) => !version.Chosen && image is { Lock: not null } or { Status: ImageStatus.Pending or ImageStatus.InProgress };

    private async Task ChooseAsync(int version)
    {
        // A second press while the first one is under way is not a second wish.
        if (_busy || _history is not { Image: var image })
        {
            return;
        }

        (_busy, _said, _error) = (true, null, null);
        try
        {
            var madeFrom = version == image.ChosenVersion ? 0 : await Desk.CountMadeFromAsync([image.Id]);
            await Illustrator.ChooseAsync(image.Id, version);
            await LoadAsync();
            _said = (version, madeFrom);

            // The button is gone with what it was for.
            if (!_disposed)
            {
                await _versions.FocusAsync(preventScroll: true);
            }
        }
        catch (StoryStudioException e)
        {
            _error = e.Message;
        }
        finally
        {
            _busy = false;
        }
    }

    private string Untried(ImageHistory history) => history.Image switch
    {
        var image when image.IsActive() => _seen is { Paused: true } ? "None yet: its run is paused." : "None yet: it waits for its turn.",
        _ when history.Versions.Count > 0 => "It was brought in, not drawn here.",
        { Status: ImageStatus.Cancelled } => "Cancelled before it was begun.",
        _ => "Nobody has begun it yet.",
    };

    private static string Summary(ImageHistory history, Dollars dollars)
    {
        var paid = history.Attempts.Where(a => a.CostUsd is not null).Sum(a => a.CostUsd ?? 0);
        var unknown = history.Attempts.Count(a => a.MayBeCharged);
        var cost = history.Attempts.All(a => a.Provider == ImageProviders.Sketch && a.CostUsd is null or 0) ? null
            : unknown == 0 ? dollars.Write(paid) : paid > 0 ? $"{dollars.Write(paid)} and {Words.Count(unknown, "attempt")} of unknown cost" : AttemptWords.UnknownCost;
        return string.Join(", ", new[] { Words.Count(history.Attempts.Count, "attempt"), Words.Count(history.Versions.Count, "version"), cost }.Where(p => p is not null));
    }

    private static IEnumerable<string> Facts(ImageVersionDetails version, Dollars dollars)
    {
        yield return Times.Moment(version.CreatedAt);
        yield return AttemptWords.Provider(version.Provider, version.Model);
        yield return $"{version.Width} × {version.Height}";
        if (version.Described)
        {
            yield return "characters described in words";
        }

        if (version.Provider is not (ImageProviders.Sketch or ImageVersion.Uploaded))
        {
            yield return version.CostUsd is { } cost ? dollars.Write(cost) : AttemptWords.UnknownCost;
        }
    }
}
