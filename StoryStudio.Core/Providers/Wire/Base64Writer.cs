using System.Buffers;
using System.Buffers.Text;

namespace StoryStudio.Core.Providers.Wire;

/// <summary>Turns base64 that comes in pieces into bytes, with a few kilobytes of memory whatever the length.</summary>
internal sealed class Base64Writer(ArrayBufferWriter<byte> output)
{
    /// <summary>Padding may end a piece although more white space follows; what stays undecoded is never longer.</summary>
    private const int MaxCarry = 64;

    private const int MaxPrefix = 128;

    private readonly ArrayBufferWriter<byte> _pending = new();
    private bool _begun;

    public void Write(ReadOnlySpan<byte> base64)
    {
        _pending.Write(base64);
        Decode(isFinal: false);
    }

    public void Finish() => Decode(isFinal: true);

    private void Decode(bool isFinal)
    {
        var input = _pending.WrittenSpan;
        if (!_begun && !TrySkipPrefix(ref input, isFinal))
        {
            return;
        }

        var target = output.GetSpan(Base64.GetMaxDecodedFromUtf8Length(input.Length) + 3);
        var status = Base64.DecodeFromUtf8(input, target, out var consumed, out var written, isFinal);
        output.Advance(written);
        var rest = input[consumed..].ToArray();
        if (isFinal ? status is not OperationStatus.Done : rest.Length > MaxCarry)
        {
            throw new FormatException("The picture is not in base64.");
        }

        _pending.ResetWrittenCount();
        _pending.Write(rest);
    }

    /// <summary>Some servers hand over a whole data address.</summary>
    private bool TrySkipPrefix(ref ReadOnlySpan<byte> input, bool isFinal)
    {
        if (input.Length < 5 && !isFinal)
        {
            return false;
        }

        if (input.StartsWith("data:"u8))
        {
            var comma = input.IndexOf((byte)',');
            if (comma < 0 && !isFinal && input.Length < MaxPrefix)
            {
                return false;
            }

            input = comma is >= 0 and < MaxPrefix ? input[(comma + 1)..] : throw new FormatException("The picture is not in base64.");
        }

        _begun = true;
        return true;
    }
}
