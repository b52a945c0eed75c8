using Microsoft.JSInterop;

namespace StoryStudio.Tests.Fakes;

/// <summary>A browser whose scripts are there and do nothing.</summary>
internal sealed class QuietScripts : IJSRuntime, IJSObjectReference
{
    public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => new(this is TValue module ? module : default(TValue)!);

    public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<TValue>(identifier, args);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
