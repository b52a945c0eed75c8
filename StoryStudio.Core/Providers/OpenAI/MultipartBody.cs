using System.ClientModel;
using System.Text;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Core.Providers.Wire;

namespace StoryStudio.Core.Providers.OpenAI;

/// <summary>
/// <c>multipart/form-data</c> with files that are sent straight from disk. Written here because .NET leaves the quotes out of
/// <c>name="image[]"</c>, and servers exist that need them.
/// </summary>
internal sealed class MultipartBody : BinaryContent
{
    private readonly List<(byte[] Head, FileStream? File)> _parts = [];
    private readonly byte[] _end;

    private MultipartBody(string boundary)
    {
        ContentType = $"multipart/form-data; boundary={boundary}";
        _end = Encoding.UTF8.GetBytes($"--{boundary}--\r\n");
    }

    public string ContentType { get; }

    /// <exception cref="ReferenceMissingException">A reference is not there or cannot be read.</exception>
    public static MultipartBody Open(string boundary, IReadOnlyList<(string Name, string Value)> fields, string field, IReadOnlyList<ReferencePicture> references)
    {
        var body = new MultipartBody(boundary);
        try
        {
            foreach (var (name, value) in fields)
            {
                body._parts.Add((Encoding.UTF8.GetBytes($"--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"), null));
            }

            for (var i = 0; i < references.Count; i++)
            {
                var reference = references[i];
                var name = $"reference-{i + 1}.{PictureFormats.Extension(reference.MediaType)}";
                var head = $"--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: {reference.MediaType}\r\n\r\n";
                body._parts.Add((Encoding.UTF8.GetBytes(head), ReferenceFile.Open(reference)));
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public override bool TryComputeLength(out long length)
    {
        length = _parts.Sum(part => part.Head.Length + (part.File is null ? 0 : part.File.Length + 2)) + _end.Length;
        return true;
    }

    public override async Task WriteToAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        foreach (var (head, file) in _parts)
        {
            await stream.WriteAsync(head, cancellationToken);
            if (file is not null)
            {
                file.Position = 0;
                await file.CopyToAsync(stream, cancellationToken);
                await stream.WriteAsync("\r\n"u8.ToArray(), cancellationToken);
            }
        }

        await stream.WriteAsync(_end, cancellationToken);
    }

    public override void WriteTo(Stream stream, CancellationToken cancellationToken = default)
    {
        foreach (var (head, file) in _parts)
        {
            stream.Write(head);
            if (file is not null)
            {
                file.Position = 0;
                file.CopyTo(stream);
                stream.Write("\r\n"u8);
            }
        }

        stream.Write(_end);
    }

    public override void Dispose()
    {
        foreach (var (_, file) in _parts)
        {
            file?.Dispose();
        }
    }
}
