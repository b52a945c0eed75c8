using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace StoryStudio.Web.Components;

/// <summary>
/// Every circuit describes anew, in JSON options of its own, the types that it sends to its scripts, and with each number, string and
/// list all of the interfaces that those have, in case one of them said how to be written. None of the framework's does; left out, a
/// circuit is lighter by more than thirty kilobytes. What goes to or comes from a script is therefore declared as a class, not as an
/// <c>IReadOnlyList</c>: that is refused at its first call. The arguments of a call are written by one converter, so that the simple
/// ones among them, which nearly all are, need no description at all.
/// </summary>
internal sealed class CircuitJson(IJsonTypeInfoResolver types) : IJsonTypeInfoResolver
{
    private static readonly CircuitJson Usual = new(new DefaultJsonTypeInfoResolver());

    public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options) =>
        type == typeof(object[]) ? JsonMetadataServices.CreateValueInfo<object?[]>(options, Arguments.Converter)
        : type.IsInterface && type.Assembly == typeof(object).Assembly ? null
        : types.GetTypeInfo(type, options);

    /// <summary>Comes after what registers the circuits' script runtime: it stays the same, with other options.</summary>
    public static void Use(IServiceCollection services)
    {
        var runtime = services.Last(service => service.ServiceType == typeof(IJSRuntime)).ImplementationType!;
        services.AddScoped(provider =>
        {
            var scripts = (JSRuntime)ActivatorUtilities.CreateInstance(provider, runtime);
            var options = OptionsOf(scripts);
            options.TypeInfoResolver = options.TypeInfoResolver is { } types ? new CircuitJson(types) : Usual;
            return (IJSRuntime)scripts;
        });
    }

    // Protected, and there is no other way to them: the runtime's own class is not to be inherited from.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_JsonSerializerOptions")]
    private static extern JsonSerializerOptions OptionsOf(JSRuntime runtime);

    /// <summary>What is sent with a call. Written as ever.</summary>
    private sealed class Arguments : JsonConverter<object?[]>
    {
        public static Arguments Converter { get; } = new();

        public override object?[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("No script answers with a list of anything: say of what.");

        public override void Write(Utf8JsonWriter writer, object?[] value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var argument in value)
            {
                Write(writer, argument, options);
            }

            writer.WriteEndArray();
        }

        private static void Write(Utf8JsonWriter writer, object? argument, JsonSerializerOptions options)
        {
            switch (argument)
            {
                case null:
                    writer.WriteNullValue();
                    break;
                case string words:
                    writer.WriteStringValue(words);
                    break;
                case bool yes:
                    writer.WriteBooleanValue(yes);
                    break;
                case int number:
                    writer.WriteNumberValue(number);
                    break;
                // Which renderer it is, in the framework's own first call: to write one number so, it would be told all the names of its kind.
                case Enum which when !which.GetType().IsDefined(typeof(JsonConverterAttribute), inherit: false):
                    writer.WriteNumberValue(Convert.ToInt64(which, CultureInfo.InvariantCulture));
                    break;
                case ElementReference element:
                    writer.WriteStartObject();
                    writer.WriteString("__internalId", element.Id);
                    writer.WriteEndObject();
                    break;
                // What the framework's own first call has of parameters and initializers, and nobody has here.
                case IDictionary { Count: 0 }:
                    writer.WriteStartObject();
                    writer.WriteEndObject();
                    break;
                default:
                    JsonSerializer.Serialize(writer, argument, argument.GetType(), options);
                    break;
            }
        }
    }
}
