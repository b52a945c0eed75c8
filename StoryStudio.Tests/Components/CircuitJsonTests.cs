using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;
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
        [1, "one", true, 0.5, null, 'c', DayOfWeek.Friday, long.MaxValue, "“</script>” 🦊"],
        [new[] { "one", "two" }, new List<int> { 1 }, new Dictionary<string, List<string>>(StringComparer.Ordinal) { ["one"] = ["two"] }],
        [new DialogOptions { Width = "29rem", CloseDialogOnOverlayClick = true, AutoFocusFirstElement = true }],
    ];

    [Theory]
    [MemberData(nameof(Sent))]
    public void Arguments_AreWrittenAsEver(params object?[] sent) => Assert.Equal(JsonSerializer.Serialize(sent, Usual), JsonSerializer.Serialize(sent, Lean));

    [Fact]
    public async Task ElementsAndObjects_AreWrittenByACircuitsOwnRuntime_AsEver()
    {
        await using var usual = Circuit(lean: false);
        await using var lean = Circuit(lean: true);

        var (before, after) = (Write(usual), Write(lean));

        Assert.Equal("""[{"__internalId":"one"},"two",{"__dotNetObject":1}]""", before);
        Assert.Equal(before, after);
    }

    [Fact]
    public void Interfaces_OfTheFrameworksOwn_AreNotDescribed_AndAllOthersAre()
    {
        var json = new CircuitJson(new DefaultJsonTypeInfoResolver());

        Assert.Null(json.GetTypeInfo(typeof(IComparable<int>), Lean));
        Assert.Null(json.GetTypeInfo(typeof(IReadOnlyList<string>), Lean));
        Assert.NotNull(json.GetTypeInfo(typeof(Microsoft.JSInterop.IJSObjectReference), Lean));
        Assert.NotNull(json.GetTypeInfo(typeof(string), Lean));
    }

    private static WebApplication Circuit(bool lean)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddServerSideBlazor();
        if (lean)
        {
            CircuitJson.Use(builder.Services);
        }

        return builder.Build();
    }

    private string Write(WebApplication app)
    {
        using var page = DotNetObjectReference.Create(this);
        using var scope = app.Services.CreateScope();
        var runtime = scope.ServiceProvider.GetRequiredService<IJSRuntime>();
        var options = typeof(JSRuntime).GetProperty("JsonSerializerOptions", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(runtime);
        return JsonSerializer.Serialize<object?[]>([new ElementReference("one"), "two", page], (JsonSerializerOptions)options!);
    }
}
