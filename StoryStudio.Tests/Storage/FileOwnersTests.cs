using StoryStudio.Core.Storage;
using Xunit;

namespace StoryStudio.Tests.Storage;

public sealed class FileOwnersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("storystudio-").FullName;
    private readonly FileOwners _owners = new();

    [Fact]
    public async Task Attempt_ThatComesTooLate_NeitherOverwritesNorDeletesTheNewerPicture()
    {
        await using var late = await DraftAsync("late");
        await using var newer = await DraftAsync("newer");
        Assert.True(newer.Keep("image/png"));

        Assert.False(late.Keep("image/png"));
        late.TakeBack();

        Assert.Equal("newer", await File.ReadAllTextAsync(Path.Combine(_folder, "Beat_1.1.png")));
    }

    [Fact]
    public async Task Attempt_ThatKeptBeforeItWasTooLate_LeavesNothingToTheNewerOne()
    {
        await using var late = await DraftAsync("late");
        Assert.True(late.Keep("image/webp"));
        await using var newer = await DraftAsync("newer");
        Assert.Equal([".newer.tmp"], Directory.GetFiles(_folder).Select(Path.GetFileName));

        late.TakeBack();
        Assert.True(newer.Keep("image/png"));
        late.TakeBack();

        Assert.Equal(["Beat_1.1.png"], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<PictureDraft> DraftAsync(string token)
    {
        var draft = new PictureDraft(Path.Combine(_folder, $".{token}.tmp"), Path.Combine(_folder, "Beat_1.1"), _folder, _owners, token);
        await draft.Destination.WriteAsync(System.Text.Encoding.UTF8.GetBytes(token));
        draft.Seal(allowSvg: false);
        return draft;
    }
}
