using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Components.Wizard;

/// <summary>Somebody, or a place, of a story that is being made ready.</summary>
public sealed record DraftMember(string Name, CastKind Kind, IReadOnlyList<string> Aliases, string Description);

/// <summary>A page as a file had it, with what stood beside it there; without a number where it was kept before numbers were.</summary>
public sealed record DraftPage(string Text, bool HardCut, string? Prompt, IReadOnlyDictionary<string, string>? Prompts, IReadOnlyList<string>? Characters, string? Number = null);

/// <summary>What an author did to a text and chose for it, as it is kept with the draft.</summary>
/// <param name="Edits">Joints that were opened and closed.</param>
/// <param name="Cast">Who and what shall keep one look.</param>
/// <param name="Dismissed">Names that are not to be proposed again.</param>
/// <param name="Styles">Keys; null while nothing was chosen.</param>
/// <param name="Pages">As a file had them; null where the text is split.</param>
/// <param name="Of">The mark of the text that <paramref name="Edits"/> and <paramref name="Pages"/> belong to; null with what was kept before there were marks.</param>
/// <param name="Settled">The mark of the text of which its author has said what it is, prose or more than that; null where nobody was asked.</param>
public sealed record DraftWork(
    IReadOnlyList<DraftEdit> Edits,
    IReadOnlyList<DraftMember> Cast,
    IReadOnlyList<string> Dismissed,
    IReadOnlyList<string>? Styles,
    IReadOnlyList<DraftPage>? Pages = null,
    string? Of = null,
    string? Settled = null)
{
    // It is read here alone: letters of any script stand as they are, and what is not there takes no room.
    private static readonly JsonSerializerOptions Small = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static DraftWork Nothing { get; } = new([], [], [], null);

    public static string MarkOf(string text) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan())));

    /// <summary>What of it holds for a text: joints are of one text alone, the cast and the styles of any.</summary>
    public DraftWork For(string mark) => Of is null || Of == mark ? this : this with { Edits = [], Pages = null, Of = null };

    /// <summary>Whether anything was done to the pages, or a file had them.</summary>
    [JsonIgnore]
    public bool HasPages => Edits.Count > 0 || Pages is not null;

    public string Write() => JsonSerializer.Serialize(this, Small);

    /// <summary>What an earlier or a later version wrote and this one cannot read is nothing; the text is kept apart from it.</summary>
    public static DraftWork Read(string work)
    {
        try
        {
            return work.Length > 0 && JsonSerializer.Deserialize<DraftWork>(work) is { Edits: not null, Cast: not null, Dismissed: not null } read
                && read.Cast.All(m => m is { Name: not null, Aliases: not null, Description: not null }) && read.Pages?.All(p => p is { Text: not null }) != false ? read : Nothing;
        }
        catch (JsonException)
        {
            return Nothing;
        }
    }
}
