namespace StoryStudio.Tests.Fakes;

/// <summary>A folder that goes when the test does.</summary>
internal sealed class TempFiles : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("storystudio-").FullName;

    /// <summary>Gives the path.</summary>
    public string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Takes a folder away in which something may still be closing: a last write beside it is no fault of a test that is over.</summary>
    public static async Task DeleteAsync(string folder)
    {
        for (var left = 100; ; left--)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
                return;
            }
            catch (IOException) when (left > 0)
            {
                await Task.Delay(50);
            }
        }
    }
}
