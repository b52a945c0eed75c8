using System.Security.Cryptography;
using System.Text;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Generation;

/// <summary>
/// What a picture was made from, in marks that are kept with its version: where one differs from what stands in the story today, the
/// picture is from before a change. Pictures that went along are kept beside it as <see cref="PictureReference"/>.
/// </summary>
public sealed record PictureBasis
{
    /// <summary>Of the segment's words; null where the picture shows a character.</summary>
    public string? Text { get; init; }

    /// <summary>Of where and when it happens, as a screenplay's headings say; null where that was not kept yet, or the picture shows a character.</summary>
    public string? Setting { get; init; }

    /// <summary>Of the author's own prompt, which stands in place of the words; null where there was none.</summary>
    public string? Prompt { get; init; }

    /// <summary>Of the style's words in the settings; null where a person brought the picture.</summary>
    public string? Style { get; init; }

    /// <summary>Of what the story adds to the style; null where nothing.</summary>
    public string? Note { get; init; }

    /// <summary>SHA-256 of the style's own picture; null where it had none.</summary>
    public string? Sample { get; init; }

    /// <summary>Who was described in the prompt.</summary>
    public IReadOnlyList<BasisCharacter> Characters { get; init; } = [];

    /// <summary>Names of those who were in it and had no description yet.</summary>
    public IReadOnlyList<string> Undescribed { get; init; } = [];

    /// <summary>Names of those whose sheet should have gone along and could not be drawn; an earlier one may have gone in its place.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>SHA-256 of pictures of those in it that were there and did not go along, for the provider takes none such, or not so many.</summary>
    public IReadOnlyList<string> Unsent { get; init; } = [];

    /// <summary>Whether a person brought it: then it was made for the words, and from nothing else.</summary>
    public bool Uploaded { get; init; }

    public static PictureBasis Of(string? text, string? ownPrompt, StyleDefinition style, string? note, string? sample, IEnumerable<Character> characters)
    {
        ArgumentNullException.ThrowIfNull(style);
        var described = characters.ToLookup(c => !string.IsNullOrWhiteSpace(c.Description));
        return new()
        {
            Text = text is null ? null : Mark(PromptComposer.Words(text)),
            Setting = text is null ? null : Mark(PromptComposer.Setting(text)),
            Prompt = string.IsNullOrWhiteSpace(ownPrompt) ? null : Mark(ownPrompt),
            Style = Mark(style.Prompt),
            Note = string.IsNullOrWhiteSpace(note) ? null : Mark(note),
            Sample = sample,
            Characters = [.. described[true].Select(c => new BasisCharacter(c.Id, c.Name, Mark(c.Description)))],
            Undescribed = [.. described[false].Select(c => c.Name)],
        };
    }

    /// <param name="text">The segment's; null where the picture shows a character.</param>
    public static PictureBasis OfUpload(string? text) => new() { Text = text is null ? null : Mark(PromptComposer.Words(text)), Setting = text is null ? null : Mark(PromptComposer.Setting(text)), Uploaded = true };

    /// <summary>Short, for there are many; what it tells apart are the few wordings that one place ever has.</summary>
    public static string Mark(string words) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(words.Trim())).AsSpan(0, 8));
}

/// <param name="Id">The character's.</param>
/// <param name="Name">As it was then.</param>
/// <param name="Look">Mark of the description.</param>
public sealed record BasisCharacter(string Id, string Name, string Look);
