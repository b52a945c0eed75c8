using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Web.Components.Figures;
using StoryStudio.Web.Components.Runs;
using StoryStudio.Web.Components.Shared;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Pages;

/// <summary>What happened and how well it goes.</summary>
public sealed partial class ActivityPage(IOptions<StoryStudioOptions> options, ILogger<ActivityPage> logger) : ComponentBase
{
    private const int Step = 50;
    private const int MostShown = 500;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(4);
    private static readonly string[] Pictures = ["Pictures"];
    private static readonly (int Days, string Name)[] Windows = [(1, "Today"), (7, "7 days"), (30, "30 days"), (90, "90 days")];

    private readonly CancellationTokenSource _left = new();
    private StudioFigures? _figures;
    private IReadOnlyList<ActivityEntry> _entries = [];
    private Task _refreshing = Task.CompletedTask;
    private int _days = IActivity.UsualDays;
    private int _shown = Step;
    private bool _failedOnly;
    private bool _any;

    public async ValueTask DisposeAsync()
    {
        await _left.CancelAsync();
        await _refreshing;
        _left.Dispose();
    }

    protected override Task OnInitializedAsync() => LoadAsync();

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _refreshing = RefreshAsync();
        }
    }

    private async Task RefreshAsync()
    {
        using var timer = new PeriodicTimer(Interval, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_left.Token))
            {
                try
                {
                    await InvokeAsync(LoadAsync);
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    // The store may be in trouble for a while; the page keeps what it has and looks again.
                    LogNotRead(failure);
                }

                await InvokeAsync(StateHasChanged);
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    private async Task LoadAsync()
    {
        var (days, shown, failedOnly) = (_days, _shown, _failedOnly);
        var figures = await Board.GetAsync(days, Interval, _left.Token);
        var entries = await Board.GetEntriesAsync(failedOnly, shown, Interval, _left.Token);

        // Of a story that is gone no entry is left, and the costs are.
        var wasAny = entries.Count > 0 || !IsEmpty(figures.Report) || !IsEmpty((await Board.GetAsync(IActivity.MostDays, Interval, _left.Token)).Report);

        // What was asked for meanwhile has its own answer.
        if ((days, shown, failedOnly) == (_days, _shown, _failedOnly))
        {
            // That nothing failed does not say that nothing happened.
            (_figures, _entries, _any) = (figures, entries, wasAny || (failedOnly && _any));
        }
    }

    private Task ShowAsync(int days)
    {
        _days = days;
        return LoadAsync();
    }

    private Task ShowMoreAsync()
    {
        _shown += Step;
        return LoadAsync();
    }

    private Task ToggleFailedAsync()
    {
        (_failedOnly, _shown) = (!_failedOnly, Step);
        return LoadAsync();
    }

    private static bool IsEmpty(ActivityReport report) => report is { Attempts.Total: 0, Images.Failed: 0 } && !report.Costs.Any(c => c.CostUsd > 0 || c.Unknown > 0);

    private string Style(string key) => options.Value.Style(key).Name;

    private static string Percent(double? rate) => rate is { } known ? (known is 1 or 0 ? known : Math.Clamp(known, 0.001, 0.999)).ToString(known is > 0.99 and < 1 or < 0.01 and > 0 ? "0.0%" : "0%", CultureInfo.InvariantCulture) : "–";

    private static string Span(double? seconds) => seconds is { } known ? AttemptWords.Span(known) : "–";

    private static string Failed(ImageFigures images) => images.Failed == 0 ? "none failed" : $"{images.Failed.ToString("N0", CultureInfo.InvariantCulture)} failed";

    private static string Total(ActivityReport report) =>
        report.Costs.Any(c => c.CostUsd is not null) ? Dollars.Of(report.Costs.Sum(c => c.CostUsd ?? 0)) : report.Costs.Any(c => c.Unknown > 0) ? "unknown" : "$0";

    private static Func<double, string> Cost(ActivityReport report)
    {
        var dollars = Dollars.Among(report.Costs.Select(c => c.CostUsd));
        return value => dollars.Write((decimal)value);
    }

    private static string Unknown(ActivityReport report) => report.Costs.Sum(c => c.Unknown) switch
    {
        0 => "all of it known",
        1 => "and 1 attempt of unknown cost",
        var count => $"and {count.ToString("N0", CultureInfo.InvariantCulture)} attempts of unknown cost",
    };

    private static string Share(int count, ActivityReport report) => Math.Max(1, 100.0 * count / report.Attempts.Total).ToString("0.#", CultureInfo.InvariantCulture);

    private static List<string> Providers(ActivityReport report) => [.. report.Costs.Select(c => c.Provider).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static List<BarChart.Bar> CostBars(ActivityReport report) => DayBars(report, c => (double)(c.CostUsd ?? 0));

    private static List<BarChart.Bar> AttemptBars(ActivityReport report) => DayBars(report, c => c.Attempts);

    private static List<BarChart.Bar> DayBars(ActivityReport report, Func<DayFigures, double> value)
    {
        var providers = Providers(report);
        var byDay = report.Costs.ToLookup(c => c.Day);
        var first = DateOnly.FromDateTime(report.Since.UtcDateTime);
        return
        [
            .. Enumerable.Range(0, report.Days).Select(first.AddDays).Select(day => new BarChart.Bar(
                day.ToString("ddd d MMM", CultureInfo.InvariantCulture),
                day.ToString("d MMM", CultureInfo.InvariantCulture),
                [.. providers.Select(p => byDay[day].Where(c => c.Provider == p).Sum(value))],
                byDay[day].Sum(c => c.Unknown))),
        ];
    }

    private static List<BarChart.Bar> TimeBars(ActivityReport report) =>
    [
        .. report.Images.Durations.Select((bucket, i) => bucket.UpToSeconds is { } edge
            ? new BarChart.Bar(Edge(edge), Edge(edge), [bucket.Count])
            : new BarChart.Bar("longer", "more", [bucket.Count])),
    ];

    private static string Edge(double seconds) => seconds < 60 ? $"{seconds:0} s" : $"{seconds / 60:0} min";

    // Keys of several styles may end alike.
    private string Whose(KeyState key) =>
        $"{key.Provider}{(key.Account is { } account ? $", account {account}" : "")}{(key.Styles.Count > 0 ? $", for {string.Join(", ", key.Styles.Select(Style))}" : "")}";

    private static string Words(KeyState key, DateTimeOffset now)
    {
        var until = key.ReadyAt is { } at && at > now ? $" until {(at - now < TimeSpan.FromHours(12) ? Times.Clock(at) : Times.Minute(at))}" : "";
        return key.Condition switch
        {
            KeyCondition.Ready => until.Length == 0 ? "Ready" : $"At its pace{until}",
            KeyCondition.Cooling => $"Resting{until}",
            KeyCondition.Parked => $"Parked{until}. {key.Reason}",
            KeyCondition.Off => $"Off. {key.Reason}",
            _ => $"{key.Condition}",
        };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The figures could not be read.")]
    private partial void LogNotRead(Exception failure);
}
