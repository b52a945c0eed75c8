using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Api;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Security;
using Xunit;

namespace StoryStudio.Tests.Access;

/// <summary>What guests are told of how pictures come about.</summary>
public sealed class GuestViewTests
{
    private const string Trouble = "The key of the workshop in Basel was refused.";

    [Fact]
    public async Task Guests_SeePicturesAndHowFarTheyAre_AndAuthorsSeeWhoMadeThemAtWhatPrice()
    {
        var provider = new ScriptedProvider { Script = DrawOneAsync };
        await using var studio = await WebStudio.StartAsync(provider: provider, settings: new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["StoryStudio:Generation:MaxRetries"] = "0",
        });
        var story = await studio.CreateStoryAsync(2);
        var (_, token) = await studio.Services.GetRequiredService<ISharing>().CreateAsync(Actor.Local, story.Id, new(StoryRole.Comment));
        using var guest = new Visitor(studio.Address);
        using var author = new Visitor(studio.Address, fromElsewhere: false);
        await guest.SubmitAsync($"/s/{token}", "join", ("Name", "Grace"));
        using var stream = await EventReader.OpenAsync(guest.Http, $"/api/stories/{story.Id}/events");
        using var hub = await RawLine.OpenHubAsync(studio.Address, guest);
        await hub.InvokeAsync("1", "Watch", story.Id);
        Assert.Equal("snapshot", (await stream.NextAsync())!.Name);

        await studio.Illustrator.StartAsync(story.Id, new() { BudgetUsd = 7 });
        await studio.UntilFinishedAsync(story.Id);

        var (told, shown) = ((await guest.GetAsync($"/api/stories/{story.Id}/images")).Json, (await author.GetAsync($"/api/stories/{story.Id}/images")).Json);
        AssertHidden(told);
        Assert.Equal(2, told.GetProperty("images").GetArrayLength());
        Assert.Equal(Of(shown, "url"), Of(told, "url"));
        Assert.Equal(Of(shown, "status"), Of(told, "status"));
        Assert.Equal(Of(shown, "version"), Of(told, "version"));
        Assert.Contains("not_drawn", told.ToString(), StringComparison.Ordinal);
        Assert.Contains("scripted", shown.ToString(), StringComparison.Ordinal);
        Assert.Contains(Trouble, shown.ToString(), StringComparison.Ordinal);
        Assert.Equal(0.01m, shown.GetProperty("run").GetProperty("costUsd").GetDecimal());

        // By every line, to the last of it.
        JsonElement last;
        do
        {
            last = (await stream.NextAsync())!.Data;
            AssertHidden(last);
        }
        while (!(last.TryGetProperty("finishedAt", out var finished) && finished.ValueKind is JsonValueKind.String));
        var message = await hub.ReceiveAsync(m =>
        {
            AssertHidden(JsonDocument.Parse(m).RootElement);
            return m.Contains("RunChanged", StringComparison.Ordinal) && m.Contains("completed_with_errors", StringComparison.Ordinal);
        });
        Assert.Contains("\"failed\":1", message, StringComparison.Ordinal);
        Assert.DoesNotContain(Trouble, await hub.InvokeAsync("2", "Watch", story.Id), StringComparison.Ordinal);
        var page = await guest.GetAsync($"/review/{story.Id}");
        Assert.Contains("review-page", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Trouble, page.Text, StringComparison.Ordinal);
        var failed = told.GetProperty("images").EnumerateArray().Single(i => i.GetProperty("status").GetString() == "failed").GetProperty("id").GetString();
        Assert.DoesNotContain(Trouble, (await guest.GetAsync($"/review/{story.Id}/parts?look=desk&p=picture-{failed}&p=head")).Text, StringComparison.Ordinal);
        Assert.Contains(Trouble, (await author.GetAsync($"/review/{story.Id}/parts?look=desk&p=picture-{failed}&p=head")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeptAnswerOfAGuest_IsNoneForAnAuthor()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        var (_, token) = await studio.Services.GetRequiredService<ISharing>().CreateAsync(Actor.Local, story.Id, new(StoryRole.Look));
        using var guest = new Visitor(studio.Address);
        await guest.SubmitAsync($"/s/{token}", "join", ("Name", "Grace"));
        var tag = (await guest.GetAsync($"/api/stories/{story.Id}/images")).Header("ETag");
        using var here = studio.Client();

        here.DefaultRequestHeaders.Add("If-None-Match", tag);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await here.GetAsync($"/api/stories/{story.Id}/images")).StatusCode);
        guest.Http.DefaultRequestHeaders.Add("If-None-Match", tag);
        Assert.Equal(System.Net.HttpStatusCode.NotModified, (await guest.GetAsync($"/api/stories/{story.Id}/images")).Status);
    }

    [Theory]
    [InlineData(RunStatus.Running, "1.2", "[clear] Drawing 1.2. illustration waits for a larger budget.", "[clear] Drawing 1.2")]
    [InlineData(RunStatus.Running, "1.2", "[clear] Drawing 1.2", "[clear] Drawing 1.2")]
    [InlineData(RunStatus.Running, "1.2", "Waiting for a free key until 10:42", "Drawing 1.2")]
    [InlineData(RunStatus.Running, null, "The disk is full.", "Drawing")]
    [InlineData(RunStatus.Running, "1.2", "Waiting for its turn", "Waiting for its turn")]
    [InlineData(RunStatus.Running, "1.2", "Waiting for its turn. clear waits for a larger budget.", "Waiting for its turn")]
    [InlineData(RunStatus.Paused, null, "Paused: the next picture would go beyond this run's budget.", "Paused")]
    [InlineData(RunStatus.Completed, null, "2 pictures drawn.", "2 pictures drawn.")]
    public void Sentence_OfARun_SaysNothingOfKeysAndBudgets(RunStatus status, string? current, string message, string expected)
    {
        var run = new RunState
        {
            Id = "r", StoryId = "s", Status = status, Progress = 0, Total = 2, Completed = 0, Failed = 0, InProgress = 0, Pending = 2, Cancelled = 0, Current = current, Message = message,
            UseCharacterConsistency = false, Styles = new Dictionary<string, StyleProgress>(StringComparer.Ordinal), StartedAt = DateTimeOffset.UnixEpoch, Version = 3,
            PauseReason = status is RunStatus.Paused ? PauseReason.Budget : null, BudgetUsd = 7, CostUsd = 3,
        };

        var told = run.ForGuests();

        Assert.Equal((expected, null, null, status is RunStatus.Paused ? PauseReason.Author : null), (told.Message, told.BudgetUsd, told.CostUsd, told.PauseReason));
        Assert.Equal(3, told.Version);
    }

    private static async Task<ImageOutcome> DrawOneAsync(ImageRequest request, Stream destination, IProgress<ImageProgress> progress, CancellationToken cancellationToken) =>
        request.Scene.Contains("Picture 1", StringComparison.Ordinal)
            ? await ScriptedProvider.DrawAsync(request, destination, cancellationToken)
            : new ImageFailure { Kind = FailureKind.Refused, Message = Trouble, LogMessage = "scripted" };

    private static string Of(JsonElement snapshot, string field) => string.Join(' ', snapshot.GetProperty("images").EnumerateArray().Select(i => i.GetProperty(field).ToString()));

    private static void AssertHidden(JsonElement told)
    {
        Assert.DoesNotContain(Trouble, told.ToString(), StringComparison.Ordinal);
        Walk(told);

        static void Walk(JsonElement element)
        {
            if (element.ValueKind is JsonValueKind.Array)
            {
                foreach (var item in element.EnumerateArray())
                {
                    Walk(item);
                }
            }
            else if (element.ValueKind is JsonValueKind.Object)
            {
                foreach (var property in element.EnumerateObject())
                {
                    Assert.True(property.Name is not ("provider" or "model" or "costUsd" or "budgetUsd" or "lock" or "stale") || property.Value.ValueKind is JsonValueKind.Null, $"{property.Name} is {property.Value}");
                    Walk(property.Value);
                }
            }
        }
    }
}
