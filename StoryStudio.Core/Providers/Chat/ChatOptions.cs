namespace StoryStudio.Core.Providers.Chat;

/// <summary><c>StoryStudio:Chat</c>: the model that writes and improves prompts. Without a model, or without a key, nobody does, and the pages say nothing of it.</summary>
public sealed class ChatOptions
{
    /// <summary>Base address of a server that speaks OpenAI's dialect; null for that of <c>Providers:OpenAI</c>.</summary>
    public string? Endpoint { get; set; }

    /// <summary>Null for the first of <c>Providers:OpenAI</c>.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Null writes no prompts.</summary>
    public string? Model { get; set; }

    /// <summary>Longest time for one answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(2);

    internal void Check(Faults faults, string path)
    {
        faults.Endpoint($"{path}:{nameof(Endpoint)}", Endpoint);
        faults.ApiKey($"{path}:{nameof(ApiKey)}", ApiKey?.Trim());
        faults.Require(Model is not { Length: > 200 }, $"{path}:{nameof(Model)}", "200 characters at most", shown: null);
        faults.Between($"{path}:{nameof(Timeout)}", Timeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(30));
    }
}
