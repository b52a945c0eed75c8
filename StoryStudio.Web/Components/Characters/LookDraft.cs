using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Components.Characters;

/// <summary>A character or a place as it was written into the form.</summary>
public sealed record LookDraft(string Name, string Description, CastKind Kind, IReadOnlyList<string> Aliases)
{
    /// <summary>Names that stand in one line, between commas.</summary>
    public static IReadOnlyList<string> Split(string line) => line.Split([',', ';', '、', '،'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
