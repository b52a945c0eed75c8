using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;

namespace StoryStudio.Web.Live;

/// <summary>
/// The transport between the components' hub client and the hub of the same process: a pair of pipes.
/// <para>
/// Why it is here: the SignalR client's HTTP transport package cannot be restored everywhere, and inside one process there is
/// nothing to gain from an address, a certificate or a proxy that could be wrong.
/// </para>
/// <para>Unnecessary once <c>Microsoft.AspNetCore.SignalR.Client</c> is referenced and the hub lives in another process.</para>
/// </summary>
internal sealed class InProcessHubLine(HubConnectionHandler<StoryHub> hub) : IConnectionFactory
{
    /// <summary>The client asks for an end point; this one has no address.</summary>
    public static EndPoint EndPoint { get; } = new Here();

    public ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var toServer = new Pipe(new PipeOptions(useSynchronizationContext: false));
        var toClient = new Pipe(new PipeOptions(useSynchronizationContext: false));
        var id = Guid.NewGuid().ToString("n");
        var client = new DefaultConnectionContext(id, new Duplex(toClient.Reader, toServer.Writer), new Duplex(toServer.Reader, toClient.Writer));
        var server = new DefaultConnectionContext(id, new Duplex(toServer.Reader, toClient.Writer), new Duplex(toClient.Reader, toServer.Writer));
        _ = ServeAsync(server);
        return ValueTask.FromResult<ConnectionContext>(client);
    }

    private async Task ServeAsync(DefaultConnectionContext server)
    {
        Exception? failure = null;
        try
        {
            await hub.OnConnectedAsync(server);
        }
        catch (Exception thrown)
        {
            failure = thrown;
        }

        await server.Transport.Output.CompleteAsync(failure);
        await server.Transport.Input.CompleteAsync(failure);
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class Here : EndPoint
    {
        public override string ToString() => "in process";
    }
}
