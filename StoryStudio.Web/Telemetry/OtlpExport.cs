using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using StoryStudio.Core;
using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Telemetry;

/// <summary>
/// Sends StoryStudio's meters and spans to a collector, from the start to the end, where the last of them are sent. Each goes where it is named an
/// endpoint: by our own setting, by the <c>OTEL_</c> variable for all signals, or by the one for meters or traces alone. What is named none goes nowhere.
/// </summary>
internal sealed class OtlpExport(TelemetryOptions options, IConfiguration configuration) : IHostedService, IDisposable
{
    private const string Prefix = "OTEL_EXPORTER_OTLP_";
    private const string Metrics = "METRICS_";
    private const string Traces = "TRACES_";
    private const string Endpoint = "ENDPOINT";

    private MeterProvider? _meters;
    private TracerProvider? _traces;

    public static bool IsWanted(TelemetryOptions options, IConfiguration configuration) => IsWanted(Metrics, options, configuration) || IsWanted(Traces, options, configuration);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var resource = ResourceBuilder.CreateDefault().AddService(StudioMeters.Name, serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(3));
        if (IsWanted(Metrics, options, configuration))
        {
            _meters = Sdk.CreateMeterProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(configuration))
                .SetResourceBuilder(resource)
                .AddMeter(StudioMeters.Name)
                .AddOtlpExporter(exporter => Aim(exporter, Metrics, "v1/metrics"))
                .Build();
        }

        if (IsWanted(Traces, options, configuration))
        {
            _traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(configuration))
                .SetResourceBuilder(resource)
                .AddSource(StudioMeters.Name)
                .AddOtlpExporter(exporter => Aim(exporter, Traces, "v1/traces"))
                .Build();
        }

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

    private static bool IsWanted(string signal, TelemetryOptions options, IConfiguration configuration) =>
        !string.IsNullOrWhiteSpace(options.OtlpEndpoint) || Read(configuration, Endpoint) is not null || Own(signal, configuration) is not null;

    /// <summary>Where the signal's own variable names it an endpoint: as it stands, with its path.</summary>
    private static Uri? Own(string signal, IConfiguration configuration) => Uri.TryCreate(Read(configuration, $"{signal}{Endpoint}"), UriKind.Absolute, out var endpoint) ? endpoint : null;

    private static string? Read(IConfiguration configuration, string name) => configuration[$"{Prefix}{name}"] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    /// <summary>
    /// Our own setting is a base address; where there is none, the exporter reads the variables for all signals by itself. Those for one signal it
    /// does not read where it is added by signal, as here.
    /// </summary>
    private void Aim(OtlpExporterOptions exporter, string signal, string path)
    {
        if (!string.IsNullOrWhiteSpace(options.OtlpEndpoint))
        {
            var isGrpc = IsGrpc(options.OtlpProtocol);
            exporter.Protocol = Protocol(isGrpc);
            exporter.Endpoint = isGrpc ? new Uri(options.OtlpEndpoint) : new Uri($"{options.OtlpEndpoint.TrimEnd('/')}/{path}");
            return;
        }

        exporter.Protocol = Read(configuration, $"{signal}PROTOCOL") is { } protocol ? Protocol(IsGrpc(protocol)) : exporter.Protocol;
        exporter.Headers = Read(configuration, $"{signal}HEADERS") ?? exporter.Headers;
        if (Own(signal, configuration) is { } endpoint)
        {
            exporter.Endpoint = endpoint;
        }
    }

    private static bool IsGrpc(string protocol) => protocol == "grpc";

    private static OtlpExportProtocol Protocol(bool isGrpc) => isGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
}
