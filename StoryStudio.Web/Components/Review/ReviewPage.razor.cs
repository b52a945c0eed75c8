using System.Globalization;
using Microsoft.AspNetCore.Components;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Web.Components.Stories;
using StoryStudio.Web.Live;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Components.Review;

public sealed partial class ReviewPage(ReviewRooms rooms, IReviews reviews, IPictureDesk pictures, IStoryAccess access, Presence presence, NavigationManager navigation)
{
    /// <summary>Every form of the page goes by this one name; what is to be done stands in its <c>do</c> field.</summary>
    internal const string FormName = "review";

    private const string Delete = "delete:";
    private const string Notice = "notice";

    private ReviewRoom? _room;
    private ReviewPlace? _place;
    private OpenForm? _form;
    private string? _said;

    [Parameter]
    public string StoryId { get; set; } = "";

    [SupplyParameterFromQuery]
    private string? Style { get; set; }

    [SupplyParameterFromQuery]
    private string? Part { get; set; }

    /// <summary>The form that is to stand open; the further words of the address say for what.</summary>
    [SupplyParameterFromQuery]
    private string? Form { get; set; }

    /// <summary>The comment that was just deleted, where no script ran.</summary>
    [SupplyParameterFromQuery]
    private string? Deleted { get; set; }

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    /// <summary>Whether it is the author at the machine itself who tries a link of their own.</summary>
    private bool IsAuthorAsGuest => _room!.Actor.May(StoryRole.Author) is false && Http.User.AuthorOf() is not null;

    protected override async Task OnInitializedAsync()
    {
        try
        {
            var actor = await access.RequireAsync(Http, StoryId);
            await ReadAsync(actor);
        }
        catch (NotFoundException)
        {
            navigation.NotFound();
            return;
        }

        if (Http.Features.Get<SpentForm>() is { } spent)
        {
            _form = ReviewFormKind.Find(spent["do"]) is { } sent && _room!.Actor.May(sent.Role) ? Opened(sent, Sent(f => spent[f]), spent["text"], SpentForm.Words) : null;
            _said = _form is null ? SpentForm.Words : null;
        }
        else if (ReviewFormKind.Find(Form) is { } kind && _room!.Actor.May(kind.Role))
        {
            var values = OpenForm.Fields.Select(f => (f, Value: Http.Request.Query[f].ToString())).Where(f => f.Value.Length > 0).ToDictionary(f => f.f, f => f.Value, StringComparer.Ordinal);
            values["key"] = Guid.NewGuid().ToString("n");
            _form = Opened(kind, values, "", null);
        }
    }

    private async Task ReadAsync(Actor actor)
    {
        _room = await rooms.OpenAsync(actor, StoryId, cancellationToken: Http.RequestAborted);
        _place = ReviewPlace.Of(_room, Style, Whole(Part));
    }

    private static Dictionary<string, string> Sent(Func<string, string> field) => OpenForm.Fields.Append("key").Append("basedOn").ToDictionary(f => f, field, StringComparer.Ordinal);

    private OpenForm? Opened(ReviewFormKind kind, Dictionary<string, string> sent, string text, string? error)
    {
        // A form sends its fields whether or not there is something in them.
        var values = sent.Where(v => v.Value.Length > 0).ToDictionary(StringComparer.Ordinal);
        var about = values.GetValueOrDefault("parentId") ?? values.GetValueOrDefault("commentId");
        var comment = about is null ? null : _room!.Said.Comments.FirstOrDefault(c => c.Id == about);
        var key = comment is not null ? ReviewSubject.KeyOf(comment) : values.GetValueOrDefault("imageId") ?? values.GetValueOrDefault("segmentId") ?? StoryId;
        if (kind == ReviewFormKind.Edit && error is null)
        {
            text = values["basedOn"] = comment?.Text ?? "";
        }

        return new(kind, key, values, text, error);
    }

    private async Task ActAsync()
    {
        if (_room is null || _place is null)
        {
            return;
        }

        var sent = await Http.Request.ReadFormAsync(Http.RequestAborted);
        var (wish, values) = (sent["do"].ToString(), Sent(f => sent[f].ToString()));
        try
        {
            var key = await DoAsync(_room.Actor, wish, values, sent["text"].ToString());
            var deleted = wish.StartsWith(Delete, StringComparison.Ordinal) ? $"&deleted={wish[Delete.Length..]}" : "";
            navigation.NavigateTo($"{_place.Address}{deleted}#{(deleted.Length > 0 ? Notice : ReviewPlace.Anchor(key))}");
        }
        catch (StoryStudioException failure)
        {
            Http.Response.StatusCode = failure switch
            {
                ForbiddenException => StatusCodes.Status403Forbidden,
                StorageUnavailableException => StatusCodes.Status503ServiceUnavailable,
                // What is spoken of may have gone; the page itself is there.
                ConflictException or NotFoundException => StatusCodes.Status409Conflict,
                _ => StatusCodes.Status422UnprocessableEntity,
            };

            // What was typed stands in its form again; where another version is shown by now, that is what the page shows, and what the form is about when it is sent once more.
            await ReadAsync(_room.Actor);
            if (failure is ConflictException { Code: "version_superseded" } && _room.Image(values["imageId"])?.ChosenVersion is { } shown)
            {
                values["version"] = shown.ToString(CultureInfo.InvariantCulture);
            }

            _form = ReviewFormKind.Find(wish) is { } kind ? Opened(kind, values, sent["text"].ToString(), failure.Message) : null;
            if (failure is ConflictException { Code: "comment_changed" })
            {
                _form = Met(_form!);
            }

            _said = _form is null ? failure.Message : null;
        }
    }

    /// <summary>A form whose words met others, saved since it was opened: what it holds then, and what saving once more makes of them.</summary>
    private OpenForm Met(OpenForm form)
    {
        if (_room!.Said.Comments.FirstOrDefault(c => c.Id == form.Values["commentId"]) is not { Deleted: false, Text: var theirs })
        {
            return form;
        }

        var (draft, said) = MetWords.Of((form.Values.GetValueOrDefault("basedOn") ?? "").ReplaceLineEndings("\n"), form.Text.ReplaceLineEndings("\n"), theirs);
        var values = new Dictionary<string, string>(form.Values, StringComparer.Ordinal) { ["basedOn"] = theirs };
        return form with { Text = draft, Values = values, Error = said, Theirs = said is null ? null : theirs };
    }

    /// <summary>Returns the key of what was spoken of.</summary>
    private async Task<string> DoAsync(Actor actor, string wish, Dictionary<string, string> values, string text)
    {
        string? Value(string name) => values[name] is { Length: > 0 } value ? value : null;
        var words = wish.Split(':');
        switch (words[0])
        {
            case "approve" when words is [_, var image, var version]:
                return (await reviews.DecideAsync(actor, await OurPictureAsync(image), Whole(version) ?? 0, DecisionKind.Approved, null)).ImageId;
            case "withdraw" when words is [_, var image]:
                return (await reviews.WithdrawAsync(actor, await OurPictureAsync(image))).ImageId;
            case "ask":
                return (await reviews.DecideAsync(actor, await OurPictureAsync(values["imageId"]), Whole(values["version"]) ?? 0, DecisionKind.ChangesWanted, text)).ImageId;
            case "say" or "answer":
                return ReviewSubject.KeyOf(await reviews.SayAsync(actor, StoryId, new()
                {
                    Text = text,
                    ParentId = Value("parentId"),
                    ImageId = Value("parentId") is null ? Value("imageId") : null,
                    SegmentId = Value("parentId") is null ? Value("segmentId") : null,
                    PictureVersion = Whole(values["version"]),
                    X = Number(values["x"]),
                    Y = Number(values["y"]),
                    Key = Value("key"),
                }));
            case "edit":
                return ReviewSubject.KeyOf(await reviews.EditAsync(actor, await OursAsync(values["commentId"]), text, Value("basedOn")));
            case "resolve" or "reopen" when words is [var what, var comment]:
                return ReviewSubject.KeyOf(await reviews.ResolveAsync(actor, await OursAsync(comment), what == "resolve"));
            case "delete" when words is [_, var comment]:
                var key = _room!.Said.Comments.FirstOrDefault(c => c.Id == comment) is { } gone ? ReviewSubject.KeyOf(gone) : StoryId;
                await reviews.DeleteAsync(actor, await OursAsync(comment));
                return key;
            case "restore" when words is [_, var comment]:
                return ReviewSubject.KeyOf(await reviews.RestoreAsync(actor, await OursAsync(comment)));
            default:
                throw new InvalidInputException("do", "This page did not understand what was asked of it. Please try again.");
        }
    }

    /// <summary>The way here is to this story: a comment of another one is not reached through it.</summary>
    private async Task<string> OursAsync(string commentId) =>
        await reviews.StoryOfCommentAsync(commentId) == StoryId ? commentId : throw new NotFoundException("comment", "There is no such comment.");

    private async Task<string> OurPictureAsync(string imageId) =>
        await pictures.StoryOfAsync(imageId) == StoryId ? imageId : throw new NotFoundException("image", "There is no such picture.");

    private static int? Whole(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static double? Number(string? text) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>A form that stands open, with what was typed into it.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="SubjectKey">Below what it stands.</param>
/// <param name="Values">Its hidden fields.</param>
/// <param name="Text">What was typed.</param>
/// <param name="Error">Why it was not taken.</param>
/// <param name="Theirs">Other words that were saved since it was opened.</param>
public sealed record OpenForm(ReviewFormKind Kind, string SubjectKey, IReadOnlyDictionary<string, string> Values, string Text, string? Error, string? Theirs = null)
{
    public static readonly string[] Fields = ["imageId", "segmentId", "parentId", "commentId", "version", "x", "y"];
}
