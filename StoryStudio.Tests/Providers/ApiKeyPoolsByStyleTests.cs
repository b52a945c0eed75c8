using StoryStudio.Core;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;
using static StoryStudio.Tests.Fakes.KeyPool;

namespace StoryStudio.Tests.Providers;

/// <summary>Which keys serve a style, and what they have in common with those of others.</summary>
public sealed class ApiKeyPoolsByStyleTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void For_StyleWithKeysOfItsOwn_UsesThemAtItsPace()
    {
        var pools = Pools(_time, out var options);
        options.Providers.OpenAI.ApiKey = "provider-key";
        var own = new StyleDefinition { Key = "clear", ApiKeys = ["style-key", "style-key", " "], RequestsPerMinute = 1 };
        var plain = new StyleDefinition { Key = "illustration", RequestsPerMinute = 1 };

        Assert.Equal("style-key", Lease(pools.For(own, "openai")).Key);
        Assert.False(pools.For(own, "openai").TryLease(out _, out _));
        Assert.Equal("provider-key", Lease(pools.For(plain, "openai")).Key);
        Assert.Same(pools.For(plain, "openai"), pools.For(new StyleDefinition { Key = "consistent" }, "openai"));
    }

    [Fact]
    public void For_StylesThatShareTheProvidersKeys_IsTheSlowestOfTheirPaces()
    {
        var pools = Pools(_time, out var options);
        options.Providers.OpenAI.ApiKey = "provider-key";
        var pool = pools.For(new StyleDefinition { Key = "fast", RequestsPerMinute = 5 }, "openai");
        Assert.Equal(5, pool.States()[0].RequestsPerMinute);

        Assert.Same(pool, pools.For(new StyleDefinition { Key = "slow", RequestsPerMinute = 2 }, "openai"));
        pools.For(new StyleDefinition { Key = "faster", RequestsPerMinute = 20 }, "openai");
        pools.For(new StyleDefinition { Key = "elsewhere", RequestsPerMinute = 1 }, "gemini");

        Assert.Equal(2, pool.States()[0].RequestsPerMinute);
        Assert.Equal("provider-key provider-key", Keys(pool, 2));
        Assert.False(pool.TryLease(out _, out _));
    }

    [Fact]
    public void For_AProviderThatSaysItsPaceItself_IsThatWhateverItsStylesSay()
    {
        var pools = Pools(_time, out var options);
        (options.Providers.OpenAI.ApiKey, options.Providers.OpenAI.RequestsPerMinute) = ("provider-key", 3);

        var pool = pools.For(new StyleDefinition { Key = "slow", RequestsPerMinute = 1 }, "openai");
        pools.For(new StyleDefinition { Key = "fast", RequestsPerMinute = 20 }, "openai");

        Assert.Equal(3, pool.States()[0].RequestsPerMinute);
    }

    [Fact]
    public void For_EachProvider_IsItsOwnKeyAtItsOwnPace()
    {
        var pools = Pools(_time, out var options);
        (options.Providers.OpenAI.ApiKey, options.Providers.Gemini.ApiKey, options.Providers.Gemini.RequestsPerMinute) = ("openai-key", "gemini-key", 1);
        var style = new StyleDefinition { Key = "clear" };

        Assert.Equal("openai-key", Lease(pools.For(style, "openai")).Key);
        Assert.Equal("gemini-key", Lease(pools.For(style, "gemini")).Key);
        Assert.False(pools.For(style, "gemini").TryLease(out _, out _));
    }

    [Fact]
    public void For_SketchOrServerWithoutKeys_HasNoKeyAndNoPace()
    {
        var pools = Pools(_time, out _);
        var style = new StyleDefinition { Key = "clear", ApiKeys = ["style-key"], RequestsPerMinute = 1 };

        Assert.False(pools.For(style, "sketch").HasKeys);
        Assert.False(pools.For(new StyleDefinition { Key = "illustration" }, "openai").HasKeys);
    }

    [Fact]
    public void For_OneKeyInTwoStyles_IsOneKeyWithTheSlowerPace()
    {
        var pools = Pools(_time, out _);
        var fast = pools.For(new StyleDefinition { Key = "a", ApiKeys = ["shared-key"], RequestsPerMinute = 10 }, "openai");
        var slow = pools.For(new StyleDefinition { Key = "b", ApiKeys = ["shared-key"], RequestsPerMinute = 2 }, "openai");

        Lease(fast);
        Lease(slow);

        Assert.False(fast.TryLease(out _, out _));
        Assert.False(slow.TryLease(out _, out _));
        pools.For(new StyleDefinition { Key = "c", ApiKeys = ["shared-key"], RequestsPerMinute = 5 }, "openai");
        Assert.Equal(2, pools.Keys()[0].RequestsPerMinute);
    }

    [Fact]
    public void For_KeysOfOneAccount_RestTogetherButAreSwitchedOffAlone()
    {
        var pools = Pools(_time, out _);
        ApiKeyDefinition[] keys = [new() { Key = "key-a1", Account = "a" }, new() { Key = "key-a2", Account = " a " }, new() { Key = "key-b1", Account = "b" }, "key-own"];
        var pool = pools.For(new StyleDefinition { Key = "clear", ApiKeys = [.. keys] }, "openai");
        var leases = Enumerable.Range(0, 4).Select(_ => Lease(pool)).ToList();

        pool.Report(leases[0], Failure(FailureKind.RateLimited), TimeSpan.FromSeconds(7));
        Assert.Equal([KeyCondition.Cooling, KeyCondition.Cooling, KeyCondition.Ready, KeyCondition.Ready], pool.States().Select(s => s.Condition));

        pool.Report(leases[1], Failure(FailureKind.OutOfCredit), TimeSpan.Zero);
        pool.Report(leases[2], Failure(FailureKind.BadKey), TimeSpan.Zero);
        Assert.Equal([KeyCondition.Parked, KeyCondition.Parked, KeyCondition.Off, KeyCondition.Ready], pool.States().Select(s => s.Condition));
        Assert.Equal("key-own key-own", Keys(pool, 2));
        Assert.Equal(["a", "a", "b", null], pools.Keys().Select(s => s.Account));

        var elsewhere = pools.For(new StyleDefinition { Key = "other", ApiKeys = [new() { Key = "key-a3", Account = "a" }] }, "openai");
        Assert.False(elsewhere.TryLease(out _, out _));
        Assert.True(pools.For(new StyleDefinition { Key = "third", ApiKeys = [new() { Key = "key-a3", Account = "a" }] }, "gemini").TryLease(out _, out _));
    }

    [Fact]
    public void For_AccountThatOnlyOnePlaceNames_HoldsWhereverTheKeyStands()
    {
        var pools = Pools(_time, out _);
        var plain = pools.For(new StyleDefinition { Key = "a", ApiKeys = ["shared-key"] }, "openai");
        plain.CoolDown(Lease(plain), _time.GetUtcNow() + TimeSpan.FromSeconds(30));

        var named = pools.For(new StyleDefinition { Key = "b", ApiKeys = [new() { Key = "shared-key", Account = "team" }, new() { Key = "other-key", Account = "team" }] }, "openai");

        Assert.False(named.TryLease(out _, out var readyAt));
        Assert.Equal(TimeSpan.FromSeconds(30), readyAt - _time.GetUtcNow());
        Assert.Equal(["a", "b"], pools.Keys()[0].Styles);
    }

    [Fact]
    public void For_ProviderWithSeveralKeys_UsesThemAll()
    {
        var pools = Pools(_time, out var options);
        options.Providers.OpenAI.ApiKey = "first-key";
        options.Providers.OpenAI.ApiKeys = ["second-key", " first-key ", new() { Key = "third-key", Account = "x" }];

        Assert.Equal("first-key second-key third-key", Keys(pools.For(new StyleDefinition { Key = "clear" }, "openai"), 3));
    }
}
