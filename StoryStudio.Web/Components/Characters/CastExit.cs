using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Components.Characters;

/// <summary>Somebody left a story's cast.</summary>
/// <param name="Gone">As they were.</param>
/// <param name="Into">Whom they became one with; null where they were removed.</param>
public sealed record CastExit(CastMember Gone, CastMember? Into);
