using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace StoryStudio.Tests.Api;

public sealed class HealthApiTests
{
    [Fact]
    public async Task Server_ThatRuns_IsLive()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync("/health/live");

        Assert.Equal((HttpStatusCode.OK, "live"), (answer.Status, answer.Json.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Server_WithAllItNeeds_IsReady()
    {
        await using var host = await ApiHost.StartAsync(services: s => s.AddHealthChecks().AddCheck("storage", () => HealthCheckResult.Healthy("SQLite 3.46 of the system")));

        var answer = await host.GetAsync("/health/ready");

        Assert.Equal((HttpStatusCode.OK, "ready"), (answer.Status, answer.Json.GetProperty("status").GetString()));
        var check = answer.Json.GetProperty("checks").GetProperty("storage");
        Assert.Equal(("healthy", "SQLite 3.46 of the system"), (check.GetProperty("status").GetString(), check.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task Server_ThatLacksSomething_SaysWhatAndNoMore()
    {
        await using var host = await ApiHost.StartAsync(services: s => s.AddHealthChecks()
            .AddCheck("disk", () => HealthCheckResult.Unhealthy("The disk is full."))
            .AddCheck("storage", () => throw new InvalidOperationException("password=x")));

        var answer = await host.GetAsync("/health/ready");

        answer.Problem(HttpStatusCode.ServiceUnavailable, "not_ready");
        Assert.Contains("The disk is full.", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("unhealthy", answer.Json.GetProperty("checks").GetProperty("storage").GetProperty("status").GetString());
        Assert.DoesNotContain("password", answer.Text, StringComparison.Ordinal);
    }
}
