namespace StoryStudio.Web.Api;

/// <summary>A request that fails for its form, before anything in Core is asked.</summary>
internal sealed class ApiException(int status, string code, string detail, string? field = null) : Exception(detail)
{
    public Problem ToProblem() => Problem.Of(status, code, Message) with
    {
        Errors = field is null ? null : new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [Message] },
    };
}
