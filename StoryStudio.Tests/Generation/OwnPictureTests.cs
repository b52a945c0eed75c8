using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class OwnPictureTests
{
    [Theory]
    [InlineData("png")]
    [InlineData("jpg")]
    [InlineData("webp")]
    public async Task Picture_ThatAPersonBrings_IsTheNextVersionAndShown(string kind)
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new());
        var image = (await studio.UntilFinishedAsync(story.Id)).Images[0];
        var bytes = kind switch { "png" => TestPictures.Png(), "jpg" => TestPictures.Jpeg, _ => TestPictures.Webp };

        var state = await Desk(studio).BringAsync(Actor.Local, image.Id, new MemoryStream(bytes), andLock: true);

        Assert.Equal((ImageStatus.Completed, 2, "upload", 0m, LockReason.Uploaded), (state.Status, state.ChosenVersion, state.Provider, state.CostUsd, state.Lock!.Reason));
        Assert.Equal($"/media/{image.Id}/v2.{kind}", state.Url);
        var stored = (await studio.Services.GetRequiredService<IPictureFiles>().FindAsync(image.Id, 2))!;
        Assert.EndsWith($"generated_images/illustration/Shot_1/Beat_1.1.v2.{kind}", stored.FilePath, StringComparison.Ordinal);
        Assert.Equal((bytes.Length, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(stored.FilePath)))), ((int)stored.Bytes, stored.Sha256));
        Assert.Equal([false, true], (await studio.Illustrator.GetVersionsAsync(image.Id)).Select(v => v.Chosen));
        await StoredFiles.AssertMatchRowsAsync(studio);
        Assert.Empty(Incoming(studio));
    }

    [Fact]
    public async Task Picture_OfAPageThatBeganWithOnesOwn_IsDrawnWithTheStylesFirstAllTheSame()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(3);
        await Desk(studio).BringAsync(Actor.Local, story.Id, "1.1", "illustration", new MemoryStream(TestPictures.Png()), andLock: false);
        var own = await Desk(studio).BringAsync(Actor.Local, story.Id, "1.2", "illustration", new MemoryStream(TestPictures.Png()), andLock: false);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);

        await studio.Illustrator.RegenerateAsync(own.Id, null, null);
        await studio.UntilAsync(story.Id, s => s.Pending == 0);

        Assert.Equal(["Consistency", "Consistency"], studio.Provider.Calls.Select(c => string.Join(' ', c.References.Select(r => r.Role))));
    }

    [Fact]
    public async Task WhatDoesNotBeginAsAPicture_IsRefusedBeforeTheRestIsRead()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(1);
        var member = (await studio.Cast.AddAsync(story.Id, "Mira", "A girl in red.")).Id;
        Stream[] files = [new MemoryStream(Enumerable.Repeat((byte)'a', 1024 * 1024).ToArray()), new MemoryStream(Enumerable.Repeat((byte)'a', 1024 * 1024).ToArray())];

        await Assert.ThrowsAsync<InvalidInputException>(() => Desk(studio).BringAsync(Actor.Local, story.Id, "1.1", "illustration", files[0], andLock: false));
        await Assert.ThrowsAsync<InvalidInputException>(() => studio.Cast.SetPictureAsync(member, files[1]));

        Assert.All(files, file => Assert.InRange(file.Position, 1, 64));
        Assert.Empty(Incoming(studio));
    }

    [Theory]
    [InlineData("svg", "PNG, JPEG or WebP")]
    [InlineData("empty", "is empty")]
    [InlineData("text", "PNG, JPEG or WebP")]
    [InlineData("huge", "pixels")]
    [InlineData("truncated", "cannot be used")]
    [InlineData("heavy", "bytes at most")]
    public async Task WhatIsNoPicture_IsRefusedWithASentenceAndNothingStays(string kind, string sentence)
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(1);
        var bytes = kind switch
        {
            "svg" => TestPictures.Svg,
            "empty" => [],
            "text" => "not a picture"u8.ToArray(),
            "truncated" => TestPictures.Png()[..^20],
            "heavy" => [.. TestPictures.Png()[..64], .. new byte[50 * 1024 * 1024]],
            _ => TestPictures.PngOf(50_000, 50_000, 8, 2, 0, [0, 0, 0]),
        };

        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => Desk(studio).BringAsync(Actor.Local, story.Id, "1.1", "illustration", new MemoryStream(bytes), andLock: false));

        Assert.Contains(sentence, refused.Errors["picture"][0], StringComparison.Ordinal);
        Assert.Empty((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images);
        Assert.False(Directory.Exists(Path.Combine(studio.Folder, "stories")));
        Assert.Empty(Incoming(studio));
    }

    [Fact]
    public async Task Segment_ThatNobodyAskedAPictureFor_MayBeginWithOneOfOnesOwn()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(2);

        var own = await Desk(studio).BringAsync(Actor.Local, story.Id, "1.2", "illustration", new MemoryStream(TestPictures.Png()), andLock: false);
        Assert.Equal((ImageStatus.Completed, 1, null), (own.Status, own.ChosenVersion, own.Lock));
        await studio.Illustrator.StartAsync(story.Id, new());
        var end = await studio.UntilFinishedAsync(story.Id);

        // It is there, so the run makes the other one, and has it as the style's first.
        Assert.Equal((1, own.Id), (end.Run!.Total, end.Images[1].Id));
        Assert.Equal("image/png", Assert.Single(Assert.Single(studio.Provider.Calls).References).MediaType);
        Assert.Equal("1.1", end.Images[0].Number);
    }

    [Fact]
    public async Task Picture_ThatIsBeingDrawnOrIsLocked_TakesNone()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(1);
        var gate = new TaskCompletionSource();
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            await gate.Task.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        await studio.Illustrator.StartAsync(story.Id, new());
        var image = (await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.InProgress)).Images[0].Id;
        Assert.Equal("image_active", (await Assert.ThrowsAsync<ConflictException>(BringAsync)).Code);
        gate.SetResult();
        await studio.UntilFinishedAsync(story.Id);
        await Desk(studio).LockAsync(Actor.Local, image);
        Assert.Equal("image_locked", (await Assert.ThrowsAsync<ConflictException>(BringAsync)).Code);
        Assert.Empty(Incoming(studio));

        Task BringAsync() => Desk(studio).BringAsync(Actor.Local, image, new MemoryStream(TestPictures.Png()), andLock: false);
    }

    [Fact]
    public async Task Picture_BroughtForAFailedOne_MakesItsRunWhole()
    {
        await using var studio = await Studio.StartAsync();
        studio.Provider.Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused));
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var failed = await studio.UntilFinishedAsync(story.Id);
        Assert.Equal(RunStatus.CompletedWithErrors, failed.Run!.Status);

        var own = await Desk(studio).BringAsync(Actor.Local, failed.Images[0].Id, new MemoryStream(TestPictures.Png()), andLock: false);

        Assert.Null(own.Error);
        Assert.Equal((RunStatus.Completed, 1, 0), (await studio.UntilFinishedAsync(story.Id)).Run is { } run ? (run.Status, run.Completed, run.Failed) : default);
    }

    [Fact]
    public async Task TwoPictures_BroughtAtOnce_AreTwoVersions()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(1);
        var first = await Desk(studio).BringAsync(Actor.Local, story.Id, "1.1", "illustration", new MemoryStream(TestPictures.Webp), andLock: false);

        await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Desk(studio).BringAsync(Actor.Local, first.Id, new MemoryStream(TestPictures.Png(seed: i)), andLock: false)));

        var versions = await studio.Illustrator.GetVersionsAsync(first.Id);
        Assert.Equal(Enumerable.Range(1, 9), versions.Select(v => v.Version));
        Assert.Equal(9, (await Task.WhenAll(versions.Select(async v => (await studio.Services.GetRequiredService<IPictureFiles>().FindAsync(first.Id, v.Version))!.Sha256))).Distinct().Count());
        await StoredFiles.AssertMatchRowsAsync(studio);
    }

    [Fact]
    public async Task OwnPicture_WhoseTextIsChanged_SaysSoAndNothingElse()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(1);
        await Desk(studio).BringAsync(Actor.Local, story.Id, "1.1", "illustration", new MemoryStream(TestPictures.Webp), andLock: false);

        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Prompt = "A door." });
        Assert.Null((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0].Stale);
        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "Another." });
        Assert.Equal("text_changed", (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0].Stale?.Code);
    }

    [Fact]
    public async Task Instruction_TakesThePresentPictureAlongWhereTheProviderCanTakeIt()
    {
        await using var studio = await Studio.StartAsync(provider: new() { Capabilities = new() { TypicalDuration = TimeSpan.FromSeconds(1), MakesSvg = true, MaxReferences = 2, ReferenceFormats = ["image/svg+xml"], Model = "scripted" } });
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var image = (await studio.UntilFinishedAsync(story.Id)).Images[0];

        await studio.Illustrator.RegenerateAsync(image.Id, null, "Make it night.");
        Assert.Null((await studio.UntilAsync(story.Id, s => s.Pending == 0)).Images[0].Stale);

        var call = studio.Provider.Calls.Last();
        Assert.Equal(ReferenceRole.Previous, Assert.Single(call.References).Role);
        Assert.Contains("Picture 1 is the picture as it is now", call.Prompt, StringComparison.Ordinal);
        Assert.Contains("Make it night.", call.Prompt, StringComparison.Ordinal);
        var version = (await studio.Illustrator.GetVersionsAsync(image.Id))[1];
        Assert.Equal(("Make it night.", 1, false), (version.Instruction, version.BasedOn, version.Described));
    }

    [Fact]
    public async Task Instruction_WhereTheProviderTakesNoPicture_IsAddedToThePromptAndTheVersionSaysSo()
    {
        await using var studio = await Studio.StartAsync(provider: new() { Capabilities = new() { TypicalDuration = TimeSpan.FromSeconds(1), MakesSvg = true, MaxReferences = 0, Model = "scripted" } });
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var image = (await studio.UntilFinishedAsync(story.Id)).Images[0];

        await studio.Illustrator.RegenerateAsync(image.Id, null, "Make it night.");
        await studio.UntilAsync(story.Id, s => s.Pending == 0);

        var version = (await studio.Illustrator.GetVersionsAsync(image.Id))[1];
        Assert.Equal(("Make it night.", null), (version.Instruction, version.BasedOn));
        Assert.Empty(studio.Provider.Calls.Last().References);
        Assert.Contains("Make it night.", version.Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Picture_ForAPageThatGotAnotherNumberWhileItWasRead_IsThatPages()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await studio.CreateStoryAsync(2);
        var editor = studio.Services.GetRequiredService<IStoryEditor>();
        using var slow = new Interrupted(TestPictures.Png(), () => editor.InsertAsync(story.Id, new() { Text = "New.", Before = "1.1" }));
        using var slower = new Interrupted(TestPictures.Png(), () => editor.InsertAsync(story.Id, new() { Text = "Newer.", Before = "1.1" }));

        var byNumber = await Desk(studio).BringAsync(Actor.Local, story.Id, "1.2", "illustration", slow, andLock: true);
        var byId = await Desk(studio).BringAsync(Actor.Local, story.Id, story.Segments[0].Id, "illustration", slower, andLock: true);

        Assert.Equal((story.Segments[1].Id, story.Segments[0].Id), (byNumber.SegmentId, byId.SegmentId));
        Assert.Equal(("1.3", "1.3"), (byNumber.Number, byId.Number));
    }

    private static string[] Incoming(Studio studio) => Path.Combine(studio.Folder, "incoming") is var folder && Directory.Exists(folder) ? Directory.GetFiles(folder) : [];

    private static IPictureDesk Desk(Studio studio) => studio.Services.GetRequiredService<IPictureDesk>();

    /// <summary>Something happens while it is read for the first time.</summary>
    private sealed class Interrupted(byte[] bytes, Func<Task> meanwhile) : MemoryStream(bytes)
    {
        private bool _begun;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!_begun)
            {
                _begun = true;
                await meanwhile();
            }

            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
