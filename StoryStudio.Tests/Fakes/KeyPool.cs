using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Keys;
using Xunit;

namespace StoryStudio.Tests.Fakes;

/// <summary>What tests of key pools have in common.</summary>
internal static class KeyPool
{
    public static KeyLease Lease(ApiKeyPool pool)
    {
        Assert.True(pool.TryLease(out var lease, out _));
        Assert.True(lease.TryBegin());
        return lease;
    }

    public static string Keys(ApiKeyPool pool, int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => Lease(pool).Key));

    public static ImageFailure Failure(FailureKind kind) => new() { Kind = kind, Message = kind.Code(), LogMessage = "" };

    public static ApiKeyPools Pools(TimeProvider time, out StoryStudioOptions options)
    {
        options = new StoryStudioOptions();
        return new ApiKeyPools(Options.Create(options), time);
    }
}
