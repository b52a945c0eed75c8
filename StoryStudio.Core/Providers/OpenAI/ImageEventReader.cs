using System.Buffers;
using System.Text;
using System.Text.Json;
using StoryStudio.Core.Providers.Failures;
using StoryStudio.Core.Providers.Wire;

namespace StoryStudio.Core.Providers.OpenAI;

/// <summary>
/// Reads a stream of events as it comes. A partial picture is kept whole, up to a cap, and handed over; the picture itself goes to the
/// destination piece by piece. What an event is must be known before its picture begins: from its <c>event:</c> line or its <c>type</c>.
/// </summary>
internal sealed class ImageEventReader(Stream destination, long maxPictureBytes, Action<byte[]> partial)
{
    /// <summary>A larger one is left out: it is a courtesy, and several may be in memory at one time.</summary>
    public const int MaxPartialBytes = 8 * 1024 * 1024;

    private const int MaxWord = 256;

    private readonly StringBuilder _field = new();
    private readonly StringBuilder _name = new();
    private readonly ArrayBufferWriter<byte> _partial = new();
    private PictureJson _data = new(ImageAnswer.PictureField);
    private Line _line;
    private Kind? _kind;
    private bool _afterReturn;
    private bool _hasData;
    private bool _tooLarge;
    private bool _ended;
    private long _pictureBytes;

    private enum Line
    {
        Field,
        Space,
        Value,
    }

    private enum Kind
    {
        Other,
        Partial,
        Completed,
        Error,
    }

    /// <exception cref="BrokenAnswerException">The stream cannot be read, or ends before the picture is complete. What the destination throws goes through.</exception>
    public async Task<ImageAnswer> ReadAsync(Stream source, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (int count; (count = await PictureAnswer.FillAsync(source, buffer, cancellationToken)) > 0;)
            {
                for (var at = 0; at < count;)
                {
                    at += Take(buffer.AsSpan(at, count - at));
                    await PassOnAsync(cancellationToken);
                    if (_ended && End() is { } answer)
                    {
                        return answer;
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        // The last event may lack the empty line that ends it; if it lacks more, it is no JSON.
        return (_hasData && KindOf() is Kind.Completed or Kind.Error ? End() : null) ?? throw new BrokenAnswerException("the stream ended before the picture was complete") { BrokeOff = true };
    }

    /// <summary>Takes a part of a line, or its end.</summary>
    private int Take(ReadOnlySpan<byte> bytes)
    {
        if (_afterReturn)
        {
            _afterReturn = false;
            if (bytes[0] == '\n')
            {
                return 1;
            }
        }

        if (bytes[0] is (byte)'\n' or (byte)'\r')
        {
            _afterReturn = bytes[0] == '\r';
            EndLine();
            return 1;
        }

        if (_line is Line.Field)
        {
            TakeField(bytes[0]);
            return 1;
        }

        if (_line is Line.Space)
        {
            _line = Line.Value;
            if (bytes[0] == ' ')
            {
                return 1;
            }
        }

        var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
        var value = end < 0 ? bytes : bytes[..end];
        if (IsField("data"))
        {
            _data.Take(value);
        }
        else if (IsField("event") && _name.Length < MaxWord)
        {
            _name.Append(Encoding.UTF8.GetString(value[..Math.Min(value.Length, MaxWord)]));
        }

        return value.Length;
    }

    private void TakeField(byte value)
    {
        if (value != ':')
        {
            if (_field.Length < MaxWord)
            {
                _field.Append((char)value);
            }

            return;
        }

        _line = Line.Space;
        if (IsField("event"))
        {
            _name.Clear();
        }
        else if (IsField("data"))
        {
            if (_hasData)
            {
                _data.Take("\n"u8);
            }

            _hasData = true;
        }
    }

    private void EndLine()
    {
        _ended = _line is Line.Field && _field.Length == 0;
        _line = Line.Field;
        _field.Clear();
    }

    private async ValueTask PassOnAsync(CancellationToken cancellationToken)
    {
        if (_data.Decoded.IsEmpty)
        {
            return;
        }

        _kind ??= KindOf() ?? throw new BrokenAnswerException("an event came without a name");
        if (_kind is Kind.Completed)
        {
            _pictureBytes += _data.Decoded.Length;
            if (_pictureBytes > maxPictureBytes)
            {
                throw new BrokenAnswerException($"the picture has more than {maxPictureBytes:N0} bytes");
            }

            await destination.WriteAsync(_data.Decoded, cancellationToken);
        }
        else if (_kind is Kind.Partial)
        {
            _tooLarge |= _partial.WrittenCount + _data.Decoded.Length > MaxPartialBytes;
            if (!_tooLarge)
            {
                _partial.Write(_data.Decoded.Span);
            }
        }

        _data.Taken();
    }

    /// <summary>An event is over. Null where another one follows.</summary>
    private ImageAnswer? End()
    {
        var answer = _hasData ? AnswerOf(_kind ?? KindOf() ?? Kind.Other) : null;
        _data = new PictureJson(ImageAnswer.PictureField);
        _name.Clear();
        _partial.ResetWrittenCount();
        (_kind, _hasData, _tooLarge, _ended) = (null, false, false, false);
        return answer;
    }

    private ImageAnswer? AnswerOf(Kind kind)
    {
        if (kind is Kind.Partial && !_tooLarge && _partial.WrittenCount > 0)
        {
            partial(_partial.WrittenSpan.ToArray());
        }

        if (kind is not (Kind.Completed or Kind.Error))
        {
            return null;
        }

        return PictureAnswer.Read(_data.Skeleton, root =>
        {
            var answer = ImageAnswer.Of(root, _pictureBytes);
            return kind is Kind.Completed ? answer : answer with { PictureBytes = 0, Error = answer.Error ?? ProviderError.Parse(root.GetRawText()) };
        });
    }

    /// <summary>Null while nothing says what the event is.</summary>
    private Kind? KindOf() => (_name.Length > 0 ? _name.ToString() : TypeIn(_data.Skeleton.Span)) switch
    {
        null => null,
        "error" => Kind.Error,
        var name when name.EndsWith(".partial_image", StringComparison.Ordinal) => Kind.Partial,
        var name when name.EndsWith(".completed", StringComparison.Ordinal) => Kind.Completed,
        _ => Kind.Other,
    };

    /// <summary>The field <c>type</c> of JSON that need not be whole yet; an object with <c>error</c> in it is one.</summary>
    private static string? TypeIn(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: false, state: default);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.PropertyName && reader.CurrentDepth == 1)
                {
                    if (reader.ValueTextEquals("error"u8))
                    {
                        if (reader.Read() && reader.TokenType is not JsonTokenType.Null)
                        {
                            return "error";
                        }

                        continue;
                    }

                    if (reader.ValueTextEquals("type"u8))
                    {
                        return reader.Read() && reader.TokenType is JsonTokenType.String ? reader.GetString() : null;
                    }
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // A word such as [DONE], or what is no text.
        }

        return null;
    }

    private bool IsField(string name) => _field.Length == name.Length && _field.Equals(name.AsSpan());
}
