using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace StoryStudio.Tests.Fakes;

/// <summary>The line between feed and hub, with a pair of scissors.</summary>
internal sealed class CuttableHubLine(IConnectionFactory line) : IConnectionFactory
{
    private readonly ConcurrentBag<ConnectionContext> _open = [];
    private volatile bool _isCut;

    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (_isCut)
        {
            throw new IOException("The line is cut.");
        }

        var connection = await line.ConnectAsync(endpoint, cancellationToken);
        _open.Add(connection);
        return connection;
    }

    public async Task CutAsync()
    {
        _isCut = true;
        while (_open.TryTake(out var connection))
        {
            await connection.Transport.Input.CompleteAsync();
            await connection.Transport.Output.CompleteAsync();
        }
    }

    public void Mend() => _isCut = false;
}
