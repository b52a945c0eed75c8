using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace StoryStudio.Core.Providers.OpenAI;

/// <summary>
/// Reads an answer as it comes: the first picture in it (<c>b64_json</c>) is decoded and goes to the destination piece by piece, and what is
/// around it is kept and read as JSON at the end. A picture of any size so takes the same memory.
/// </summary>
internal sealed class ImageAnswerReader(Stream destination, long maxPictureBytes)
{
    private const int MaxSkeleton = 256 * 1024;
    private const string PictureField = "b64_json";

    private readonly ArrayBufferWriter<byte> _skeleton = new();
    private readonly ArrayBufferWriter<byte> _decoded = new();
    private readonly StringBuilder _word = new();
    private readonly StringBuilder _hex = new();
    private Base64Writer? _picture;
    private State _state;
    private bool _isPictureField;
    private bool _isPictureValue;
    private bool _hasPicture;
    private long _pictureBytes;

    private enum State
    {
        Between,
        Word,
        WordEscape,
        Picture,
        PictureEscape,
        PictureUnicode,
    }

    /// <exception cref="BrokenAnswerException">The answer cannot be read. What the destination throws goes through.</exception>
    public async Task<ImageAnswer> ReadAsync(Stream source, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (int count; (count = await FillAsync(source, buffer, cancellationToken)) > 0;)
            {
                Take(buffer.AsSpan(0, count));
                _pictureBytes += _decoded.WrittenCount;
                if (_pictureBytes > maxPictureBytes)
                {
                    throw new BrokenAnswerException($"the picture has more than {maxPictureBytes:N0} bytes");
                }

                await destination.WriteAsync(_decoded.WrittenMemory, cancellationToken);
                _decoded.ResetWrittenCount();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (_skeleton.WrittenCount == 0)
        {
            return new ImageAnswer { PictureBytes = 0 };
        }

        try
        {
            return ImageAnswer.Parse(_skeleton.WrittenMemory, _pictureBytes);
        }
        catch (JsonException)
        {
            var start = Encoding.UTF8.GetString(_skeleton.WrittenSpan[..Math.Min(_skeleton.WrittenCount, 200)]);
            throw new BrokenAnswerException($"the answer is not JSON to its end; it starts: {start}");
        }
    }

    private static async Task<int> FillAsync(Stream source, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or InvalidDataException)
        {
            throw new BrokenAnswerException($"the answer broke off: {exception.GetBaseException().Message}");
        }
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[(_state is State.Picture ? TakePicture(bytes) : TakeOne(bytes[0]))..];
            }
        }
        catch (FormatException exception)
        {
            throw new BrokenAnswerException(exception.Message);
        }
    }

    private int TakePicture(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOfAny((byte)'"', (byte)'\\');
        _picture?.Write(end < 0 ? bytes : bytes[..end]);
        if (end < 0)
        {
            return bytes.Length;
        }

        if (bytes[end] == '\\')
        {
            _state = State.PictureEscape;
        }
        else
        {
            _picture?.Finish();
            _picture = null;
            Keep((byte)'"');
            _state = State.Between;
        }

        return end + 1;
    }

    private int TakeOne(byte value)
    {
        switch (_state)
        {
            case State.Between:
                Keep(value);
                TakeBetween(value);
                break;
            case State.Word when value == '"':
                Keep(value);
                _isPictureField = _word.Length == PictureField.Length && _word.ToString() == PictureField;
                _state = State.Between;
                break;
            case State.Word or State.WordEscape:
                Keep(value);
                _state = _state is State.Word && value == '\\' ? State.WordEscape : State.Word;
                if (_word.Length <= PictureField.Length)
                {
                    _word.Append((char)value);
                }

                break;
            case State.PictureEscape:
                TakeEscape(value);
                break;
            case State.PictureUnicode:
                TakeUnicode(value);
                break;
        }

        return 1;
    }

    private void TakeBetween(byte value)
    {
        switch (value)
        {
            case (byte)'"' when _isPictureValue:
                _state = State.Picture;
                _picture = _hasPicture ? null : new Base64Writer(_decoded);
                _hasPicture = true;
                _isPictureValue = false;
                break;
            case (byte)'"':
                _state = State.Word;
                _word.Clear();
                break;
            case (byte)':':
                _isPictureValue = _isPictureField;
                break;
            case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                return;
            default:
                _isPictureValue = false;
                break;
        }

        _isPictureField = false;
    }

    /// <summary>JSON may write <c>/</c> as <c>\/</c> and <c>+</c> as <c>\u002B</c>, and some servers break lines.</summary>
    private void TakeEscape(byte value)
    {
        _state = State.Picture;
        switch (value)
        {
            case (byte)'/':
                _picture?.Write("/"u8);
                break;
            case (byte)'n' or (byte)'r' or (byte)'t':
                break;
            case (byte)'u':
                _hex.Clear();
                _state = State.PictureUnicode;
                break;
            default:
                throw new FormatException("The picture is not in base64.");
        }
    }

    private void TakeUnicode(byte value)
    {
        _hex.Append((char)value);
        if (_hex.Length < 4)
        {
            return;
        }

        if (!ushort.TryParse(_hex.ToString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || code > 127)
        {
            throw new FormatException("The picture is not in base64.");
        }

        _picture?.Write([(byte)code]);
        _state = State.Picture;
    }

    private void Keep(byte value)
    {
        if (_skeleton.WrittenCount == MaxSkeleton)
        {
            throw new BrokenAnswerException("the answer is too long");
        }

        _skeleton.GetSpan(1)[0] = value;
        _skeleton.Advance(1);
    }
}

/// <summary>The answer came and cannot be read. Never leaves the provider.</summary>
internal sealed class BrokenAnswerException(string message) : Exception(message);
