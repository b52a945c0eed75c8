using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Radzen;
using StoryStudio.Web.Components;
using Xunit;

namespace StoryStudio.Tests.Components;

public sealed class CircuitJsonTests
{
    private static readonly JsonSerializerOptions Usual = new(JsonSerializerDefaults.Web);
    private static readonly JsonSerializerOptions Lean = new(JsonSerializerDefaults.Web) { TypeInfoResolver = new CircuitJson(new DefaultJsonTypeInfoResolver()) };

    public static TheoryData<object?[]> Sent =>
    [
        [1, "one", true, 0.5, null, 'c'],
        [new[] { "one", "two" }, new List<int> { 1 }, new Dictionary<string, List<string>>(StringComparer.Ordinal) { ["one"] = ["two"] }],
        [new DialogOptions { Width = "29rem", CloseDialogOnOverlayClick = true, AutoFocusFirstElement = true }],
    ];

    [Theory]
    [MemberData(nameof(Sent))]
    public void Arguments_AreWrittenAsEver(params object?[] sent) => Assert.Equal(JsonSerializer.Serialize(sent, Usual), JsonSerializer.Serialize(sent, Lean));

    [Fact]
    public void Interfaces_OfTheFrameworksOwn_AreNotDescribed_AndAllOthersAre()
    {
        var json = new CircuitJson(new DefaultJsonTypeInfoResolver());

        Assert.Null(json.GetTypeInfo(typeof(IComparable<int>), Lean));
        Assert.Null(json.GetTypeInfo(typeof(IReadOnlyList<string>), Lean));
        Assert.NotNull(json.GetTypeInfo(typeof(Microsoft.JSInterop.IJSObjectReference), Lean));
        Assert.NotNull(json.GetTypeInfo(typeof(string), Lean));
    }
}
