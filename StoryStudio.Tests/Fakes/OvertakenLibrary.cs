using System.Reflection;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StoryStudio.Core.Stories;

namespace StoryStudio.Tests.Fakes;

/// <summary>The library as it is, and a window that goes in the very moment in which its story is made.</summary>
internal sealed class OvertakenLibrary : CircuitHandler
{
    private readonly TaskCompletionSource _gone = new();

    /// <summary>Closes the window.</summary>
    public Func<Task> Leave { get; set; } = () => Task.CompletedTask;

    /// <summary>Has the story's id once the window is gone.</summary>
    public TaskCompletionSource<string> Made { get; } = new();

    public void Stand(IServiceCollection services)
    {
        var usual = services.Single(s => s.ServiceType == typeof(IStoryLibrary)).ImplementationType!;
        services.Replace(ServiceDescriptor.Singleton(provider => Proxy.Of((IStoryLibrary)ActivatorUtilities.CreateInstance(provider, usual), this)));
        services.AddSingleton<CircuitHandler>(this).Configure<CircuitOptions>(circuit => circuit.DisconnectedCircuitRetentionPeriod = TimeSpan.FromSeconds(1));
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        _gone.TrySetResult();
        return Task.CompletedTask;
    }

    private async Task<StoryDetails> CreateAsync(Task<StoryDetails> creating)
    {
        var story = await creating;
        await Leave();
        await _gone.Task.WaitAsync(Studio.Patience);
        Made.TrySetResult(story.Id);
        return story;
    }

#pragma warning disable CA1852 // The proxy is a class derived from it, made at run time.
    private class Proxy : DispatchProxy
    {
        private IStoryLibrary _library = null!;
        private OvertakenLibrary _moment = null!;

        public static IStoryLibrary Of(IStoryLibrary library, OvertakenLibrary moment)
        {
            var proxy = Create<IStoryLibrary, Proxy>();
            (((Proxy)(object)proxy)._library, ((Proxy)(object)proxy)._moment) = (library, moment);
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var answer = targetMethod!.Invoke(_library, BindingFlags.DoNotWrapExceptions, null, args, null);
            return targetMethod.Name == nameof(IStoryLibrary.CreateAsync) ? _moment.CreateAsync((Task<StoryDetails>)answer!) : answer;
        }
    }
#pragma warning restore CA1852
}
