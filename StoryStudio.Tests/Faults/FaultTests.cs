using System.Collections.Immutable;
using System.Reflection;
using StoryStudio.Core.Generation;
using StoryStudio.Tests.Fakes;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace StoryStudio.Tests.Faults;

/// <summary>Whatever a service does, through the real adapter, the whole engine and a real HTTP server.</summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    private const int Seed = 20261120;
    private const int Seeds = 12;

    public static TheoryData<string> FaultNames => [.. ProviderFault.All.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(FaultNames))]
    public async Task Fault_Once_CostsNoPictureButTheRefusedOne(string fault)
    {
        var result = await RunAsync(Scenario($"{fault}, once", fault));

        var expected = fault == "refusal" ? ImageStatus.Failed : ImageStatus.Completed;
        Assert.Equal([expected, ImageStatus.Completed, ImageStatus.Completed], result.Images.Select(i => i.Status));
        Assert.Equal((fault == "refusal" ? 1 : 2, 1, 1), (result.CallsBySegment[1], result.CallsBySegment[2], result.CallsBySegment[3]));
    }

    [Theory]
    [InlineData("500", "provider_unavailable", 5, 5)]
    [InlineData("reset", "provider_unavailable", 5, 1)]
    [InlineData("HTML of a gateway", "provider_unavailable", 5, 5)]
    [InlineData("hang", "timeout", 3, 1)]
    [InlineData("slow drip", "timeout", 3, 1)]
    [InlineData("stall halfway", "timeout", 3, 1)]
    [InlineData("truncated body", "damaged", 3, 1)]
    [InlineData("HTML for JSON", "damaged", 3, 3)]
    [InlineData("half a picture", "damaged", 3, 3)]
    [InlineData("declared png, is a PDF", "damaged", 3, 3)]
    [InlineData("declared png, is a script", "damaged", 3, 3)]
    [InlineData("50,000 × 50,000 pixels", "damaged", 3, 3)]
    [InlineData("too large a body", "damaged", 3, 3)]
    [InlineData("no picture in it", "no_picture", 3, 3)]
    [InlineData("picture of 0 bytes", "no_picture", 3, 3)]
    [InlineData("refusal", "refused", 1, 1)]
    public async Task Fault_WithoutEnd_IsGivenUpInTimeAndHarmsNoOther(string fault, string code, int calls, int keys)
    {
        var result = await RunAsync(Scenario($"{fault}, without end", [.. Enumerable.Repeat(fault, 20)]));

        Assert.Equal((ImageStatus.Failed, code, calls), (result.Images[0].Status, result.Images[0].Error!.Code, result.CallsBySegment[1]));

        // What was answered is another call when it goes again; what nobody knows the outcome of is the same one, and charged once.
        Assert.Equal(keys, result.KeysBySegment[1]);
        Assert.Equal([ImageStatus.Completed, ImageStatus.Completed], result.Images.Skip(1).Select(i => i.Status));
    }

    [Theory]
    [EveryMoment(nameof(Disturbance.Crash))]
    [EveryMoment(nameof(Disturbance.Stop))]
    public async Task EndOfTheProcess_WhateverIsUnderWay_CostsNoPictureAndNoAttempt(string disturbance, string moment, string? fault)
    {
        var result = await RunAsync(Scenario($"{disturbance} at {moment}", fault is null ? [] : [fault]) with { Disturbance = Enum.Parse<Disturbance>(disturbance), Moment = Enum.Parse<Moment>(moment) });

        Assert.True(result.Disturbed);
        Assert.All(result.Images, i => Assert.Equal((ImageStatus.Completed, 1), (i.Status, i.Attempt)));
    }

    [Theory]
    [EveryFault(nameof(Disturbance.Crash))]
    [EveryFault(nameof(Disturbance.Stop))]
    public async Task Fault_WhoseCallTheProcessEndsIn_IsMetByTheNextOneAndCostsNoPictureButTheRefusedOne(string disturbance, string fault)
    {
        var result = await RunAsync(Scenario($"{fault}, {disturbance}", fault, fault) with { Disturbance = Enum.Parse<Disturbance>(disturbance), Moment = Moment.Called });

        Assert.True(result.Disturbed);
        var expected = fault == "refusal" ? ImageStatus.Failed : ImageStatus.Completed;
        Assert.Equal([expected, ImageStatus.Completed, ImageStatus.Completed], result.Images.Select(i => i.Status));

        // The call that nobody heard the end of used up no attempt; the second one met the fault.
        Assert.Equal(fault == "refusal" ? 2 : 3, result.CallsBySegment[1]);
    }

    [Theory]
    [EveryMoment(nameof(Disturbance.CancelRun))]
    public async Task CancelOfTheRun_WhateverIsUnderWay_LeavesNothingBehind(string disturbance, string moment, string? fault)
    {
        var result = await RunAsync(Scenario($"{disturbance} at {moment}", fault is null ? [] : [fault]) with { Disturbance = Enum.Parse<Disturbance>(disturbance), Moment = Enum.Parse<Moment>(moment) });

        Assert.True(result.Disturbed);
        Assert.Equal((ImageStatus.Cancelled, null), (result.Images[0].Status, result.Images[0].Url));
        Assert.All(result.Images, i => Assert.Contains(i.Status, (ImageStatus[])[ImageStatus.Cancelled, ImageStatus.Completed]));
    }

    [Theory]
    [EveryMoment(nameof(Disturbance.CancelImage))]
    public async Task Cancel_WhateverIsUnderWay_LeavesNothingBehindAndHarmsNoOther(string disturbance, string moment, string? fault)
    {
        var result = await RunAsync(Scenario($"{disturbance} at {moment}", fault is null ? [] : [fault]) with { Disturbance = Enum.Parse<Disturbance>(disturbance), Moment = Enum.Parse<Moment>(moment) });

        Assert.True(result.Disturbed);
        Assert.Equal([ImageStatus.Cancelled, ImageStatus.Completed, ImageStatus.Completed], result.Images.Select(i => i.Status));
        Assert.All(result.Images.Take(1), i => Assert.Null(i.Url));
    }

    [Theory]
    [EveryMoment(nameof(Disturbance.CancelImage), nameof(Disturbance.Crash))]
    [EveryMoment(nameof(Disturbance.CancelImage), nameof(Disturbance.Stop))]
    [EveryMoment(nameof(Disturbance.CancelRun), nameof(Disturbance.Crash))]
    [EveryMoment(nameof(Disturbance.CancelRun), nameof(Disturbance.Stop))]
    public async Task EndOfTheProcess_RightAfterACancel_LeavesNothingBehindAndHarmsNoOther(string cancel, string end, string moment, string? fault)
    {
        var result = await RunAsync(Scenario($"{cancel} and {end} at {moment}", fault is null ? [] : [fault]) with
        {
            Disturbance = Enum.Parse<Disturbance>(cancel),
            Then = Enum.Parse<Disturbance>(end),
            Moment = Enum.Parse<Moment>(moment),
        });

        Assert.True(result.Disturbed);
        Assert.Equal((ImageStatus.Cancelled, null), (result.Images[0].Status, result.Images[0].Url));
        ImageStatus[] others = cancel == nameof(Disturbance.CancelRun) ? [ImageStatus.Cancelled, ImageStatus.Completed] : [ImageStatus.Completed];
        Assert.All(result.Images.Skip(1), i => Assert.Contains(i.Status, others));
    }

    [Theory]
    [InlineData("hang")]
    [InlineData("slow drip")]
    [InlineData("stall halfway")]
    public async Task Slot_OfACallWhoseTimeIsOver_IsFreeWithoutAnotherMomentPassing(string fault)
    {
        var result = await RunAsync(Scenario(fault, [.. Enumerable.Repeat(fault, 20)]) with { Concurrency = 1 });

        // The run itself lets no time pass while an attempt is there whose time is over; that it ended says that none stayed.
        Assert.Equal([ImageStatus.Failed, ImageStatus.Completed, ImageStatus.Completed], result.Images.Select(i => i.Status));
    }

    [Fact]
    public async Task Seeds_OfEverythingAtRandom_HoldEveryPromise()
    {
        var results = new List<FaultRun.Result>();
        for (var seed = Seed; seed < Seed + Seeds; seed++)
        {
            results.Add(await new FaultRun(FaultScenario.FromSeed(seed)).RunAsync());
            output.WriteLine(results[^1].ToString());
        }

        Assert.Empty(results.SelectMany(r => r.Violations.Select(v => $"{r.Scenario.Name}: {v}")));
        Assert.Contains(results, r => r.Disturbed);
    }

    [Fact]
    public async Task Check_OfADirectoryThatWasTamperedWith_NamesWhatIsWrong()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        await studio.StopAsync();
        Assert.Empty(StoreCheck.Violations(studio.Folder, maxRetries: 3, TimeSpan.FromSeconds(1), []));

        var pictures = Directory.GetFiles(Path.Combine(studio.Folder, "stories"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        await File.AppendAllTextAsync(pictures[0], "more");
        File.Move(pictures[1], $"{pictures[1]}.tmp");

        var violations = StoreCheck.Violations(studio.Folder, maxRetries: 3, TimeSpan.FromSeconds(1), ["a key that nobody sent"]);
        Assert.Equal(4, violations.Count);
        Assert.Contains(violations, v => v.EndsWith("Beat_1.1.svg is not what was written down", StringComparison.Ordinal));
        Assert.Contains(violations, v => v.EndsWith("Beat_1.2.svg is not there", StringComparison.Ordinal));
        Assert.Contains(violations, v => v.EndsWith("Beat_1.2.svg.tmp", StringComparison.Ordinal));
        Assert.Contains(violations, v => v.EndsWith("a key that nobody sent", StringComparison.Ordinal));
    }

    private static FaultScenario Scenario(string name, params string[] faults) => new()
    {
        Name = name,
        Images = 3,
        Faults = ImmutableDictionary<int, IReadOnlyList<ProviderFault>>.Empty.Add(1, [.. faults.Select(ProviderFault.Named)]),
    };

    private async Task<FaultRun.Result> RunAsync(FaultScenario scenario)
    {
        var result = await new FaultRun(scenario).RunAsync();
        output.WriteLine(result.ToString());
        Assert.Empty(result.Violations);
        return result;
    }
}

/// <summary>One kind of disturbance, or one after the other, at every moment of a call, those of a service that keeps its callers waiting included.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class EveryMomentAttribute(params string[] disturbances) : DataAttribute
{
    public IReadOnlyList<string> Disturbances { get; } = disturbances;

    public override IEnumerable<object?[]> GetData(MethodInfo testMethod) =>
    [
        [.. Disturbances, nameof(Moment.BeforeTheCall), null],
        [.. Disturbances, nameof(Moment.Called), null],
        [.. Disturbances, nameof(Moment.Called), "hang"],
        [.. Disturbances, nameof(Moment.Called), "slow drip"],
        [.. Disturbances, nameof(Moment.Called), "stall halfway"],
        [.. Disturbances, nameof(Moment.Answered), null],
        [.. Disturbances, nameof(Moment.Saved), null],
    ];
}

/// <summary>One kind of disturbance with everything that a service does.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class EveryFaultAttribute(string disturbance) : DataAttribute
{
    public string Disturbance { get; } = disturbance;

    public override IEnumerable<object?[]> GetData(MethodInfo testMethod) => ProviderFault.All.Select(f => new object?[] { Disturbance, f.Name });
}
