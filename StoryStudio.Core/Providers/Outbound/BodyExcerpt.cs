using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace StoryStudio.Core.Providers.Outbound;

/// <summary>
/// What is kept of a body that passes by: its first 16 KB as one line of text, with everything cut out that is a picture, be it base64,
/// a file of a multipart body or a body of its own. Holds no more of it than that, however long it is. A server may answer before it has
/// read all that is sent, so that one may ask what was kept while it still goes on.
/// </summary>
internal sealed partial class BodyExcerpt
{
    public const int Limit = 16 * 1024;

    // Longer than any key: what begins before it is whole when secrets are looked for.
    private const int Margin = 1024;

    /// <summary>Words are shorter than this, and base64 of any picture is longer.</summary>
    private const int LongestWord = 64;

    /// <summary>Of a letter as JSON may write it: a backslash, a u and four digits.</summary>
    private const int EscapeLength = 6;

    private readonly Lock _gate = new();
    private readonly string? _mediaType;
    private readonly byte[]? _delimiter;
    private readonly ArrayBufferWriter<byte> _kept = new();
    private readonly byte[] _word = new byte[LongestWord];
    private readonly byte[] _escape = new byte[EscapeLength];
    private readonly StringBuilder _head = new();
    private long _total;
    private long _wordLength;
    private long _skipped;
    private int _escaped;
    private int _matched;
    private bool _inHead;
    private bool _skips;

    /// <param name="mediaType">As in <c>Content-Type</c>, without parameters.</param>
    /// <param name="boundary">Of a multipart body.</param>
    public BodyExcerpt(string? mediaType, string? boundary)
    {
        _mediaType = mediaType;
        if (boundary is not null)
        {
            // What stands before the first part is no part; the first delimiter has no line end before it.
            (_delimiter, _matched, _skips) = (Encoding.ASCII.GetBytes($"\r\n--{boundary.Trim('"')}"), 2, true);
        }
    }

    private bool IsText => _mediaType is { } type
        && (type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || type.Contains("json", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("xml", StringComparison.OrdinalIgnoreCase) || type.EndsWith("x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase));

    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _total += bytes.Length;
            if (_delimiter is not null)
            {
                foreach (var b in bytes)
                {
                    TakeMultipart(b, _delimiter);
                }
            }
            else if (IsText)
            {
                foreach (var b in bytes)
                {
                    Take(b);
                }
            }
        }
    }

    /// <summary>The excerpt as it may be logged.</summary>
    /// <param name="hide">Takes secrets out.</param>
    public string ToText(Func<string, string> hide)
    {
        lock (_gate)
        {
            return Text(hide);
        }
    }

    private static string CutOut(long count, string what) => $"[{count.ToString("N0", CultureInfo.InvariantCulture)} {what} cut out]";

    private string Text(Func<string, string> hide)
    {
        if (_total == 0)
        {
            return "nothing";
        }

        if (_delimiter is null && !IsText)
        {
            return CutOut(_total, $"bytes of {_mediaType ?? "an unknown type"}");
        }

        EndWord();
        var text = Queries().Replace(Pictures().Replace(hide(Encoding.UTF8.GetString(_kept.WrittenSpan)), "${before}[cut out]"), "${before}…");
        var isCut = _kept.WrittenCount > Limit;
        if (isCut)
        {
            // What the end of what was kept cut through may be a key.
            text = text[..Math.Max(0, text.Length - Margin)];
        }

        var line = string.Create(Math.Min(text.Length, Limit), text, static (into, from) =>
        {
            for (var i = 0; i < into.Length; i++)
            {
                into[i] = char.IsControl(from[i]) || from[i] is '\u2028' or '\u2029' ? ' ' : from[i];
            }
        });
        return isCut ? $"{line}… ({_total.ToString("N0", CultureInfo.InvariantCulture)} bytes in all)" : line;
    }

    private void TakeMultipart(byte b, byte[] delimiter)
    {
        if (_inHead)
        {
            Take(b);
            _head.Append((char)b);
            if (_head is { Length: >= 4 } && _head[^1] == '\n' && _head[^2] == '\r' && _head[^3] == '\n' && _head[^4] == '\r')
            {
                _skips = _head.ToString().Contains("filename", StringComparison.OrdinalIgnoreCase);
                (_inHead, _matched, _skipped) = (false, 0, 0);
                _head.Clear();
            }

            // A head without an end is none: nothing of what follows is trusted to be text.
            if (_head.Length > Limit)
            {
                (_inHead, _skips) = (false, true);
                _head.Clear();
            }

            return;
        }

        // The delimiter has its first byte nowhere else, so that a match that breaks off can only begin anew with this one.
        _matched = b == delimiter[_matched] ? _matched + 1 : b == delimiter[0] ? 1 : 0;
        _skipped++;
        if (!_skips)
        {
            Take(b);
        }

        if (_matched < delimiter.Length)
        {
            return;
        }

        if (_skips && _skipped > delimiter.Length)
        {
            Write(CutOut(_skipped - delimiter.Length, "bytes"));
        }

        (_inHead, _matched) = (true, 0);
    }

    private void Take(byte b)
    {
        // The letters of base64, in both its alphabets, and the backslash with which JSON may escape one of them.
        if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'+' or (byte)'/' or (byte)'=' or (byte)'-' or (byte)'_' or (byte)'\\')
        {
            if (_wordLength < LongestWord)
            {
                _word[_wordLength] = b;
            }

            _wordLength++;
            if (EscapedLetter(b) is { } letter)
            {
                _wordLength -= EscapeLength;
                EndWord();
                Write(letter);
            }

            return;
        }

        EndWord();
        Write([b]);
    }

    /// <summary>
    /// What an escape stands for that ends with this byte, where it is no letter of base64: a text in another script is one such escape after
    /// the other, and no word as long as a picture. Half a letter stands for itself. Null where nothing of the kind ends.
    /// </summary>
    private byte[]? EscapedLetter(byte b)
    {
        var goesOn = _escaped switch
        {
            0 => b is (byte)'\\',
            1 => b is (byte)'u',
            _ => char.IsAsciiHexDigit((char)b),
        };
        if (!goesOn)
        {
            // After a backslash, another one is a sign and begins nothing.
            _escaped = _escaped > 1 && b is (byte)'\\' ? 1 : 0;
            return null;
        }

        _escape[_escaped++] = b;
        if (_escaped < EscapeLength)
        {
            return null;
        }

        _escaped = 0;
        var code = (char)ushort.Parse(_escape.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return char.IsAscii(code) ? null : char.IsSurrogate(code) ? _escape : Encoding.UTF8.GetBytes([code]);
    }

    private void EndWord()
    {
        if (_wordLength > LongestWord)
        {
            Write(CutOut(_wordLength, "characters"));
        }
        else
        {
            Write(_word.AsSpan(0, (int)_wordLength));
        }

        (_wordLength, _escaped) = (0, 0);
    }

    private void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    private void Write(ReadOnlySpan<byte> bytes)
    {
        var room = Limit + Margin - _kept.WrittenCount;
        _kept.Write(bytes.Length <= room ? bytes : bytes[..Math.Max(0, room)]);
    }

    /// <summary>Where pictures stand in what providers send and take, however small they are.</summary>
    [GeneratedRegex(@"(?<before>""(?:\w*b64\w*|data)""\s*:\s*"")[^""\[][^""]*|(?<before>data:[\w/+.-]+;base64,)[\w+/=\\-]+", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Pictures();

    /// <summary>An address that a service gives for a picture lets in whoever has it, by what stands in its query.</summary>
    [GeneratedRegex(@"(?<before>https?:[\\/]+(?:\[[0-9,]+ characters cut out\]|[^\s""?])+\?)(?:\[[0-9,]+ characters cut out\]|[^\s""])+", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Queries();
}
