using System.Buffers;
using System.Globalization;
using System.Text;

namespace StoryStudio.Core.Providers.Wire;

/// <summary>
/// JSON that comes in pieces and has a picture in it: the first one is decoded as it comes, and what is around it is kept to be read at the
/// end. A picture of any size so takes the same memory.
/// </summary>
/// <param name="pictureField">The field that holds the picture as base64.</param>
/// <param name="skippedField">A field that may be as long as a picture and is of no use.</param>
internal sealed class PictureJson(string pictureField, string? skippedField = null)
{
    private const int MaxSkeleton = 256 * 1024;
    private const int MaxFieldName = 64;

    private readonly ArrayBufferWriter<byte> _skeleton = new();
    private readonly ArrayBufferWriter<byte> _decoded = new();
    private readonly StringBuilder _word = new();
    private readonly StringBuilder _hex = new();
    private Base64Writer? _picture;
    private State _state;
    private Field _field;
    private Field _value;
    private bool _hasPicture;

    private enum State
    {
        Between,
        Word,
        WordEscape,
        Picture,
        PictureEscape,
        PictureUnicode,
    }

    private enum Field
    {
        Other,
        Picture,
        Skipped,
    }

    /// <summary>What was decoded of the picture since <see cref="Taken"/>.</summary>
    public ReadOnlyMemory<byte> Decoded => _decoded.WrittenMemory;

    /// <summary>Everything but the picture.</summary>
    public ReadOnlyMemory<byte> Skeleton => _skeleton.WrittenMemory;

    /// <summary>Says that <see cref="Decoded"/> is where it belongs.</summary>
    public void Taken() => _decoded.ResetWrittenCount();

    /// <exception cref="BrokenAnswerException">It cannot be read.</exception>
    public void Take(ReadOnlySpan<byte> bytes)
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
                _field = Is(pictureField) ? Field.Picture : Is(skippedField) ? Field.Skipped : Field.Other;
                _state = State.Between;
                break;
            case State.Word or State.WordEscape:
                Keep(value);
                _state = _state is State.Word && value == '\\' ? State.WordEscape : State.Word;
                if (_word.Length < MaxFieldName)
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
            case (byte)'"' when _value is not Field.Other:
                _state = State.Picture;
                _picture = _hasPicture || _value is Field.Skipped ? null : new Base64Writer(_decoded);
                _hasPicture |= _value is Field.Picture;
                _value = Field.Other;
                break;
            case (byte)'"':
                _state = State.Word;
                _word.Clear();
                break;
            case (byte)':':
                _value = _field;
                break;
            case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                return;
            default:
                _value = Field.Other;
                break;
        }

        _field = Field.Other;
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

    private bool Is(string? field) => field is not null && _word.Length == field.Length && _word.Equals(field.AsSpan());

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
