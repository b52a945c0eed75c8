using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.OpenAI;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Core.Providers.Wire;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Providers;

/// <summary>Partial pictures, and the picture itself at the end of the stream.</summary>
public sealed class OpenAIStreamTests : OpenAIProviderTestBase
{
    private readonly byte[] _picture = TestPictures.Png(200, 100);
    private readonly byte[] _rough = TestPictures.Png(40, 20, seed: 1);
    private readonly byte[] _rougher = TestPictures.Png(40, 20, seed: 2);

    public OpenAIStreamTests() => Settings.Stream = true;

    [Fact]
    public async Task Generate_AStream_ShowsPartialPicturesAndKeepsTheLast()
    {
        Server.Enqueue(Answers.Events(Answers.PartialEvent(_rougher), ": still here\n\n", Answers.PartialEvent(_rough, 1), Answers.CompletedEvent(_picture), "data: [DONE]\n\n"));

        var made = await MadeAsync();

        Assert.Equal(_picture, Destination.ToArray());
        Assert.Equal(new PictureMade { Model = "gpt-image-2", RequestId = Answers.RequestId, CostUsd = 0.03028m }, made);
        Assert.Equal([_rougher, _rough], Progress.Previews.Select(p => p.Bytes.ToArray()));
        Assert.All(Progress.Previews, p => Assert.Equal("image/png", p.MediaType));
        Assert.Equal([5, 5, 10, 36, 63, 95], Progress.All.Select(p => p.Percent));
    }

    [Fact]
    public async Task Generate_AStream_IsAskedForWithItsPartialPictures()
    {
        Settings.PartialImages = 3;
        Server.Enqueue(Answers.Events(Answers.CompletedEvent(_picture)));

        await MadeAsync();

        using var body = JsonDocument.Parse(Server.Calls[0].Body);
        Assert.True(body.RootElement.GetProperty("stream").GetBoolean());
        Assert.Equal(3, body.RootElement.GetProperty("partial_images").GetInt32());
        Assert.Contains("text/event-stream", Server.Calls[0].Headers["Accept"], StringComparison.Ordinal);
        Assert.Equal(3, Provider.Capabilities.PartialPictures);
    }

    [Fact]
    public async Task Generate_WithReferences_StreamsToo()
    {
        using var files = new TempFiles();
        Server.Enqueue(Answers.Events(Answers.PartialEvent(_rough, of: "image_edit"), Answers.CompletedEvent(_picture, of: "image_edit")));

        await MadeAsync(Request() with { References = [new(files.Write("a.png", _rough), PictureFormats.Png, ReferenceRole.Character, "Mira")] });

        Assert.True(Server.Calls[0].IsEdit);
        Assert.Contains("name=\"stream\"\r\n\r\ntrue\r\n", Server.Calls[0].Text, StringComparison.Ordinal);
        Assert.Contains("name=\"partial_images\"\r\n\r\n2\r\n", Server.Calls[0].Text, StringComparison.Ordinal);
        Assert.Single(Progress.Previews);
        Assert.Equal(_picture, Destination.ToArray());
    }

    [Fact]
    public async Task Generate_ServerThatKnowsNoStreams_IsReadAsEver()
    {
        Server.Enqueue(Answers.Picture(_picture));

        await MadeAsync();

        Assert.Equal(_picture, Destination.ToArray());
        Assert.Empty(Progress.Previews);
    }

    [Theory]
    [InlineData("not a picture")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'/>")]
    public async Task Generate_PartialThatIsNoPicture_IsNotShownAndDoesNoHarm(string partial)
    {
        Server.Enqueue(Answers.Events(Answers.PartialEvent(Encoding.UTF8.GetBytes(partial)), Answers.CompletedEvent(_picture)));

        await MadeAsync();

        Assert.Empty(Progress.Previews);
        Assert.Equal(_picture, Destination.ToArray());
    }

    [Fact]
    public async Task Generate_PartialBeyondTheCap_IsLeftOutAndThePictureComes()
    {
        Server.Enqueue(Answers.Events(Answers.PartialEvent(new byte[ImageEventReader.MaxPartialBytes + 1]), Answers.PartialEvent(_rough, 1), Answers.CompletedEvent(_picture)));

        await MadeAsync();

        Assert.Equal(_rough, Assert.Single(Progress.Previews).Bytes.ToArray());
        Assert.Equal(_picture, Destination.ToArray());
    }

    [Fact]
    public async Task Generate_StreamCutBeforeThePicture_IsDamagedForItMayHaveBeenBilled()
    {
        var completed = Answers.CompletedEvent(_picture);
        ScriptedAnswer[] cuts =
        [
            Answers.Events(),
            Answers.Events(Answers.PartialEvent(_rough)),
            Answers.EventsThenCut(Answers.PartialEvent(_rough)),
            Answers.Events(Answers.PartialEvent(_rough), completed[..(completed.Length / 2)]),
            Answers.EventsThenCut(Answers.PartialEvent(_rough), completed[..(completed.Length / 2)]),
            Answers.Events(Answers.PartialEvent(_rough), completed[..^40]),
        ];
        foreach (var cut in cuts)
        {
            Server.Enqueue(cut);

            Assert.Equal((FailureKind.Damaged, "The answer was damaged."), (await FailureAsync()) is var failure ? (failure.Kind, failure.Message) : default);
        }

        Assert.Equal(cuts.Length, Server.Total);
    }

    [Theory]
    [InlineData("moderation_blocked", FailureKind.Refused)]
    [InlineData("rate_limit_exceeded", FailureKind.RateLimited)]
    [InlineData("insufficient_quota", FailureKind.OutOfCredit)]
    [InlineData("server_error", FailureKind.Transient)]
    public async Task Generate_ErrorAmidTheStream_IsToldApartAsAnyOther(string code, FailureKind kind)
    {
        var error = $$$"""{"type":"error","error":{"code":"{{{code}}}","type":"image_generation_user_error","message":"No, {{{Key}}}."}}""";
        Server.Enqueue(Answers.Events(Answers.PartialEvent(_rough), Answers.Event("error", error)), Answers.Events($"data: {error}\n\n"), Answers.Events(Answers.Event("error", $$"""{"code":"{{code}}","message":"No."}""")));

        for (var i = 0; i < 3; i++)
        {
            var failure = await FailureAsync();
            Assert.Equal(kind, failure.Kind);
            Assert.DoesNotContain("sk-proj", failure.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(0, Destination.Length);
    }

    [Fact]
    public async Task Generate_ErrorInsteadOfAStream_IsToldApartAsAnyOther()
    {
        Server.Enqueue(Answers.Error(429, "rate_limit_exceeded", headers: ("Retry-After", "7")));

        Assert.Equal(FailureKind.RateLimited, (await FailureAsync()).Kind);
    }

    [Fact]
    public async Task Generate_EventsWithoutNames_AreKnownByTheirType()
    {
        var picture = Convert.ToBase64String(_picture);
        Server.Enqueue(Answers.Events($$"""data: {"error":null,"type":"image_generation.completed","b64_json":"{{picture}}"}""" + "\n\n"), Answers.Events($$"""data: {"b64_json":"{{picture}}"}""" + "\n\n"));

        await MadeAsync();
        Assert.Equal(_picture, Destination.ToArray());

        Assert.Equal(FailureKind.Damaged, (await FailureAsync()).Kind);
    }

    [Fact]
    public async Task Generate_CompletedWithoutAPicture_IsNone()
    {
        Server.Enqueue(Answers.Events(Answers.Event("image_generation.completed", """{"type":"image_generation.completed"}""")));

        Assert.Equal(FailureKind.NoPicture, (await FailureAsync()).Kind);
    }

    [Fact]
    public async Task Generate_AStream_HasThePictureOnItsWayToTheDiskBeforeItsEventHasEnded()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var completed = Answers.CompletedEvent(_picture);
        Server.Enqueue(async (context, call, stopping) =>
        {
            await Answers.Events(completed[..(completed.Length / 2)])(context, call, stopping);
            await gate.Task.WaitAsync(stopping);
            await context.Response.WriteAsync(completed[(completed.Length / 2)..], stopping);
        });
        await using var destination = new Told(() => arrived.TrySetResult());

        var attempt = Provider.GenerateAsync(Request(), destination, Progress, CancellationToken.None);
        await arrived.Task.WaitAsync(Studio.Patience);
        gate.SetResult();

        Assert.IsType<PictureMade>(await attempt);
        Assert.Equal(_picture, destination.ToArray());
    }

    [Fact]
    public async Task Generate_LastEventWithoutTheEmptyLine_IsThePictureAllTheSame()
    {
        Server.Enqueue(Answers.Events(Answers.PartialEvent(_rough), Answers.CompletedEvent(_picture).TrimEnd()));

        await MadeAsync();

        Assert.Equal(_picture, Destination.ToArray());
    }

    [Fact]
    public async Task Generate_StreamThatBreaksOffOrLeadsElsewhere_IsNotAskedForAgainBehindOurBack()
    {
        Server.Enqueue(Answers.EventsThenCut($"id: 1\nretry: 1\n{Answers.PartialEvent(_rough)}"), Answers.Events(Answers.CompletedEvent(_picture)));
        Assert.Equal(FailureKind.Damaged, (await FailureAsync()).Kind);
        Assert.Equal(1, Server.Total);

        await MadeAsync();
        Server.Enqueue(Answers.Redirect($"{Server.Endpoint}/elsewhere"));
        await FailureAsync();
        Assert.Equal(3, Server.Total);
    }

    [Fact]
    public async Task Generate_CancelledAmidAStream_ThrowsJustThat()
    {
        Server.Enqueue(async (context, call, stopping) =>
        {
            await Answers.Events(Answers.PartialEvent(_rough))(context, call, stopping);
            await Task.Delay(Timeout.Infinite, stopping);
        });
        using var cancel = new CancellationTokenSource();

        var attempt = Provider.GenerateAsync(Request(), Destination, Progress, cancel.Token);
        await Server.NextCallAsync();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt);
    }

    /// <summary>Streams in every legal way of writing them, in pieces down to a byte each.</summary>
    [Fact]
    public async Task Read_StreamInAnyPieces_GivesTheSamePictures()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var lot = new Random(seed);
            var (partial, picture) = (new byte[lot.Next(1, 500)], new byte[lot.Next(1, 3000)]);
            lot.NextBytes(partial);
            lot.NextBytes(picture);
            var end = ((string[])["\n", "\r\n", "\r"])[lot.Next(3)];
            var space = lot.Next(2) == 0 ? " " : "";
            var named = lot.Next(2) == 0;
            string Event(string type, byte[] bytes, string more) =>
                $": comment{end}id: 7{end}{(named ? $"event:{space}{type}{end}" : "")}data:{space}{{\"type\":\"{type}\",{end}data:{space}\"b64_json\":\"{Convert.ToBase64String(bytes)}\"{more}}}{end}{end}";
            var text = Event("image_generation.partial_image", partial, "") + Event("image_generation.other", partial, "") + Event("image_generation.completed", picture, $",\"usage\":{Answers.Usage}");
            using var destination = new MemoryStream();
            var partials = new List<byte[]>();

            var answer = await new ImageEventReader(destination, PictureInspector.MaxBytes, partials.Add)
                .ReadAsync(new ChunkedStream(Encoding.UTF8.GetBytes(text), lot, lot.Next(1, 200)), CancellationToken.None);

            Assert.True(picture.AsSpan().SequenceEqual(destination.ToArray()), $"seed {seed}: another picture came out");
            Assert.True(partial.AsSpan().SequenceEqual(Assert.Single(partials)), $"seed {seed}: another partial picture came out");
            Assert.Equal((picture.Length, 1000L), (answer.PictureBytes, answer.Usage!.ImagesOut));
        }
    }

    /// <summary>However a stream is spoilt, it is either read or said to be broken.</summary>
    [Fact]
    public async Task Read_StreamSpoiltAnywhere_ThrowsNothingElse()
    {
        var text = Answers.PartialEvent(TestPictures.Png(8, 8)) + Answers.CompletedEvent(TestPictures.Png(8, 8));
        for (var seed = 0; seed < 3000; seed++)
        {
            var lot = new Random(seed);
            var bytes = Encoding.UTF8.GetBytes(text);
            for (var i = lot.Next(1, 4); i > 0; i--)
            {
                bytes[lot.Next(bytes.Length)] = (byte)lot.Next(256);
            }

            try
            {
                await new ImageEventReader(Stream.Null, PictureInspector.MaxBytes, _ => { }).ReadAsync(new ChunkedStream(bytes[..lot.Next(bytes.Length)], lot, 50), CancellationToken.None);
            }
            catch (BrokenAnswerException)
            {
                // As it should be.
            }
        }
    }

    [Fact]
    public void Read_LargePicture_TakesLittleMemory()
    {
        var source = new MemoryStream(Encoding.UTF8.GetBytes(Answers.CompletedEvent(new byte[20_000_000])));
        var destination = new CountingStream();

        // Neither stream waits, so all of it happens on this thread.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = new ImageEventReader(destination, PictureInspector.MaxBytes, _ => { }).ReadAsync(source, CancellationToken.None);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(reading.IsCompletedSuccessfully);
        Assert.Equal(20_000_000, destination.Written);
        Assert.InRange(allocated, 0, 2_000_000);
    }

    [Fact]
    public async Task Read_PictureBeyondTheCap_IsGivenUp() => await Assert.ThrowsAsync<BrokenAnswerException>(() =>
        new ImageEventReader(Stream.Null, 1000, _ => { }).ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(Answers.CompletedEvent(new byte[1001]))), CancellationToken.None));

    /// <summary>Tells when the first byte is written to it.</summary>
    private sealed class Told(Action written) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            written();
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
