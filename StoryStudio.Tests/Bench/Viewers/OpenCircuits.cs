using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.DependencyInjection;

namespace StoryStudio.Tests.Bench.Viewers;

/// <summary>How many circuits a server holds, so that what they hold is divided by the right number.</summary>
internal sealed class OpenCircuits : CircuitHandler
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Counts those of a server, and has it keep a circuit whose browser went for a second only: one that goes in the middle of it would be taken off the figure.</summary>
    public void CountIn(IServiceCollection services) => services
        .AddSingleton<CircuitHandler>(this)
        .Configure<CircuitOptions>(circuit => circuit.DisconnectedCircuitRetentionPeriod = TimeSpan.FromSeconds(1));

    public async Task AreAsync(int count)
    {
        while (Count != count)
        {
            await Task.Delay(100);
        }
    }

    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _count);
        return Task.CompletedTask;
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Interlocked.Decrement(ref _count);
        return Task.CompletedTask;
    }
}
