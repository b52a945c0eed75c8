using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StoryStudio.Tests.Fakes;
using StoryStudio.Tests.Faults;
using Xunit;

namespace StoryStudio.Tests.Processes;

/// <summary>The program told to stop while somebody is still sending it something.</summary>
public sealed class StopTests : IDisposable
{
    private const int InFlight = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string _folder = Directory.CreateTempSubdirectory("storystudio-stop-").FullName;

    [Fact]
    public async Task Program_ToldToStopWhileARequestIsOpen_BeginsNoCallAndFinishesThoseUnderWay()
    {
        await using var service = await FaultyService.StartAsync(TimeProvider.System, InFlight);
        service.Freeze();
        await using var studio = await StudioProcess.StartAsync(_folder, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["StoryStudio__Provider"] = "openai",
            ["StoryStudio__Providers__OpenAI__Endpoint"] = service.Endpoint,
            ["StoryStudio__Generation__MaxConcurrency"] = $"{InFlight}",
            ["StoryStudio__Generation__StopGrace"] = "00:10:00",
        });
        var segments = Enumerable.Range(1, 40).Select(i => new { text = $"Segment {i}." });
        var story = await studio.PostAsync("/api/stories", new { title = "Stopped", segments, styles = new[] { "illustration" } }, HttpStatusCode.Created);
        await studio.PostAsync($"/api/stories/{story.GetProperty("id").GetString()}/runs", new { useCharacterConsistency = false }, HttpStatusCode.Accepted);
        await UntilAsync(() => service.Total == InFlight);
        using var upload = await BeginUploadAsync(studio.Http.BaseAddress!);

        var stop = studio.TerminateAsync();
        await UntilAsync(() => studio.Output.Contains("Application is shutting down", StringComparison.Ordinal));
        service.Unfreeze();
        await UntilAsync(() => Outcomes().Count(o => o == "succeeded") >= InFlight);
        upload.Close();

        Assert.Equal(0, await stop);
        Assert.Equal(InFlight, service.Total);
        Assert.Equal(["succeeded", "succeeded"], Outcomes());
    }

    [Fact]
    public async Task Request_ThatIsStillOpenWhenTheGraceIsOver_HoldsTheStopNoLonger()
    {
        await using var studio = await WebStudio.StartAsync(services: services => services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan));
        using var upload = await BeginUploadAsync(studio.Address);

        await studio.StopAsync().WaitAsync(Patience);

        // The other side hears of it.
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (await upload.GetStream().ReadAsync(new byte[1_000], patience.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset rather than ended.
        }
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A file of which most is still to come; returns once the program reads it.</summary>
    private static async Task<TcpClient> BeginUploadAsync(Uri address)
    {
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/imports HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: text/plain\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n"));
        using var patience = new CancellationTokenSource(Patience);
        var answer = new byte[12];
        await stream.ReadExactlyAsync(answer, patience.Token);
        Assert.Equal("HTTP/1.1 100", Encoding.ASCII.GetString(answer));
        return client;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    private List<string> Outcomes()
    {
        using var db = new SqliteConnection($"Data Source={Path.Combine(_folder, "storystudio.db")};Pooling=False");
        db.Open();
        using var command = db.CreateCommand();
        command.CommandText = "SELECT Outcome FROM attempts";
        using var reader = command.ExecuteReader();
        var outcomes = new List<string>();
        while (reader.Read())
        {
            outcomes.Add(reader.GetString(0));
        }

        return outcomes;
    }
}
