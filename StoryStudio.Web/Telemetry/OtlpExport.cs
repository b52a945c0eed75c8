using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using StoryStudio.Core;
using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Telemetry;

/// <summary>Sends StoryStudio's meters and spans to a collector, from the start to the end, where the last of them are sent.</summary>
internal sealed class OtlpExport(TelemetryOptions options, IConfiguration configuration) : IHostedService, IDisposable
{
    private MeterProvider? _meters;
    private TracerProvider? _traces;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var resource = ResourceBuilder.CreateDefault().AddService(StudioMeters.Name, serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(3));
        _meters = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .SetResourceBuilder(resource)
            .AddMeter(StudioMeters.Name)
            .AddOtlpExporter(exporter => Aim(exporter, "v1/metrics"))
            .Build();
        _traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .SetResourceBuilder(resource)
            .AddSource(StudioMeters.Name)
            .AddOtlpExporter(exporter => Aim(exporter, "v1/traces"))
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        // What was not sent yet goes out with it.
        _meters?.Dispose();
        _traces?.Dispose();
        (_meters, _traces) = (null, null);
    }

    /// <summary>Our own setting is a base address; where there is none, the exporter reads the <c>OTEL_</c> variables by itself.</summary>
    private void Aim(OtlpExporterOptions exporter, string path)
    {
        if (string.IsNullOrWhiteSpace(options.OtlpEndpoint))
        {
            return;
        }

        var isGrpc = options.OtlpProtocol == "grpc";
        exporter.Protocol = isGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = isGrpc ? new Uri(options.OtlpEndpoint) : new Uri($"{options.OtlpEndpoint.TrimEnd('/')}/{path}");
    }
}
