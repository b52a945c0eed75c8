using StoryStudio.Core.Storage;
using StoryStudio.Web;

try
{
    await using var app = StoryStudioHost.Build(args);
    await app.RunAsync();
    return 0;
}
catch (OperationCanceledException)
{
    // Told to stop while it was still starting.
    return 0;
}
catch (InvalidDataException failure)
{
    // A settings file that is no JSON: the innermost message has the line.
    await Console.Error.WriteLineAsync($"StoryStudio cannot start, for a settings file cannot be read: {failure.Message} {failure.GetBaseException().Message}");
    return 1;
}
catch (Exception failure) when (failure is SettingsException or DataDirectoryException)
{
    // Something for whoever starts it to mend: the sentence says it all, and a stack trace would hide it.
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}
