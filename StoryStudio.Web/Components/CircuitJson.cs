using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.JSInterop;

namespace StoryStudio.Web.Components;

/// <summary>
/// Every circuit describes anew, in JSON options of its own, the types that it sends to its scripts, and with each number, string and
/// list all of the interfaces that those have, in case one of them said how to be written. None of the framework's does; left out, a
/// circuit is lighter by more than thirty kilobytes. What goes to or comes from a script is therefore declared as a class, not as an
/// <c>IReadOnlyList</c>: that is refused at its first call.
/// </summary>
internal sealed class CircuitJson(IJsonTypeInfoResolver types) : IJsonTypeInfoResolver
{
    private static readonly CircuitJson Usual = new(new DefaultJsonTypeInfoResolver());

    public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options) =>
        type.IsInterface && type.Assembly == typeof(object).Assembly ? null : types.GetTypeInfo(type, options);

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
}
