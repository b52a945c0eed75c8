using System.Collections.Immutable;
using StoryStudio.Core.Generation;
using Xunit;
using Xunit.Abstractions;

namespace StoryStudio.Tests.Faults;

/// <summary>Every fault as OpenAI's own endpoint brings it, in a stream of events, and as Gemini words it.</summary>
public sealed class FaultDialectTests(ITestOutputHelper output)
{
    public static TheoryData<string, string> EveryFault
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var dialect in Dialect.All.Except([Dialect.OpenAI]))
            {
                foreach (var fault in ProviderFault.All)
                {
                    data.Add(dialect.Name, fault.Name);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(EveryFault))]
    public async Task Fault_OnceInAnotherDialect_CostsNoPictureButTheRefusedOne(string dialect, string fault)
    {
        var result = await new FaultRun(new()
        {
            Name = $"{fault}, once",
            Images = 3,
            Dialect = Dialect.Named(dialect),
            Faults = ImmutableDictionary<int, IReadOnlyList<ProviderFault>>.Empty.Add(1, [ProviderFault.Named(fault)]),
        }).RunAsync();
        output.WriteLine(result.ToString());

        Assert.Empty(result.Violations);
        var expected = fault == "refusal" ? ImageStatus.Failed : ImageStatus.Completed;
        Assert.Equal([expected, ImageStatus.Completed, ImageStatus.Completed], result.Images.Select(i => i.Status));
        Assert.Equal((fault == "refusal" ? 1 : 2, 1, 1), (result.CallsBySegment[1], result.CallsBySegment[2], result.CallsBySegment[3]));
    }
}
