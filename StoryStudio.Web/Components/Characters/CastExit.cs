using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Components.Characters;

/// <summary>Somebody left a story's cast.</summary>
/// <param name="Gone">As they were.</param>
/// <param name="Into">Whom they became one with; null where they were removed.</param>
public sealed record CastExit(CastMember Gone, CastMember? Into)
{
    /// <summary>Whether it was done by mouse or finger, whose place on the page is not to be left; keys go to where the way back is near.</summary>
    public bool ByPointer { get; init; }
}
