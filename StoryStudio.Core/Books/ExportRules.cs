using System.Text.RegularExpressions;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Books;

/// <summary>What a wish for a book has to keep.</summary>
internal static partial class ExportRules
{
    private const int MaxAuthorLength = 120;
    private const int MaxNameLength = 60;

    /// <summary>Trimmed; a blank field counts as none.</summary>
    /// <exception cref="InvalidInputException">Names <c>author</c>, <c>language</c>, or both.</exception>
    public static ExportRequest Check(ExportRequest request)
    {
        var errors = new FieldErrors();
        var author = errors.Optional("author", "The author", request.Author, MaxAuthorLength, oneLine: true);
        var language = string.IsNullOrWhiteSpace(request.Language) ? null : request.Language.Trim();
        if (language is not null && !LanguageTag().IsMatch(language))
        {
            errors.Add("language", $"{FieldErrors.Quote(language)} is not a language such as en, de or pt-BR.");
        }

        errors.ThrowIfAny();
        if (language is not null)
        {
            // Whose quotes it prints and which way it runs go by it.
            var end = language.IndexOf('-', StringComparison.Ordinal) is >= 0 and var dash ? dash : language.Length;
            language = $"{language[..end].ToLowerInvariant()}{language[end..]}";
        }

        return request with { Author = author, Language = language, Style = request.Format is ExportFormat.Zip ? null : request.Style };
    }

    /// <summary>The same for the same story: its title, as any disk takes it.</summary>
    public static string FileName(string title, string extension)
    {
        var words = string.Join(' ', new string([.. title.Select(c => char.IsControl(c) || c is '/' or '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|' ? ' ' : c)])
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)).Trim('.', ' ');
        var name = Graphemes.Truncate(words, MaxNameLength).Trim('.', ' ');
        return $"{(name.Length == 0 ? "Story" : name)}.{extension}";
    }

    /// <summary>Language, script, region and variants of BCP 47; readers of EPUB refuse what is formed otherwise.</summary>
    [GeneratedRegex(@"^([A-Za-z]{2,3}(-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3})){0,4}\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LanguageTag();
}
