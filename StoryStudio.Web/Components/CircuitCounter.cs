using Microsoft.AspNetCore.Components.Server.Circuits;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components;

/// <summary>Counts a page among the viewers while its browser is connected.</summary>
internal sealed class CircuitCounter(Audience audience, CircuitPresence presence) : CircuitHandler
{
    private IDisposable? _seat;

    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        _seat ??= audience.Enter(ViewerKind.Page);
        presence.Connect(true);
        return Task.CompletedTask;
    }

    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Leave();
        return Task.CompletedTask;
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Leave();
        return Task.CompletedTask;
    }

    private void Leave()
    {
        _seat?.Dispose();
        _seat = null;
        presence.Connect(false);
    }
}
