using System.Reflection;

namespace StoryStudio.Tests.Fakes;

/// <summary>Stands where something has to be registered that no test of the kind asks anything of.</summary>
#pragma warning disable CA1852 // The proxy is a class derived from it, made at run time.
internal class Unasked : DispatchProxy
{
    public static T Of<T>()
        where T : class => Create<T, Unasked>();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new InvalidOperationException($"{targetMethod?.DeclaringType?.Name}.{targetMethod?.Name} was not expected to be asked for.");
}
#pragma warning restore CA1852
