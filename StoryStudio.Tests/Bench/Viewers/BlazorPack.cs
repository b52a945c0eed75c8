using System.Buffers.Binary;
using System.Text;

namespace StoryStudio.Tests.Bench.Viewers;

/// <summary>As much of <c>blazorpack</c> (MessagePack in frames with a length before each) as a page's line needs.</summary>
internal static class BlazorPack
{
    /// <summary>A call: <c>[1, {}, id, target, arguments, []]</c>. Arguments are strings, whole numbers, truths and nulls.</summary>
    public static byte[] Call(string? id, string target, params object?[] arguments)
    {
        using var body = new MemoryStream();
        body.Write([0x96, 0x01, 0x80]);
        Put(body, id);
        Put(body, target);
        body.WriteByte((byte)(0x90 | arguments.Length));
        foreach (var argument in arguments)
        {
            Put(body, argument);
        }

        body.WriteByte(0x90);
        return Frame(body.ToArray());
    }

    public static byte[] Ping() => Frame([0x91, 0x06]);

    /// <summary>Takes the first whole frame off; null while there is none.</summary>
    public static ReadOnlyMemory<byte>? Take(ref ReadOnlyMemory<byte> bytes)
    {
        var length = 0;
        for (var i = 0; i < Math.Min(5, bytes.Length); i++)
        {
            var part = bytes.Span[i];
            length |= (part & 0x7f) << (7 * i);
            if ((part & 0x80) == 0)
            {
                if (bytes.Length < i + 1 + length)
                {
                    return null;
                }

                var frame = bytes.Slice(i + 1, length);
                bytes = bytes[(i + 1 + length)..];
                return frame;
            }
        }

        return null;
    }

    /// <summary>Arrays as lists, byte strings as memory, maps as nothing.</summary>
    public static object? Read(ref ReadOnlyMemory<byte> bytes)
    {
        var first = bytes.Span[0];
        bytes = bytes[1..];
        switch (first)
        {
            case < 0x80: return (long)first;
            case < 0x90: return Skip(ref bytes, 2 * (first & 0x0f));
            case < 0xa0: return List(ref bytes, first & 0x0f);
            case < 0xc0: return Text(ref bytes, first & 0x1f);
            case 0xc0: return null;
            case 0xc2: return false;
            case 0xc3: return true;
            case 0xc4: return Cut(ref bytes, (int)Number(ref bytes, 1));
            case 0xc5: return Cut(ref bytes, (int)Number(ref bytes, 2));
            case 0xc6: return Cut(ref bytes, (int)Number(ref bytes, 4));
            case 0xcc or 0xd0: return first == 0xd0 ? (sbyte)Number(ref bytes, 1) : Number(ref bytes, 1);
            case 0xcd or 0xd1: return first == 0xd1 ? (short)Number(ref bytes, 2) : Number(ref bytes, 2);
            case 0xce or 0xd2: return first == 0xd2 ? (int)Number(ref bytes, 4) : Number(ref bytes, 4);
            case 0xcf or 0xd3: return Number(ref bytes, 8);
            case 0xd9: return Text(ref bytes, (int)Number(ref bytes, 1));
            case 0xda: return Text(ref bytes, (int)Number(ref bytes, 2));
            case 0xdb: return Text(ref bytes, (int)Number(ref bytes, 4));
            case 0xdc: return List(ref bytes, (int)Number(ref bytes, 2));
            case >= 0xe0: return (long)(sbyte)first;
            default: throw new NotSupportedException($"0x{first:x2} has no meaning here.");
        }
    }

    private static void Put(MemoryStream body, object? value)
    {
        switch (value)
        {
            case null:
                body.WriteByte(0xc0);
                break;
            case bool truth:
                body.WriteByte((byte)(truth ? 0xc3 : 0xc2));
                break;
            case long number:
                body.WriteByte(0xd3);
                Span<byte> eight = stackalloc byte[8];
                BinaryPrimitives.WriteInt64BigEndian(eight, number);
                body.Write(eight);
                break;
            case string text:
                var utf8 = Encoding.UTF8.GetBytes(text);
                body.WriteByte(0xdb);
                Span<byte> four = stackalloc byte[4];
                BinaryPrimitives.WriteInt32BigEndian(four, utf8.Length);
                body.Write(four);
                body.Write(utf8);
                break;
            default:
                throw new NotSupportedException($"{value.GetType().Name} is not written here.");
        }
    }

    private static byte[] Frame(byte[] body)
    {
        var head = new List<byte>(5);
        var left = body.Length;
        do
        {
            head.Add((byte)((left & 0x7f) | (left > 0x7f ? 0x80 : 0)));
            left >>= 7;
        }
        while (left > 0);
        return [.. head, .. body];
    }

    private static long Number(ref ReadOnlyMemory<byte> bytes, int size)
    {
        var number = 0L;
        foreach (var b in bytes.Span[..size])
        {
            number = (number << 8) | b;
        }

        bytes = bytes[size..];
        return number;
    }

    private static string Text(ref ReadOnlyMemory<byte> bytes, int length) => Encoding.UTF8.GetString(Cut(ref bytes, length).Span);

    private static ReadOnlyMemory<byte> Cut(ref ReadOnlyMemory<byte> bytes, int length)
    {
        var cut = bytes[..length];
        bytes = bytes[length..];
        return cut;
    }

    private static List<object?> List(ref ReadOnlyMemory<byte> bytes, int length)
    {
        var list = new List<object?>(length);
        for (var i = 0; i < length; i++)
        {
            list.Add(Read(ref bytes));
        }

        return list;
    }

    private static object? Skip(ref ReadOnlyMemory<byte> bytes, int values)
    {
        for (var i = 0; i < values; i++)
        {
            Read(ref bytes);
        }

        return null;
    }
}
