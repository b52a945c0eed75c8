using System.Text;
using System.Text.Json;
using StoryStudio.Core.Providers.OpenAI;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Core.Providers.Prices;
using StoryStudio.Core.Providers.Wire;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Providers;

public sealed class ImageAnswerTests
{
    /// <summary>Two thousand answers by lot: other fields, white space, escapes, and pieces down to a byte each.</summary>
    [Fact]
    public async Task Read_AnswerInAnyPieces_GivesTheSamePictureAndFields()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var lot = new Random(seed);
            var picture = new byte[lot.Next(1, 3000)];
            lot.NextBytes(picture);
            var bytes = Encoding.UTF8.GetBytes(Answer(picture, lot));
            using var destination = new MemoryStream();

            var answer = await ImageAnswer.ReadAsync(new ChunkedStream(bytes, lot, lot.Next(1, 200)), destination, PictureInspector.MaxBytes, CancellationToken.None);

            Assert.True(picture.AsSpan().SequenceEqual(destination.ToArray()), $"seed {seed}: another picture came out");
            Assert.Equal((picture.Length, new ImageUsage(40, 10, 1000)), (answer.PictureBytes, answer.Usage));
        }
    }

    /// <summary>However an answer is spoilt, it is either read or said to be broken.</summary>
    [Fact]
    public async Task Read_AnswerSpoiltAnywhere_ThrowsNothingElse()
    {
        for (var seed = 0; seed < 5000; seed++)
        {
            var lot = new Random(seed);
            var picture = new byte[lot.Next(1, 200)];
            var bytes = Encoding.UTF8.GetBytes(Answer(picture, lot));
            for (var i = lot.Next(1, 4); i > 0; i--)
            {
                bytes[lot.Next(bytes.Length)] = (byte)lot.Next(256);
            }

            bytes = lot.Next(3) == 0 ? bytes[..lot.Next(bytes.Length)] : bytes;
            try
            {
                await ImageAnswer.ReadAsync(new ChunkedStream(bytes, lot, 50), Stream.Null, PictureInspector.MaxBytes, CancellationToken.None);
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
        var bytes = Encoding.UTF8.GetBytes(Answers.PictureJson(Convert.ToBase64String(new byte[20_000_000])));
        var destination = new CountingStream();
        var source = new MemoryStream(bytes);

        // Neither stream waits, so all of it happens on this thread.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = ImageAnswer.ReadAsync(source, destination, PictureInspector.MaxBytes, CancellationToken.None);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(reading.IsCompletedSuccessfully);
        Assert.Equal(20_000_000, destination.Written);
        Assert.InRange(allocated, 0, 2_000_000);
    }

    [Fact]
    public async Task Read_EndlessAnswerWithoutAPicture_IsGivenUp()
    {
        var body = Encoding.UTF8.GetBytes($"{{\"note\":\"{new string('x', 1_000_000)}\"}}");

        await Assert.ThrowsAsync<BrokenAnswerException>(() => ImageAnswer.ReadAsync(new MemoryStream(body), Stream.Null, 1_000_000, CancellationToken.None));
    }

    private static string Answer(byte[] picture, Random lot)
    {
        string Space() => new(' ', lot.Next(3));
        var base64 = Convert.ToBase64String(picture);
        var written = lot.Next(4) switch
        {
            0 => base64.Replace("+", "\\u002b", StringComparison.Ordinal),
            1 => base64.Replace("/", "\\/", StringComparison.Ordinal),
            2 => string.Join("\\n", base64.Chunk(lot.Next(1, 80)).Select(line => new string(line))),
            _ => base64,
        };
        var decoy = JsonSerializer.Serialize("a \"b64_json\": \"x\" \\ { [ é 🦊");
        return $"{{{Space()}\"created\"{Space()}:1,\"note\":{decoy},{Space()}\"data\":{Space()}[{{\"revised_prompt\":{decoy},\"b64_json\"{Space()}:{Space()}\"{written}\"{Space()}}}],\"usage\":{Answers.Usage}}}{Space()}";
    }
}
