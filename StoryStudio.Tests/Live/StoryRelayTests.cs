using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Generation;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Live;
using Xunit;

namespace StoryStudio.Tests.Live;

public sealed class StoryRelayTests
{
    [Fact]
    public async Task Viewer_ThatStopsReading_HoldsNobodyElseUp()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await studio.CreateStoryAsync(100);
        await using var deaf = await WatchAndStopReadingAsync(studio, story.Id);
        await using var view = await studio.Services.GetRequiredService<IStoryFeed>().OpenAsync(story.Id);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listening = view.OnRun(() =>
        {
            if (view.Run is { Status: RunStatus.Completed })
            {
                done.TrySetResult();
            }
        });

        await studio.Illustrator.StartAsync(story.Id, new());

        await done.Task.WaitAsync(Studio.Patience);
        await deaf.Transport.Input.CompleteAsync();
        await deaf.Transport.Output.CompleteAsync();
    }

    /// <summary>A client whose pipe, which holds 64 KB, fills up after the answer to <c>Watch</c>.</summary>
    private static async Task<ConnectionContext> WatchAndStopReadingAsync(WebStudio studio, string storyId)
    {
        var connection = await studio.Services.GetRequiredService<InProcessHubLine>().ConnectAsync(InProcessHubLine.EndPoint);
        const char End = '\u001e';
        var calls = $$"""{"protocol":"json","version":1}{{End}}{"type":1,"invocationId":"1","target":"Watch","arguments":["{{storyId}}"]}{{End}}""";
        await connection.Transport.Output.WriteAsync(Encoding.UTF8.GetBytes(calls));
        var heard = "";
        while (!heard.Contains("\"type\":3", StringComparison.Ordinal))
        {
            var read = await connection.Transport.Input.ReadAsync();
            heard += Encoding.UTF8.GetString(read.Buffer);
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
        }

        return connection;
    }
}
