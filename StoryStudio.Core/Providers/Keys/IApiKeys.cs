namespace StoryStudio.Core.Providers.Keys;

/// <summary>The keys, for those who look after them.</summary>
public interface IApiKeys
{
    /// <summary>Every key of the settings that serves a style, once.</summary>
    IReadOnlyList<KeyState> GetAll();

    /// <summary>
    /// A person says that the key is good again: the account was filled up, the key was let in. It serves at once, with its account.
    /// <see cref="NotFoundException"/> where there is no such key.
    /// </summary>
    Task<KeyState> MakeReadyAsync(string id);
}
