using StoryStudio.Core.Access;

namespace StoryStudio.Web.Security;

/// <summary>Whom an endpoint lets in. One that says nothing is for authors alone.</summary>
public interface IAdmission;

/// <summary>For whoever comes: what nobody need be known for.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class AdmitsAnyoneAttribute : Attribute, IAdmission;

/// <summary>For authors, and for the guests of one story.</summary>
/// <param name="of">How the address tells which story.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class AdmitsGuestsAttribute(StoryOf of) : Attribute, IAdmission
{
    public StoryOf Of { get; } = of;

    /// <summary>What the guest's link must allow at least.</summary>
    public StoryRole Role { get; init; } = StoryRole.Look;
}

/// <summary>How an address tells which story it is about.</summary>
public enum StoryOf
{
    /// <summary>By the route's <c>storyId</c>.</summary>
    StoryId,

    /// <summary>By the route's <c>id</c>, as pages have it.</summary>
    Id,

    /// <summary>By the route's <c>imageId</c>.</summary>
    Image,

    /// <summary>By the route's <c>characterId</c>.</summary>
    Character,

    /// <summary>By the route's <c>runId</c>.</summary>
    Run,

    /// <summary>It does not: whoever is a guest of any story comes in, and the endpoint itself asks <see cref="IStoryAccess"/>.</summary>
    Asked,
}

/// <summary>A long answer that ends by itself when <see cref="Admission.Ended"/> is cancelled, with a last word; every other one is cut off.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class EndsItselfAttribute : Attribute;

public static class AdmissionExtensions
{
    /// <inheritdoc cref="AdmitsAnyoneAttribute"/>
    public static T AdmitsAnyone<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new AdmitsAnyoneAttribute());

    /// <inheritdoc cref="AdmitsGuestsAttribute"/>
    public static T AdmitsGuests<T>(this T endpoint, StoryOf of, StoryRole role = StoryRole.Look)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new AdmitsGuestsAttribute(of) { Role = role });

    /// <inheritdoc cref="EndsItselfAttribute"/>
    public static T EndsItself<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new EndsItselfAttribute());
}
